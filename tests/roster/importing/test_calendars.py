"""Events from a calendar: `events import FILE.ics`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.roster.importing.calendars import calendar, imported, starts
from tests.roster.operating import check_problems

if TYPE_CHECKING:
    from tests.roster.operating import Operator


WHEN = {
    "with a zone": ("DTSTART;TZID=America/New_York:20260523T160000", "2026-05-23T13:00:00-07:00"),
    "with a zone as Outlook calls it": (
        "DTSTART;TZID=Pacific Standard Time:20260523T130000",
        "2026-05-23T13:00:00-07:00",
    ),
    "in UTC": ("DTSTART:20260523T200000Z", "2026-05-23T13:00:00-07:00"),
    "floating": ("DTSTART:20260523T130000", "2026-05-23T13:00:00-07:00"),
}


@pytest.mark.parametrize("when", WHEN)
def test_an_event_starts_on_the_boats_clock(operator: Operator, when: str) -> None:
    line, moment = WHEN[when]
    imported(operator, f"UID:1\nSUMMARY:Bay tour\\, with Captain Cory\n{line}")

    assert starts(operator) == {"2026-05-23-captain-cory-afternoon": moment}
    assert operator.rows()[0]["title"] == "Bay tour, with Captain Cory"


def test_a_whole_day_is_a_day_whatever_its_id_says(operator: Operator) -> None:
    imported(operator, "UID:1\nSUMMARY:Sunset sail\nDTSTART;VALUE=DATE:20260523")

    assert starts(operator) == {"2026-05-23-sail-sunset": "2026-05-23"}


def test_a_series_is_as_many_events_as_the_calendar_shows(operator: Operator) -> None:
    series = """UID:1
SUMMARY:Friday sunset
DTSTART;TZID=America/Los_Angeles:20261016T180000
RRULE:FREQ=WEEKLY;UNTIL=20261114T080000Z
EXDATE;TZID=America/Los_Angeles:20261023T180000"""
    moved = """UID:1
RECURRENCE-ID;TZID=America/Los_Angeles:20261030T180000
SUMMARY:Halloween sail
DTSTART;TZID=America/Los_Angeles:20261031T190000"""
    imported(operator, series, moved)

    assert sorted(starts(operator).values()) == [
        "2026-10-16T18:00:00-07:00",
        "2026-10-31T19:00:00-07:00",
        "2026-11-06T18:00:00-08:00",  # six o'clock, also after the clocks went back
        "2026-11-13T18:00:00-08:00",
    ]
    assert "Nothing to do" in imported(operator, series, moved)


@pytest.mark.parametrize("until", ["20261113", "20261113T180000", "20261114T020000Z"])
def test_a_series_ends_on_the_boats_clock(operator: Operator, until: str) -> None:
    rule = f"RRULE:FREQ=WEEKLY;UNTIL={until}"
    start = "DTSTART;TZID=America/Los_Angeles:20261106T180000"
    imported(operator, f"UID:1\nSUMMARY:Friday sail\n{start}\n{rule}")

    assert sorted(eid[:10] for eid in starts(operator)) == ["2026-11-06", "2026-11-13"]


def test_whole_days_repeat_too(operator: Operator) -> None:
    series = "UID:1\nSUMMARY:Festival\nDTSTART;VALUE=DATE:20260703\nRRULE:FREQ=DAILY;UNTIL=20260705"
    more = "EXDATE;VALUE=DATE:20260704\nRDATE;VALUE=DATE:20260710"

    imported(operator, f"{series}\n{more}")

    assert sorted(eid[:10] for eid in starts(operator)) == ["2026-07-03", "2026-07-05", "2026-07-10"]


def test_a_series_without_an_end_wants_one(operator: Operator) -> None:
    file = operator.file("s.ics", calendar("UID:1\nSUMMARY:Daily\nDTSTART:20260501T100000\nRRULE:FREQ=DAILY"))

    refused = operator.run("events", "import", file, "--yes")
    operator.done("events", "import", file, "--yes", "--until", "2026-05-04")

    assert "line 4: repeats without an end. Pass a last day like --until" in refused.stderr
    assert sorted(eid[:10] for eid in starts(operator)) == ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"]


def test_lines_are_counted_also_where_one_is_folded(operator: Operator) -> None:
    folded = "UID:1\nSUMMARY:Bay\n  tour\nDESCRIPTION:first\n BEGIN:VEVENT\nDTSTART:20260523T130000"
    file = operator.file("s.ics", calendar(folded, "UID:2\nSUMMARY:No day"))

    result = operator.run("events", "import", file, "--yes")

    assert "line 12: has no DTSTART" in result.stderr


def test_a_cancelled_event_is_cancelled(operator: Operator) -> None:
    imported(operator, "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000\nSTATUS:CANCELLED")

    assert operator.rows()[0]["status"] == "cancelled"


def test_what_cannot_be_entered_is_reported_by_the_line_where_it_begins(operator: Operator) -> None:
    good = "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000"
    file = operator.file(
        "s.ics",
        calendar(
            good,
            "UID:2\nSUMMARY:Nowhere\nDTSTART;TZID=Nowhere/Land:20260523T130000",
            "UID:3\nSUMMARY:No day",
            "UID:4\nDTSTART:20260524T130000",
            "UID:5\nSUMMARY:Broken\nDTSTART:2026052T130000",
            "UID:8\nSUMMARY:Odd gap\nDTSTART:20260501T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:never",
            "UID:9\nSUMMARY:Long ago\nDTSTART:00010101T000000",
            "UID:6\nSUMMARY:Endless\nDTSTART:20260501T100000\nRRULE:FREQ=SECONDLY;UNTIL=20270101T000000Z",
        ),
    )

    result = operator.run("events", "import", file, "--yes")

    check_problems(
        result,
        {
            9: "unknown time zone, “Nowhere/Land”",
            14: "has no DTSTART",
            18: "has no title",
            22: "DTSTART cannot be read",
            27: "EXDATE cannot be read",
            34: "not in a year from 2000",
            39: "more than 1,000 times",
        },
    )
    assert operator.rows() == []


@pytest.mark.parametrize("text", ["BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "hello\n"])
def test_what_is_no_calendar_ends_in_one_sentence(operator: Operator, text: str) -> None:
    result = operator.run("events", "import", operator.file("s.ics", text), "--yes")

    assert result.exit_code == 1
    assert result.stderr.strip().splitlines()[-1].startswith("Error: s.ics")
