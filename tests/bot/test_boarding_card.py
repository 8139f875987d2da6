"""`/payment-status … public`: the request for the live boarding card, which the table's stream then posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import Dock

SUNSET = "2026-05-24-sunset-evening"


def test_the_request_is_one_write_and_the_answer_for_the_asker_alone(dock: Dock) -> None:
    with dock.counting() as cost:
        dock.dana.command("/payment-status", f"{EID} public")
    answer = last(dock.dana)
    assert answer.ephemeral
    assert answer.text == (
        "The boarding card of Captain Cory, afternoon goes to #trip-captain-cory. "
        "It shows who is clear to board, without amounts, and keeps itself up to date."
    )
    assert dock.row()["card_asked_at"] == "2026-05-23T20:30:00.000Z"
    assert cost.table["UpdateItem"] == 1
    assert dock.marco.sees() == []


@pytest.mark.parametrize("text", ["public", "PUBLIC", "cory public", "cory afternoon  Public ", "2026-05-23 public"])
def test_the_event_is_found_by_its_words_its_day_or_as_the_only_one_today(dock: Dock, text: str) -> None:
    dock.remember_events()
    dock.dana.command("/payment-status", text)
    assert "goes to #trip-captain-cory" in last(dock.dana).text
    assert "card_asked_at" in dock.row()


def test_the_channels_own_event_is_meant_where_none_is_named(dock: Dock) -> None:
    dock.put(a_row(SUNSET, title="Sunset", channel="C0SUNSET"))
    dock.dana.command("/payment-status", "public", channel="C0SUNSET")
    assert "card_asked_at" in dock.row(SUNSET)
    assert "card_asked_at" not in dock.row()


def test_nothing_is_guessed_for_a_whole_channel(dock: Dock) -> None:
    dock.put(a_row("2026-05-23-captain-cory-evening", title="Captain Cory, evening", channel="C0SUNSET"))
    dock.dana.command("/payment-status", "cory public")
    assert last(dock.dana).text.splitlines()[1:] == [
        f"• Captain Cory, afternoon: /payment-status {EID} public",
        "• Captain Cory, evening: /payment-status 2026-05-23-captain-cory-evening public",
    ]
    assert "card_asked_at" not in dock.row()


def test_where_nothing_is_coming_the_answer_shows_how_to_name_an_event(bare_dock: Dock) -> None:
    bare_dock.dana.command("/payment-status", "public")
    assert "/payment-status 2026-05-23-captain-cory-afternoon public" in last(bare_dock.dana).text


def test_an_event_without_a_channel_gets_its_card_in_the_offices(dock: Dock) -> None:
    dock.put(a_row(without=["channel"]))
    dock.dana.command("/payment-status", f"{EID} public")
    assert "goes to the office's channel" in last(dock.dana).text


def test_an_event_that_only_crew_rows_know_gets_its_row_with_the_request(bare_dock: Dock) -> None:
    bare_dock.put(a_crew_row())
    bare_dock.dana.command("/payment-status", f"{EID} public")
    assert bare_dock.row()["card_asked_at"] == "2026-05-23T20:30:00.000Z"
    assert bare_dock.row()["payments"] == {}


def test_a_later_request_is_another_one(dock: Dock) -> None:
    dock.dana.command("/payment-status", f"{EID} public")
    first = dock.row()["card_asked_at"]
    dock.clock.moment = dock.clock.moment.replace(minute=45)
    dock.dana.command("/payment-status", f"{EID} public")
    assert dock.row()["card_asked_at"] > first


@pytest.mark.parametrize(
    ("text", "said"),
    [("2026-05-29-nobody-knows public", "no event"), ("2026-13-45-x public", "no event")],
)
def test_what_is_no_event_is_refused_in_words(dock: Dock, text: str, said: str) -> None:
    dock.dana.command("/payment-status", text)
    assert last(dock.dana).ephemeral
    assert said in last(dock.dana).text


def test_a_cancelled_event_gets_no_card(dock: Dock) -> None:
    dock.put(a_row(status="cancelled"))
    dock.dana.command("/payment-status", f"{EID} public")
    assert "cancelled" in last(dock.dana).text
    assert "card_asked_at" not in dock.row()


def test_guests_cannot_ask_for_a_card(dock: Dock) -> None:
    dock.gus.command("/payment-status", f"{EID} public")
    assert "Sorry" in last(dock.gus).text
    assert "card_asked_at" not in dock.row()


def test_help_names_it_and_public_alone_in_the_middle_is_a_word_like_any(dock: Dock) -> None:
    dock.dana.command("/payment-status", "help")
    assert "cory afternoon public" in last(dock.dana).text
    dock.dana.command("/payment-status", "public dave")
    assert "card_asked_at" not in dock.row()


def test_when_the_table_is_down_the_asker_hears_of_it(dock: Dock) -> None:
    dock.world.table_faults.fail_next("UpdateItem", throttle=True, times=2)
    dock.dana.command("/payment-status", f"{EID} public")
    assert "card_asked_at" not in dock.row()
    assert last(dock.dana).ephemeral
