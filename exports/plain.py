"""Entries as CSV and as JSON, written one by one.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end as a formula, so typed texts get an
apostrophe there (`exports.cells`). Amounts are formatted here from numbers and get none: `-25.00` is safe, and a text
could not be summed.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from charter.money import CENT, plain_amount
from charter.payments import ENTRY_FIELDS
from charter.starts import written
from exports.cells import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from charter.events import Event
    from charter.exported import ExportedEntry, ExportedLedger

_ENTRY: Final = tuple(ENTRY_FIELDS)
_TO_AMOUNT: Final = _ENTRY.index("amount") + 1
COLUMNS: Final = (
    *("eid", "title", "starts_at", "patron_id", "patron"),
    *(*_ENTRY[:_TO_AMOUNT], "currency", *_ENTRY[_TO_AMOUNT:]),
)


def as_csv(ledgers: Iterable[ExportedLedger]) -> Iterator[str]:
    """Yield CSV as in RFC 4180, a line for each entry."""
    yield csv_line(COLUMNS)
    for ledger in ledgers:
        for line in ledger.lines:
            yield csv_line(tuple(_cells(ledger.event, line).values()))


def as_json(ledgers: Iterable[ExportedLedger]) -> Iterator[str]:
    """Yield a JSON array with an object for each entry. Amounts are texts with two decimals, as in the API."""
    before = "["
    for ledger in ledgers:
        for line in ledger.lines:
            cells = _cells(ledger.event, line).items()
            filled = {name: _as_text(value) for name, value in cells if value is not None}
            yield f"{before}\n{json.dumps(filled, ensure_ascii=False)}"
            before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _cells(event: Event, line: ExportedEntry) -> dict[str, str | Decimal | None]:
    """Return the columns of one entry, by name."""
    cells = {
        "eid": event.eid,
        "title": event.title,
        "starts_at": written(event.starts_at),
        "patron_id": line.patron_id,
        "patron": line.patron,
        "currency": event.currency,
        **line.entry.plain(),
    }
    return {name: _in_cents(cells[name]) for name in COLUMNS}


def _in_cents(value: str | Decimal | None) -> str | Decimal | None:
    return value.quantize(CENT) if isinstance(value, Decimal) else value


def _as_text(value: str | Decimal) -> str:
    return plain_amount(value) if isinstance(value, Decimal) else value
