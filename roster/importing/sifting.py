"""Finds the table in a sheet: the row of headings, and the rows below it that are not totals or remarks.

Every row that is left out is reported with its line and the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from roster.importing.booking_services import known_service
from roster.importing.headings import words
from roster.importing.problems import ImportProblem
from roster.spooled import Spooled
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from roster.importing.booking_services import Service
    from roster.importing.columns import Columns
    from roster.importing.headings import Field
    from roster.importing.sheets import Sheet, SheetLine

_T = TypeVar("_T")

_SEARCHED: Final = 40  # rows in which the headings are searched
_ABOUT: Final = (
    r"(?:for|of|guests?|bookings?|pax|people|passengers?|paid|due|revenue|amount|sales|number|collected)\b.*"
)
_TOTAL: Final = re.compile(
    rf"(?:(?:grand|overall|report|running|daily|weekly|monthly|page)\s+|sub[\s-]?)?totals?\s*[:=]?\s*(?:[(\d$€£-].*|{_ABOUT})?"
    r"|sums?\s*:?|summary\s*:?|averages?\s*:?|count\s*:\s*\d*|summe\s*:?|gesamt\w*\s*:?"
    r"|\d+\s+(?:bookings?|guests?|people|passengers?|pax|orders?|records?|rows?|trips?|events?|tickets?)",
)
_REMARK: Final = re.compile(
    r"(?:report|exported|generated|printed|created|downloaded|end of|page \d|filter(?:s|ed)?\b|notes?:|©|copyright|"
    r"confidential|powered by|\*|--|==).*"
)
_NUMBER: Final = re.compile(r"[^\w]{0,3}[a-z]{0,3}[\s$€£]*\(?-?\d[\d.,\s]*\)?\s*[a-z%€£$]{0,3}")
_WIDE: Final = 3  # columns


@dataclass(frozen=True, slots=True)
class SheetReading(Generic[_T]):
    """The content of a sheet: patrons or events, the problems of other lines, and the lines that are neither."""

    items: Spooled[_T]
    problems: Spooled[ImportProblem]
    skipped: Spooled[ImportProblem]
    columns: Columns


@dataclass(slots=True)
class _Sifting:
    kept: Spooled[SheetLine] = field(default_factory=Spooled)
    skipped: Spooled[ImportProblem] = field(default_factory=Spooled)

    def leave(self, line: SheetLine, reason: str) -> None:
        self.skipped.append(ImportProblem(line.number, reason))


def on_headings(sheet: Sheet, known: Mapping[str, Field], *, chosen: Iterable[str], file: str) -> Sheet:
    """Return the sheet with its headings set: the first row with two known headings, else the first row."""
    names = _names(known) | {words(choice.partition("=")[2]) for choice in chosen}
    for top, row in enumerate(sheet.rows[:_SEARCHED]):
        if sum(words(cell) in names for cell in row.cells if cell) > 1 or service_of(
            replace(sheet, top=top), file=file
        ):
            return replace(sheet, top=top)
    return sheet


def service_of(sheet: Sheet, *, file: str) -> Service | None:
    """Return the booking service that exported the sheet; None where it is unknown."""
    return known_service(sheet.headings, named=" ".join([file, *(cell for row in sheet.above for cell in row.cells)]))


def above(sheet: Sheet) -> list[str]:
    """Return the note about rows above the headings; none where there are no such rows."""
    if not sheet.above:
        return []
    first, last = sheet.above[0].number, sheet.above[-1].number
    where = f"Line {first} is" if first == last else f"Lines {first} to {last} are"
    return [f"{where} above the headings and left out."]


def sift(sheet: Sheet, known: Mapping[str, Field], columns: Columns, *, who: Collection[str], file: str) -> _Sifting:
    """Return the rows of the table, and the other lines with the reason.

    A row of the table has at least one of the fields `who`. Raises Stopped where a second table begins.
    """
    found = _Sifting()
    names = {" ".join(name) for name in _names(known)} | {heading.casefold() for heading in sheet.headings if heading}
    headings = [heading.casefold() for heading in sheet.headings]
    places = [columns.places[name] for name in who if name in columns.places]
    wide = sum(bool(heading) for heading in sheet.headings) >= _WIDE
    for line in sheet.lines():
        filled = [cell.casefold() for cell in line.cells if cell]
        if [cell.casefold() for cell in line.cells] == headings:
            while wide and found.kept and sum(map(bool, found.kept[-1].cells)) == 1:
                found.leave(found.kept.pop(), "it is above headings that are repeated")
            found.leave(line, "it repeats the headings")
        elif sum(cell in names for cell in filled) > max(1, len(filled) * 0.6):
            raise Stopped(
                f"{file}, line {line.number}: other headings begin here. Save the rows below them as another file."
            )
        elif _TOTAL.fullmatch(filled[0]) or any(_TOTAL.fullmatch(line.cells[place].casefold()) for place in places):
            found.leave(line, "it is a total")
        elif wide and len(filled) == 1 and _REMARK.fullmatch(filled[0]):
            found.leave(line, "it is a remark")
        else:
            found.kept.append(line)
    while found.kept and _is_sums(found.kept[-1], places):
        found.leave(found.kept.pop(), "it has only sums")
    return found


def _is_sums(line: SheetLine, places: Sequence[int]) -> bool:
    """Return whether a line has no name, and all of its cells are numbers."""
    filled = [cell.casefold() for cell in line.cells if cell]
    return not any(line.cells[place] for place in places) and all(_NUMBER.fullmatch(cell) for cell in filled)


def _names(known: Mapping[str, Field]) -> set[tuple[str, ...]]:
    return {words(name) for spec in known.values() for name in (*spec.names, *spec.alone)}
