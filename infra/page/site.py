"""The dispatch page's files in the site bucket: key, content type and caching."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PREFIX: Final = "dispatch/"
# The service worker, and the line of it that is replaced by the names and hashes of all other files (docs/adr/0055).
WORKER: Final = "sw.js"
_NO_FILES: Final = b"const FILES = {};\n"
# Every load revalidates the file by its ETag, which takes a few milliseconds and prevents pages of mixed versions.
CACHE_CONTROL: Final = "no-cache"
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, kw_only=True)
class SiteFile:
    """One object of the bucket."""

    key: str
    path: Path
    content_type: str
    cache_control: str = CACHE_CONTROL
    others: Sequence[SiteFile] = field(default=(), repr=False)
    """Of the service worker: the other files of its release."""

    def read(self) -> bytes:
        """Return the bytes to upload: the file's own, but the service worker's name every other file and its hash."""
        body = self.path.read_bytes()
        if not self.others:
            return body
        hashes = {each.key.removeprefix(PREFIX): hashlib.sha256(each.read()).hexdigest() for each in self.others}
        return body.replace(_NO_FILES, f"const FILES = {json.dumps(hashes, indent=2)};\n".encode(), 1)


def site_files(folder: Path) -> list[SiteFile]:
    """Return every file of the page, by key, without hidden files.

    Raises ValueError for a file without a content type here: S3 would serve it as a download.
    """
    files = [
        SiteFile(key=PREFIX + path.relative_to(folder).as_posix(), path=path, content_type=_content_type(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    others = [file for file in files if file.key != PREFIX + WORKER]
    return [file if file in others else replace(file, others=others) for file in files]


def _content_type(path: Path) -> str:
    try:
        return CONTENT_TYPES[path.suffix]
    except KeyError:
        raise ValueError(f"{path} has no content type. Add it to infra/page/site.py, or remove the file.") from None
