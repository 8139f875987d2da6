"""Protocols of the books. `adapters` implements them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from charter.books import Sums
    from charter.months import BookedMonth, Overview
    from charter.open_money import OpenBooks


class Books(Protocol):
    """The running totals of charter.books. Every method may raise TableUnavailable."""

    def row(self, name: str) -> Sums:
        """Return the sums of one row by the rest of their keys, in one read; none where nothing was counted."""
        ...

    def refresh(self, eid: str) -> bool:
        """Bring the books up to an event as it is now. Return whether they changed.

        Any id of the event will do, also one that it had before, or that of an event that is gone. Raises RowFull.
        """
        ...

    def refresh_hand_over(self, hand_over_id: str) -> bool:
        """Bring the books up to a hand-over as it is now, also one that is gone. Return whether they changed.

        Raises RowFull.
        """
        ...


class Months(Protocol):
    """The books as the office reads them, month by month. Every method may raise TableUnavailable and BooksMissing."""

    def month(self, month: str) -> BookedMonth:
        """Return a month, `2026-11`, with the one before and what is open, in one read."""
        ...

    def overview(self, now: datetime) -> Overview:
        """Return this month, what is open, and what waits for a person from last month to the next one, in one read."""
        ...

    def open_money(self) -> OpenBooks:
        """Return what is open over all events, in one read."""
        ...

    def close(self, month: str, *, by: str, now: datetime) -> BookedMonth:
        """Freeze the summary of a month once, and return the month: as it was closed before, if it was.

        `now` is in the boat's zone. Raises MonthNotOver, BooksNotCompared, RowFull.
        """
        ...

    def crew_of(self, eids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return the names of the crew that is assigned to each of these events, by the ids of their rows."""
        ...
