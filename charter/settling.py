"""Settling the money of a cancelled event: what was paid is refunded, moved with its patron, or kept as credit.

First the decisions are written, each as an edit of its patron (charter.credits). Then they are carried out one by one.
A refund or a move has an id that follows from its decision's form and patron, so it counts once, however often that is
tried and whatever was interrupted. What is open follows from ledgers and decisions alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence  # noqa: TC003 - a dataclass field
from datetime import datetime, timedelta
from decimal import Decimal  # noqa: TC003 - a dataclass field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from charter.credits import CREDIT, DECISIONS, MOVE_DECIDED, REFUND_DECIDED, credit_in, decisions
from charter.edits import Edit, amount_in
from charter.events import Event, Status
from charter.frozen import dataclass
from charter.kinds import Kind
from charter.money import ZERO, plain_amount
from charter.moves import PatronMove
from charter.patrons import Patron  # noqa: TC001 - a dataclass field
from charter.payments import Refund
from charter.refusals import NothingToSettle, TripTakesPlace

if TYPE_CHECKING:
    from charter.payments import Payment

# The marks of so many patrons fit into a form's private_metadata.
MOST: Final = 250
_MARK: Final = 8  # letters of a mark
_STEP: Final = 12  # letters of a patron's hash in the id of a refund or a move
_JUST_AFTER: Final = timedelta(milliseconds=1)


class How(StrEnum):
    """The ways to settle a patron's money."""

    REFUND = "refund"
    MOVE = "move"
    CREDIT = "credit"


_WHAT: Final = {How.REFUND: REFUND_DECIDED, How.MOVE: MOVE_DECIDED, How.CREDIT: CREDIT}


class SettlingState(StrEnum):
    """The progress of settling a patron's money. Where nothing of it is left on the event, it is not listed at all."""

    UNDECIDED = "undecided"
    DECIDED = "decided"
    """A refund or a move is decided, and not carried out yet."""
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Stake:
    """The money of one patron of a cancelled event: `paid` is left on it, of which `credit` is kept.

    `decision` is the latest one about the patron, if there is any. `last_method` is that of their last payment, empty
    where all of the money came from another event.
    """

    patron: Patron
    paid: Decimal
    credit: Decimal
    standing: SettlingState
    decision: Edit | None
    last_method: str

    @property
    def open(self) -> Decimal:
        """The sum that must still be refunded, moved, or kept as credit."""
        return self.paid - self.credit

    @property
    def mark(self) -> str:
        """Fingerprint of the patron and the sum. It changes when something is paid or given back meanwhile."""
        return _hash(f"{self.patron.patron_id}\n{self.paid:.2f}", _MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A form's decision for some patrons. `marks` are those of the stakes that it showed, at the moment `at` (aware).

    `method` is that of the refunds, empty for the one by which each patron paid; `target` the event of the moves.
    """

    form: str
    eid: str
    at: datetime
    how: How
    marks: Sequence[str]
    method: str = ""
    target: str = ""
    reason: str = ""

    def decided_in(self, event: Event) -> set[str]:
        """Return the ids of the patrons about whom this form has decided already."""
        return {edit.patron_id or "" for edit in event.edits if edit.form == self.form}

    def edits(self, event: Event, *, by: str) -> list[Edit]:
        """Return the decisions that are not written yet, for those whose sum is as it was shown.

        Raises TripTakesPlace; NothingToSettle where no sum is as it was shown and none was decided before.
        """
        check_cancelled(event)
        known, marks = self.decided_in(event), {*self.marks}
        found = [stake for stake in stakes(event) if stake.mark in marks]
        if not found and not known:
            raise NothingToSettle
        return [self._edit(stake, by=by) for stake in found if stake.patron.patron_id not in known]

    def _edit(self, stake: Stake, *, by: str) -> Edit:
        paid = plain_amount(stake.paid)
        before, after = {
            How.CREDIT: (plain_amount(stake.credit), paid),
            How.REFUND: (paid, self.method or stake.last_method),
            How.MOVE: (paid, self.target),
        }[self.how]
        return Edit(_WHAT[self.how], before, after, by, self.at, stake.patron.patron_id, self.reason, self.form)


class Settlements(Protocol):
    """The decisions about the money of cancelled events."""

    def decide(self, settlement: Settlement, *, by: str) -> Event:
        """Write the decisions once, and return the event after them. The same form again writes what is missing.

        Raises TableUnavailable, EventUnknown, and as `Settlement.edits` does.
        """
        ...


def stakes(event: Event) -> list[Stake]:
    """Return the patrons whose money is on a cancelled event, by name; nobody where it takes place."""
    if event.status is not Status.CANCELLED:
        return []
    decided = decisions(event.edits)
    patrons = (event.patron(patron_id) for patron_id, payment in event.payments.items() if payment.amount > ZERO)
    found = [_stake(event, patron, decided.get(patron.patron_id)) for patron in patrons if patron]
    return sorted(found, key=lambda stake: (stake.patron.name.casefold(), stake.patron.patron_id))


def moment_for(event: Event, now: datetime) -> datetime:
    """Return the moment of new decisions: `now`, or just after the last ones, so that the new ones count."""
    last = [edit.at for edit in event.edits if edit.what in DECISIONS]
    return max([now, *(at + _JUST_AFTER for at in last)])


def check_cancelled(event: Event) -> None:
    """Raise TripTakesPlace unless the event is cancelled."""
    if event.status is not Status.CANCELLED:
        raise TripTakesPlace(event.title)


def step_of(event: Event, stake: Stake) -> Refund | PatronMove:
    """Return the refund or the move that carries out the decision about a patron, with an id of its own."""
    decision, patron_id = stake.decision, stake.patron.patron_id
    if decision is None:
        raise ValueError(patron_id)
    step = _step_id(decision)
    if decision.what == REFUND_DECIDED:
        return Refund(step, event.eid, patron_id, stake.paid, decision.after, decision.reason)
    return PatronMove(
        form=step,
        eid=event.eid,
        patron_id=patron_id,
        target=decision.after,
        reason=decision.reason,
        amount=stake.paid,
    )


def _stake(event: Event, patron: Patron, decision: Edit | None) -> Stake:
    payment = event.payment(patron.patron_id)
    credit = credit_in(decision, payment.amount)
    standing = SettlingState.UNDECIDED
    if credit >= payment.amount:
        standing = SettlingState.CREDIT
    elif decision and decision.what != CREDIT and amount_in(decision.before) == payment.amount:
        done = payment.entry(_step_id(decision)) or payment.entry(f"{Kind.TRANSFER}:{_step_id(decision)}")
        standing = SettlingState.UNDECIDED if done else SettlingState.DECIDED
    return Stake(patron, payment.amount, credit, standing, decision, _method(payment))


def _method(payment: Payment) -> str:
    """Return the method of the last payment that counts; an empty text where there is none."""
    counted = (each for each in payment.entries if each.kind is Kind.PAYMENT and not payment.voided(each.payment_id))
    return next((entry.method for entry in reversed(list(counted))), "")


def _step_id(decision: Edit) -> str:
    return f"{decision.form}.{_hash(decision.patron_id or '', _STEP)}"


def _hash(text: str, letters: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:letters]
