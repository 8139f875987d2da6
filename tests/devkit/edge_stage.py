"""An edge in this process, between a viewer and origins that record their requests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devkit.edge import TEMPLATE, Edge, read_distribution
from devkit.edge.template import parse_template
from devkit.edge.wire import Request

if TYPE_CHECKING:
    from devkit.edge.wire import Fetch
    from devkit.functions import Reply

ORIGINAL = TEMPLATE.read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    """Return the template's text with one part replaced. The part must be there."""
    assert old in ORIGINAL, f"the template no longer says {old!r}"
    return ORIGINAL.replace(old, new)


def edge_of(text: str, origins: dict[str, Fetch]) -> Edge:
    """Return an edge for a template's text."""
    return Edge(read_distribution(parse_template(text)), origins)


@dataclass
class Stage:
    """An edge, and origins that record requests and return the given answers."""

    text: str = ORIGINAL
    reply: Reply = (200, [("content-type", "text/plain")], b"ok")
    asked: list[tuple[str, Request]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edge = edge_of(self.text, {"WebFunction": self._origin("web"), "SiteBucket": self._origin("site")})

    def _origin(self, name: str) -> Fetch:
        def fetch(request: Request) -> Reply:
            self.asked.append((name, request))
            return self.reply

        return fetch

    def get(self, path: str, **headers: str) -> Reply:
        """Send a viewer's GET. Underscores in names become dashes."""
        raw_path, _, query = path.partition("?")
        pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self.edge.answer(Request(method="GET", raw_path=raw_path, query=query, headers=pairs, ip="203.0.113.9"))

    def route(self, path: str) -> str:
        """Return the origin that a path reaches, and the path that it gets, as `web /g/x/waiver`."""
        self.get(path)
        origin, request = self.asked[-1]
        return f"{origin} {request.raw_path}"


def shown(body: bytes) -> dict[str, object]:
    """Return the JSON of an answer."""
    content: dict[str, object] = json.loads(body)
    return content
