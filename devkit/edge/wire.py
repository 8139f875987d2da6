"""A request inside the edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devkit.functions import Reply

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Request:
    """Method, path and query as they were sent; headers in lower case, repeated ones repeated."""

    method: str
    raw_path: str
    query: str = ""
    headers: Pairs = ()
    body: bytes = b""
    ip: str = "127.0.0.1"

    def header(self, name: str) -> str | None:
        """Return the first header of that name, which is in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.raw_path}?{self.query}" if self.query else self.raw_path


Fetch = Callable[[Request], "Reply"]
"""A function that answers the edge's requests. Raises OSError if the origin cannot be reached."""
