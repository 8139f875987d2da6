"""Checks of an entry against the event's row, and the ledger's answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from adapters.rows import read_payment
from charter.capacity import check_seats
from charter.duplicates import check_not_repeated, earlier_alike
from charter.events import Logged
from charter.money import format_amount
from charter.names import same
from charter.payments import Kind, Payment
from charter.refusals import PatronExists, PatronUnknown, PaymentIdReused, RowFull

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.shapes import EntryTarget, Shape
    from charter.events import Event
    from charter.payments import Entry


def payment_in(wire: Mapping[str, Any], patron_id: str) -> Payment:
    """Return the patron's payment in a row on the wire; one without entries when there is no record, or no row."""
    record = wire.get("payments", {}).get("M", {}).get(patron_id, {}).get("M")
    return Payment() if record is None else read_payment(from_wire(record))


def seems_repeated(shape: Shape, target: EntryTarget, entry: Entry) -> bool:
    """Return whether by the shape of a row `entry` repeats a payment, so that the row has to be read."""
    if target.confirmed:
        return False
    roster = shape.on_board.get("patrons", {}).get("M", {}) if target.walk_up is not None else {}
    named = (
        key
        for key, line in roster.items()
        if same(line.get("M", {}).get("name", {}).get("S", ""), target.walk_up or "")
    )
    records = (shape.records.get(patron_id) for patron_id in ([target.patron_id] if target.walk_up is None else named))
    return any(record is not None and earlier_alike(read_payment(from_wire(record)), entry) for record in records)


def already_written(event: Event, target: EntryTarget, entry: Entry) -> bool:
    """Return whether this very entry is in the row. Raises PaymentIdReused when its id is that of another entry."""
    for patron_id, payment in event.payments.items():
        written = payment.entry(entry.payment_id)
        if written is None:
            continue
        if patron_id == target.patron_id and written.says_the_same_as(entry):
            return True
        patron = event.patron(patron_id)
        name = patron.name if patron else patron_id
        raise PaymentIdReused(f"{format_amount(abs(written.amount), event.currency)} for {name}")
    return False


def walking_up(target: EntryTarget) -> EntryTarget:
    """Return `target` itself when it brings a new patron. Raises PatronUnknown: without a row there are no patrons."""
    if target.walk_up is None:
        raise PatronUnknown(target.patron_id)
    return target


def logged(event: Event, target: EntryTarget, entry: Entry, *, replayed: bool = False) -> Logged:
    """Return the success, read from the row right after the write or by a replay."""
    patron = event.patron(target.patron_id)
    if patron is None:  # the row that was just written holds the record, so this cannot be
        raise PatronUnknown(target.patron_id)
    written = event.payment(target.patron_id).entry(entry.payment_id)
    return Logged(event=event, patron=patron, entry=written or entry, replayed=replayed)


def check(event: Event, target: EntryTarget, entry: Entry) -> None:
    """Raise a Refusal where the row cannot take this entry: as `Ledger.log` does, except for a reused payment id."""
    if target.walk_up is not None and target.patron_id in event.patrons:
        raise PatronExists(target.walk_up)
    if target.walk_up is None and event.patron(target.patron_id) is None:
        raise PatronUnknown(target.patron_id)
    if event.full and entry.kind is Kind.PAYMENT:
        raise RowFull
    if not target.confirmed:
        check_not_repeated(event, target.patron_id, entry, walk_up=target.walk_up)
    if target.walk_up is not None:
        admin = target.admin
        check_seats(event, target.party, admin=admin, reason=entry.reason, field=None if admin else "patron")
