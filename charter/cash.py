"""Hand-overs of cash and checks: from the hand that took the money to another one, and at last to the bank.

A hand-over is offered, and then accepted, declined or taken back, and nothing after that. Money that is offered is in
the giver's hand until somebody accepts it. What the giver counted and what the books said are both kept.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import field, replace
from datetime import datetime  # noqa: TC003 - dataclass fields
from decimal import Decimal  # noqa: TC003 - dataclass fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from charter.books import HAND
from charter.frozen import dataclass
from charter.moments import month_of
from charter.refusals import (
    HandOverClosed,
    NotTheGiver,
    NotTheReceiver,
    ReceiverIsGiver,
    ReceiverMissing,
    ReferenceMissing,
)
from charter.roles import SLACK_USER_ID

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.books import Key

# Receivers that are nobody's hand. Whoever accepts for the office has the money in their own hand.
OFFICE: Final = "office"
BANK: Final = "bank"
# An admin's correction of a hand: what is written off leaves it, and a negative sum is written on.
DIFFERENCE: Final = "difference"

LONGEST_NOTE: Final = 300
LONGEST_REFERENCE: Final = 60

# Attributes of a hand's row in the books, and of a month's.
OFFERED, GIVEN, RECEIVED = "offered", "given", "received"
DEPOSITED, WRITTEN_OFF = "deposited", "written_off"


class HandOverState(StrEnum):
    """The state of a hand-over. Only an offered one can change."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_IN_WORDS: Final = {
    HandOverState.ACCEPTED: "accepted",
    HandOverState.DECLINED: "declined",
    HandOverState.WITHDRAWN: "taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """One hand-over of one currency by one method, `cash` or `check`.

    `giver` is a hand as the books name it, `slack:U…`. `receiver` is another one, or `office`, `bank`, `difference`.
    `counted` is what the giver counted, and `expected` what the books said when their form opened. `trips` says from
    which events the money is, by event id. `by` is who wrote it: the giver, or the admin who wrote a difference off.
    """

    hand_over_id: str
    giver: str
    receiver: str
    currency: str
    method: str
    counted: Decimal
    expected: Decimal
    offered_at: datetime
    by: str
    trips: Mapping[str, Decimal] = field(default_factory=dict)
    note: str = ""
    reference: str = ""
    state: HandOverState = HandOverState.OFFERED
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: str = ""

    @property
    def difference(self) -> Decimal:
        """The counted sum less that of the books; negative where less was counted."""
        return self.counted - self.expected

    @property
    def is_handed(self) -> bool:
        """True where one person hands money to another or to the office, who has to accept it."""
        return self.receiver not in {BANK, DIFFERENCE}

    @property
    def gets(self) -> str | None:
        """The hand that has the money once it is accepted; None for the bank and a difference."""
        return (self.closed_by if self.receiver == OFFICE else self.receiver) if self.is_handed else None

    def says_the_same_as(self, other: HandOver) -> bool:
        """Return whether `other` is this hand-over sent again: what people wrote is the same."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("giver", "receiver", "currency", "method", "counted", "note", "reference", "by")
        )


def contribution(hand_over: HandOver, *, zone: tzinfo) -> dict[Key, Decimal]:
    """Return what a hand-over contributes to the books. One that was declined or taken back contributes nothing."""
    amount, pile = hand_over.counted, (hand_over.currency, hand_over.method)
    if hand_over.state is HandOverState.OFFERED:
        return {(HAND + hand_over.giver, OFFERED, *pile, hand_over.hand_over_id): amount}
    if hand_over.state is not HandOverState.ACCEPTED:
        return {}
    sums: dict[Key, Decimal] = {(HAND + hand_over.giver, GIVEN, *pile, hand_over.hand_over_id): amount}
    month = month_of((hand_over.closed_at or hand_over.offered_at).astimezone(zone))
    if hand_over.receiver == BANK:
        sums[month, DEPOSITED, *pile] = amount
    elif hand_over.receiver == DIFFERENCE:
        sums[month, WRITTEN_OFF, *pile, hand_over.giver] = amount
    elif hand_over.gets:
        sums[HAND + hand_over.gets, RECEIVED, *pile, hand_over.hand_over_id] = amount
    return sums


def accepted(hand_over: HandOver, *, by: str, admin: bool, now: datetime) -> HandOver:
    """Return the hand-over after `by` said that they have the money; itself where they said so before.

    Raises NotTheReceiver, HandOverClosed.
    """
    _check_receiver(hand_over, by=by, admin=admin)
    return _closed(hand_over, HandOverState.ACCEPTED, by=by, now=now)


def declined(hand_over: HandOver, *, by: str, admin: bool, now: datetime, reason: str) -> HandOver:
    """Return the hand-over after `by` said that it is another sum. Raises NotTheReceiver, HandOverClosed."""
    _check_receiver(hand_over, by=by, admin=admin)
    return _closed(hand_over, HandOverState.DECLINED, by=by, now=now, reason=reason)


def withdrawn(hand_over: HandOver, *, by: str, now: datetime) -> HandOver:
    """Return the hand-over after the giver took it back. Raises NotTheGiver, HandOverClosed."""
    if by != hand_over.giver:
        raise NotTheGiver
    return _closed(hand_over, HandOverState.WITHDRAWN, by=by, now=now)


def is_for(hand_over: HandOver, who: str, *, admin: bool) -> bool:
    """Return whether this person may accept it: the receiver, or any admin but the giver for the office."""
    if hand_over.receiver == OFFICE:
        return admin and who != hand_over.giver
    return who == hand_over.receiver


def check_receiver(receiver: str, *, giver: str) -> str:
    """Return the receiver itself: the office, the bank or a hand. Raises ReceiverMissing, ReceiverIsGiver."""
    if receiver in {OFFICE, BANK}:
        return receiver
    if receiver == giver:
        raise ReceiverIsGiver
    if not SLACK_USER_ID.fullmatch(receiver.removeprefix("slack:")):
        raise ReceiverMissing
    return receiver


def check_reference(text: str, receiver: str) -> str:
    """Return the number of the deposit slip on one line. Raises ReferenceMissing for the bank without one."""
    reference = " ".join(text.split())
    if receiver == BANK and not 0 < len(reference) <= LONGEST_REFERENCE:
        raise ReferenceMissing(LONGEST_REFERENCE)
    return reference if receiver == BANK else ""


def _check_receiver(hand_over: HandOver, *, by: str, admin: bool) -> None:
    if not is_for(hand_over, by, admin=admin):
        raise NotTheReceiver


def _closed(hand_over: HandOver, state: HandOverState, *, by: str, now: datetime, reason: str = "") -> HandOver:
    if (hand_over.state, hand_over.closed_by) == (state, by):
        return hand_over
    if hand_over.state is not HandOverState.OFFERED:
        raise HandOverClosed(_IN_WORDS[hand_over.state])
    return replace(hand_over, state=state, closed_by=by, closed_at=now, reason=reason)
