"""Every format of an export by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exports.journals import as_beancount, as_hledger
from exports.plain import as_csv, as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from charter.exported import Choice, ExportedLedger

FORMATS: Final = ("csv", "json", "hledger", "beancount")


def rendered(
    form: str, ledgers: Iterable[ExportedLedger], *, choice: Choice, table: str, zone: tzinfo
) -> Iterator[str]:
    """Yield the export in one of FORMATS, text by text. A journal's title names the table and the choice."""
    if form == "csv":
        return as_csv(ledgers)
    if form == "json":
        return as_json(ledgers)
    about = f"Payments of the table {table}" + (f", only {choice.in_words}" if choice.in_words else "")
    journal = as_hledger if form == "hledger" else as_beancount
    return journal(ledgers, zone=zone, about=about)
