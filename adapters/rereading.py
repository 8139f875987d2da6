"""Rows that are read again and again: only what changed in them is read anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.attribute_values import from_wire
from adapters.rows import read_payment

if TYPE_CHECKING:
    from adapters.shapes import Shape
    from charter.payments import Payment


def read_payments(shape: Shape, before: Shape) -> dict[str, Payment]:
    """Return the payments of a row by patron. A record that is letter by letter the earlier one is not read again."""
    return {
        patron_id: before.payments_read[patron_id]
        if before.records.get(patron_id) == record
        else read_payment(from_wire(record))
        for patron_id, record in shape.records.items()
    }
