"""Reads CSV as spreadsheets write it: UTF-8 with or without its mark, UTF-16, Windows-1252; commas, semicolons or tabs.

The detected encoding is shown to the operator. A file that is not text ends in one sentence.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from roster.importing.problems import Problem
from roster.spooled import Spooled
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BINARY: Final = {
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
}
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEEN_AT_ONCE: Final = 20  # lines by which the delimiter is detected
LARGEST_FILE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the file: the number of its first line, from 1, and its cells, as many as headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A parsed file. `how` describes its encoding and delimiter; `top` is the index of its headings.

    `continental`: semicolons separate its cells, so a comma begins the cents.
    """

    rows: Sequence[SheetLine]
    how: str
    continental: bool = False
    top: int = 0

    def summary(self, file: str) -> str:
        """Return how the file was read and how many lines it has, for the operator."""
        return f"{file}: {self.how}, {counted(len(self.rows) - 1, 'line')}."

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the columns."""
        return self.rows[self.top].cells

    @property
    def above(self) -> Sequence[SheetLine]:
        """The rows above the headings, such as a title."""
        return self.rows[: self.top]

    def lines(self) -> Iterator[SheetLine]:
        """Yield the rows below the headings, each with as many cells as there are headings."""
        width = len(self.headings)
        for row in islice(self.rows, self.top + 1, None):
            if not any(row.cells[width:]):
                yield SheetLine(row.number, (*row.cells[:width], *[""] * (width - len(row.cells))))

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of rows with more cells than headings."""
        width = len(self.headings)
        for row in islice(self.rows, self.top + 1, None):
            if any(row.cells[width:]):
                told = f"has {len(row.cells)} cells where the heading has {width}: is there a separator in a cell?"
                yield Problem(row.number, told)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises Stopped if it cannot be read or is larger than 64 MB."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Stopped(f"{path.name} is larger than 64 MB. Split it and import each part by itself.")
        return path.read_bytes()
    except OSError as error:
        raise Stopped(f"{path.name} cannot be read: {error.strerror}. Check the path and its permissions.") from None


def read_sheet(data: bytes, *, file: str, encoding: str | None = None) -> Sheet:
    """Return the rows of a CSV without the empty ones. Raises Stopped if it is not one; `file` is its name."""
    text, taken = decode(data, file=file, encoding=encoding)
    body, delimiter, skipped = _delimited(text)
    rows = Spooled(_rows(body, delimiter, file=file, skipped=skipped))
    if not rows:
        raise Stopped(f"{file} is empty. Pass a file with a line of headings.")
    return Sheet(rows, f"{taken}, separated by {_DELIMITERS[delimiter]}", continental=delimiter == ";")


def decode(data: bytes, *, file: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text without its byte order mark, and its encoding in words. Raises Stopped if it is not text."""
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
        text, taken = _strictly(data, "cp1252", file=file), "Windows-1252, as it is not UTF-8 (--encoding overrules)"
    if "\x00" in text:
        raise Stopped(f"{file} is not text. Save it as CSV (UTF-8) and import that.")
    return text, taken


def _by_name(data: bytes, encoding: str, *, file: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise Stopped(f"“{encoding}” is not an encoding. Pass one like utf-8, utf-16, cp1252 or mac-roman.") from None
    except ValueError:
        raise Stopped(f"{file} is not in {encoding}. Pass another --encoding.") from None
    return text.removeprefix("\ufeff"), encoding


def _strictly(data: bytes, name: str, *, file: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Stopped(
            f"{file}, line {line}: this is not UTF-8, UTF-16 or Windows-1252. "
            "Save it as CSV (UTF-8), or pass its --encoding."
        ) from None


def _unmarked_utf16(data: bytes) -> str | None:
    """Return the kind of UTF-16 without a mark: in Latin text every other byte is zero. None for other text."""
    start = data[:512]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) < 4 or max(even, odd) < len(start) // 4:  # noqa: PLR2004 - too short to decide
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _delimited(text: str) -> tuple[str, str, int]:
    """Return the text without Excel's own first line `sep=;`, the delimiter, and the number of omitted lines."""
    first, end, rest = text.partition("\n")
    named = first.strip().strip('"').lower()
    if named.startswith("sep=") and named[4:] in {*_DELIMITERS, ""}:
        return rest, named[4:] or "\t", 1 if end else 0
    # The separator that cuts the headings into most cells is taken; the lines below decide between equals. Lines
    # above the headings, such as a title, have few separators.
    head = [line[0] for line in islice(_LINE.finditer(text), _SEEN_AT_ONCE) if line[0].strip()]
    counts = {mark: [_count(line, mark) for line in head] for mark in _DELIMITERS}
    wide = [place for place in range(len(head)) if max(counts[mark][place] for mark in _DELIMITERS) > 1]
    top = wide[0] if wide else 0
    best = max(_DELIMITERS, key=lambda mark: (counts[mark][top : top + 1], sum(counts[mark])))
    return text, best, 0


def _count(line: str, delimiter: str) -> int:
    """Return the number of delimiters outside quotes."""
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _rows(text: str, delimiter: str, *, file: str, skipped: int) -> Iterator[SheetLine]:
    lines = (found[0] for found in _LINE.finditer(text))  # an io.StringIO would hold four bytes for each letter
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
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
