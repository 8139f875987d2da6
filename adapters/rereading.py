"""Rows of events that are read again and again: only what changed in a row is read anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from adapters.attribute_values import from_wire
from adapters.event_rows import read_beside
from adapters.rows import read_event, read_payment
from adapters.shapes import Shape
from charter.capacity import seats_left
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from adapters.event_rows import RowsOfEvent
    from charter.events import Event
    from charter.payments import Payment

Wire: TypeAlias = "Mapping[str, Any]"

# What a payment changes in a row. No field of an event comes from the latter.
_OF_PAYMENTS: Final = ("payments", "payment_ids")

_REMEMBERED: Final = 64  # a season of coming events; a shape holds the records of its row


@dataclass(frozen=True, slots=True)
class _Whole:
    """An event as its own row has it, its rows, and the event with what they all hold."""

    own: Event
    rows: RowsOfEvent
    event: Event


class RowReader:
    """Reads the events' own rows, and remembers the last ones with their shapes. Safe to share between threads."""

    def __init__(self, *, zone: tzinfo, currency: str) -> None:
        self._zone = zone
        self._currency = currency
        self._last: dict[str, tuple[Event, Shape]] = {}
        self._wholes: dict[str, _Whole] = {}

    def shape(self, eid: str) -> Shape:
        """Return the shape that the event's row had when it was last read. It is only a hint."""
        last = self._last.get(eid)
        return last[1] if last else Shape()

    def read(self, wire: Wire) -> tuple[Event, Shape]:
        """Return the event in a row with the row's shape. What is letter by letter as it was is not read again."""
        last = self._last.get(wire["eid"]["S"])
        if last is not None and last[1].whole == wire:
            return last
        shape = Shape.of(wire)
        payments = read_payments(shape, before=last[1] if last else Shape())
        if last is not None and _without_payments(last[1].whole) == _without_payments(wire):
            event = replace(last[0], payments=payments, full=shape.full)
        else:
            item = from_wire({name: value for name, value in wire.items() if name != "payments"})
            event = read_event(item, zone=self._zone, currency=self._currency, full=shape.full, payments=payments)
        if len(self._last) >= _REMEMBERED:
            self._last.clear()
        found = self._last[event.eid] = event, replace(shape, seats=seats_left(event), payments_read=payments)
        return found

    def whole(self, rows: RowsOfEvent) -> Event:
        """Return the event with what its other rows hold. What is letter by letter as it was is not read again."""
        own, last = self.read(rows.own)[0], self._wholes.get(rows.own["eid"]["S"])
        if last is not None and last.own is own and last.rows == rows:
            return last.event
        signed = last.event.signatures if last is not None and last.rows.signatures == rows.signatures else None
        if len(self._wholes) >= _REMEMBERED:
            self._wholes.clear()
        found = self._wholes[own.eid] = _Whole(own, rows, read_beside(own, rows, signatures=signed))
        return found.event


def read_payments(shape: Shape, before: Shape) -> dict[str, Payment]:
    """Return the payments of a row by patron. What is letter by letter as before is not read again."""
    return {
        patron_id: before.payments_read[patron_id]
        if before.records.get(patron_id) == record
        else _read_changed(record, before.records.get(patron_id), before.payments_read.get(patron_id))
        for patron_id, record in shape.records.items()
    }


def _read_changed(record: Wire, earlier: Wire | None, payment: Payment | None) -> Payment:
    """Return the payment in a record, with the entries that the `earlier` record had as they were read then."""
    lines, before = _entries(record), _entries(earlier or {})
    if payment is None or not lines or not before:
        return read_payment(from_wire(record))
    known = [entry for entry in payment.entries if lines.get(entry.payment_id, ()) == before.get(entry.payment_id)]
    ids = {entry.payment_id for entry in known}
    new = {payment_id: line for payment_id, line in lines.items() if payment_id not in ids}
    return read_payment(from_wire({"entries": {"M": new}}), known)


def _entries(record: Wire) -> Wire:
    """Return the entries of a record on the wire; nothing where it has no map of them."""
    entries: Wire = record.get("entries", {}).get("M", {})
    return entries


def _without_payments(wire: Wire) -> Wire:
    return {name: value for name, value in wire.items() if name not in _OF_PAYMENTS}
