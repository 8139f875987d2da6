"""Checks that the `amount` of a patron's record is the sum of its `entries`, to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from charter.money import CENT, ZERO
from charter.refusals import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator


def exact_number(value: object) -> Decimal | None:
    """Return a number of the table, also one that another program wrote as text; None for anything else."""
    if not isinstance(value, Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def disagreements(record: object) -> Iterator[str]:
    """Yield a sentence for each reason why the amount paid is unknown.

    A record without entries is older than the ledger and counts as one entry of its amount.
    """
    if not isinstance(record, Mapping):
        yield "is not a record."
        return
    amount = exact_number(record.get("amount"))
    if amount is None:
        yield f"amount is {_shown(record.get('amount'))}, which is not a number."
    elif not _in_cents(amount):
        yield f"amount is {amount}, which has more than two decimals."
    entries = record.get("entries")
    if not isinstance(entries, Mapping):
        if entries is not None:
            yield "entries is not a map."
        return
    total = ZERO
    for payment_id, entry in entries.items():
        part = exact_number(entry.get("amount")) if isinstance(entry, Mapping) else None
        if part is None:
            yield f"the amount of entry {payment_id} is not a number."
            return
        if not _in_cents(part):
            yield f"entry {payment_id} is {part}, which has more than two decimals."
        total += part
    if amount is not None and amount != total:
        yield f"amount is {amount:.2f}, but its entries add up to {total:.2f}."


def _in_cents(number: Decimal) -> bool:
    return number == number.quantize(CENT) if abs(number) < Decimal("1e20") else False


def _shown(value: object) -> str:
    return "missing" if value is None else f"“{shortened(f'{value:f}' if isinstance(value, Decimal) else str(value))}”"
