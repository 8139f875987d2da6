"""Writes an export whole or not at all: to a temporary file first, which is moved into place when complete."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def published(output: Path | None, *, mark: bool = False) -> Iterator[TextIO]:
    """Yield a text file that becomes `output`, or standard output, when the `with` block ends without an error.

    `mark` begins it with a byte order mark, so that Excel reads it as UTF-8. Only the owner can read a new file.
    """
    encoding = "utf-8-sig" if mark else "utf-8"
    if output is None:
        with tempfile.TemporaryFile() as aside:
            yield from _written(aside, encoding)
            aside.seek(0)
            shutil.copyfileobj(aside, sys.stdout.buffer)
            sys.stdout.flush()
        return
    place = Path(os.path.realpath(output))
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    except OSError as error:
        raise Stopped(f"{output} cannot be written: {error.strerror}. Pass another --output.") from None
    try:
        with os.fdopen(handle, "w+b") as aside:
            yield from _written(aside, encoding)
            os.fsync(aside.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(place, name)
        Path(name).replace(place)
    except OSError as error:
        raise Stopped(f"{output} cannot be written: {error.strerror}. Pass another --output.") from None
    finally:
        Path(name).unlink(missing_ok=True)


def _written(aside: BinaryIO, encoding: str) -> Iterator[TextIO]:
    text = io.TextIOWrapper(aside, encoding=encoding, newline="")
    yield text
    text.flush()
    text.detach()
