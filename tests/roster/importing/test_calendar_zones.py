"""Time zones and letters of a calendar: zones by any name, folded letters, and no use of this machine's zone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.roster.importing.calendars import calendar, days, events, imported
from tests.work import counted_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.roster.operating import Operator

PACIFIC = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0700
TZOFFSETTO:-0800
RRULE:FREQ={frequency};BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0800
TZOFFSETTO:-0700
RRULE:FREQ={frequency};BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""
FAR_ZONES = ["Pacific/Kiritimati", "America/New_York", "Asia/Kolkata", "Pacific/Pago_Pago", "UTC"]


@pytest.fixture(params=FAR_ZONES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Set the time zone of the operator's machine."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("machine")
def test_the_zone_of_the_machine_changes_nothing(operator: Operator) -> None:
    imported(
        operator,
        "UID:1\nSUMMARY:Floating\nDTSTART:20260501T100000",
        "UID:2\nSUMMARY:In UTC\nDTSTART:20260502T170000Z",
        "UID:3\nSUMMARY:Whole day\nDTSTART;VALUE=DATE:20260503",
        "UID:4\nSUMMARY:Whole days\nDTSTART;VALUE=DATE:20260504\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260505T000000",
        "UID:5\nSUMMARY:Series\nDTSTART:20260601T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260602",
        "UID:6\nSUMMARY:More\nDTSTART:20260701T100000\nRDATE:20260702T100000\nRDATE;VALUE=DATE:20260703",
    )

    assert days(operator) == [
        "2026-05-01T10:00",
        "2026-05-02T10:00",
        "2026-05-03",
        "2026-05-04",
        "2026-06-01T10:00",
        "2026-06-03T10:00",
        "2026-07-01T10:00",
        "2026-07-02T10:00",
        "2026-07-03T10:00",
    ]
    assert "Nothing to do" in imported(operator, "UID:1\nSUMMARY:Floating\nDTSTART:20260501T100000")


@pytest.mark.parametrize(
    "name",
    [
        "America/Los_Angeles",
        "america/los_angeles",
        '"Pacific Standard Time"',
        "pacific standard time",
        "/freeassociation.sourceforge.net/America/Los_Angeles",
        "/softwarestudio.org/Olson_20011030_5/America/Los_Angeles",
        "US/Pacific",
    ],
)
def test_a_zone_is_known_by_the_names_that_programs_give_it(operator: Operator, name: str) -> None:
    imported(operator, f"UID:1\nSUMMARY:Sail\nDTSTART;TZID={name}:20260523T130000")

    assert days(operator) == ["2026-05-23T13:00"]


@pytest.mark.parametrize("name", ["Customized Time Zone", "(UTC-08:00) Pacific Time (US & Canada)", "GMT -0800", "X"])
def test_a_zone_is_known_by_what_the_calendar_says_of_it(operator: Operator, name: str) -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=2"

    imported(
        operator,
        f'UID:1\nSUMMARY:Sunset\nDTSTART;TZID="{name}":20261030T180000\n{rule}',
        head=PACIFIC.format(name=name, frequency="YEARLY"),
    )

    assert [row["starts_at"] for row in sorted(events(operator), key=lambda row: str(row["eid"]))] == [
        "2026-10-30T18:00:00-07:00",
        "2026-11-06T18:00:00-08:00",
    ]


def test_a_zone_of_one_calendar_is_none_of_the_next_one(operator: Operator) -> None:
    event = "UID:1\nSUMMARY:Sail\nDTSTART;TZID=Ours:20260523T130000"
    imported(operator, event, head=PACIFIC.format(name="Ours", frequency="YEARLY"))

    result = operator.run("events", "import", operator.file("s.ics", calendar(event)), "--yes")

    assert "unknown time zone, “Ours”" in result.stderr


def test_a_zone_that_changes_every_second_is_none(operator: Operator) -> None:
    event = "UID:1\nSUMMARY:Sail\nDTSTART;TZID=Odd:20260523T130000"
    text = calendar(event, head=PACIFIC.format(name="Odd", frequency="SECONDLY"))

    with counted_work() as work:
        result = operator.run("events", "import", operator.file("s.ics", text), "--yes")

    assert work.calls < 300_000  # measured: 64,000
    assert "unknown time zone, “Odd”" in result.stderr


@pytest.mark.parametrize(
    ("zone", "start"), [("America/New_York", "10:00"), ("Eastern Standard Time", "10:00"), ("", "13:00")]
)
def test_a_floating_time_is_on_the_calendars_clock_or_the_boats(operator: Operator, zone: str, start: str) -> None:
    head = f"X-WR-TIMEZONE:{zone}" if zone else ""

    imported(operator, "UID:1\nSUMMARY:Sail\nDTSTART:20260523T130000", head=head)

    assert days(operator) == [f"2026-05-23T{start}"]


def test_an_unknown_clock_of_the_calendar_matters_to_floating_times_alone(operator: Operator) -> None:
    good, bad = "UID:1\nSUMMARY:Sail\nDTSTART:20260523T200000Z", "UID:2\nSUMMARY:Sail\nDTSTART:20260524T130000"
    file = operator.file("s.ics", calendar(good, bad, head="X-WR-TIMEZONE:Atlantis"))

    result = operator.done("events", "import", file, "--yes", "--skip-bad")

    assert "line 10: its DTSTART is in an unknown time zone, “Atlantis”" in result.stderr
    assert days(operator) == ["2026-05-23T13:00"]


def test_an_hour_that_is_skipped_is_refused_and_one_that_comes_twice_is_kept(operator: Operator) -> None:
    skipped = operator.file("s.ics", calendar("UID:1\nSUMMARY:Early\nDTSTART:20260308T023000"))

    assert "2026-03-08 has no 02:30 here" in operator.run("events", "import", skipped, "--yes").stderr
    imported(operator, "UID:2\nSUMMARY:Second\nDTSTART:20261101T093000Z")

    assert [row["starts_at"] for row in events(operator)] == ["2026-11-01T01:30:00-08:00"]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("title", ["Señor Ångström’s sunset", "日没クルーズ sunset", "⛵🌅 sunset"])
def test_a_fold_inside_a_letter_is_taken_back(operator: Operator, title: str, end: bytes) -> None:
    text = calendar(f"UID:1\nSUMMARY:{title}\nDTSTART:20260523T130000", "UID:2\nSUMMARY:No day")
    folded = text.encode().replace(b"\r\n", end).replace(title.encode(), _folded_anywhere(title, end))

    result = operator.run("events", "import", operator.file("s.ics", folded), "--yes", "--skip-bad")

    assert [row["title"] for row in events(operator)] == [title]
    lines = folded[: folded.rindex(b"BEGIN:VEVENT")].count(b"\n") + 1
    assert f"line {lines}: has no DTSTART" in result.stderr


def _folded_anywhere(title: str, end: bytes) -> bytes:
    return (end + b" ").join(bytes([byte]) for byte in title.encode())
