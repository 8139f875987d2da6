"""A patron with more entries than a menu of Slack's holds: the office reaches each of them."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import to_wire
from adapters.sizes import LARGEST_ITEM, item_size
from charter.moments import utc
from devkit.functions import in_process
from devkit.slack import forms
from devkit.slack.people import SIGNING_SECRET, TEAM_ID
from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import last
from tests.bot.test_roles import SORRY
from tests.builders import DANA, EID, NOW, a_row

if TYPE_CHECKING:
    from devkit.slack.driver import Modal
    from tests.bot.conftest import BotStage

MANY = 150


def _entry(number: int, *, amount: str, notes: str = "") -> dict[str, Any]:
    optional = {"notes": notes} if notes else {}
    return {
        "kind": "payment",
        "amount": Decimal(amount),
        "method": "cash",
        "logged_by": DANA,
        "source": "slack",
        "timestamp": utc(NOW - timedelta(minutes=MANY - number)),
        **optional,
    }


def _plant(bot_stage: BotStage, entries: dict[str, Any]) -> None:
    latest = list(entries.values())[-1]
    headline = {name: latest[name] for name in ("method", "logged_by", "timestamp")}
    record = {"amount": sum(each["amount"] for each in entries.values()), **headline, "entries": entries}
    bot_stage.put(a_row(payments={"dave": record}, payment_ids=set(entries)))


def _void_form(bot_stage: BotStage) -> Modal:
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    bot_stage.olivia.click(last(bot_stage.olivia), action_id="void_entry")
    return bot_stage.olivia.form


def test_the_first_hundred_are_offered_and_the_rest_is_counted(different: BotStage) -> None:
    form = _void_form(different)
    element = forms.find(form.blocks, "payment_id")[1]
    (group,) = different.slack.suggest("U0OLIVIA", form.id, "payment_id", element["action_id"], "")["option_groups"]
    assert (group["label"]["text"], len(group["options"])) == ("Type more letters: 50 more fit", 100)


def _voided(bot_stage: BotStage) -> list[str]:
    entries = bot_stage.row()["payments"]["dave"]["entries"].values()
    return [entry["reverses"] for entry in entries if entry["kind"] == "void"]


@pytest.fixture
def different(bot_stage: BotStage) -> BotStage:
    """Dave paid 150 times: $1.00 first, and a dollar more each time; the first with a note."""
    notes = {1: "the deposit of Uncle Bob"}
    _plant(
        bot_stage,
        {
            f"p{number}": _entry(number, amount=str(number), notes=notes.get(number, ""))
            for number in range(1, MANY + 1)
        },
    )
    return bot_stage


@pytest.fixture
def alike(bot_stage: BotStage) -> BotStage:
    """Dave paid $5.00 in cash 150 times within a minute."""
    _plant(bot_stage, {f"p{number}": _entry(MANY, amount="5.00") for number in range(1, MANY + 1)})
    return bot_stage


@pytest.mark.parametrize("typed", ["$1.00", "uncle bob", "1.00 cash", "No. 1", "1", "p1"])
def test_the_oldest_entry_is_found_by_what_it_says(different: BotStage, typed: str) -> None:
    form = _void_form(different)
    form.choose("payment_id", typed, pick="p1").fill("reason", "twice").submit()
    assert "Voided: $1.00" in form.text
    assert _voided(different) == ["p1"]


def test_a_menu_that_was_just_opened_offers_the_newest_first(different: BotStage) -> None:
    offered = _void_form(different).options("payment_id")
    assert len(offered) == 100
    assert offered[0].startswith("$150.00 cash")
    assert offered[-1].startswith("$51.00 cash")


@pytest.mark.parametrize("number", [1, 12, 50, 150])
def test_entries_that_are_alike_are_distinguished_by_their_numbers(alike: BotStage, number: int) -> None:
    form = _void_form(alike)
    first = form.suggest("payment_id", f"no. {number}")[0]
    assert first["description"]["text"] == f"No. {number}"
    form.choose("payment_id", f"no. {number}", pick=f"p{number}").fill("reason", "twice").submit()
    assert _voided(alike) == [f"p{number}"]


def test_an_entry_is_offered_no_more_once_it_is_voided(different: BotStage) -> None:
    form = _void_form(different)
    form.choose("payment_id", "uncle bob", pick="p1").fill("reason", "twice").submit()
    form.close()
    assert _void_form(different).options("payment_id", "uncle bob") == ["No entry fits “uncle bob”."]


def test_nothing_that_is_there_gives_no_options_and_no_trouble(different: BotStage) -> None:
    assert _void_form(different).options("payment_id", "zelle 99999") == ["No entry fits “zelle 99999”."]
    assert not different.olivia.troubles


def test_the_only_entry_of_an_amount_that_was_typed_is_picked_however_old_it_is(different: BotStage) -> None:
    different.olivia.command("/log-payment", f"{EID} void dave 2")
    assert different.olivia.form.values["payment_id"] == "p2"


@pytest.mark.parametrize("user", ["U0MARCO", "U0EVE"])
def test_who_is_not_of_the_office_is_offered_no_entries(different: BotStage, user: str) -> None:
    """Check forged requests: these people get no such form, but a request can name one."""
    payload = {
        "type": "block_suggestion",
        "user": {"id": user, "team_id": TEAM_ID},
        "team": {"id": TEAM_ID},
        "action_id": "payment_id",
        "block_id": "payment_id",
        "value": "",
        "view": {**_void_form(different).view, "state": {"values": {}}},
    }
    body = interaction(payload)
    headers = signed_headers(body, secret=SIGNING_SECRET, timestamp=int(time.time()))
    answer = in_process(different.world.lambda_function.lambda_handler)("interaction", headers, body)
    assert answer.status == 200
    (note,) = json.loads(answer.body)["options"]
    assert note["text"]["text"] in {"Only the office can take a payment back.", SORRY}


@pytest.mark.parametrize(("action_id", "fills"), [("void_entry", {}), ("refund_payment", {"amount": "5"})])
def test_what_no_row_can_hold_any_more_is_said_beside_the_reason(
    different: BotStage, action_id: str, fills: dict[str, str]
) -> None:
    row = different.row()
    used = item_size({name: to_wire(value) for name, value in row.items()})
    different.put(row | {"log": "x" * (LARGEST_ITEM - used - 303)})
    different.olivia.command("/payment-status", f"{EID} dave")
    different.olivia.click(last(different.olivia), action_id=action_id)
    form = different.olivia.form
    if action_id == "void_entry":
        form.choose("payment_id", "$1.00", pick="p1")
    for block_id, text in fills.items():
        form.fill(block_id, text)
    form.fill("reason", "🚤" * 200).submit()
    assert form.errors.keys() == {"reason"}
    assert "shorter reason" in form.errors["reason"]
    assert "second event" not in form.errors["reason"]
    form.fill("reason", "twice").submit()
    assert form.title in {"Voided", "Refunded"}
