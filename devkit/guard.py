"""The guard of every server on this machine: pages of other sites, open in the same browser, get no answer.

It uses the standard library only, because the embedded AWS runs it in an environment of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
REFUSAL: Final = "Only pages and programs of this machine get an answer here."
_READS: Final = frozenset({"GET", "HEAD"})


class LocalOnly:
    """An ASGI app that answers 403 to a foreign Host (DNS rebinding) or Origin (a page of another site)."""

    def __init__(self, app: App, *, also: Collection[str] = (), any_origin: bool = False) -> None:
        """`also` are further host names to allow, such as a tunnel's.

        With `any_origin` only the Host is checked, for a server behind one of ours that passes on the page's Origin.
        """
        self.app = app
        self._hosts = LOCAL_HOSTS | set(also)
        self._any_origin = any_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or pass it on (ASGI)."""
        if scope["type"] == "lifespan" or self._admits(scope):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        if self._any_origin:
            return is_local([each for each in scope["headers"] if each[0] == b"host"], hosts=self._hosts)
        if not is_local(scope["headers"], hosts=self._hosts):
            return False
        # A browser reports the requesting page's site even without an Origin. A link on another
        # site may open a page of ours, but no other site may frame it or load a part of it.
        fetched_by, fetched_as = (
            values(scope["headers"], b"sec-fetch-site"),
            values(scope["headers"], b"sec-fetch-dest"),
        )
        is_opened = scope.get("method") in _READS and all(each == "document" for each in fetched_as)
        return is_opened or "cross-site" not in fetched_by


def is_local(headers: Iterable[tuple[bytes, bytes]], *, hosts: Collection[str] = LOCAL_HOSTS) -> bool:
    """Return True if Host is one of `hosts` and Origin, if there is one, the same address."""
    headers = list(headers)
    named, origins = values(headers, b"host"), values(headers, b"origin")
    if len(named) != 1 or "@" in named[0] or host_of(f"//{named[0]}") not in hosts:
        return False
    schemes = ("http",) if host_of(f"//{named[0]}") in LOCAL_HOSTS else ("http", "https")
    return all(origin in {f"{scheme}://{named[0]}" for scheme in schemes} for origin in origins if origin)


def values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """Return all values of a header."""
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def host_of(url: str) -> str | None:
    """Return the host name in a URL, or None if there is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


async def refuse(scope: Scope, receive: Receive, send: Send, sentence: str = REFUSAL, kind: str = "text/plain") -> None:
    """Answer 403 with the sentence in that content type. A WebSocket is closed instead."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = sentence.encode()
    length = (b"content-length", str(len(body)).encode())
    headers = [(b"content-type", f"{kind}; charset=utf-8".encode()), length, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
