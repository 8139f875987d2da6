"""Dates and times in a file: read where they are certain, else refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.roster.operating import Operator

MOMENTS = {
    "13-Dec-26": "2026-12-13",
    "13 Dec 2026": "2026-12-13",
    "13/Dec/2026": "2026-12-13",
    "Dec 13, 2026": "2026-12-13",
    "Dec-13-2026": "2026-12-13",
    "Dec 13 '26": "2026-12-13",
    "2026-Dec-13": "2026-12-13",
    "20261213": "2026-12-13",
    "13th of December 2026": "2026-12-13",
    "Sat 13 Dec 2026 9:00 AM": "2026-12-13T09:00",
    "Sun 12/13/2026 5 PM": "2026-12-13T17:00",
    "Dec 13, 2026 at 5:30 pm": "2026-12-13T17:30",
    "2026-12-13 5:00 PM - 7:00 PM": "2026-12-13T17:00",
    "2026-12-13 09:00-11:00": "2026-12-13T09:00",
    "2026-12-13T09:00-08:00": "2026-12-13T09:00",
    "46369": "2026-12-13",
    "46369.75": "2026-12-13T18:00",
    "46369.5416666667": "2026-12-13T13:00",
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_read_however_it_is_written(operator: Operator, text: str) -> None:
    operator.imported("events", f'name,date\nBay tour,"{text}"\n')

    read = MOMENTS[text]
    assert operator.rows()[0]["starts_at"] == (f"{read}:00-08:00" if "T" in read else read)


TIMES = {
    "5:00 PM - 7:00 PM": "17:00",
    "5:00 – 7:00 PM": "17:00",
    "5-7pm": "17:00",
    "11:00 - 1:00 PM": "11:00",
    "10am to noon": "10:00",
    "from 5pm until 7pm": "17:00",
    "17:00-19:00": "17:00",
    "17h00": "17:00",
    "17h": "17:00",
    "0900": "09:00",
    "1730 hrs": "17:30",
    "17:30 Uhr": "17:30",
    "0.75": "18:00",
    "0.541666666666667": "13:00",
    ".5": "12:00",
}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_read_however_it_is_written(operator: Operator, text: str) -> None:
    operator.imported("events", f"name,date,time\nBay tour,2026-12-13,{text}\n")

    assert operator.rows()[0]["starts_at"] == f"2026-12-13T{TIMES[text]}:00-08:00"


@pytest.mark.parametrize("text", ["17-19", "5", "0.30", "0.54", "9:00 AM / 1:00 PM", "5 o'clock", "7 PM -", "soon"])
def test_a_time_that_may_be_several_is_refused(operator: Operator, text: str) -> None:
    result = operator.importing("events", f"name,date,time\nBay tour,2026-12-13,{text}\n")

    assert f"line 2: time: “{text}” is not a time" in result.stderr
    assert operator.rows() == []


@pytest.mark.parametrize("text", ["Dec 13", "13 Dec 9:00 AM", "12345", "99999", "next Sunday", "46369.123"])
def test_a_date_that_is_not_certain_is_refused(operator: Operator, text: str) -> None:
    result = operator.importing("events", f"name,date\nBay tour,{text}\n")

    assert "line 2: date: “" in result.stderr
    assert operator.rows() == []


def test_a_spreadsheets_own_numbers_are_shown_as_what_they_were_read_as(operator: Operator) -> None:
    result = operator.done("events", "import", operator.file("s.csv", "name,date\nBay,46165\n"), "--dry-run")

    assert "spreadsheet's own number" in result.stderr
    assert "46165 is 2026-05-23" in result.stderr


def test_a_date_that_could_be_two_is_asked_for_unless_the_file_itself_decides(operator: Operator) -> None:
    unsure = operator.file("s.csv", "name,date\nBay,05/06/2026\n")
    sure = operator.file("t.csv", "name,date\nBay,05/06/2026\nSunset,25/06/2026\n")

    refused = operator.run("events", "import", unsure, "--yes")
    operator.done("events", "import", sure, "--yes")

    assert "--dates month-first or --dates day-first" in refused.stderr
    assert sorted(row["month"] for row in operator.rows()) == ["2026-06", "2026-06"]
