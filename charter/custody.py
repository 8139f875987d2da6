"""Protocol of the cash's custody: who holds it, and the hand-overs. `adapters` implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from charter.books import Sums
    from charter.cash import HandOver


class Custody(Protocol):
    """The hands of the books, and the hand-overs. Every method may raise TableUnavailable."""

    def hands(self, names: Collection[str] = ()) -> Mapping[str, Sums]:
        """Return these rows of the books by name, or all hands where none is named, those without a row left out."""
        ...

    def has_books(self) -> bool:
        """Return whether anybody keeps the books of this table yet."""
        ...

    def is_compared(self) -> bool:
        """Return whether the books were ever compared with all ledgers, so that no older payment is missing."""
        ...

    def opened_since(self, moment: datetime) -> list[HandOver]:
        """Return the hand-overs whose form was opened since then, the oldest first."""
        ...

    def find(self, hand_over_ids: Iterable[str]) -> list[HandOver]:
        """Return those of these hand-overs that the table has."""
        ...

    def offer(self, hand_over: HandOver) -> HandOver:
        """Write a hand-over once, and return it as it is stored. The same one again is a success.

        Raises HandOverReused; then nothing was written.
        """
        ...

    def accept(self, hand_over_id: str, *, by: str, admin: bool, now: datetime) -> HandOver:
        """Write once that `by` has the money. Return the hand-over. Raises HandOverUnknown, and as cash.accepted."""
        ...

    def decline(self, hand_over_id: str, *, by: str, admin: bool, now: datetime, reason: str) -> HandOver:
        """Write once that it is another sum. Return the hand-over. Raises HandOverUnknown, and as cash.declined."""
        ...

    def withdraw(self, hand_over_id: str, *, by: str, now: datetime) -> HandOver:
        """Write once that the giver took it back. Raises HandOverUnknown, and as cash.withdrawn."""
        ...
