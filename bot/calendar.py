"""Cached list of events, for the guess of a form and the options of a type-ahead."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from bot.reads import side_by_side
from charter.frozen import dataclass
from charter.moments import months_from
from charter.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from charter.events import Listing
    from charter.ports import Ledger

# Maximum age of a list: to guess from, where the guess is shown and can be changed, and to pick from.
GUESSED_FROM: Final = timedelta(minutes=10)
PICKED_FROM: Final = timedelta(seconds=15)

# Whole months, as the index has them: last month, for recent events, to a year ahead.
_SEASON: Final = range(-1, 13)
# Months that are read together for the next few events, until there are enough.
_FEW: Final = (range(1), range(1, 3), range(3, 13))
# Months that are searched for a person when nobody on a nearer event fits.
_PAST: Final = range(-3, -1)
# An event counts as near for this long after its start.
LATELY: Final = timedelta(days=14)
# Seconds for reading the list before the first request, which waits for it.
_LONGEST_WARMING: Final = 2


@dataclass(frozen=True, slots=True)
class _Read:
    """A list of events, and when it was read. `served` are those that can be read by their id."""

    at: datetime
    listings: tuple[Listing, ...]
    served: tuple[Listing, ...]

    @classmethod
    def of(cls, at: datetime, listings: Iterable[Listing]) -> Self:
        """Return the list with its part that is served, which every form looks through."""
        every = tuple(listings)
        return cls(at, every, tuple(listing for listing in every if listing.served))

    def younger_than(self, age: timedelta, now: datetime) -> bool:
        return timedelta(0) <= now - self.at < age


@dataclass(slots=True)
class Calendar:
    """Events from last month to a year ahead, cached in this process for a while."""

    ledger: Ledger
    _last: _Read | None = None
    _few: _Read | None = None
    """Events of the next few months, where more were not needed."""

    def near(self, now: datetime) -> tuple[Listing, ...]:
        """Return all events in order of their start, at most 15 s old. Raise TableUnavailable.

        An event whose id is too malformed to be read by it is in `planned` alone.
        """
        return self._read(now, PICKED_FROM).served

    def lately(self, now: datetime, *, anew: bool = False) -> list[Listing]:
        """Return the events of the last fortnight and later, from a list at most ten minutes old, or read `anew`.

        Raise TableUnavailable.
        """
        read = self._read(now, timedelta(0) if anew else GUESSED_FROM)
        return [listing for listing in read.served if listing.starts_at > now - LATELY]

    def planned(self, now: datetime) -> list[Listing]:
        """Return all events that are not over, the next one first. For display: some cannot be read by their id."""
        return [listing for listing in self._read(now, PICKED_FROM).listings if not listing.over(now)]

    def next_few(self, now: datetime, most: int) -> tuple[list[Listing], bool]:
        """Return today's events, finished ones too, then the next ones: `most` in all, and whether there are more.

        They are at most 15 s old. Months are read from this one on, until there are enough. Raise TableUnavailable.
        """
        fresh = [read for read in (self._last, self._few) if read is not None and read.younger_than(PICKED_FROM, now)]
        if not fresh:
            fresh = [_Read.of(now, self._from_this_month(now, most))]
            self._few = fresh[0]
        found = _of_today_and_later(fresh[0].listings, now)
        return found[:most], len(found) > most

    def coming(self, now: datetime) -> list[Listing]:
        """Return those of `near` that are not over, the next one first."""
        return [listing for listing in self.near(now) if not listing.over(now)]

    def recent(self, now: datetime) -> list[Listing]:
        """Return those of `near` that are over, the latest first."""
        return [listing for listing in reversed(self.near(now)) if listing.over(now)]

    def past(self, now: datetime) -> list[Listing]:
        """Return the events of more than a fortnight ago, for three months back, the latest first."""
        older = [listing for listing in self._months(now, _PAST) if listing.served]
        before = [listing for listing in self.near(now) if listing.starts_at <= now - LATELY]
        return [*reversed(before), *reversed(older)]

    def remembered(self, now: datetime) -> tuple[Listing, ...]:
        """Return the cached events without a read; nothing when the cache is empty or too old."""
        last = self._last
        return last.served if last is not None and last.younger_than(GUESSED_FROM, now) else ()

    def warm(self, now: datetime) -> None:
        """Read the list ahead of the first request, over one connection, so that the first form only reads a roster.

        It stops at the first refusal, or when it takes too long. The first request meets the same failure and can
        report it.
        """
        listings: list[Listing] = []
        ends = monotonic() + _LONGEST_WARMING
        with suppress(Refusal):
            for month in months_from(now.date(), _SEASON):
                listings += self.ledger.listings([month])
                if monotonic() > ends:
                    return
            self._last = _Read.of(now, _in_order(listings))

    def season(self, now: datetime) -> list[Listing]:
        """Return every event from last month to a year ahead, in order of their start, read anew."""
        return list(self._read(now, timedelta(0)).listings)

    def forget(self) -> None:
        """Clear the cache. Call it after an event was written."""
        self._last = self._few = None

    def _from_this_month(self, now: datetime, most: int) -> list[Listing]:
        """Return the events from this month on, until more than `most` of them are of today or later."""
        found: list[Listing] = []
        for steps in _FEW:
            # On the first day of a month an event of the last evening may be going on.
            found += self._months(now, [-1, *steps] if now.day == 1 and not found else steps)
            if len(_of_today_and_later(found, now)) > most:
                break
        return found

    def _read(self, now: datetime, age: timedelta) -> _Read:
        if self._last is None or not self._last.younger_than(age, now):
            self._last = _Read.of(now, self._months(now, _SEASON))
        return self._last

    def _months(self, now: datetime, steps: Iterable[int]) -> list[Listing]:
        """Return the events of these months, in order of their start. Each month is one read; some run in parallel.

        The first month is read alone, so that a table that is down gets one request and not a dozen.
        """
        first, *others = months_from(now.date(), steps)
        lists = [self.ledger.listings([first])]
        lists += side_by_side([partial(self.ledger.listings, [month]) for month in others])
        return _in_order(listing for listings in lists for listing in listings)


def _of_today_and_later(listings: Iterable[Listing], now: datetime) -> list[Listing]:
    """Return the events of today, those that are going on, and later ones, finished ones first."""
    today = now.date()
    kept = [each for each in listings if not each.over(now) or each.starts_at.astimezone(now.tzinfo).date() == today]
    return sorted(kept, key=lambda each: not each.over(now))


def _in_order(listings: Iterable[Listing]) -> list[Listing]:
    return sorted(listings, key=lambda listing: (listing.starts_at, listing.eid))
