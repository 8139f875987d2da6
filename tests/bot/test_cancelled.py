"""Cancelled events: nobody boards, nothing is owed, and what was paid must go back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, logged, opened
from tests.bot.trips import SUNSET, plant_trips
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Message, Person
    from tests.bot.conftest import BotStage


@pytest.fixture
def off(bot_stage: BotStage) -> BotStage:
    """Captain Cory's afternoon is cancelled after Dave paid and signed; Ana did neither."""
    bot_stage.put(a_signature_row())
    logged(bot_stage.dana, f"{EID} dave 125 cash").close()
    bot_stage.put(bot_stage.row() | {"status": "cancelled"})
    return bot_stage


def status(person: Person, text: str = EID) -> Message:
    """The answer to `/payment-status`."""
    person.command("/payment-status", text)
    return last(person)


def test_nobody_is_clear_to_board(off: BotStage) -> None:
    for text in ("", EID):
        answer = status(off.dana, text)
        assert ":no_entry: Nobody boards" in answer.text
        assert "🟢" not in answer.text
    assert [row[1] for row in status(off.dana).table[1:]] == ["⛔ cancelled", "⛔ cancelled"]
    answer = status(off.dana, f"{EID} dave")
    assert ":no_entry: This event is cancelled: nobody boards." in answer.text
    assert "Clear to board" not in answer.text


def test_the_office_reads_what_must_go_back_and_that_nothing_is_owed(off: BotStage) -> None:
    for text in ("", EID):
        assert "⛔ $125.00 paid must go back" in status(off.olivia, text).text
    assert [(row[0], row[2]) for row in status(off.olivia).table[1:]] == [
        ("⚪ Ana Lima", "$0.00"),
        ("🔵 Dave Kowalski", "-$125.00"),
    ]
    assert ":no_entry: Cancelled: $125.00 paid must go back" in status(off.olivia, f"{EID} dave").text
    assert "⚪ owes nothing" in status(off.olivia, f"{EID} ana").text


def test_once_all_was_refunded_nothing_must_go_back(off: BotStage) -> None:
    form = opened(off.olivia, f"refund {EID} dave 125")
    form.fill("reason", "cancelled").submit()
    assert "Cancelled: nothing is owed" in form.text
    assert "⛔ Nobody has paid, so nothing must go back" in status(off.olivia).text


def test_the_receipt_says_that_the_money_must_go_back(off: BotStage) -> None:
    form = opened(off.dana, f"{EID} ana 20 cash")
    assert "This event is cancelled." in form.text
    form.submit()
    assert "New balance\nCancelled: $20.00 must go back" in form.text


def test_the_form_fills_in_nothing_that_is_not_owed(off: BotStage) -> None:
    assert opened(off.dana, f"{EID} ana cash").values["amount"] is None
    assert "Nothing is owed, so “half” is not an amount." in opened(off.dana, f"{EID} ana half cash").text


def test_an_event_that_is_offered_is_named_as_cancelled_or_finished(bot_stage: BotStage) -> None:
    plant_trips(bot_stage)
    bot_stage.put(bot_stage.row(SUNSET) | {"status": "cancelled"})
    assert "Owen McAllister is on Golden Gate sunset, tomorrow · cancelled." in opened(bot_stage.dana, "owen 20").text
    assert (
        "Walter Osei is on Whale watch, morning, Tue May 12, 8:30 AM · finished."
        in opened(bot_stage.dana, "walter").text
    )


def test_no_link_to_sign_is_offered(off: BotStage) -> None:
    for person in (off.dana, off.olivia):
        assert "Waiver link" not in status(person, f"{EID} ana").text


def test_the_patrons_that_the_form_lists_owe_nothing(off: BotStage) -> None:
    assert opened(off.dana).options("patron")[:2] == [
        "Ana Lima · owes nothing",
        "Dave Kowalski · must get back $125.00",
    ] or opened(off.dana).options("patron")[:2] == ["Dave Kowalski · must get back $125.00", "Ana Lima · owes nothing"]


def test_two_of_one_name_are_distinguished_everywhere(bot_stage: BotStage) -> None:
    line = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(125)}
    bot_stage.put(a_row(patrons={"dave": line, "dave-2": line, "ana": {**line, "name": "Ana Lima"}}))
    for person in (bot_stage.dana, bot_stage.olivia):
        names = [row[0] for row in status(person).table[1:]]
        assert [name.removeprefix("🔴 ") for name in names] == [
            "Ana Lima",
            "Dave Kowalski (id dave)",
            "Dave Kowalski (id dave-2)",
        ]
        question = status(person, "dave kowalski").text
        assert "Dave Kowalski (id dave) ·" in question
        assert "Dave Kowalski (id dave-2) ·" in question
        assert "id dave-2" in status(person, f"{EID} dave-2").text
    bot_stage.dana.command("/waiver", "dave-2")
    assert "Waiver link for Dave Kowalski (id dave-2)'s party" in last(bot_stage.dana).text


def test_a_first_name_that_is_also_an_id_picks_neither_of_two_namesakes(bot_stage: BotStage) -> None:
    line = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(125)}
    bot_stage.put(a_row(patrons={"dave": line, "dave-2": line}))
    form = opened(bot_stage.dana, f"{EID} dave 20 cash")
    assert form.values["patron"] is None
    assert opened(bot_stage.dana, f"{EID} dave-2 20 cash").values["patron"] == "dave-2"
    status(bot_stage.dana, f"{EID} dave")
    assert "id dave" in last(bot_stage.dana).text, "where nothing is written, the id is shown"
