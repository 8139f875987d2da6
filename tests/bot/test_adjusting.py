"""Discounts, comps and surcharges, from the button of a balance to its explanation."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.books import DynamoBooks
from tests.bot.conftest import logged
from tests.bot.test_patrons import editing, lines
from tests.bot.test_refusals import again, changed, submission_of
from tests.bot.test_status import status
from tests.builders import EID, ZONE, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage


def adjusting(person: Person, patron: str = "dave") -> Modal:
    """The form as the button of the patron's balance opens it."""
    person.click(status(person, f"{EID} {patron}"), action_id="adjust_due")
    assert not person.troubles, person.trouble_log
    return person.form


def edits(bot_stage: BotStage) -> list[tuple[str, str, str, str]]:
    """Kind, before, after and reason of each edit, in the order of their time."""
    return [tuple(row.get(name, "") for name in ("what", "from", "to", "reason")) for row in bot_stage.rows("#change:")]


def due(bot_stage: BotStage) -> Any:
    return lines(bot_stage)["Dave Kowalski"]["due"]


def test_each_adjustment_is_kept_and_explains_the_balance(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    form = adjusting(bot_stage.olivia)
    assert "Due $125.00 · $65.00 to pay" in form.text
    assert "Comp: all $125.00 is taken off, nothing is due" in form.text
    form.choose("kind", "Discount").fill("amount", "25").fill("reason", "a <!channel> friend").submit()
    for sentence in ("Discount of $25.00 for Dave Kowalski", "$125.00 → $100.00", "$40.00 to pay", "Olivia Park"):
        assert sentence in form.text
    bot_stage.clock.moment += bot_stage.clock.moment - bot_stage.clock.moment.replace(minute=29)
    adjusting(bot_stage.olivia).choose("kind", "Surcharge").fill("amount", "12.50").fill("reason", "cake").submit()
    bot_stage.clock.moment += bot_stage.clock.moment - bot_stage.clock.moment.replace(minute=30)
    comp = adjusting(bot_stage.olivia).choose("kind", "Comp").fill("reason", "engine failed")
    assert "Comp: all $112.50 is taken off" in comp.text
    comp.submit()
    assert "Overpaid by $60.00" in comp.text

    assert due(bot_stage) == 0
    assert edits(bot_stage) == [
        ("discount", "125.00", "100.00", "a <!channel> friend"),
        ("surcharge", "100.00", "112.50", "cake"),
        ("comp", "112.50", "0.00", "engine failed"),
    ]
    answer = status(bot_stage.olivia, f"{EID} dave")
    assert [row[1:] for row in answer.table[1:]] == [
        ["Usual price, $125.00 × 1", "–", "$125.00"],
        ["payment, cash", "+$60.00", "$65.00"],
        ["discount", "-$25.00", "$40.00"],
        ["surcharge", "+$12.50", "$52.50"],
        ["comp", "-$112.50", "-$60.00"],
    ]
    assert "discount by @Olivia Park · because “a <!channel> friend”" in answer.text
    changes = status(bot_stage.olivia, f"{EID} dave since 10:00").text
    assert "comp: due $112.50 → $0.00 · @Olivia Park · because “engine failed”" in changes
    assert not bot_stage.slack.pings
    for asked in (f"{EID} dave", f"{EID} dave since 10:00", EID):
        shown = status(bot_stage.dana, asked).text
        assert "$" not in shown
        assert "discount" not in shown
        assert "friend" not in shown
    assert "$125.00" in status(bot_stage.olivia, f"{EID} dave asof 2026-05-20").text, "the due before the adjustments"

    DynamoBooks(bot_stage.world.client, bot_stage.world.table, zone=ZONE, currency="USD").refresh(EID)
    month = status(bot_stage.olivia, "month").text
    assert "Dues adjusted comp −$112.50 (1) · discount −$25.00 (1) · surcharge +$12.50 (1)" in month
    assert "$60.00 · 1 entry" in month, "what was adjusted is no money that came in"


def test_what_cannot_be_is_refused_on_its_field_and_nothing_is_written(bot_stage: BotStage) -> None:
    form = adjusting(bot_stage.olivia).choose("kind", "Discount").fill("amount", "125.01").fill("reason", "  ")
    form.submit()
    assert "Only $125.00 is due, so a discount is at most that" in form.errors["amount"]
    assert "reason" in form.errors, "all refusals are shown at once"
    form.fill("reason", "a friend").fill("amount", "").submit()
    assert set(form.errors) == {"amount"}
    form.choose("kind", "Comp").fill("amount", "100").submit()
    assert "A comp takes off all $125.00" in form.errors["amount"]
    assert (due(bot_stage), edits(bot_stage)) == (125, [])
    form.fill("amount", "125").submit()
    assert "Paid in full" in form.text

    free = adjusting(bot_stage.olivia)
    assert "Discount" not in free.text
    assert "Comp" not in free.text


def test_two_taps_and_a_late_retry_adjust_once(bot_stage: BotStage) -> None:
    adjusting(bot_stage.olivia).choose("kind", "Discount").fill("amount", "25").fill("reason", "a friend").submit()
    sent = submission_of(bot_stage)
    assert "Already saved, and counted once: discount of $25.00" in json.dumps(again(bot_stage, sent))
    editing(bot_stage.olivia).fill("due", "125").submit()
    replay = json.dumps(again(bot_stage, sent), ensure_ascii=False)
    assert "Already saved" in replay, "also where the line is as the form saw it"
    assert "$125.00 to pay" in replay
    assert due(bot_stage) == 125

    bot_stage.put(a_row())
    fresh = changed(sent, "reason", value="at once")
    memo = json.loads(fresh["view"]["private_metadata"]) | {"form": "another-form"}
    fresh["view"]["private_metadata"] = json.dumps(memo)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: json.dumps(again(bot_stage, one)), [fresh] * 4))
    assert all("iscount of $25.00" in answer for answer in answers)
    assert due(bot_stage) == Decimal("100.00")
    assert [edit[3] for edit in edits(bot_stage)].count("at once") == 1


def test_whoever_was_overtaken_sees_the_new_due_before_anything_is_saved(bot_stage: BotStage) -> None:
    form = adjusting(bot_stage.olivia).choose("kind", "Discount").fill("amount", "25").fill("reason", "a friend")
    line = bot_stage.row()["patrons"]["dave"]
    bot_stage.put(a_row(patrons={"dave": line | {"due": Decimal("100.00")}}))
    form.submit()
    assert "Somebody else changed this patron, so nothing is saved yet" in form.text
    assert "Due $100.00" in form.text
    assert form.values | {"kind": "discount"} == {"kind": "discount", "amount": "25", "reason": "a friend"}
    assert due(bot_stage) == 100, "the due that was edited meanwhile is no sign that the discount was written"
    form.submit()
    assert due(bot_stage) == 75


def test_a_removed_patron_is_not_adjusted_and_crew_are_refused(bot_stage: BotStage) -> None:
    form = adjusting(bot_stage.olivia).choose("kind", "Comp").fill("reason", "a friend")
    sent = bot_stage.row()["patrons"]["dave"]
    bot_stage.put(a_row(patrons={"dave": sent | {"state": "removed"}}))
    form.submit()
    assert any("was taken off the roster. Take that back first." in each for each in form.errors.values())
    form.close()
    bot_stage.put(a_row())
    adjusting(bot_stage.olivia).choose("kind", "Comp").fill("reason", "a friend").submit()
    by_crew = submission_of(bot_stage)
    by_crew["user"] = by_crew["user"] | {"id": "U0DANA"}
    bot_stage.put(a_row())
    assert "Only the office can change what is due" in json.dumps(again(bot_stage, by_crew))
    assert due(bot_stage) == 125
