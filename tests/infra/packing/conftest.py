"""Zips of the same files are built here again and again, and to compress the files takes nearly all of that time."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPRESSED: Final[dict[tuple[Any, ...], bytes]] = {}


class _CompressedOnce:
    """In place of zlib's object: what it compressed before with the same settings, it takes from memory."""

    def __init__(self, *settings: int) -> None:
        self._settings = settings
        self._content = bytearray()

    def compress(self, content: bytes) -> bytes:
        """Take a piece of a file."""
        self._content += content
        return b""

    def flush(self) -> bytes:
        """Return the whole file, compressed."""
        key = (*self._settings, hashlib.sha256(self._content).digest())
        if key not in _COMPRESSED:
            real = zlib.compressobj(*self._settings)  # type: ignore[arg-type]  # integers, as zipfile passes them
            _COMPRESSED[key] = real.compress(self._content) + real.flush()
        return _COMPRESSED[key]


@pytest.fixture(autouse=True, scope="session")
def _files_are_compressed_once() -> Iterator[None]:
    with mock.patch.object(zipfile, "zlib", SimpleNamespace(**{**vars(zlib), "compressobj": _CompressedOnce})):
        yield
