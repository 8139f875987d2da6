"""Announcements of a hand-over: that it waits for somebody, and how it ended. Each once."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - dataclass fields

from charter.cash import DIFFERENCE, HandOver, HandOverState
from charter.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverChange:
    """One change of the row of a hand-over. `at`, `number` and `restored` are as in announcements.EventRowChange."""

    number: str
    eid: str
    at: datetime
    old: HandOver | None
    new: HandOver
    restored: bool = False


@dataclass(frozen=True, slots=True)
class _OfHandOver:
    """Something about a hand-over. `at` is when the table made the change."""

    hand_over: HandOver
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOverOffered(_OfHandOver):
    """Somebody handed money over, and the other side has to accept it."""

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return offered_id(self.hand_over)

    @property
    def happened(self) -> datetime:
        """The moment of the hand-over."""
        return self.hand_over.offered_at


@dataclass(frozen=True, slots=True)
class HandOverEnded(_OfHandOver):
    """A hand-over was accepted, declined or taken back, or an admin corrected a hand."""

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return f"{offered_id(self.hand_over)}:ended"

    @property
    def happened(self) -> datetime:
        """The moment of its end."""
        return self.hand_over.closed_at or self.at


HandOverFact = HandOverOffered | HandOverEnded


def offered_id(hand_over: HandOver) -> str:
    """Return the id under which a hand-over is announced."""
    return f"hand_over:{hand_over.hand_over_id}"


def hand_over_facts(change: HandOverChange) -> list[HandOverFact]:
    """Return what follows. A deposit concerns nobody else, and restored rows were announced before."""
    new = change.new
    if change.restored:
        return []
    if not new.is_handed:
        return [HandOverEnded(new, change.at)] if new.receiver == DIFFERENCE and change.old is None else []
    if change.old is None:
        return [HandOverOffered(new, change.at)]
    if change.old.state is HandOverState.OFFERED and new.state is not HandOverState.OFFERED:
        return [HandOverEnded(new, change.at)]
    return []
