"""Rules of an undo: whoever logged a payment may take it back for some minutes. After that an admin voids it.

An undo is a void like any other, under its author's name. Nothing of a ledger is ever changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.boarding_edits import Money, leave
from charter.patrons import PatronState, is_id_of
from charter.payments import Kind, Source, Void
from charter.refusals import EntryReversed, EntryUnknown, NotYours, TooLateToUndo

if TYPE_CHECKING:
    from datetime import datetime

    from charter.enrolling import PatronChange
    from charter.events import Event
    from charter.payments import Entry, Payment

UNDO_FOR: Final = timedelta(minutes=10)

# The reason of the void, and of the mark of a walk-up who leaves the roster with it.
UNDONE: Final = "undone by whoever logged it"


def is_undoable(payment: Payment, entry: Entry, now: datetime) -> bool:
    """Return whether the person who logged this entry may undo it now. It must have been logged in Slack."""
    open_still = _may_be_undone(entry) and not payment.voided(entry.payment_id)
    return open_still and now - entry.timestamp < UNDO_FOR


def undo(event: Event, patron_id: str, payment_id: str, *, by: str, now: datetime) -> Void:
    """Return the void with which `by` (`slack:U…`) undoes an entry. One that was undone already is returned again.

    An entry that another machine's clock puts into the future is new. Raises EntryUnknown, EntryReversed, NotYours,
    TooLateToUndo.
    """
    payment = event.payment(patron_id)
    entry = payment.entry(payment_id)
    if entry is None:
        raise EntryUnknown
    void = Void(event.eid, patron_id, payment_id, UNDONE)
    if payment.voided(payment_id):
        if not _is_undone(payment, payment_id, by):
            raise EntryReversed
        return void
    if not _may_be_undone(entry) or entry.logged_by != by:
        raise NotYours(entry.logged_by)
    if now - entry.timestamp >= UNDO_FOR:
        raise TooLateToUndo(now - entry.timestamp)
    return void


def departure(event: Event, patron_id: str, payment_id: str, *, now: datetime) -> PatronChange | None:
    """Return the change that takes a walk-up off the roster who joined it with this entry and paid nothing else.

    None for anybody else, and for a walk-up whom an earlier undo took off the roster: an admin may have put them back.
    Raises AboardAlready and ListFrozen if they are aboard.
    """
    payment = event.payment(patron_id)
    counted = [each for each in payment.entries if each.kind is not Kind.VOID and not payment.voided(each.payment_id)]
    if patron_id not in event.patrons or not is_id_of(patron_id, payment_id) or counted or _left(event, patron_id):
        return None
    return leave(event, patron_id, PatronState.REMOVED, money=Money.NOTHING_DUE, reason=UNDONE, now=now)


def _may_be_undone(entry: Entry) -> bool:
    return entry.kind is Kind.PAYMENT and entry.source is Source.SLACK and entry.logged_by.startswith("slack:")


def _is_undone(payment: Payment, payment_id: str, by: str) -> bool:
    voids = (each for each in payment.entries if each.kind is Kind.VOID and each.reverses == payment_id)
    return any((each.logged_by, each.reason) == (by, UNDONE) for each in voids)


def _left(event: Event, patron_id: str) -> bool:
    mark = ("state", PatronState.REMOVED, UNDONE, patron_id)
    return any((edit.what, edit.after, edit.reason, edit.patron_id) == mark for edit in event.edits)
