"""The person whom a command means, and the offer if they are on another trip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import opened
from tests.bot.trips import BO, HALF, ISLAND, SUNSET, a_line, a_trip, plant_trips, the_button
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.fixture
def season(bot_stage: BotStage) -> BotStage:
    """The trips of `plant_trips`."""
    plant_trips(bot_stage)
    return bot_stage


def test_a_surname_that_fits_nobody_leaves_the_patron_empty(season: BotStage) -> None:
    for text in ("dave mercer 75", "mercer dave 75", "dave zeppelin 75", "ana kowalski 75"):
        form = opened(season.dana, f"{EID} {text}")
        assert form.values["patron"] is None, text
        assert f"You typed “{text.removesuffix(' 75')}”." in form.text


def test_two_of_one_first_name_are_asked_about_though_one_has_it_for_an_id(season: BotStage) -> None:
    season.put(a_row(patrons={"dave": a_line("Dave Kowalski"), "d2": a_line("Dave Mercer")}))
    form = opened(season.dana, f"{EID} dave 75")
    assert form.values["patron"] is None
    assert opened(season.dana, f"{EID} dave mercer 75").values["patron"] == "d2"
    assert opened(season.dana, f"{EID} dave kowalski 75").values["patron"] == "dave"


def test_a_patron_of_another_near_event_is_offered_and_one_press_switches(season: BotStage) -> None:
    form = opened(season.dana, "owen half cash")
    assert (form.values["event"], form.values["patron"]) == (EID, None)
    assert "Owen McAllister is on Golden Gate sunset, tomorrow." in form.text
    block_id, button = the_button(form, "Switch", "Owen")
    season.slack.act("U0DANA", form.id, block_id, button["action_id"])
    assert not season.dana.troubles, season.dana.trouble_log
    assert form.values == {
        "event": SUNSET,
        "patron": "owen",
        "amount": "37.50",
        "method": "cash",
        "notes": None,
        "tip": None,
    }
    form.choose("patron", "owen")
    assert form.values["event"] == SUNSET
    form.submit()
    assert form.title == "Payment logged"
    assert season.paid(SUNSET) == {"owen": "37.50"}


def test_switching_keeps_what_was_typed_and_drops_what_was_filled_in(season: BotStage) -> None:
    form = opened(season.dana, "dave mercer 60 cash paid on the dock")
    assert "Dave Mercer is on Angel Island, Sun Jun 28, 10:30 AM." in form.text
    block_id, button = the_button(form, "Switch", "Mercer")
    season.slack.act("U0DANA", form.id, block_id, button["action_id"])
    assert form.values == {
        "event": ISLAND, "patron": "dave2", "amount": "60", "method": "cash", "notes": "paid on the dock", "tip": None,
    }  # fmt: skip
    form.choose("event", "cory")
    assert form.values["event"] == EID


def test_several_events_with_that_name_are_listed(season: BotStage) -> None:
    season.put(a_trip("2026-05-30-reef-dive", "Reef dive", "10:00", o2="Owen Pratt"))
    form = opened(season.dana, "owen 95")
    assert form.values["patron"] is None
    assert "Owen McAllister is on Golden Gate sunset, tomorrow." in form.text
    assert "Owen Pratt is on Reef dive, Sat May 30, 10:00 AM." in form.text


def test_words_of_two_events_are_settled_by_the_roster_or_asked_about(season: BotStage) -> None:
    season.put(a_row(patrons={"angel": a_line("Angel Ruiz"), "dave": a_line("Dave Kowalski")}))
    form = opened(season.dana, "cory angel 60")
    assert (form.values["event"], form.values["patron"]) == (EID, "angel")
    form = opened(season.dana, "cory whale 60")
    assert form.values["event"] is None
    assert "“cory whale” fits several events." in form.text


def test_the_beginning_of_a_title_does_not_outrank_a_patron_of_the_likeliest_event(season: BotStage) -> None:
    season.put(a_trip("2026-06-12-danube-cruise", "Danube cruise", "10:00"))
    season.put(a_row(patrons={"dan": a_line("Dan Brown")}))
    form = opened(season.dana, "dan 60")
    assert (form.values["event"], form.values["patron"]) == (EID, "dan")


def test_two_people_in_one_command_are_a_question(season: BotStage) -> None:
    for text in ("dave ana 250", "dave 60 for ana"):
        form = opened(season.dana, f"{EID} {text} cash")
        assert form.values["patron"] is None, text
        assert "Please pick who that is from the list." in form.text


def test_of_several_trips_that_the_words_fit_the_one_with_the_patron_is_meant(season: BotStage) -> None:
    for text, meant in {
        "tomorrow owen": (SUNSET, "owen"),
        "this weekend owen": (SUNSET, "owen"),
        "tomorrow bo li": (BO, "bo"),
        "next month dave mercer": (ISLAND, "dave2"),
        "in june mercer": (ISLAND, "dave2"),
    }.items():
        form = opened(season.dana, text)
        assert (form.values["event"], form.values["patron"]) == meant, text


def test_a_name_that_begins_like_the_event_is_found_by_its_initial_too(season: BotStage) -> None:
    for text in ("bo l 60", "bo l. 60", "captain bo bo 60", "bo tomorrow bo 60"):
        form = opened(season.dana, text)
        assert (form.values["event"], form.values["patron"], form.values["notes"]) == (BO, "bo", None), text
        assert "Not understood" not in form.text
    assert opened(season.dana, "bo jones 60").values["patron"] is None


def test_every_apostrophe_is_part_of_a_name(season: BotStage) -> None:
    for apostrophe in "'’‘ʼ`´′＇":
        form = opened(season.dana, f"{HALF} o{apostrophe}hara 60")
        assert (form.values["patron"], form.values["notes"]) == ("pat", None), apostrophe


def test_words_around_a_name_are_no_part_of_it(season: BotStage) -> None:
    season.put(
        a_row(patrons={"dave": a_line("Dave Kowalski"), "theo": a_line("Theo Brandt"), "nowak": a_line("Eva Nowak")})
    )
    for text in (
        "mr kowalski",
        "please log dave",
        "the dave trip",
        "@dave",
        "dave's",
        "d\u200bave",
        "dave k.",
        "(dave)",
    ):
        form = opened(season.dana, f"{EID} {text} 20 cash")
        assert form.values["patron"] == "dave", text
        assert "Not understood" not in form.text, text
    form = opened(season.dana, f"{EID} dave kowalski lunch 20 cash now")
    assert (form.values["patron"], form.values["notes"]) == ("dave", "now")
    assert "Not understood: “lunch”." in form.text
