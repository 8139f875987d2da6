"""Protocol of the books. `adapters` implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from charter.books import Sums


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
