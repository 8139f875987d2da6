"""Entries as CSV and as JSON, written one by one.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end as a formula, so typed texts get an
apostrophe there (`roster.output`). Amounts are formatted here from numbers and get none: `-25.00` is safe, and a text
could not be summed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from charter.moments import utc
from charter.money import CENT, plain_amount
from roster.output import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from charter.events import Event
    from roster.exporting.ledgers import EventLedger, Posted

COLUMNS: Final = (
    "eid", "title", "starts_at", "patron_id", "patron", "payment_id", "kind", "amount", "currency", "method",
    "logged_by", "timestamp", "source", "notes", "reverses", "reason",
)  # fmt: skip


def as_csv(ledgers: Iterable[EventLedger]) -> Iterator[str]:
    """Yield CSV as in RFC 4180, a line for each entry."""
    yield csv_line(COLUMNS)
    for ledger in ledgers:
        for line in ledger.lines:
            yield csv_line(_cells(ledger.event, line))


def as_json(ledgers: Iterable[EventLedger]) -> Iterator[str]:
    """Yield a JSON array with an object for each entry. Amounts are texts with two decimals, as in the API."""
    before = "["
    for ledger in ledgers:
        for line in ledger.lines:
            cells = dict(zip(COLUMNS, _cells(ledger.event, line), strict=True))
            shown = {**cells, "amount": plain_amount(line.entry.amount)}
            filled = {name: value for name, value in shown.items() if value is not None}
            yield f"{before}\n{json.dumps(filled, ensure_ascii=False)}"
            before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _cells(event: Event, line: Posted) -> tuple[str | Decimal | None, ...]:
    entry = line.entry
    return (
        event.eid,
        event.title,
        event.starts_at.isoformat(),
        line.patron_id,
        line.patron,
        entry.payment_id,
        entry.kind.value,
        entry.amount.quantize(CENT),
        event.currency,
        entry.method,
        entry.logged_by,
        utc(entry.timestamp),
        entry.source.value,
        entry.notes or None,
        entry.reverses,
        entry.reason or None,
    )
