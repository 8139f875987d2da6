"""Calendars (.ics) read as trips: one VEVENT is one trip, one that repeats is as many as it says.

Repetitions are expanded rather than refused: “Sunset sail, every Friday until September” is how a season stands in a
calendar. One without an end is refused unless `--until` gives it one, for nobody means 50 years of trips. Dates that
were taken out (EXDATE), put in (RDATE) or moved (RECURRENCE-ID) are as the calendar shows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # has no stubs of its own
from icalendar import Calendar

from charter.events import Status
from charter.new_events import check_title
from charter.refusals import Refusal
from roster.importing.dates import FIRST_YEAR, LAST_YEAR
from roster.importing.problems import Problem, Unreadable
from roster.importing.trips import Trip
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from icalendar.cal import Component

MOST_REPEATS: Final = 1000

Moment = date | datetime


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One VEVENT as it stands: when it starts, and which of a series' it replaces."""

    component: Component
    line: int
    starts: Moment
    replaces: Moment | None


def read_calendar(text: str, *, zone: tzinfo, until: date | None, file: str) -> tuple[list[Trip], list[Problem]]:
    """Every trip of a calendar by the line of its VEVENT, and what is wrong with the others. Raises Stopped."""
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Stopped(f"{file} is no calendar that can be read: {error}.") from None
    until = None if until is None else min(until, date(LAST_YEAR, 12, 31))
    components = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    # A line that begins with a space goes on the one before it.
    starts = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    lines = [place for place, line in starts if line.rstrip().upper() == "BEGIN:VEVENT"]
    lines += [1] * (len(components) - len(lines))
    if not components:
        raise Stopped(f"{file} has no events in it.")
    problems: list[Problem] = []
    meetings: list[_Meeting] = []
    for component, line in zip(components, lines, strict=False):
        try:
            meetings.append(_meeting(component, line, zone))
        except Unreadable as reason:
            problems.append(Problem(line, str(reason)))
    moved = {(_uid(each), _key(each.replaces)) for each in meetings if each.replaces is not None}
    trips: list[Trip] = []
    for meeting in meetings:
        try:
            trips += _trips(meeting, moved, zone=zone, until=until)
        except (Unreadable, Refusal) as reason:
            problems.append(Problem(meeting.line, str(reason)))
    return trips, problems


def _meeting(component: Component, line: int, zone: tzinfo) -> _Meeting:
    replaces = _when(component, "RECURRENCE-ID", zone) if "RECURRENCE-ID" in component else None
    if replaces is not None and "RANGE" in component["RECURRENCE-ID"].params:
        raise Unreadable("moves all later ones too (RANGE), which is not read: split the series in the calendar.")
    return _Meeting(component, line, _when(component, "DTSTART", zone), replaces)


def _trips(meeting: _Meeting, moved: set[tuple[str, object]], *, zone: tzinfo, until: date | None) -> Iterator[Trip]:
    component = meeting.component
    if not _text(component, "SUMMARY").strip():
        raise Unreadable("has no title (SUMMARY).")
    trip = Trip(
        line=meeting.line,
        day=date.min,
        title=check_title(_text(component, "SUMMARY")),
        status=Status.CANCELLED if _text(component, "STATUS").upper() == "CANCELLED" else Status.SCHEDULED,
    )
    for starts in _occurrences(meeting, zone=zone, until=until):
        if meeting.replaces is None and (_uid(meeting), _key(starts)) in moved:
            continue
        if isinstance(starts, datetime):
            here = starts.astimezone(zone)
            yield replace(trip, day=here.date(), starts=here.time().replace(second=0, microsecond=0))
        else:
            yield replace(trip, day=starts)


def _occurrences(meeting: _Meeting, *, zone: tzinfo, until: date | None) -> list[Moment]:
    component = meeting.component
    if "RRULE" not in component and "RDATE" not in component:
        return [meeting.starts]
    whole_days = not isinstance(meeting.starts, datetime)
    first = datetime.combine(meeting.starts, time(0)) if whole_days else meeting.starts
    assert isinstance(first, datetime)  # noqa: S101 - for mypy: either branch made one
    last = None if until is None else datetime.combine(until + timedelta(days=1), time(0), None if whole_days else zone)
    found: list[datetime] = [first]
    for rule in _listed(component, "RRULE"):
        found += _by_rule(rule, first, last)
    extra, left_out = _dates(component, "RDATE", zone), {_key(each) for each in _dates(component, "EXDATE", zone)}
    found += [each if isinstance(each, datetime) else datetime.combine(each, time(0)) for each in extra]
    if len(found) > MOST_REPEATS:
        raise Unreadable(f"repeats more than {MOST_REPEATS:,} times.")
    moments: list[Moment] = [each.date() for each in found] if whole_days else list(found)
    unique = {_key(each): each for each in moments if last is None or _before(each, until)}
    return [unique[key] for key in sorted(unique, key=str) if key not in left_out]


def _by_rule(rule: Any, first: datetime, last: datetime | None) -> list[datetime]:  # noqa: ANN401 - icalendar's
    moments: list[datetime] = []
    try:
        text = rule.to_ical().decode()
        if last is None and not re.search("COUNT=|UNTIL=", text):
            raise Unreadable("repeats without an end: say how far with --until 2026-09-30.")
        for moment in rrulestr(_with_end(text, first.tzinfo), dtstart=first):
            if len(moments) > MOST_REPEATS or (last is not None and moment >= last):
                break
            moments.append(moment)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Unreadable(f"its repetition cannot be read: {error}.") from None
    return moments


def _with_end(rule: str, zone: tzinfo | None) -> str:
    """The rule with its end as dateutil wants it: a day for whole days, in UTC for moments, which people mean here."""
    if zone is None:
        return re.sub(r"(UNTIL=\d{8})T?\d*Z?", r"\1", rule)

    def in_utc(found: re.Match[str]) -> str:
        text = found[1] if "T" in found[1] else f"{found[1]}T235959"
        here = datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
        return f"UNTIL={here.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    return re.sub(r"UNTIL=(\d{8}(?:T\d{6})?)(?=;|$)", in_utc, rule)


def _before(moment: Moment, until: date | None) -> bool:
    day = moment.date() if isinstance(moment, datetime) else moment
    return until is None or day <= until


def _when(component: Component, name: str, zone: tzinfo) -> Moment:
    """The moment of one property; one without a zone is on the boat's clock. Raises Unreadable."""
    value = component.get(name)
    if value is None:
        raise Unreadable(f"has no {name}.")
    try:
        moment = value.dt
        params = value.params
    except Exception as error:
        raise Unreadable(f"its {name} cannot be read.") from error
    return _zoned(moment, params, name, zone)


def _zoned(moment: object, params: Mapping[str, str], name: str, zone: tzinfo) -> Moment:
    if isinstance(moment, date) and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unreadable(f"its {name} is not in a year from {FIRST_YEAR} to {LAST_YEAR}.")
    if isinstance(moment, datetime):
        if moment.tzinfo is not None:
            return moment
        if "TZID" in params:
            raise Unreadable(f"its {name} is in an unknown time zone, “{str(params['TZID'])[:60]}”.")
        return moment.replace(tzinfo=zone)
    if isinstance(moment, date):
        return moment
    raise Unreadable(f"its {name} is no date.")


def _dates(component: Component, name: str, zone: tzinfo) -> list[Moment]:
    """Every moment of the properties of that name; of a period, its start. Raises Unreadable."""
    try:
        found = [(each.dt, prop.params) for prop in _listed(component, name) for each in prop.dts]
    except Exception as error:
        raise Unreadable(f"its {name} cannot be read.") from error
    return [_zoned(dt[0] if isinstance(dt, tuple) else dt, params, name, zone) for dt, params in found]


def _listed(component: Component, name: str) -> list[Any]:
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(component: Component, name: str) -> str:
    return str(component.get(name, ""))


def _uid(meeting: _Meeting) -> str:
    return _text(meeting.component, "UID")


def _key(moment: Moment | None) -> object:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
