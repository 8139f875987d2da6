"""Moments as the table and the evidence keep them, and months counted from a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS: Final = 12


def utc(moment: datetime) -> str:
    """Return the moment as the table and the evidence keep it: ISO 8601, UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_moment(text: str | None) -> datetime | None:
    """Return the moment (aware) in a text as `utc` writes it, without an offset taken as UTC; None where it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def clock(local: datetime) -> str:
    """Return the time of a moment in its own zone: `1:05 PM`."""
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def month_of(day: date) -> str:
    """Return the month of a day or moment as the table stores it: `2026-05`."""
    return f"{day:%Y-%m}"


def months_from(day: date, steps: Iterable[int]) -> list[date]:
    """Return the first day of each month that is so many steps after the month of `day`, or before it where negative.

    Months outside the calendar are left out.
    """
    this = day.year * _MONTHS + day.month - 1
    counted = (divmod(this + step, _MONTHS) for step in steps)
    return [date(year, month + 1, 1) for year, month in counted if date.min.year <= year <= date.max.year]
