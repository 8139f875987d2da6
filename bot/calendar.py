"""Which events are near: what a form guesses from and a type-ahead lists."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from charter.events import GOING_ON
from charter.refusals import Refusal

if TYPE_CHECKING:
    from charter.events import Listing
    from charter.ports import Ledger

# How old a list may be to guess from, where the guess is shown and can be changed; and to pick from.
GUESSED_FROM: Final = timedelta(minutes=10)
PICKED_FROM: Final = timedelta(seconds=15)

# "Recent" reaches back, "coming" ahead, by whole months, the index's key.
_MONTHS: Final = (-1, 0, 1, 2)
_SEASON: Final = range(-1, 13)


@dataclass(frozen=True, slots=True)
class _Read:
    """A list of events, and when it was read."""

    at: datetime
    listings: tuple[Listing, ...]

    @property
    def served(self) -> tuple[Listing, ...]:
        """Those that can be looked up by their id."""
        return tuple(listing for listing in self.listings if listing.served)

    def younger_than(self, age: timedelta, now: datetime) -> bool:
        return timedelta(0) <= now - self.at < age


@dataclass(slots=True)
class Calendar:
    """The events of last month to the month after next, remembered for a while in this one process."""

    ledger: Ledger
    _near: _Read | None = None
    _month: _Read | None = None

    def near(self, now: datetime) -> tuple[Listing, ...]:
        """The events near `now` in order of their start, at most 15 s old. Raises TableUnavailable.

        One whose id breaks the rule too badly to be looked up is in `planned` alone.
        """
        return self._read_near(now).served

    def planned(self, now: datetime) -> list[Listing]:
        """All that are not over, the next one first, for the eyes only."""
        return [listing for listing in self._read_near(now).listings if not listing.over(now)]

    def coming(self, now: datetime) -> list[Listing]:
        """Those of `near` that are not over, the next one first."""
        return [listing for listing in self.near(now) if not listing.over(now)]

    def recent(self, now: datetime) -> list[Listing]:
        """Those of `near` that are over, the latest first."""
        return [listing for listing in reversed(self.near(now)) if listing.over(now)]

    def remembered(self, now: datetime) -> tuple[Listing, ...]:
        """The events near `now` without any read; empty when nothing young enough is remembered."""
        for read in (self._near, self._month):
            if read is not None and read.younger_than(GUESSED_FROM, now):
                return read.served
        return ()

    def warm(self, now: datetime) -> None:
        """Reads this month's list before anybody asks, so that the first form can use its one read for a roster.

        Whatever fails here, the first request will meet again, with somebody to tell it to.
        """
        with suppress(Refusal):
            self.this_month(now)

    def season(self, now: datetime) -> list[Listing]:
        """Every event from last month to a year ahead, in order of their start, read anew: one read a month."""
        return self.ledger.listings(_month(now.date(), step) for step in _SEASON)

    def forget(self) -> None:
        """An event was just written, so every list is out of date."""
        self._near = self._month = None

    def this_month(self, now: datetime) -> tuple[Listing, ...]:
        """The events of this month in exactly one read. Just after midnight, last night's month is the one meant."""
        self._month = _Read(now, tuple(self.ledger.listings([(now - GOING_ON / 2).date()])))
        return self._month.served

    def _read_near(self, now: datetime) -> _Read:
        if self._near is None or not self._near.younger_than(PICKED_FROM, now):
            self._near = _Read(now, tuple(self.ledger.listings(_month(now.date(), step) for step in _MONTHS)))
        return self._near


def _month(day: date, step: int) -> date:
    months = day.year * 12 + day.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)
