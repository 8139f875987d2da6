"""Parses times of day: 13:00, 1:00 PM, 17h00, 0900, noon, 5:00 PM - 7:00 PM, and a spreadsheet's 0.75."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Final

from roster.importing.problems import Unreadable

_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2})(?:\.0+)?)?\s*([ap])?\.?\s*(?:m\.?)?", re.ASCII | re.IGNORECASE
)
_WITH_H: Final = re.compile(r"(\d{1,2})\s*h\s*(\d{2})?", re.ASCII)
_FOUR_DIGITS: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_FRACTION: Final = re.compile(r"0?\.\d+", re.ASCII)
_CALLED: Final = re.compile(r"\s*(?:uhr|hrs?\.?|hours?|o['’]?clock)$")
_BETWEEN: Final = re.compile(r"\s*[-–—−]\s*|\s+(?:to|until|till|bis)\s+")
_NAMED_TIMES: Final = {
    "noon": time(12), "12 noon": time(12), "midday": time(12), "midnight": time(0), "12 midnight": time(0),
}  # fmt: skip
_HINT: Final = "Write it like 13:00 or 1:00 PM."
_HOURS, _HALF = 24, 12
_MINUTES_A_DAY: Final = 24 * 60


def parse_time(text: str) -> time:
    """Return the time of day that a text names; of two, as in `5:00 PM - 7:00 PM`, the first. Raises Unreadable."""
    ends = _BETWEEN.split(re.sub(r"^from\s+", "", text.strip().lower()))
    if len(ends) == 1:
        return _one(text, ends[0])
    if len(ends) != 2:  # noqa: PLR2004 - a start and an end
        raise Unreadable(f"“{text.strip()[:40]}” is not a time. {_HINT}")
    return _start(text, *ends)


def time_in(fraction: Decimal) -> time | None:
    """Return the time of day of a fraction of a day, as spreadsheets store it; None where it is not a whole minute."""
    minutes = fraction * _MINUTES_A_DAY
    whole = round(minutes)
    if abs(minutes - whole) > Decimal("0.02") or not 0 <= whole < _MINUTES_A_DAY:
        return None
    return time(whole // 60, whole % 60)


def _one(text: str, bare: str) -> time:
    if bare in _NAMED_TIMES:
        return _NAMED_TIMES[bare]
    if _FRACTION.fullmatch(bare):
        return _of_fraction(text, bare)
    called = _CALLED.search(bare)
    bare = bare[: called.start()] if called else bare
    if found := _WITH_H.fullmatch(bare) or _FOUR_DIGITS.fullmatch(bare):
        return _at(text, int(found[1]), int(found[2] or 0))
    found = _CLOCK.fullmatch(bare)
    if found is None or not (found[2] or found[4] or (called and "clock" not in called[0])):
        raise Unreadable(f"“{text.strip()[:40]}” is not a time. {_HINT}")
    return _at(text, _hour(text, int(found[1]), found[4]), int(found[2] or 0))


def _start(text: str, first: str, last: str) -> time:
    """Read the start of a range. `5-7 PM` starts at 5 PM, `11-1 PM` at 11 AM: the half of the day that precedes it."""
    ends = _one(text, last) if not re.fullmatch(r"\d{1,2}", last) else None
    opened, closed = _CLOCK.fullmatch(first), _CLOCK.fullmatch(last)
    if ends is None or not (opened and closed and closed[4]) or opened[4] or int(opened[1]) > _HALF:
        return _one(text, first)
    hour, minute = int(opened[1]) % _HALF, int(opened[2] or 0)
    late = ends.hour >= _HALF
    if (hour, minute) >= (ends.hour % _HALF, ends.minute):
        late = not late
    return _at(text, hour + (_HALF if late else 0), minute)


def _of_fraction(text: str, bare: str) -> time:
    found = time_in(Decimal(bare))
    # `0.30` may as well be half past midnight.
    unclear = len(bare.rpartition(".")[2]) == 2 and bare[-2:] not in {"25", "50", "75"}  # noqa: PLR2004 - minutes
    if found is None or unclear:
        raise Unreadable(f"“{text.strip()[:40]}” is not a time. {_HINT}")
    return found


def _hour(text: str, hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= _HALF:
        raise Unreadable(f"“{text.strip()[:40]}” is not a time: with am or pm the hour is 1 to 12.")
    return hour % _HALF + (_HALF if half == "p" else 0)


def _at(text: str, hour: int, minute: int) -> time:
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable(f"“{text.strip()[:40]}” is not a time. {_HINT}") from None
