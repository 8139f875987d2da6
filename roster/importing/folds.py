"""A calendar's bytes as text. Long lines are folded, and some programs fold inside a letter of several bytes."""

from __future__ import annotations

import re
from typing import Final

from roster.importing.sheets import decode

_FOLD: Final = re.compile(rb"(?:\r\n|\r|\n)[ \t]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def read_text(data: bytes, *, file: str, encoding: str | None) -> tuple[str, str, list[int]]:
    """Return the text, what it was read as, and the number of each line that begins a VEVENT. Raises Stopped."""
    whole = data
    if encoding is None and not _is_utf8(data) and _is_utf8(unfolded := _FOLD.sub(b"", data)):
        whole = unfolded
    text, taken = decode(whole, file=file, encoding=encoding)
    # The lines of the file as it is: Latin-1 reads any bytes, and this line is ASCII.
    original = text if whole is data else data.decode("latin-1")
    lines = [number for number, line in enumerate(_LINE_END.split(original), start=1) if _begins(line)]
    return text, taken, lines


def _begins(line: str) -> bool:
    return line.rstrip().upper() == "BEGIN:VEVENT"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
