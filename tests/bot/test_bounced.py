"""A check that bounced and a card payment that was charged back, from the button of a balance to the ledger."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from adapters.books import DynamoBooks
from tests.bot.conftest import logged
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_status import status
from tests.builders import DANA, EID, ZONE

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage


def pressed(bot_stage: BotStage, action_id: str = "returned_payment") -> Modal:
    """The form as the button of Dave's balance opens it."""
    bot_stage.olivia.click(status(bot_stage.olivia, f"{EID} dave"), action_id=action_id)
    assert not bot_stage.olivia.troubles, bot_stage.olivia.trouble_log
    return bot_stage.olivia.form


def entries(bot_stage: BotStage) -> dict[str, Any]:
    """Dave's entries by their ids."""
    found: dict[str, Any] = bot_stage.row()["payments"]["dave"]["entries"]
    return found


def test_a_check_bounces_and_a_card_payment_is_charged_back_each_once(bot_stage: BotStage) -> None:
    for words in ("50 check tip 5", "40 card", "35 cash"):
        logged(bot_stage.dana, f"{EID} dave {words}").close()
        bot_stage.clock.moment += bot_stage.clock.moment - bot_stage.clock.moment.replace(second=29)
    form = pressed(bot_stage)
    assert "$40.00 card" in json.dumps(form.blocks)
    assert "$35.00 cash" not in json.dumps(form.blocks)
    form.choose("payment_id", "$50.00 check").fill("reason", "no funds <!channel>").submit()
    for sentence in ("Check bounced: $50.00 by check for Dave Kowalski", "$50.00 to pay", "no funds <!channel>"):
        assert sentence in form.text
    sent = submission_of(bot_stage)
    assert "Already logged, and counted once: $50.00" in json.dumps(again(bot_stage, sent))
    form.close()
    pressed(bot_stage).fill("reason", "disputed").submit()
    assert "Card payment charged back: $40.00 by card" in bot_stage.olivia.form.text
    bot_stage.olivia.form.close()

    (check,) = [name for name, entry in entries(bot_stage).items() if entry["method"] == "check" and "tip" in entry][:1]
    bounced = entries(bot_stage)[f"bounced:{check}"]
    assert (bounced["kind"], bounced["amount"], bounced["tip"], bounced["reverses"]) == ("bounced", -50, -5, check)
    assert [entry["kind"] for entry in entries(bot_stage).values()].count("chargeback") == 1
    assert bot_stage.paid() == {"dave": "35.00"}
    answer = status(bot_stage.olivia, f"{EID} dave")
    assert ["check bounced, check", "-$50.00"] in [row[1:3] for row in answer.table]
    assert ["card payment charged back, card", "-$40.00"] in [row[1:3] for row in answer.table]
    assert "bounced check logged by @Olivia Park in Slack · tip -$5.00 · because “no funds <!channel>”" in answer.text
    assert not any("returned_payment" in json.dumps(block) for block in answer.blocks), "nothing is left to bounce"
    assert "check bounced -$50.00 by check" in status(bot_stage.olivia, f"{EID} dave since 10:00").text
    assert "check bounced by check" in status(bot_stage.dana, f"{EID} dave since 10:00").text
    assert not bot_stage.slack.pings

    books = DynamoBooks(bot_stage.world.client, bot_stage.world.table, zone=ZONE, currency="USD")
    books.refresh(EID)
    assert books.row(f"hand:{DANA}") == {("taken", "USD", "check", EID): 55, ("taken", "USD", "cash", EID): 35}
    month = status(bot_stage.olivia, "month").text
    assert "paid $125.00 · checks bounced -$50.00 · charged back -$40.00" in month


def test_an_entry_is_voided_or_returned_and_never_both_not_even_at_once(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 60 check").close()
    logged(bot_stage.dana, f"{EID} dave 65 cash").close()
    submissions = []
    for action_id in ("void_entry", "returned_payment"):
        form = pressed(bot_stage, action_id)
        form.choose("payment_id", "$60.00 check").fill("reason", "gone")
        before = bot_stage.row()
        form.submit()
        submissions.append(submission_of(bot_stage))
        bot_stage.put(before)
        form.close()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda sent: json.dumps(again(bot_stage, sent)), submissions * 4))
    assert len(entries(bot_stage)) == 3
    assert bot_stage.paid() == {"dave": "65.00"}
    refused = [answer for answer in answers if "already voided or returned by the bank" in answer]
    assert len(refused) == 4

    bot_stage.olivia.click(status(bot_stage.olivia, f"{EID} dave"), action_id="void_entry")
    assert "$60.00" not in json.dumps(bot_stage.olivia.form.blocks), "what is undone is not offered again"


def test_crew_do_not_log_what_a_bank_took_back(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 60 check").close()
    pressed(bot_stage).fill("reason", "gone").submit()
    by_crew = submission_of(bot_stage)
    by_crew["user"] = by_crew["user"] | {"id": "U0DANA"}
    assert "Only the office" in json.dumps(again(bot_stage, by_crew))
    assert len(entries(bot_stage)) == 2
