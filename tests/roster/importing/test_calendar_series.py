"""Repetitions in a calendar, in the forms that programs write: `events import FILE.ics`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roster.importing.calendars import read_calendar
from tests.builders import ZONE
from tests.roster.importing.calendars import calendar, days, imported, starts
from tests.work import counted_work

LITTLE = 3_000_000  # calls; measured: 890,000 at most

if TYPE_CHECKING:
    from tests.roster.operating import Operator

FRIDAYS = """UID:1
SUMMARY:Friday sunset
DTSTART;TZID=America/Los_Angeles:20261016T180000
RRULE:FREQ=WEEKLY;COUNT=4"""
FOUR = ["2026-10-16T18:00", "2026-10-23T18:00", "2026-10-30T18:00", "2026-11-06T18:00"]
FESTIVAL = "UID:1\nSUMMARY:Festival sunset\nDTSTART;VALUE=DATE:20260703\nRRULE:FREQ=DAILY;COUNT=3"


@pytest.mark.parametrize(
    "left_out",
    [
        "EXDATE;TZID=America/Los_Angeles:20261023T180000",
        "EXDATE;VALUE=DATE:20261023",
        "EXDATE:20261024T010000Z",
        "EXDATE:20261023T180000",
        "EXDATE;TZID=America/New_York:20261023T210000",
        "EXDATE;TZID=Pacific Standard Time:20261023T180000",
    ],
)
def test_a_day_is_left_out_however_it_is_written(operator: Operator, left_out: str) -> None:
    imported(operator, f"{FRIDAYS}\n{left_out}")

    assert days(operator) == [FOUR[0], FOUR[2], FOUR[3]]


@pytest.mark.parametrize("series", ["DTSTART:20261017T010000Z", "DTSTART:20261016T180000"])
@pytest.mark.parametrize(
    "left_out", ["EXDATE;VALUE=DATE:20261023", "EXDATE:20261023T180000", "EXDATE:20261024T010000Z"]
)
def test_a_day_is_left_out_of_series_in_utc_and_without_a_zone(operator: Operator, series: str, left_out: str) -> None:
    imported(operator, f"UID:1\nSUMMARY:Sunset sail\n{series}\nRRULE:FREQ=WEEKLY;COUNT=2\n{left_out}")

    assert days(operator) == [FOUR[0]]


@pytest.mark.parametrize(
    "left_out",
    ["20260704T000000", "20260704T000000Z", "20260704T070000Z", "20260704T180000"],
)
def test_a_moment_is_left_out_of_whole_days(operator: Operator, left_out: str) -> None:
    imported(operator, f"{FESTIVAL}\nEXDATE:{left_out}")

    assert days(operator) == ["2026-07-03", "2026-07-05"]


@pytest.mark.parametrize(
    "more",
    [
        "RDATE;VALUE=DATE:20261107",
        "RDATE:20261108T020000Z",
        "RDATE;VALUE=PERIOD:20261108T020000Z/PT2H",
        "RDATE;TZID=America/New_York:20261107T210000",
    ],
)
def test_a_day_more_is_at_the_time_of_its_series(operator: Operator, more: str) -> None:
    imported(operator, f"{FRIDAYS}\n{more}")

    assert days(operator) == [*FOUR, "2026-11-07T18:00"]


@pytest.mark.parametrize("more", ["RDATE:20260710T000000", "RDATE:20260710T070000Z", "RDATE;VALUE=DATE:20260710"])
def test_a_day_more_of_whole_days_is_a_whole_day(operator: Operator, more: str) -> None:
    imported(operator, f"{FESTIVAL}\n{more}")

    assert days(operator)[-1] == "2026-07-10"
    assert len(days(operator)) == 4


@pytest.mark.parametrize(
    "replaces",
    [
        "RECURRENCE-ID;TZID=America/Los_Angeles:20261030T180000",
        "RECURRENCE-ID;VALUE=DATE:20261030",
        "RECURRENCE-ID:20261031T010000Z",
        "RECURRENCE-ID:20261030T180000",
    ],
)
def test_a_moved_occurrence_is_moved_and_not_doubled(operator: Operator, replaces: str) -> None:
    moved = f"UID:1\n{replaces}\nSUMMARY:Halloween sail\nDTSTART;TZID=America/Los_Angeles:20261031T190000"

    imported(operator, FRIDAYS, moved)

    assert days(operator) == [FOUR[0], FOUR[1], "2026-10-31T19:00", FOUR[3]]
    assert "Nothing to do" in imported(operator, FRIDAYS, moved)


@pytest.mark.parametrize("replaces", ["20260704T000000", "20260704T070000Z", "20260704T000000Z"])
def test_a_whole_day_is_replaced_by_an_event_with_a_time(operator: Operator, replaces: str) -> None:
    moved = f"UID:1\nRECURRENCE-ID:{replaces}\nSUMMARY:Fireworks\nDTSTART;TZID=America/Los_Angeles:20260704T203000"

    imported(operator, FESTIVAL, moved)

    assert days(operator) == ["2026-07-03", "2026-07-04T20:30", "2026-07-05"]


def test_an_override_with_a_rule_of_its_own_is_one_event(operator: Operator) -> None:
    moved = """UID:1
RECURRENCE-ID;TZID=America/Los_Angeles:20261030T180000
SUMMARY:Halloween sail
DTSTART;TZID=America/Los_Angeles:20261031T190000
RRULE:FREQ=WEEKLY;COUNT=4"""

    imported(operator, FRIDAYS, moved)

    assert days(operator) == [FOUR[0], FOUR[1], "2026-10-31T19:00", FOUR[3]]


@pytest.mark.parametrize("turned", [False, True])
def test_the_higher_sequence_counts_in_any_order(operator: Operator, *, turned: bool) -> None:
    old = "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000\nSEQUENCE:1"
    new = "UID:1\nSUMMARY:Bay tour\nDTSTART:20260524T140000\nSEQUENCE:2"

    said = imported(operator, *((new, old) if turned else (old, new)))

    assert days(operator) == ["2026-05-24T14:00"]
    assert "is an older version" in said


def test_one_uid_with_two_meanings_is_asked_for(operator: Operator) -> None:
    file = operator.file(
        "s.ics",
        calendar(
            "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000",
            "UID:1\nSUMMARY:Sunset sail\nDTSTART:20260524T180000",
        ),
    )

    result = operator.run("events", "import", file, "--yes")

    assert "line 9: has the UID of line 4 with other content" in result.stderr
    assert operator.rows() == []


def test_one_event_twice_is_one_event(operator: Operator) -> None:
    event = "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000"

    imported(operator, event, event)

    assert days(operator) == ["2026-05-23T13:00"]


def test_all_later_ones_move_too_where_the_calendar_says_so(operator: Operator) -> None:
    later = """UID:1
RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Los_Angeles:20261030T180000
SUMMARY:Friday sunset\\, earlier
DTSTART;TZID=America/Los_Angeles:20261030T170000"""

    imported(operator, FRIDAYS, later)

    assert days(operator) == [FOUR[0], FOUR[1], "2026-10-30T17:00", "2026-11-06T17:00"]
    assert "Nothing to do" in imported(operator, FRIDAYS, later)


def test_a_series_in_utc_keeps_its_hour_on_the_calendars_clock(operator: Operator) -> None:
    series = "UID:1\nSUMMARY:Friday sunset\nDTSTART:20261031T010000Z\nRRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2"

    imported(operator, series, head="X-WR-TIMEZONE:America/Los_Angeles")

    assert starts(operator) == {
        "2026-10-30-friday-sunset": "2026-10-30T18:00:00-07:00",
        "2026-11-06-friday-sunset": "2026-11-06T18:00:00-08:00",
    }


def test_a_series_of_which_no_day_is_left_is_no_event_and_says_so(operator: Operator) -> None:
    said = imported(operator, FRIDAYS.replace("COUNT=4", "UNTIL=20261001"))

    assert "line 4: its repetition has no day left" in said
    assert days(operator) == []


def test_a_series_that_cannot_be_read_whole_is_not_entered_in_part(operator: Operator) -> None:
    file = operator.file("s.ics", calendar(FRIDAYS, "UID:1\nRECURRENCE-ID:2026T\nSUMMARY:Odd\nDTSTART:20261031T190000"))

    result = operator.run("events", "import", file, "--yes", "--skip-bad")

    assert "line 10: its RECURRENCE-ID cannot be read" in result.stderr
    assert "line 4: belongs to the series of line 10" in result.stderr
    assert operator.rows() == []


NEVER_ENDING = {
    "FREQ=SECONDLY;UNTIL=20270101T000000Z": "more than 1,000 times",
    "FREQ=MINUTELY;COUNT=100000": "more than 1,000 times",
    "FREQ=SECONDLY": "without an end",
    "FREQ=SECONDLY;COUNT=3;BYSETPOS=2": "with conditions",
    "FREQ=SECONDLY;COUNT=900;BYHOUR=10;BYMINUTE=0;BYSECOND=0": "with conditions",
    "FREQ=HOURLY;COUNT=3;BYSETPOS=2": "with conditions",
    "FREQ=HOURLY;COUNT=3;BYMONTH=2;BYMONTHDAY=30": "with conditions",
    "FREQ=HOURLY;COUNT=3;BYHOUR=3;BYYEARDAY=366": "with conditions",
    "FREQ=DAILY;COUNT=3;BYMONTH=2;BYMONTHDAY=30": "no day fits",
    "FREQ=DAILY;UNTIL=20260601;BYSETPOS=5": "no day fits",
    "FREQ=YEARLY;COUNT=3;BYMONTH=2;BYMONTHDAY=30": "no day fits",
    "FREQ=DAILY;INTERVAL=0;COUNT=3": "INTERVAL",
    "FREQ=DAILY;COUNT=-1": "without an end",
    "FREQ=DAILY;UNTIL=99991231": "more than 1,000 times",
    "FREQ=NEVER;COUNT=3": "cannot be read",
    "FREQ=MONTHLY;COUNT=3;RSCALE=CHINESE": "cannot be read",
}


@pytest.mark.parametrize("rule", NEVER_ENDING)
def test_a_rule_without_sense_is_refused_at_once(rule: str) -> None:
    text = calendar(f"UID:1\nSUMMARY:Sail\nDTSTART:20260501T100000\nRRULE:{rule}")

    with counted_work() as work:
        reading = read_calendar(text, [4], zone=ZONE, until=None, file="s.ics")

    assert work.calls < LITTLE
    assert [problem.line for problem in reading.problems] == [4]
    assert NEVER_ENDING[rule] in reading.problems[0].reason
    assert reading.drafts == []


OFTEN = {
    "20260930T235500;FREQ=SECONDLY;INTERVAL=8": 38,
    "20260930T235900;FREQ=MINUTELY": 1,
    "20260930T235500;FREQ=SECONDLY;COUNT=100000": 300,
    "20260930T220000;FREQ=HOURLY": 2,
    "20261001T000000;FREQ=SECONDLY": 0,
    "20261001T120000;FREQ=SECONDLY;INTERVAL=8;UNTIL=20261231T000000Z": 0,
    "20260930T235500Z;FREQ=SECONDLY;INTERVAL=8": "more than 1,000 times",
    "20261001T065500Z;FREQ=SECONDLY;INTERVAL=8": 38,
    "20260930T000000Z;FREQ=HOURLY;INTERVAL=2": 16,
}


@pytest.mark.parametrize("series", OFTEN)
def test_a_series_of_seconds_ends_with_the_last_day_and_costs_no_more_than_its_events(series: str) -> None:
    start, _, rule = series.partition(";")
    text = calendar(f"UID:1\nSUMMARY:Sail\nDTSTART:{start}\nRRULE:{rule}")

    with counted_work() as work:
        reading = read_calendar(text, [4], zone=ZONE, until=date(2026, 9, 30), file="s.ics")

    assert work.calls < LITTLE
    reasons = "".join(problem.reason for problem in reading.problems)
    assert OFTEN[series] in reasons if reasons else len(reading.drafts) == OFTEN[series]  # type: ignore[operator]


def test_an_impossible_rule_costs_once_however_often_a_file_holds_it() -> None:
    rule = "DTSTART:20260501T100000\nRRULE:FREQ=DAILY;COUNT=3;BYMONTH=2;BYMONTHDAY=30"
    text = calendar(*(f"UID:{each}\nSUMMARY:Sail\n{rule}" for each in range(50)))

    with counted_work() as work:
        reading = read_calendar(text, range(50), zone=ZONE, until=None, file="s.ics")

    assert work.calls < LITTLE
    assert {problem.reason for problem in reading.problems} == {"no day fits its repetition (RRULE)."}
    assert len(reading.problems) == 50


@given(
    st.sampled_from(["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.dictionaries(
        st.sampled_from(
            ["BYSECOND", "BYMINUTE", "BYHOUR", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "INTERVAL"]
        ),
        st.integers(-53, 400),
        max_size=4,
    ),
    st.sampled_from(["COUNT=5", "COUNT=1000", "UNTIL=20270101", "UNTIL=20991231T000000Z", "WKST=SU"]),
    st.sampled_from(["20260501T100000", "20260501T100000Z"]),
)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_rule_takes_long(frequency: str, parts: dict[str, int], end: str, start: str) -> None:
    rule = ";".join([f"FREQ={frequency}", end, *(f"{name}={value}" for name, value in parts.items())])
    text = calendar(f"UID:1\nSUMMARY:Sail\nDTSTART:{start}\nRRULE:{rule}")

    with counted_work() as work:
        reading = read_calendar(text, [4], zone=ZONE, until=None, file="s.ics")

    assert work.calls < LITTLE, rule
    assert bool(reading.drafts) != bool(reading.problems), rule
    assert len(reading.drafts) <= 1001
