"""Find links of the dispatch page that would not load from beside the page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INDEX: Final = "index.html"
_IMPORT: Final = re.compile(rb"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
_PLACE: Final = "https://page.invalid"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links that the browser fetches by itself, not those that a person clicks."""
        if tag != "a":
            self.found += [value for name, value in attrs if name in ("href", "src") and value]


def broken_links(files: Mapping[str, bytes], *, at: str) -> list[str]:
    """Return a sentence for each link that leaves the page's files, or names a missing file.

    The page is served at `at`, such as `/_staging/dispatch`, and `files`, by name, under `at/`. Links to other hosts
    and data: links are ignored.
    """
    return [
        f"{name} links to {link}, which is not among the files under {at}/"
        for name, link, path in _named(files, at)
        if path.removeprefix(f"{at}/") not in files or not path.startswith(f"{at}/")
    ]


def _named(files: Mapping[str, bytes], at: str) -> Iterator[tuple[str, str, str]]:
    for name, body in files.items():
        where = f"{_PLACE}{at}" if name == INDEX else f"{_PLACE}{at}/{name}"
        for link in _links(name, body):
            target = urljoin(where, link)
            if target.startswith(f"{_PLACE}/"):
                yield name, link, urlsplit(target).path


def _links(name: str, body: bytes) -> list[str]:
    if name.endswith(".html"):
        parser = _Links()
        parser.feed(body.decode(errors="replace"))
        return parser.found
    if name.endswith((".js", ".mjs")):
        return [link.decode(errors="replace") for link in _IMPORT.findall(body) if link.startswith((b".", b"/"))]
    return []
