"""The event that a command means, for any spelling of its name and in any month, and never silently another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, opened
from tests.bot.trips import BO, HALF, ISLAND, SUNSET, WHALE, YEAR, a_trip, plant_trips, the_button
from tests.builders import EID

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.fixture
def season(bot_stage: BotStage) -> BotStage:
    """The trips of `plant_trips`."""
    plant_trips(bot_stage)
    return bot_stage


NAMED = {
    f"`{BO}`": BO,
    f"*{BO}*": BO,
    f"_{BO}_": BO,
    f"~{BO}~": BO,
    f"<{BO}>": BO,
    f"({BO}),": BO,
    f"“{BO}”": BO,
    f"{BO}.": BO,
    f"\u2068{BO}\u2069": BO,
    BO.replace("-", "‑"): BO,
    BO.replace("-", "–"): BO,
    BO.upper(): BO,
    f"https://trips.example.com/g/{BO}/waiver": BO,
    f"<https://trips.example.com/g/{BO}/waiver|Read and sign it here>": BO,
    f"https://trips.example.com/g/{BO}/waiver?qr": BO,
    "half-day": HALF,
    "half day": HALF,
    "captain-bo": BO,
    "Captain Bo's": BO,
    "sunday’s bo": BO,
    "sunday's sunset": SUNSET,
    "tomorrow sunset": SUNSET,
    "bo 5/24": BO,
    "bo 05/24/2026": BO,
    "bo May 24": BO,
    "bo May 24th, 2026": BO,
    "bo 24 May": BO,
    "24th of May bo": BO,
    "bo 24.5.": BO,
    "bo 2026-05-24": BO,
    "6/28": ISLAND,
    "june 28": ISLAND,
    "angel island": ISLAND,
    "ANGEL\u00a0ISLAND": ISLAND,
    "ángel island": ISLAND,
    "opening day": YEAR,
    "whale": WHALE,
    "#trip-sunset": SUNSET,
    "<#C0SUNSET|trip-sunset>": SUNSET,
    "golden-gate": SUNSET,
    f"#{BO}": BO,
    "goldengate": SUNSET,
    "halfday": HALF,
    "skipper bo": BO,
    "bo tmrw": BO,
    "tmrw sunset": SUNSET,
    "tomorow sunset": SUNSET,
    "2moro sunset": SUNSET,
    "sundays sunset": SUNSET,
    "bo 5-24": BO,
    "bo 24-5": BO,
    "bo may24": BO,
    "bo 24may": BO,
    "bo 20260524": BO,
    "bo the 24th": BO,
    "24th bo": BO,
    "june's": ISLAND,
    "1st of august": HALF,
    "the 12th": WHALE,
}


@pytest.mark.parametrize("remembered", [False, True], ids=["cold", "warm"])
def test_an_event_is_understood_however_it_is_written(season: BotStage, *, remembered: bool) -> None:
    if remembered:
        season.remember_events()
    for command in ("/log-payment", "/payment-status"):
        found = {}
        for text in NAMED:
            season.dana.command(command, text)
            assert not season.dana.troubles, season.dana.trouble_log
            if command == "/log-payment":
                found[text] = season.dana.form.values["event"]
                assert season.dana.form.values["notes"] is None, text
            else:
                found[text] = next((eid for eid in (*NAMED.values(), EID) if eid in last(season.dana).text), None)
        assert found == NAMED


def test_ordinals_of_something_else_are_no_days(season: BotStage) -> None:
    for text in ("dave 60 the 2nd half", "dave 60 3rd payment", "dave 60 4th seat", "dave 60 1st time"):
        form = opened(season.dana, f"{text} cash")
        assert (form.values["event"], form.values["patron"], form.values["amount"]) == (EID, "dave", "60"), text


MISSED = {
    "july": "“july” fits no event.",
    "the 27th": "“27th” fits no event.",
    "captain zed": "“captain zed” fits no event.",
    "captain-zed": "“captain-zed” fits no event.",
    "zeppelin cruise": "“zeppelin cruise” fits no event.",
    "cory morning": "“cory morning” fits no event.",
    "cory tomorrow": "“cory tomorrow” fits no event.",
    "tuesday": "“tuesday” fits no event.",
    "5/25": "“5/25” fits no event.",
    "#trip-zeppelin": "“#trip-zeppelin” fits no event.",
    "half-day-sail": "“half-day-sail” fits no event.",
    "2026-05-24-captain-kori": "There is no event “2026-05-24-captain-kori”.",
    "2026-05-25": "There is no event “2026-05-25”.",
}


def test_what_names_an_event_and_fits_none_is_said_with_the_nearest_candidates(season: BotStage) -> None:
    for text, said in MISSED.items():
        form = opened(season.dana, f"{text} dave 75 cash")
        assert form.values["event"] is None, text
        assert said in form.text, (text, form.text)
        assert "Take this" in form.text, text
        assert (form.values["patron"], form.values["amount"]) == (None, "75")
        season.dana.command("/payment-status", text)
        assert said in last(season.dana).text
        assert "Open" in last(season.dana).text


def test_a_candidate_is_taken_with_one_press(season: BotStage) -> None:
    form = opened(season.dana, "captain zed bo 60 cash")
    index, button = the_button(form, "Take this", "Captain Bo")
    season.slack.act("U0DANA", form.id, index, button["action_id"])
    assert (form.values["event"], form.values["amount"]) == (BO, "60")
    assert "fits no event" not in form.text


def test_a_trip_of_next_month_is_found_and_not_todays_dave(season: BotStage) -> None:
    form = opened(season.dana, "angel island dave 75")
    assert (form.values["event"], form.values["patron"], form.values["amount"]) == (ISLAND, "dave2", "75")


def test_the_first_command_of_a_process_finds_the_patron(season: BotStage) -> None:
    season.restart()
    form = opened(season.dana, "dave 120 cash")
    assert (form.values["event"], form.values["patron"], form.values["amount"]) == (EID, "dave", "120")


def test_an_event_that_was_written_a_moment_ago_is_found(season: BotStage) -> None:
    season.remember_events()
    season.put(a_trip("2026-07-04-mystery-cruise", "Mystery cruise", "10:00", kim="Kim Cho"))
    form = opened(season.dana, "mystery cruise kim")
    assert (form.values["event"], form.values["patron"]) == ("2026-07-04-mystery-cruise", "kim")


def test_a_finished_event_is_named_as_finished(season: BotStage) -> None:
    assert "This event is finished." in opened(season.dana, "whale walter 20").text
    assert "This event is finished." not in opened(season.dana, "cory dave 20").text
    season.dana.command("/payment-status", "whale")
    assert f"{WHALE} · finished" in last(season.dana).text
    season.olivia.command("/payment-status", "whale walter")
    assert "Whale watch, morning · Tue May 12, 8:30 AM · finished" in last(season.olivia).text


ORDER = {("", "C0SUNSET"): SUNSET, ("", "C0CORY"): EID, ("", "C0DOCK"): EID}


def test_every_command_guesses_in_one_order(season: BotStage) -> None:
    for (text, channel), eid in ORDER.items():
        assert opened(season.dana, text, channel=channel).values["event"] == eid
    season.dana.command("/payment-status", "owen", channel="C0SUNSET")
    assert "Golden Gate sunset" in last(season.dana, "C0SUNSET").text
    season.dana.command("/waiver", "", channel="C0SUNSET")
    assert f"/g/{SUNSET}/waiver" in last(season.dana, "C0SUNSET").fallback


def test_when_something_was_paid_does_not_name_an_event(season: BotStage) -> None:
    for note in ("paid yesterday", "paid this morning", "rest on sunday", "rest after the sunset"):
        form = opened(season.dana, f"dave 60 cash {note}")
        assert (form.values["event"], form.values["patron"], form.values["notes"]) == (EID, "dave", note)


def test_somebody_of_a_past_month_is_found_by_the_status(season: BotStage) -> None:
    season.put(
        a_trip("2026-03-14-reef-dive", "Reef dive", "10:00", zoe="Zoë Ångström", kim="Kim Cho"),
        a_trip("2026-04-11-whale-watch", "Whale watch", "10:00", kim="Kim Cho"),
    )
    season.olivia.command("/payment-status", "zoe angstrom")
    assert "Zoë Ångström" in last(season.olivia).text
    assert "Reef dive · Sat Mar 14, 10:00 AM · finished" in last(season.olivia).text
    season.olivia.command("/payment-status", "kim")
    assert "Several patrons match. Whom do you mean?" in last(season.olivia).text


def test_a_patron_who_is_not_on_the_named_event_is_shown_where_they_are(season: BotStage) -> None:
    season.olivia.command("/payment-status", "cory owen")
    assert "Nobody on Captain Cory, afternoon is called “owen”. Whom do you mean?" in last(season.olivia).text
    season.olivia.click(last(season.olivia), action_id="payment_status.0")
    assert "Owen McAllister" in last(season.olivia).text
