"""Checks of an entry against the event's row, and the ledger's answer to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from adapters.rows import read_payment
from charter.capacity import check_seats
from charter.duplicates import check_not_repeated, earlier_alike
from charter.events import Logged
from charter.group_payments import SHARE
from charter.money import ZERO, format_amount
from charter.names import listed, same
from charter.payments import Kind, Payment
from charter.refusals import (
    FieldChecks,
    NoRoomForAll,
    PatronExists,
    PatronGone,
    PatronUnknown,
    PaymentIdReused,
    RowFull,
    on_field,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.shapes import Addition, EntryTarget, Shape
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
    payments = (_payment_of(shape, each) for each in ([target.patron_id] if target.walk_up is None else named))
    return any(payment is not None and earlier_alike(payment, entry) for payment in payments)


def _payment_of(shape: Shape, patron_id: str) -> Payment | None:
    """Return the payment in a patron's record, as it was read with the shape; None without a record."""
    if (read := shape.payments_read.get(patron_id)) is not None:
        return read
    record = shape.records.get(patron_id)
    return None if record is None else read_payment(from_wire(record))


def may_be_refused(shape: Shape, additions: Sequence[Addition]) -> bool:
    """Return whether by the shape of a row the entries would be refused, so that the row has to be read."""
    if not shape.takes(len(additions)):
        return True
    return any(shape.refuses(target) or seems_repeated(shape, target, entry) for target, entry in additions)


def already_written(event: Event, additions: Sequence[Addition]) -> bool:
    """Return whether these very entries are in the row, and no others of their group.

    Raises PaymentIdReused when an id is that of another entry, or when the group has other entries.
    """
    ids = {entry.payment_id for _, entry in additions}
    groups = {*ids, *(entry.group for _, entry in additions)} - {""}  # the id of a group is that of its first entry
    written = [
        (patron_id, entry)
        for patron_id, payment in event.payments.items()
        for entry in payment.entries
        if entry.payment_id in ids or entry.group in groups
    ]
    if not written:
        return False
    sent = {(target.patron_id, entry.payment_id): entry for target, entry in additions}
    again = [(patron_id, each.payment_id) for patron_id, each in written]
    if (
        again
        and {*again} == {*sent}
        and all(each.says_the_same_as(sent[key]) for key, (_, each) in zip(again, written, strict=True))
    ):
        return True
    patrons = [event.patron(patron_id) for patron_id, _ in written]
    names = listed([patron.name for patron in patrons if patron])
    amount = sum((abs(entry.amount) for _, entry in written), ZERO)
    raise PaymentIdReused(f"{format_amount(amount, event.currency)} for {names}")


def walking_up(additions: Sequence[Addition]) -> Addition:
    """Return the one entry of a new patron. Raises PatronUnknown for others: without a row there are no patrons."""
    target, entry = additions[0]
    if target.walk_up is None:
        raise PatronUnknown(target.patron_id)
    return target, entry


def logged(event: Event, additions: Sequence[Addition], *, replayed: bool = False) -> tuple[Logged, ...]:
    """Return the success of each entry, read from the row right after the write or by a replay."""
    return tuple(_logged(event, target, entry, replayed=replayed) for target, entry in additions)


def _logged(event: Event, target: EntryTarget, entry: Entry, *, replayed: bool) -> Logged:
    patron = event.patron(target.patron_id)
    if patron is None:  # the row that was just written holds the record, so this cannot be
        raise PatronUnknown(target.patron_id)
    written = event.payment(target.patron_id).entry(entry.payment_id)
    return Logged(event=event, patron=patron, entry=written or entry, replayed=replayed)


def check(event: Event, additions: Sequence[Addition], shape: Shape) -> None:
    """Raise a Refusal where the row cannot take these entries: as `Ledger.log` does, except for a reused payment id.

    Of several entries all refusals are raised in one group, each on the field of its patron.
    """
    if len(additions) == 1:
        _check(event, *additions[0])
        return
    if any(entry.kind is Kind.PAYMENT for _, entry in additions) and not shape.takes(len(additions)):
        raise RowFull if event.full else NoRoomForAll
    checks = FieldChecks()
    for target, entry in additions:
        checks.run(partial(on_field, f"{SHARE}{target.patron_id}", partial(_check_of_several, event, target, entry)))
    if checks.refusals:
        raise checks.error("several patrons")


def _check_of_several(event: Event, target: EntryTarget, entry: Entry) -> None:
    if event.patron(target.patron_id) is None:
        raise PatronGone(target.patron_id)
    _check(event, target, entry)


def _check(event: Event, target: EntryTarget, entry: Entry) -> None:
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
