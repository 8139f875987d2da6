"""Lines of CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# A spreadsheet runs a cell as a formula if it begins with one of these.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """Return the cell for a spreadsheet, with an apostrophe first where it would run as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_line(cells: Iterable[object]) -> str:
    """Return one line of CSV (RFC 4180) with its line end. Numbers stay numbers, and no text is a formula."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) if isinstance(cell, str) else text_of(cell) for cell in cells])
    return line.getvalue()


def text_of(cell: object) -> str:
    """Return a cell as text: a list joined by `; `, nothing for None."""
    match cell:
        case None:
            return ""
        case list() | tuple():
            return "; ".join(text_of(each) for each in cell)
        case Decimal():
            return f"{cell:f}"
    return str(cell)
