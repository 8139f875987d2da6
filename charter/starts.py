"""Starts of events, also of those of which only the day is known."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, time
from typing import TYPE_CHECKING

from charter.event_ids import PERIODS

if TYPE_CHECKING:
    from datetime import tzinfo

_DAY = len("2026-05-23")


class DayOnly(datetime):
    """A start of which nobody knows the hour. People read its day alone, wherever it is shown.

    Whatever needs an hour takes an assumed one, which is never shown: the order of events, the times of reminders, the
    end of a trip. It is the usual hour of the part of the day in the event's id, else noon. Another time zone, and a
    sum with a time, keep this type.
    """

    __slots__ = ()


def start_of(eid: str) -> time:
    """Return the assumed start for an id: the usual hour of its part of the day, else noon."""
    return PERIODS.get(eid.rpartition("-")[2], time(12))


def day_only(day: date, eid: str, zone: tzinfo) -> DayOnly:
    """Return the start of an event of which only the day is known."""
    return DayOnly.combine(day, start_of(eid), zone)


def marked(starts: datetime, *, is_day_only: bool) -> datetime:
    """Return a start that was kept as a moment, and beside it whether only its day was known."""
    if not is_day_only:
        return starts
    return DayOnly.combine(starts.date(), starts.time(), starts.tzinfo)


def read_start(text: str, eid: str, zone: tzinfo) -> datetime | None:
    """Return the start that the table keeps as text: a moment in ISO 8601, local to `zone` without offset, or a day.

    None when it is neither, or is in the first or last year of the calendar, as `9999-12-31` for "never": a conversion
    to another time zone could leave the calendar.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not MINYEAR < moment.year < MAXYEAR:
        return None
    if is_day(text):
        return day_only(moment.date(), eid, zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def is_day(text: object) -> bool:
    """Return whether the table keeps a start as a day alone."""
    return isinstance(text, str) and 0 < len(text) <= _DAY


def written(starts: datetime) -> str:
    """Return the start as the table keeps it: a moment in ISO 8601, or the day alone where nothing more is known."""
    return starts.date().isoformat() if isinstance(starts, DayOnly) else starts.isoformat()


def is_same(one: datetime | None, other: datetime | None) -> bool:
    """Return whether two starts say the same. A known hour is not the same as an assumed one."""
    return one == other and isinstance(one, DayOnly) == isinstance(other, DayOnly)


def hour_of(starts: datetime) -> time | None:
    """Return the time of a start on its own clock; None where it is not known."""
    return None if isinstance(starts, DayOnly) else starts.time()
