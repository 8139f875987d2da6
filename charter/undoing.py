"""Rules of an undo: whoever logged a payment may take it back for some minutes. After that an admin voids it.

An undo is a void like any other, under its author's name. Nothing of a ledger is ever changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.boarding_edits import MoneyDecision, leave
from charter.frozen import dataclass
from charter.patrons import PatronState, is_id_of
from charter.payments import REVERSALS, Kind, Source, Void
from charter.refusals import EntryUnknown, NotYours, TooLateToUndo

if TYPE_CHECKING:
    from datetime import datetime

    from charter.enrolling import PatronChange
    from charter.events import Event
    from charter.payments import Entry, Payment

UNDO_FOR: Final = timedelta(minutes=10)

# The reason of the void, and of the mark of a walk-up who leaves the roster with it.
UNDONE: Final = "undone by whoever logged it"


@dataclass(frozen=True, slots=True)
class Undo:
    """A request to undo a payment that the same person logged. `Ledger.reverse` writes it as a void."""

    eid: str
    patron_id: str
    payment_id: str

    def entry(self, payment: Payment, *, by: str, source: Source, now: datetime) -> Entry:
        """Return the entry that undoes it. One that is written already is returned whenever it is asked for again.

        A payment that another machine's clock puts into the future is new.
        Raises EntryUnknown, EntryReversed, NotYours, TooLateToUndo, PaidTooLittle.
        """
        undone = payment.entry(self.payment_id)
        if undone is None:
            raise EntryUnknown
        if not payment.voided(self.payment_id):
            if not _may_be_undone(undone) or undone.logged_by != by:
                raise NotYours(undone.logged_by)
            if now - undone.timestamp >= UNDO_FOR:
                raise TooLateToUndo(now - undone.timestamp)
        void = Void(self.eid, self.patron_id, self.payment_id, UNDONE)
        return void.entry(payment, by=by, source=source, now=now)


def is_undoable(payment: Payment, entry: Entry, now: datetime) -> bool:
    """Return whether the person who logged this entry may undo it now. It must have been logged in Slack."""
    open_still = _may_be_undone(entry) and not payment.voided(entry.payment_id)
    return open_still and now - entry.timestamp < UNDO_FOR


def departure(event: Event, patron_id: str, payment_id: str, *, now: datetime) -> PatronChange | None:
    """Return the change that takes a walk-up off the roster who joined it with this entry and paid nothing else.

    None for anybody else, and for a walk-up whom an earlier undo took off the roster: an admin may have put them back.
    Raises AboardAlready and ListFrozen if they are aboard.
    """
    payment = event.payment(patron_id)
    counted = [each for each in payment.entries if each.kind not in REVERSALS and not payment.voided(each.payment_id)]
    if patron_id not in event.patrons or not is_id_of(patron_id, payment_id) or counted or _left(event, patron_id):
        return None
    return leave(event, patron_id, PatronState.REMOVED, money=MoneyDecision.NOTHING_DUE, reason=UNDONE, now=now)


def _may_be_undone(entry: Entry) -> bool:
    return entry.kind is Kind.PAYMENT and entry.source is Source.SLACK and entry.logged_by.startswith("slack:")


def _left(event: Event, patron_id: str) -> bool:
    mark = ("state", PatronState.REMOVED, UNDONE, patron_id)
    return any((edit.what, edit.after, edit.reason, edit.patron_id) == mark for edit in event.edits)
