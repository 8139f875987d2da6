"""CSV as spreadsheets write it: UTF-8 with or without its mark, UTF-16, Windows-1252; commas, semicolons or tabs.

What cannot be told for certain is not guessed in silence: the encoding that was taken is shown, and a file that is no
text at all ends in one sentence.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from roster.importing.problems import Problem
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BINARY: Final = {
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
}
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEEN_AT_ONCE: Final = 20  # lines by which the delimiter is told
LARGEST_FILE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the file: the number of the line where it starts, from 1, and its cells, as many as headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A file taken apart. `how` says how it was read, for the operator to see; `top` is the place of its headings.

    `continental`: semicolons part its cells, as where a comma begins the cents.
    """

    rows: tuple[SheetLine, ...]
    how: str
    continental: bool = False
    top: int = 0

    def summary(self, file: str) -> str:
        """Return how the file was read and how many lines it has, for the operator."""
        return f"{file}: {self.how}, {counted(len(self.rows) - 1, 'line')}."

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of its columns."""
        return self.rows[self.top].cells

    @property
    def above(self) -> tuple[SheetLine, ...]:
        """The rows above the headings, such as a report's title."""
        return self.rows[: self.top]

    @cached_property
    def lines(self) -> tuple[SheetLine, ...]:
        """The rows below the headings, each with as many cells as there are headings."""
        width = len(self.headings)
        return tuple(
            SheetLine(row.number, (*row.cells[:width], *[""] * (width - len(row.cells))))
            for row in self.rows[self.top + 1 :]
            if not any(row.cells[width:])
        )

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The rows that have more cells than there are headings."""
        width = len(self.headings)
        return tuple(
            Problem(
                row.number, f"has {len(row.cells)} cells where the heading has {width}: is there a separator in a cell?"
            )
            for row in self.rows[self.top + 1 :]
            if any(row.cells[width:])
        )


def read_bytes(path: Path) -> bytes:
    """What is in the file. Raises Stopped when it cannot be read or is larger than 64 MB."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Stopped(f"{path.name} is larger than 64 MB. Split it; each part is imported by itself.")
        return path.read_bytes()
    except OSError as error:
        raise Stopped(f"{path.name} cannot be read: {error.strerror}.") from None


def read_sheet(data: bytes, *, file: str, encoding: str | None = None) -> Sheet:
    """The file's rows, empty ones left out. Raises Stopped for what is no CSV; `file` is what to call it."""
    text, taken = decode(data, file=file, encoding=encoding)
    body, delimiter, skipped = _delimited(text)
    rows = tuple(_rows(body, delimiter, file=file, skipped=skipped))
    if not rows:
        raise Stopped(f"{file} is empty.")
    return Sheet(rows, f"{taken}, separated by {_DELIMITERS[delimiter]}", continental=delimiter == ";")


def decode(data: bytes, *, file: str, encoding: str | None = None) -> tuple[str, str]:
    """The text, without its byte order mark, and what it was read as. Raises Stopped when it is no text."""
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise Stopped(f"{file} is {what}. Save it as CSV (UTF-8) and import that.")
    if encoding is not None:
        return _by_name(data, encoding, file=file)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], name, file=file), name.upper().removesuffix("-LE").removesuffix("-BE")
    if (wide := _unmarked_utf16(data)) is not None:
        return _strictly(data, wide, file=file), "UTF-16"
    try:
        text, taken = data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text, taken = _strictly(data, "cp1252", file=file), "Windows-1252, as it is no UTF-8 (else say --encoding)"
    if "\x00" in text:
        raise Stopped(f"{file} is not text. Save it as CSV (UTF-8) and import that.")
    return text, taken


def _by_name(data: bytes, encoding: str, *, file: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise Stopped(f"“{encoding}” is no encoding. Known are utf-8, utf-16, cp1252, mac-roman and others.") from None
    except ValueError:
        raise Stopped(f"{file} is not in {encoding}.") from None
    return text.removeprefix("\ufeff"), encoding


def _strictly(data: bytes, name: str, *, file: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Stopped(
            f"{file}, line {line}: this is neither UTF-8, UTF-16 nor Windows-1252. "
            "Save it as CSV (UTF-8), or name its encoding with --encoding."
        ) from None


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark shows by its zeros: of Latin text every other byte is one."""
    start = data[:512]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) < 4 or max(even, odd) < len(start) // 4:  # noqa: PLR2004 - too short to tell
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _delimited(text: str) -> tuple[str, str, int]:
    """The text without Excel's own first line, `sep=;`; the delimiter; how many lines were left out."""
    first, end, rest = text.partition("\n")
    named = first.strip().strip('"').lower()
    if named.startswith("sep=") and named[4:] in {*_DELIMITERS, ""}:
        return rest, named[4:] or "\t", 1 if end else 0
    # The heading decides: the separator that cuts it into most cells; lines below it decide between equals. What is
    # above the headings, such as a report's title, has next to no separators.
    head = [line for line in text.splitlines()[:_SEEN_AT_ONCE] if line.strip()]
    counts = {mark: [_count(line, mark) for line in head] for mark in _DELIMITERS}
    wide = [place for place in range(len(head)) if max(counts[mark][place] for mark in _DELIMITERS) > 1]
    top = wide[0] if wide else 0
    best = max(_DELIMITERS, key=lambda mark: (counts[mark][top : top + 1], sum(counts[mark])))
    return text, best, 0


def _count(line: str, delimiter: str) -> int:
    """Separators outside quotes."""
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _rows(text: str, delimiter: str, *, file: str, skipped: int) -> Iterator[SheetLine]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    while True:
        start = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = (
                "a quote opens and never closes" if "end of data" in str(error) else f"the quoting is broken ({error})"
            )
            raise Stopped(f"{file}, line {start}: {what}. Nothing was imported.") from None
        cells = [" ".join(cell.split()) if "\n" in cell or "\r" in cell else cell.strip() for cell in cells]
        if any(cells):
            yield SheetLine(start, tuple(cells))
