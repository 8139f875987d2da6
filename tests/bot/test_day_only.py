"""An event without a known hour: Slack shows only its day, and the office can set the hour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, logged
from tests.bot.test_edit_event import editing, edits
from tests.bot.test_status import status
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

_HOUR = re.compile(r"\b\d{1,2}:\d{2} [AP]M")


@pytest.fixture(params=["missing", "the day alone", "no moment"])
def timeless(bare_bot_stage: BotStage, request: pytest.FixtureRequest) -> BotStage:
    """The bot over today's event, of which only the day is known."""
    starts = {"missing": {}, "the day alone": {"starts_at": "2026-05-23"}, "no moment": {"starts_at": "after lunch"}}
    bare_bot_stage.put({**a_row(without=["starts_at"]), **starts[request.param]})
    return bare_bot_stage


def test_no_screen_shows_an_hour_that_nobody_knows(timeless: BotStage) -> None:
    screens = [status(timeless.olivia, EID).text]
    timeless.dana.command("/payment-status")
    screens.append(last(timeless.dana).text)
    receipt = logged(timeless.dana, f"{EID} dave 60 cash")
    screens.append(receipt.text)
    receipt.close()
    timeless.dana.command("/board", "cory")
    screens.append(timeless.dana.form.text)
    timeless.dana.command("/waiver", EID)
    screens.append(last(timeless.dana).text)
    timeless.olivia.command("/payment-status", f"edit {EID}")
    screens.append(timeless.olivia.form.text)
    for screen in screens:
        assert not [hour for hour in _HOUR.findall(screen) if hour in {"1:00 PM", "12:00 PM", "12:00 AM"}], screen
    assert "Sat May 23" in screens[0]
    assert "Sat May 23" in screens[2]


def test_the_office_says_the_hour_also_the_assumed_one_and_it_is_shown_from_then_on(timeless: BotStage) -> None:
    before = timeless.row().get("starts_at")
    form = editing(timeless.olivia)
    assert (form.values["day"], form.values["time"] or "") == ("2026-05-23", "")
    form.fill("boat", "Osprey").submit()
    assert timeless.row().get("starts_at") == before, "another field leaves it as it is"

    editing(timeless.olivia).fill("time", "13:00").submit()

    assert timeless.row()["starts_at"] == "2026-05-23T13:00:00-07:00"
    assert ("starts_at", "2026-05-23", "2026-05-23T13:00:00-07:00", "") in edits(timeless)
    assert "Sat May 23, 1:00 PM" in status(timeless.olivia, EID).text
    assert "start Sat May 23 → Sat May 23, 1:00 PM" in status(timeless.olivia, f"{EID} since 10:00").text
    form = editing(timeless.olivia)
    form.fill("time", "").submit()
    assert "time" in form.errors, "a known hour is not taken away by leaving it out"


def test_a_new_day_without_an_hour_is_written_as_a_day(timeless: BotStage) -> None:
    form = editing(timeless.olivia)
    form.fill("day", "2026-06-01")
    assert "The id becomes 2026-06-01-captain-cory-afternoon." in form.text
    form.submit()
    row = timeless.row("2026-06-01-captain-cory-afternoon")
    assert (row["starts_at"], row["month"]) == ("2026-06-01", "2026-06")
    assert "Mon Jun 1 ·" in status(timeless.olivia, "2026-06-01-captain-cory-afternoon").text


def test_an_event_that_crew_rows_alone_make_known_has_a_day_and_no_hour(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.put(a_crew_row())
    shown = status(bare_bot_stage.olivia, EID).text
    assert "Sat May 23 ·" in shown
    assert "1:00 PM" not in shown
