"""Rows of events that are read again and again: only what changed in a row is read anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.rows import read_event, read_payment
from adapters.shapes import Shape
from charter.capacity import seats_left

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from charter.events import Event
    from charter.payments import Payment

_REMEMBERED: Final = 64  # a season of coming events; a shape holds the records of its row


class RowReader:
    """Reads the events' own rows, and remembers the last ones with their shapes. Safe to share between threads."""

    def __init__(self, *, zone: tzinfo, currency: str) -> None:
        self._zone = zone
        self._currency = currency
        self._last: dict[str, tuple[Event, Shape]] = {}

    def shape(self, eid: str) -> Shape:
        """Return the shape that the event's row had when it was last read. It is only a hint."""
        last = self._last.get(eid)
        return last[1] if last else Shape()

    def read(self, wire: Mapping[str, Any]) -> tuple[Event, Shape]:
        """Return the event in a row with the row's shape. What is letter by letter as it was is not read again."""
        last = self._last.get(wire["eid"]["S"])
        if last is not None and last[1].whole == wire:
            return last
        shape = Shape.of(wire)
        payments = read_payments(shape, before=last[1] if last else Shape())
        item = from_wire({name: value for name, value in wire.items() if name != "payments"})
        event = read_event(item, zone=self._zone, currency=self._currency, full=shape.full, payments=payments)
        if len(self._last) >= _REMEMBERED:
            self._last.clear()
        found = self._last[event.eid] = event, replace(shape, seats=seats_left(event), payments_read=payments)
        return found


def read_payments(shape: Shape, before: Shape) -> dict[str, Payment]:
    """Return the payments of a row by patron. A record that is letter by letter the earlier one is not read again."""
    return {
        patron_id: before.payments_read[patron_id]
        if before.records.get(patron_id) == record
        else read_payment(from_wire(record))
        for patron_id, record in shape.records.items()
    }
