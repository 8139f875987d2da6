"""Which events there are: what a form guesses from and a type-ahead lists."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from bot.reads import side_by_side
from charter.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from charter.events import Listing
    from charter.ports import Ledger

# How old a list may be to guess from, where the guess is shown and can be changed; and to pick from.
GUESSED_FROM: Final = timedelta(minutes=10)
PICKED_FROM: Final = timedelta(seconds=15)

# Whole months, the index's key: the last one, for "recent" and the last fortnight, and a year ahead.
_SEASON: Final = range(-1, 13)
# Where people of past events are looked for when nobody nearer fits.
_PAST: Final = range(-3, -1)
# How long after its start an event counts as near.
LATELY: Final = timedelta(days=14)
# Seconds that the list may take to be read before the first request, which waits for it.
_LONGEST_WARMING: Final = 2


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
    """The events of last month to a year ahead, remembered for a while in this one process."""

    ledger: Ledger
    _last: _Read | None = None

    def near(self, now: datetime) -> tuple[Listing, ...]:
        """Return all events in order of their start, at most 15 s old. Raise TableUnavailable.

        One whose id breaks the rule too badly to be looked up is in `planned` alone.
        """
        return self._read(now, PICKED_FROM).served

    def lately(self, now: datetime, *, anew: bool = False) -> list[Listing]:
        """Return the events from a fortnight ago on, at most ten minutes old or read `anew`. Raise TableUnavailable."""
        read = self._read(now, timedelta(0) if anew else GUESSED_FROM)
        return [listing for listing in read.served if listing.starts_at > now - LATELY]

    def planned(self, now: datetime) -> list[Listing]:
        """Return all that are not over, the next one first, for the eyes only."""
        return [listing for listing in self._read(now, PICKED_FROM).listings if not listing.over(now)]

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
        """Return the events without any read; nothing when nothing young enough is remembered."""
        last = self._last
        return last.served if last is not None and last.younger_than(GUESSED_FROM, now) else ()

    def warm(self, now: datetime) -> None:
        """Read the list before anybody asks, over one connection, so that the first form needs the roster alone.

        Whatever fails here, the first request will meet again, with somebody to report it to. So it gives up at the
        first refusal, and when it takes too long.
        """
        listings: list[Listing] = []
        ends = monotonic() + _LONGEST_WARMING
        with suppress(Refusal):
            for step in _SEASON:
                listings += self.ledger.listings([_month(now.date(), step)])
                if monotonic() > ends:
                    return
            self._last = _Read(now, tuple(_in_order(listings)))

    def season(self, now: datetime) -> list[Listing]:
        """Return every event from last month to a year ahead, in order of their start, read anew."""
        return list(self._read(now, timedelta(0)).listings)

    def forget(self) -> None:
        """Forget the list: an event was just written."""
        self._last = None

    def _read(self, now: datetime, age: timedelta) -> _Read:
        if self._last is None or not self._last.younger_than(age, now):
            self._last = _Read(now, tuple(self._months(now, _SEASON)))
        return self._last

    def _months(self, now: datetime, steps: Iterable[int]) -> list[Listing]:
        """Return the events of these months, in order of their start: a read a month, some of them at a time.

        One month is read before the others, so that a table that is down is not asked a dozen times.
        """
        first, *others = [_month(now.date(), step) for step in steps]
        lists = [self.ledger.listings([first])]
        lists += side_by_side([partial(self.ledger.listings, [month]) for month in others])
        return _in_order(listing for listings in lists for listing in listings)


def _in_order(listings: Iterable[Listing]) -> list[Listing]:
    return sorted(listings, key=lambda listing: (listing.starts_at, listing.eid))


def _month(day: date, step: int) -> date:
    months = day.year * 12 + day.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)
