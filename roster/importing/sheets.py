"""Reads CSV as spreadsheets write it: UTF-8 with or without its mark, UTF-16, Windows-1252; commas, semicolons or tabs.

The detected encoding is shown to the operator. A file that is not text ends in one sentence.
"""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Final

from roster.importing.problems import ImportProblem
from roster.spooled import Spooled
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Python's decoders for parts of a text refuse these without a mark.
_MARKS_OF: Final = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
_BINARY: Final = {
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
}
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEEN_AT_ONCE: Final = 20  # lines by which the delimiter is detected
_READ_AT_ONCE: Final = 64 * 1024
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

    def problems(self) -> Iterator[ImportProblem]:
        """Yield the problems of rows with more cells than headings."""
        width = len(self.headings)
        for row in islice(self.rows, self.top + 1, None):
            if any(row.cells[width:]):
                text = f"has {len(row.cells)} cells where the heading has {width}: is there a separator in a cell?"
                yield ImportProblem(row.number, text)


@contextmanager
def copied(path: Path) -> Iterator[IO[bytes]]:
    """Yield a temporary copy of a file, so that a pipe too can be read twice.

    Raises Stopped if it cannot be read or is larger than 64 MB.
    """
    with tempfile.TemporaryFile() as copy:
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise Stopped(f"{path.name} is larger than 64 MB. Split it and import each part by itself.")
            with path.open("rb") as original:
                shutil.copyfileobj(original, copy)
        except OSError as error:
            raise Stopped(
                f"{path.name} cannot be read: {error.strerror}. Check the path and its permissions."
            ) from None
        copy.seek(0)
        yield copy


def read_sheet(data: IO[bytes], *, file: str, encoding: str | None = None) -> Sheet:
    """Return the rows of a CSV without the empty ones, and close it. `file` is its name.

    Raises Stopped if it is not a CSV.
    """
    text, taken = decode(data, file=file, encoding=encoding)
    with text:
        head = list(islice(text, _SEEN_AT_ONCE))
        delimiter, skipped = _delimiter(head)
        rows = Spooled(_rows(chain(head[skipped:], text), delimiter, file=file, skipped=skipped))
    if not rows:
        raise Stopped(f"{file} is empty. Pass a file with a line of headings.")
    return Sheet(rows, f"{taken}, separated by {_DELIMITERS[delimiter]}", continental=delimiter == ";")


def decode(data: IO[bytes], *, file: str, encoding: str | None = None) -> tuple[IO[str], str]:
    """Return the text without its byte order mark, and its encoding in words. Raises Stopped if it is not text.

    The whole of it was checked, so reading it does not fail. Its line ends are as in the file.
    """
    start = data.read(512)
    for binary, what in _BINARY.items():
        if start.startswith(binary):
            raise Stopped(f"{file} is {what}. Save it as CSV (UTF-8) and import that.")
    if encoding is not None:
        return _by_name(data, encoding, file=file), encoding
    for mark, name in _MARKS:
        if start.startswith(mark):
            text = _strictly(data, name, file=file, begin=len(mark))
            return text, name.upper().removesuffix("-LE").removesuffix("-BE")
    if (wide := _unmarked_utf16(start)) is not None:
        return _strictly(data, wide, file=file), "UTF-16"
    name, taken = "utf-8", "UTF-8"
    if _line_at_fault(data, name):
        name, taken = "cp1252", "Windows-1252, as it is not UTF-8 (--encoding overrules)"
    text = _strictly(data, name, file=file)
    if any(b"\x00" in chunk for chunk in _chunks(data)):
        raise Stopped(f"{file} is not text. Save it as CSV (UTF-8) and import that.")
    data.seek(0)
    return text, taken


def _by_name(data: IO[bytes], encoding: str, *, file: str) -> IO[str]:
    data.seek(0)
    try:
        name = codecs.lookup(encoding).name
        marked = data.read(4).startswith(_MARKS_OF.get(name, b""))
        data.seek(0)
        text = io.TextIOWrapper(data, encoding if marked else f"{name}-le", newline="")
        while text.read(_READ_AT_ONCE):
            pass
    except LookupError:
        raise Stopped(f"“{encoding}” is not an encoding. Pass one like utf-8, utf-16, cp1252 or mac-roman.") from None
    except ValueError:
        raise Stopped(f"{file} is not in {encoding}. Pass another --encoding.") from None
    text.seek(0)
    if text.read(1) != "\ufeff":
        text.seek(0)
    return text


def _strictly(data: IO[bytes], name: str, *, file: str, begin: int = 0) -> IO[str]:
    if line := _line_at_fault(data, name, begin=begin):
        raise Stopped(
            f"{file}, line {line}: this is not UTF-8, UTF-16 or Windows-1252. "
            "Save it as CSV (UTF-8), or pass its --encoding."
        )
    data.seek(begin)
    return io.TextIOWrapper(data, name, newline="")


def _line_at_fault(data: IO[bytes], name: str, *, begin: int = 0) -> int:
    """Return the first line that is not in this encoding; 0 where every line is."""
    decoder, line = codecs.getincrementaldecoder(name)(), 1
    for chunk in chain(_chunks(data, begin=begin), [b""]):
        held, _ = decoder.getstate()  # the beginning of a character whose end is in this chunk
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line - held.count(b"\n") + error.object[: error.start].count(b"\n")
        line += chunk.count(b"\n")
    return 0


def _chunks(data: IO[bytes], *, begin: int = 0) -> Iterator[bytes]:
    data.seek(begin)
    return iter(partial(data.read, _READ_AT_ONCE), b"")


def _unmarked_utf16(start: bytes) -> str | None:
    """Return the kind of UTF-16 without a mark: in Latin text every other byte is zero. None for other text."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) < 4 or max(even, odd) < len(start) // 4:  # noqa: PLR2004 - too short to decide
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _delimiter(head: Sequence[str]) -> tuple[str, int]:
    """Return the delimiter by the first lines, and how many of them to omit: Excel's own first line is `sep=;`."""
    named = head[0].strip().strip('"').lower() if head else ""
    if named.startswith("sep=") and named[4:] in {*_DELIMITERS, ""}:
        return named[4:] or "\t", 1
    # The separator that cuts the headings into most cells is taken; the lines below decide between equals. Lines
    # above the headings, such as a title, have few separators.
    counts = {mark: [_count(line, mark) for line in head if line.strip()] for mark in _DELIMITERS}
    wide = [place for place, found in enumerate(zip(*counts.values(), strict=True)) if max(found) > 1]
    top = wide[0] if wide else 0
    return max(_DELIMITERS, key=lambda mark: (counts[mark][top : top + 1], sum(counts[mark]))), 0


def _count(line: str, delimiter: str) -> int:
    """Return the number of delimiters outside quotes."""
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _rows(lines: Iterable[str], delimiter: str, *, file: str, skipped: int) -> Iterator[SheetLine]:
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
