"""The dispatch page as the site bucket holds it: each file's key, content type and caching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PREFIX: Final = "dispatch/"
# Every load asks whether the file is still the same (ETag). A page whose parts are of two versions is worse than a
# question that takes a few milliseconds.
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
    """Every file of the page, by key. Hidden files stay out.

    Raises ValueError for a file of a kind that has no content type here: S3 would serve it as a download.
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
        raise ValueError(f"{path} is of a kind that has no content type in infra/page/site.py.") from None
