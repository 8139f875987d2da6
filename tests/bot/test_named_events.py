"""Which event a command means: however its name is written, in whatever month it is, and never silently another."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import last, opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import Dock

BO = "2026-05-24-captain-bo-morning"
SUNSET = "2026-05-24-golden-gate-sunset"
ISLAND = "2026-06-28-angel-island"
HALF = "2026-08-01-half-day-fishing"
YEAR = "2027-05-02-opening-day"
WHALE = "2026-05-12-whale-watch-morning"


def _line(name: str, due: int = 75) -> dict[str, Any]:
    return {"name": name, "party": Decimal(1), "due": Decimal(due)}


def _trip(eid: str, title: str, hour: str, channel: str = "", **patrons: str) -> dict[str, Any]:
    roster = {key: _line(name) for key, name in patrons.items()}
    offset = "-07:00"
    row = a_row(
        eid, title=title, starts_at=f"{eid[:10]}T{hour}:00{offset}", patrons=roster, channel=channel or "C0OFFICE"
    )
    return {name: value for name, value in row.items() if channel or name != "channel"}


@pytest.fixture
def season(dock: Dock) -> Dock:
    """This afternoon's trip with Dave Kowalski, and others from last week to next year."""
    dock.put(
        _trip(BO, "Captain Bo, morning", "09:00", bo="Bo Li"),
        _trip(SUNSET, "Golden Gate sunset", "18:00", "C0SUNSET", owen="Owen McAllister"),
        _trip(ISLAND, "Angel Island", "10:30", dave2="Dave Mercer"),
        _trip(HALF, "Half-day fishing", "07:00", pat="Pat O'Hara"),
        _trip(YEAR, "Opening day", "11:00", ines="Ines Duarte"),
        _trip(WHALE, "Whale watch, morning", "08:30", walter="Walter Osei"),
    )
    return dock


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
}


@pytest.mark.parametrize("remembered", [False, True], ids=["cold", "warm"])
def test_an_event_is_understood_however_it_is_written(season: Dock, *, remembered: bool) -> None:
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


MISSED = {
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


def test_what_names_an_event_and_fits_none_is_said_with_the_nearest_candidates(season: Dock) -> None:
    for text, said in MISSED.items():
        form = opened(season.dana, f"{text} dave 75 cash")
        assert form.values["event"] is None, text
        assert said in form.text, (text, form.text)
        assert "Take this" in form.text, text
        assert (form.values["patron"], form.values["amount"]) == (None, "75")
        season.dana.command("/payment-status", text)
        assert said in last(season.dana).text
        assert "Open" in last(season.dana).text


def test_a_candidate_is_taken_with_one_press(season: Dock) -> None:
    form = opened(season.dana, "captain zed bo 60 cash")
    index, button = _buttons(form, "Take this", "Captain Bo")
    season.slack.act("U0DANA", form.id, index, button["action_id"])
    assert (form.values["event"], form.values["amount"]) == (BO, "60")
    assert "fits no event" not in form.text


def test_a_trip_of_next_month_is_found_and_not_todays_dave(season: Dock) -> None:
    form = opened(season.dana, "angel island dave 75")
    assert (form.values["event"], form.values["patron"], form.values["amount"]) == (ISLAND, "dave2", "75")


def test_the_first_command_of_a_process_finds_the_patron(season: Dock) -> None:
    season.restart()
    form = opened(season.dana, "dave 120 cash")
    assert (form.values["event"], form.values["patron"], form.values["amount"]) == (EID, "dave", "120")


def test_an_event_that_was_written_a_moment_ago_is_found(season: Dock) -> None:
    season.remember_events()
    season.put(_trip("2026-07-04-mystery-cruise", "Mystery cruise", "10:00", kim="Kim Cho"))
    form = opened(season.dana, "mystery cruise kim")
    assert (form.values["event"], form.values["patron"]) == ("2026-07-04-mystery-cruise", "kim")


def test_a_surname_that_fits_nobody_leaves_the_patron_empty(season: Dock) -> None:
    for text in ("dave mercer 75", "mercer dave 75", "dave zeppelin 75", "ana kowalski 75"):
        form = opened(season.dana, f"{EID} {text}")
        assert form.values["patron"] is None, text
        assert f"You typed “{text.removesuffix(' 75')}”." in form.text


def test_two_of_one_first_name_are_asked_about_though_one_has_it_for_an_id(season: Dock) -> None:
    season.put(a_row(patrons={"dave": _line("Dave Kowalski"), "d2": _line("Dave Mercer")}))
    form = opened(season.dana, f"{EID} dave 75")
    assert form.values["patron"] is None
    assert opened(season.dana, f"{EID} dave mercer 75").values["patron"] == "d2"
    assert opened(season.dana, f"{EID} dave kowalski 75").values["patron"] == "dave"


def _buttons(form: Modal, label: str, about: str) -> tuple[str, dict[str, Any]]:
    """The block id and the button of that label beside a text."""
    return next(
        (block["block_id"], block["accessory"])
        for block in form.view["blocks"]
        if block.get("accessory", {}).get("text", {}).get("text") == label and about in block["text"]["text"]
    )


def test_a_patron_of_another_near_event_is_offered_and_one_press_switches(season: Dock) -> None:
    form = opened(season.dana, "owen half cash")
    assert (form.values["event"], form.values["patron"]) == (EID, None)
    assert "Owen McAllister is on Golden Gate sunset, tomorrow." in form.text
    block_id, button = _buttons(form, "Switch", "Owen")
    season.slack.act("U0DANA", form.id, block_id, button["action_id"])
    assert not season.dana.troubles, season.dana.trouble_log
    assert form.values == {"event": SUNSET, "patron": "owen", "amount": "37.50", "method": "cash", "notes": None}
    form.choose("patron", "owen")
    assert form.values["event"] == SUNSET
    form.submit()
    assert form.title == "Payment logged"
    assert season.paid(SUNSET) == {"owen": "37.50"}


def test_switching_keeps_what_was_typed_and_drops_what_was_filled_in(season: Dock) -> None:
    form = opened(season.dana, "dave mercer 60 cash paid on the dock")
    assert "Dave Mercer is on Angel Island, Sun Jun 28, 10:30 AM." in form.text
    block_id, button = _buttons(form, "Switch", "Mercer")
    season.slack.act("U0DANA", form.id, block_id, button["action_id"])
    assert form.values == {
        "event": ISLAND, "patron": "dave2", "amount": "60", "method": "cash", "notes": "paid on the dock",
    }  # fmt: skip
    form.choose("event", "cory")
    assert form.values["event"] == EID


def test_several_events_with_that_name_are_listed(season: Dock) -> None:
    season.put(_trip("2026-05-30-reef-dive", "Reef dive", "10:00", o2="Owen Pratt"))
    form = opened(season.dana, "owen 95")
    assert form.values["patron"] is None
    assert "Owen McAllister is on Golden Gate sunset, tomorrow." in form.text
    assert "Owen Pratt is on Reef dive, Sat May 30, 10:00 AM." in form.text


def test_words_of_two_events_are_settled_by_the_roster_or_asked_about(season: Dock) -> None:
    season.put(a_row(patrons={"angel": _line("Angel Ruiz"), "dave": _line("Dave Kowalski")}))
    form = opened(season.dana, "cory angel 60")
    assert (form.values["event"], form.values["patron"]) == (EID, "angel")
    form = opened(season.dana, "cory whale 60")
    assert form.values["event"] is None
    assert "“cory whale” fits several events." in form.text


def test_the_beginning_of_a_title_does_not_outrank_a_patron_of_the_likeliest_event(season: Dock) -> None:
    season.put(_trip("2026-06-12-danube-cruise", "Danube cruise", "10:00"))
    season.put(a_row(patrons={"dan": _line("Dan Brown")}))
    form = opened(season.dana, "dan 60")
    assert (form.values["event"], form.values["patron"]) == (EID, "dan")


def test_two_people_in_one_command_are_a_question(season: Dock) -> None:
    for text in ("dave & ana 250", "dave ana 250", "dave 60 for ana"):
        form = opened(season.dana, f"{EID} {text} cash")
        assert form.values["patron"] is None, text
        assert "Please pick who that is from the list." in form.text


def test_of_several_trips_that_the_words_fit_the_one_with_the_patron_is_meant(season: Dock) -> None:
    for text, meant in {
        "tomorrow owen": (SUNSET, "owen"),
        "this weekend owen": (SUNSET, "owen"),
        "tomorrow bo li": (BO, "bo"),
        "next month dave mercer": (ISLAND, "dave2"),
        "in june mercer": (ISLAND, "dave2"),
    }.items():
        form = opened(season.dana, text)
        assert (form.values["event"], form.values["patron"]) == meant, text


def test_words_around_a_name_are_no_part_of_it(season: Dock) -> None:
    season.put(
        a_row(patrons={"dave": _line("Dave Kowalski"), "theo": _line("Theo Brandt"), "nowak": _line("Eva Nowak")})
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


def test_a_finished_event_is_named_as_finished(season: Dock) -> None:
    assert "This event is finished." in opened(season.dana, "whale walter 20").text
    assert "This event is finished." not in opened(season.dana, "cory dave 20").text
    season.dana.command("/payment-status", "whale")
    assert f"{WHALE} · finished" in last(season.dana).text
    season.olivia.command("/payment-status", "whale walter")
    assert "Whale watch, morning · Tue May 12, 8:30 AM · finished" in last(season.olivia).text


ORDER = {("", "C0SUNSET"): SUNSET, ("", "C0CORY"): EID, ("", "C0DOCK"): EID}


def test_every_command_guesses_in_one_order(season: Dock) -> None:
    for (text, channel), eid in ORDER.items():
        assert opened(season.dana, text, channel=channel).values["event"] == eid
    season.dana.command("/payment-status", "owen", channel="C0SUNSET")
    assert "Golden Gate sunset" in last(season.dana, "C0SUNSET").text
    season.dana.command("/waiver", "", channel="C0SUNSET")
    assert f"/g/{SUNSET}/waiver" in last(season.dana, "C0SUNSET").fallback


def test_when_something_was_paid_does_not_name_an_event(season: Dock) -> None:
    for note in ("paid yesterday", "paid this morning", "rest on sunday", "rest after the sunset"):
        form = opened(season.dana, f"dave 60 cash {note}")
        assert (form.values["event"], form.values["patron"], form.values["notes"]) == (EID, "dave", note)


def test_somebody_of_a_past_month_is_found_by_the_status(season: Dock) -> None:
    season.put(
        _trip("2026-03-14-reef-dive", "Reef dive", "10:00", zoe="Zoë Ångström", kim="Kim Cho"),
        _trip("2026-04-11-whale-watch", "Whale watch", "10:00", kim="Kim Cho"),
    )
    season.olivia.command("/payment-status", "zoe angstrom")
    assert "Zoë Ångström" in last(season.olivia).text
    assert "Reef dive · Sat Mar 14, 10:00 AM · finished" in last(season.olivia).text
    season.olivia.command("/payment-status", "kim")
    assert "Several patrons match. Whom do you mean?" in last(season.olivia).text


def test_a_patron_who_is_not_on_the_named_event_is_shown_where_they_are(season: Dock) -> None:
    season.olivia.command("/payment-status", "cory owen")
    assert "Nobody on Captain Cory, afternoon is called “owen”. Whom do you mean?" in last(season.olivia).text
    season.olivia.click(last(season.olivia), action_id="payment_status.0")
    assert "Owen McAllister" in last(season.olivia).text
