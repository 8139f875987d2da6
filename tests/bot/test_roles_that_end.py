"""A role that was taken away ends within ten minutes on every form, button, menu and shortcut that it had opened."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import last, logged
from tests.bot.test_roles import SORRY
from tests.builders import EID, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Person
    from tests.bot.conftest import BotStage


def each_kind_of_request(bot_stage: BotStage, person: Person) -> list[dict[str, Any]]:
    """Use every form and button once, and return what Slack sent."""
    bot_stage.put(a_signature_row("s1", name="Davy K.", without=("patron_id", "matched_at", "matched_by")))
    bot_stage.slack.deliveries.clear()
    receipt = logged(person, f"{EID} dave 80 cash")
    receipt.submit()
    receipt.choose("patron", "ana", pick="ana").fill("amount", "10").choose("method", "Cash").submit()
    receipt.close()
    person.command("/payment-status", f"{EID} dave")
    answer = last(person)
    person.click(answer, action_id="refund_payment")
    person.form.fill("amount", "5").fill("reason", "rain").submit()
    person.form.close()
    person.click(answer, action_id="void_entry")
    person.form.choose("payment_id", "$80.00").fill("reason", "twice").submit()
    person.form.close()
    person.click(answer, action_id="edit_patron")
    person.form.fill("email", "dave@example.com").submit()
    person.form.close()
    person.command("/payment-status", EID)
    person.click(last(person), action_id="add_patron")
    person.form.fill("name", "Zed Cooper").submit()
    person.form.submit()
    person.form.close()
    person.click(last(person), action_id="set_aside.0")
    person.shortcut("new_event")
    person.form.fill("day", "2026-06-06").fill("time", "18:30").fill("title", "Captain Mia").submit()
    person.click(person.form, action_id="log_payment_for")
    person.form.close(everything=True)
    _board(person)
    return [each.payload for each in bot_stage.slack.deliveries if "type" in each.payload]


def _board(person: Person) -> None:
    """Use every form of the boarding list once, and some of its buttons."""
    person.command("/payment-status", EID)
    person.click(last(person), action_id=f"board_open.{EID}")
    lists = person.form
    for patron, option in (("ana", "Number of people…"), ("ana", "No-show…"), ("zed", "Take off the roster…")):
        place = next(each["block_id"] for each in lists.blocks if each["block_id"].startswith(f"party_of.{patron}"))
        form = lists.click("board_menu", value=option, block_id=place)
        assert form is not None
        form.fill("party", "3") if "party" in form.values else form.fill("reason", "ill")
        form.submit()
    lists.click("board_let_aboard", block_id="party_of.dave")
    person.form.fill("reason", "pays later").submit()
    lists.click("board_refresh")
    lists.click("board_passengers")
    person.form.close()
    lists.click("board_cast_off")
    lists.click("board_reopen")
    person.form.fill("reason", "one more").submit()


@pytest.mark.parametrize("ended", ["taken off the lists", "a guest now", "gone"])
def test_nothing_that_a_former_admin_opened_works_after_ten_minutes(bot_stage: BotStage, ended: str) -> None:
    if ended != "taken off the lists":
        bot_stage.restart(ADMIN_USERS="*", CREW_USERS="*")
    sent = each_kind_of_request(bot_stage, bot_stage.olivia)
    used = {each.get("view", {}).get("callback_id") for each in sent if each["type"] == "view_submission"}
    assert used >= {
        "log_payment",
        "log_payment_receipt",
        "void_entry",
        "refund_payment",
        "add_patron",
        "patron_added",
        "edit_patron",
        "new_event",
        "board_party",
        "board_no_show",
        "board_remove",
        "board_let_aboard",
        "board_reopen",
    }
    if ended == "taken off the lists":
        bot_stage.restart(ADMIN_USERS="U0MARCO", CREW_USERS="U0MARCO")
    else:
        flags: dict[str, Any] = {"is_restricted": True} if ended == "a guest now" else {"deleted": True}
        bot_stage.slack.people["U0OLIVIA"] = replace(bot_stage.slack.people["U0OLIVIA"], **flags)
    bot_stage.clock.moment += timedelta(minutes=10)
    rows = bot_stage.rows("#")

    for payload in sent:
        body = interaction(json.loads(json.dumps(payload)))
        headers = signed_headers(body, secret=bot_stage.slack.signing_secret, timestamp=int(bot_stage.slack.clock()))
        with bot_stage.counting() as cost:
            answer = bot_stage.slack.bot("interaction", headers, body)
        about = payload["type"], payload.get("view", {}).get("callback_id"), payload.get("actions")
        assert answer.status == 200, about
        assert cost.table == {}, about
        if payload["type"] in {"view_submission", "block_suggestion"}:
            assert SORRY in answer.body.decode(), about

    assert bot_stage.rows("#") == rows
