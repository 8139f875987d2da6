"""Checks the rules of repetitions (RRULE) against limits before they are expanded.

A rule must have an end, or gets one; it may repeat MOST_REPEATS times; a rule that fits no day is refused. Each check
takes a fraction of a second for any file.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # has no stubs of its own
from icalendar.prop import vRecur

from roster.importing.dates import LAST_YEAR
from roster.importing.problems import Unreadable
from roster.importing.zones import mark

if TYPE_CHECKING:
    from roster.importing.zones import Moment

MOST_REPEATS: Final = 1000

_MANY_A_DAY: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_BY: Final = re.compile(r";BY[A-Z]+=")
# Parts by which an hourly rule would skip whole weeks and months hour by hour.
_BY_DAYS: Final = re.compile(r";BY(MONTH|MONTHDAY|YEARDAY|WEEKNO|EASTER|SETPOS)=")
# The calendar repeats every 400 years, weekdays included. A rule is tested 19 times 400 years later: the last year of
# Python is near there, so dateutil soon ends its search for a day.
_LATER: Final = 19 * 400


def too_many() -> Unreadable:
    """Return the problem of a series with too many occurrences."""
    return Unreadable(f"repeats more than {MOST_REPEATS:,} times.")


def within_limits(rule: object, start: Moment, last: date, *, ended: bool, home: tzinfo) -> tuple[str, int]:
    """Return the rule with its end as the library needs it, and the number of repetitions by `last`.

    `last` is a day on the clock of `home`. Raises Unreadable.
    """
    if not isinstance(rule, vRecur):
        raise Unreadable("its repetition (RRULE) cannot be read.")
    zone = start.tzinfo if isinstance(start, datetime) else None
    first = start if isinstance(start, datetime) else datetime.combine(start, time(0))
    try:
        text = _with_end(bytes(rule.to_ical()).decode(), zone)  # type: ignore[no-untyped-call]  # icalendar's
    except (ValueError, OverflowError):
        raise Unreadable("the end of its repetition (UNTIL) cannot be read.") from None
    if not ended and not re.search(r"COUNT=\d|UNTIL=", text):
        raise Unreadable("repeats without an end. Pass a last day like --until 2026-09-30.")
    _check_plain(rule, text)
    try:
        if not _fits_some_day(_endless(text), _far(first)):
            raise Unreadable("no day fits its repetition (RRULE).")
        count = _repeats(text, first, datetime.combine(last + timedelta(days=1), time(0), zone and home))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Unreadable(f"its repetition cannot be read: {error}.") from None
    if _frequency(rule) in _MANY_A_DAY:
        # The library also expands the two days after `last`, which have 172,800 seconds.
        text = f"{_endless(text)};COUNT={max(1, count)}"
    return text, count


def _repeats(text: str, first: datetime, limit: datetime) -> int:
    """Return the number of repetitions before `limit`. Raises Unreadable above MOST_REPEATS."""
    count = 0
    for count, moment in enumerate(rrulestr(text, dtstart=first), start=1):
        if moment >= limit:
            return count - 1
        if count > MOST_REPEATS:
            raise too_many()
    return count


@lru_cache(maxsize=1000)
def _fits_some_day(rule: str, start: datetime) -> bool:
    """Return whether a rule without an end fits any day. A file may hold the same impossible rule many times."""
    return next(iter(rrulestr(rule, dtstart=start)), None) is not None


def _frequency(rule: vRecur) -> str:
    return str(rule.get("FREQ", [""])[0]).upper()


def _check_plain(rule: vRecur, text: str) -> None:
    """Raise Unreadable for conditions on every second, minute or hour: they take long and describe no events."""
    interval = rule.get("INTERVAL", [1])
    if interval[0] < 1:
        raise Unreadable(f"its repetition cannot be read: INTERVAL is {interval[0]}.")
    frequency = _frequency(rule)
    conditions = {"SECONDLY": _BY.search(text), "MINUTELY": _BY.search(text), "HOURLY": _BY_DAYS.search(text)}
    if conditions.get(frequency):
        raise Unreadable(
            f"repeats {frequency.lower()} with conditions, which is not supported. Use FREQ=DAILY with BYHOUR."
        )


def _with_end(rule: str, zone: tzinfo | None) -> str:
    """Return the rule with UNTIL as the library needs it: a day for days, else UTC. A day lasts to its end."""
    if zone is None:
        return re.sub(r"(UNTIL=\d{8})T?\d*Z?", r"\1", rule)

    def in_utc(found: re.Match[str]) -> str:
        text = found[1] if "T" in found[1] else f"{found[1]}T235959"
        # Some programs write the year 9999 for no end, which would overflow in another zone.
        here = datetime.strptime(min(text, f"{LAST_YEAR + 1}0101T000000"), "%Y%m%dT%H%M%S").replace(tzinfo=zone)
        return f"UNTIL={mark(here)}"

    return re.sub(r"UNTIL=(\d{8}(?:T\d{6})?)(?=;|$)", in_utc, rule)


def _endless(rule: str) -> str:
    return re.sub(r";(UNTIL|COUNT)=[^;]*", "", rule)


def _far(first: datetime) -> datetime:
    """Return the start a multiple of 400 years later, without its zone."""
    return first.replace(year=first.year + _LATER, tzinfo=None)
