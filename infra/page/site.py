"""The dispatch page's files in the site bucket: key, content type and caching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PREFIX: Final = "dispatch/"
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


def site_files(folder: Path) -> list[SiteFile]:
    """Return every file of the page, by key, without hidden files.

    Raises ValueError for a file without a content type here: S3 would serve it as a download.
    """
    return [
        SiteFile(key=PREFIX + path.relative_to(folder).as_posix(), path=path, content_type=_content_type(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _content_type(path: Path) -> str:
    try:
        return CONTENT_TYPES[path.suffix]
    except KeyError:
        raise ValueError(f"{path} has no content type. Add it to infra/page/site.py, or remove the file.") from None
