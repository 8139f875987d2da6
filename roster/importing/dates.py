"""Dates and times as people write them: 2026-05-23, 5/23/2026 or 23/5/2026, May 23, 2026; 13:00, 1:00 PM, noon.

Whether a day or a month comes first is decided by a whole column, never by one cell: 4/5/2026 alone says nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from roster.importing.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

FIRST_YEAR, LAST_YEAR = 2000, 2100

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_NUMBERS: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH_NAMED: Final = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII
)
_DAY_NAMED: Final = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+([^\W\d_]{3,})\.?,?[\s-]+(\d{4})", re.ASCII
)
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2})(?:\.0+)?)?\s*([ap])?\.?\s*(?:m\.?)?", re.ASCII | re.IGNORECASE
)
_NAMED_TIMES: Final = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_ZONED: Final = re.compile(r"(.*?)\s*(Z|[+-]\d{2}:?\d{2})", re.ASCII)


class Order(StrEnum):
    """What comes first in 4/5/2026."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


class OrderUnknown(Exception):  # noqa: N818 - an expected no
    """No date of the column tells whether the day or the month comes first, and it matters."""


def order_of(texts: Iterable[str]) -> Order | None:
    """The order that a column's dates show; None when none of them needs one. Raises OrderUnknown.

    Where some lines show one and some the other, most win; the others are then told by their lines.
    """
    votes = dict.fromkeys(Order, 0)
    open_question = False
    for text in texts:
        found = _NUMBERS.fullmatch(_date_part(text))
        if not found or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:  # noqa: PLR2004 - months
            votes[Order.DAY_FIRST] += 1
        elif second > 12 >= first:  # noqa: PLR2004
            votes[Order.MONTH_FIRST] += 1
        elif first != second:
            open_question = True
    if not any(votes.values()):
        if open_question:
            raise OrderUnknown
        return None
    return max(Order, key=lambda order: votes[order])


def parse_moment(text: str, order: Order | None) -> tuple[date, time | None, tzinfo | None]:
    """A date, with the time and the offset that stand behind it if there are any. Raises Unreadable."""
    day_text = _date_part(text)
    day = parse_day(day_text, order)
    rest = text.strip()[len(day_text) :].lstrip("T, ").strip()
    if not rest:
        return day, None, None
    zoned = _ZONED.fullmatch(rest)
    if zoned is None:
        return day, parse_time(rest), None
    try:
        offset = UTC if zoned[2] == "Z" else datetime.strptime(zoned[2], "%z").tzinfo
    except ValueError:
        raise Unreadable(f"“{zoned[2]}” is no offset from UTC. Write it like -07:00.") from None
    return day, parse_time(re.sub(r"\.\d+$", "", zoned[1])), offset


def parse_day(text: str, order: Order | None) -> date:
    """One date. Raises Unreadable."""
    bare = text.strip()
    if found := _ISO.fullmatch(bare):
        return _date(bare, int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(bare):
        return _numbers(bare, found, order)
    if found := _MONTH_NAMED.fullmatch(bare):
        return _date(bare, int(found[3]), _month(found[1], bare), int(found[2]))
    if found := _DAY_NAMED.fullmatch(bare):
        return _date(bare, int(found[3]), _month(found[2], bare), int(found[1]))
    if re.fullmatch(r"[34]\d{4}(\.\d+)?", bare):
        raise Unreadable(
            f"“{bare}” is a spreadsheet's own number for a day: show the column as dates and save it again."
        )
    raise Unreadable(f"“{bare[:40]}” is not a date with a year. Write it like 2026-05-23.")


def parse_time(text: str) -> time:
    """One time of day. Raises Unreadable."""
    bare = text.strip().lower()
    if bare in _NAMED_TIMES:
        return _NAMED_TIMES[bare]
    found = _CLOCK.fullmatch(bare)
    if found is None or not (found[2] or found[4]):
        raise Unreadable(f"“{text.strip()[:40]}” is not a time. Write it like 13:00 or 1:00 PM.")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[4]
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the clock's hours
            raise Unreadable(f"“{text.strip()}” is not a time: with am or pm the hour is 1 to 12.")
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable(f"“{text.strip()}” is not a time. Write it like 13:00 or 1:00 PM.") from None


def at(day: date, starts: time, zone: tzinfo) -> datetime:
    """That moment on the boat's clock. Raises Unreadable for an hour that is skipped when summer time begins."""
    moment = datetime.combine(day, starts, zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Unreadable(f"{day} has no {starts:%H:%M} here: the clocks go forward over it.")
    return moment


def _date_part(text: str) -> str:
    """What stands before the time, as in `5/23/2026 1:00 PM` or `2026-05-23T13:00:00-07:00`."""
    found = re.match(r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})(?=$|[T\s,])", text.strip(), re.ASCII)
    if found:
        return found[1]
    named = re.match(r"(.*?\d{4})(?=$|[\s,]+\S)", text.strip(), re.ASCII)
    return named[1] if named else text.strip()


def _numbers(text: str, found: re.Match[str], order: Order | None) -> date:
    # Dots are written where the day comes first.
    day_first = found[2] == "." or order is Order.DAY_FIRST or (order is None and int(found[1]) == int(found[3]))
    month, day = (int(found[3]), int(found[1])) if day_first else (int(found[1]), int(found[3]))
    year = int(found[4]) if len(found[4]) == 4 else 2000 + int(found[4])  # noqa: PLR2004 - a year's digits
    if month > 12 >= day:  # noqa: PLR2004 - months
        told = "the day comes first" if day_first else "the month comes first"
        raise Unreadable(f"“{text}” has no month {month}: in this column {told} (--dates says otherwise).")
    return _date(text, year, month, day)


def _date(text: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(f"“{text}” is not in a year from {FIRST_YEAR} to {LAST_YEAR}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(f"“{text}” is not in the calendar.") from None


def _month(name: str, text: str) -> int:
    word = name.lower()
    for number, full in enumerate(_MONTH_NAMES, start=1):
        if word == full or word in {full[:3], full[:4]}:
            return number
    raise Unreadable(f"“{text[:40]}” has no month that can be read. Write it like 2026-05-23.")
