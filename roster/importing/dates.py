"""Parses dates: 2026-05-23, 5/23/2026 or 23/5/2026, May 23, 2026, 23-May-26, and a spreadsheet's 46165.5.

The order of day and month is found from a whole column, never from one cell: 4/5/2026 alone may be either.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from roster.importing.clocks import parse_time, time_in
from roster.importing.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

FIRST_YEAR, LAST_YEAR = 2000, 2100

_END: Final = r"(?=$|[T\s,])"
_WEEKDAY: Final = r"(?:[^\W\d_]+\.?,?\s+)?"
_YEAR: Final = r"(\d{4}|['’]?\d{2})"
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _END, re.ASCII)
_COMPACT: Final = re.compile(r"(20\d{2})(\d{2})(\d{2})" + _END, re.ASCII)
_NUMBERS: Final = re.compile(_WEEKDAY + r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})" + _END, re.ASCII)
_MONTH_NAMED: Final = re.compile(
    _WEEKDAY + r"([^\W\d_]{3,})\.?[\s/-]+(\d{1,2})(?:st|nd|rd|th)?[\s,/-]+" + _YEAR + _END, re.ASCII
)
_DAY_NAMED: Final = re.compile(
    _WEEKDAY + r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s/-]+(?:of\s+)?([^\W\d_]{3,})\.?,?[\s/-]+" + _YEAR + _END, re.ASCII
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[\s/-]+([^\W\d_]{3,})\.?[\s/-]+(\d{1,2})" + _END, re.ASCII)
# A spreadsheet counts days from the end of 1899; these are in the years that are read here.
_SERIAL: Final = re.compile(r"([3-7]\d{4})(\.\d+)?", re.ASCII)
_DAY_ZERO: Final = date(1899, 12, 30)
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ZONED: Final = re.compile(r"(.*?)\s*(Z|[+-]\d{2}:?\d{2})", re.ASCII)


class DateOrder(StrEnum):
    """The part that comes first in 4/5/2026."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


class OrderUnknown(Exception):  # noqa: N818 - an expected refusal
    """The dates of a column do not show whether the day or the month comes first, and it matters."""


def order_of(texts: Iterable[str]) -> DateOrder | None:
    """Return the order that a column's dates show; None where no date needs one. Raises OrderUnknown.

    If the dates disagree, the majority decides. The others are then problems of their lines.
    """
    votes = dict.fromkeys(DateOrder, 0)
    open_question = False
    for text in texts:
        found = _NUMBERS.match(text.strip())
        if not found or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:  # noqa: PLR2004 - months
            votes[DateOrder.DAY_FIRST] += 1
        elif second > 12 >= first:  # noqa: PLR2004
            votes[DateOrder.MONTH_FIRST] += 1
        elif first != second:
            open_question = True
    if not any(votes.values()):
        if open_question:
            raise OrderUnknown
        return None
    return max(DateOrder, key=lambda order: votes[order])


def is_serial(text: str) -> bool:
    """Return whether a cell holds a spreadsheet's own number for a day."""
    return _SERIAL.fullmatch(text.strip()) is not None


def parse_moment(text: str, order: DateOrder | None) -> tuple[date, time | None, tzinfo | None]:
    """Return the date of a text, with its time and its offset if there are any. Raises Unreadable."""
    bare = text.strip()
    if is_serial(bare):
        return _of_serial(bare)
    day, length = _leading_day(bare, order)
    rest = re.sub(r"^(?:at|@)\s+", "", bare[length:].lstrip("T, ").strip())
    if not rest:
        return day, None, None
    zoned = _ZONED.fullmatch(rest)
    if zoned is None or (bare[length] != "T" and _is_range(zoned)):
        return day, parse_time(rest), None
    try:
        offset = UTC if zoned[2] == "Z" else datetime.strptime(zoned[2], "%z").tzinfo
    except ValueError:
        raise Unreadable(f"“{zoned[2]}” is not an offset from UTC. Write it like -07:00.") from None
    return day, parse_time(re.sub(r"\.\d+$", "", zoned[1])), offset


def at(day: date, starts: time, zone: tzinfo) -> datetime:
    """Return the moment on the boat's clock. Raises Unreadable for an hour that is skipped when summer time begins."""
    moment = datetime.combine(day, starts, zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Unreadable(f"{day} has no {starts:%H:%M} here: the clocks go forward over it.")
    return moment


def read_moment(text: object, zone: tzinfo) -> datetime | None:
    """Return a moment that the table holds in ISO 8601, on the clock of `zone`; None where it cannot be read."""
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _is_range(zoned: re.Match[str]) -> bool:
    """Return whether `09:00-11:00` is two times rather than a time with its offset from UTC."""
    clock, ends = re.fullmatch(r"(\d{1,2}):?(\d{2})", zoned[1]), zoned[2].replace(":", "")
    return clock is not None and ends.startswith("-") and f"{clock[1]:0>2}{clock[2]}" < ends[1:]


def _leading_day(text: str, order: DateOrder | None) -> tuple[date, int]:
    """Return the date with which a text begins, and where it ends. Raises Unreadable."""
    if found := _ISO.match(text) or _COMPACT.match(text):
        return _date(found[0], int(found[1]), int(found[2]), int(found[3])), found.end()
    if found := _NUMBERS.match(text):
        return _numbers(found[0], found, order), found.end()
    if found := _MONTH_NAMED.match(text):
        return _date(found[0], _year(found[3]), _month(found[1], text), int(found[2])), found.end()
    if found := _DAY_NAMED.match(text):
        return _date(found[0], _year(found[3]), _month(found[2], text), int(found[1])), found.end()
    if found := _YEAR_FIRST.match(text):
        return _date(found[0], int(found[1]), _month(found[2], text), int(found[3])), found.end()
    raise Unreadable(f"“{text[:40]}” is not a date with a year. Write it like 2026-05-23.")


def _of_serial(text: str) -> tuple[date, time | None, tzinfo | None]:
    number = Decimal(text)
    day = _DAY_ZERO + timedelta(days=int(number))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(f"“{text}” is not a date with a year. Write it like 2026-05-23.")
    if not number % 1:
        return day, None, None
    starts = time_in(number % 1)
    if starts is None:
        raise Unreadable(f"“{text}” has a time that is not a whole minute. Write it like 2026-05-23 13:00.")
    return day, starts, None


def _numbers(text: str, found: re.Match[str], order: DateOrder | None) -> date:
    # Dots are written where the day comes first.
    day_first = found[2] == "." or order is DateOrder.DAY_FIRST or (order is None and int(found[1]) == int(found[3]))
    month, day = (int(found[3]), int(found[1])) if day_first else (int(found[1]), int(found[3]))
    if month > 12 >= day:  # noqa: PLR2004 - months
        rule = "the day comes first" if day_first else "the month comes first"
        raise Unreadable(f"“{text}” has no month {month}: in this column {rule} (--dates overrules).")
    return _date(text, _year(found[4]), month, day)


def _year(digits: str) -> int:
    year = int(digits.lstrip("'’"))
    return year if len(digits) == 4 else 2000 + year  # noqa: PLR2004 - a year's digits


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
    raise Unreadable(f"“{text[:40]}” has an unknown month. Write it like 2026-05-23.")
