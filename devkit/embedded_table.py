"""A shortcut to the embedded DynamoDB that skips MiniStack's generic handling of requests.

That handling takes longer than most calls of the table themselves, and a run of the tests makes a hundred thousand.
Another fifth of a call's time was spent on copying rows and on checking the same few conditions again. The tests use
an even faster transport: a socket that takes calls without HTTP (`tests/short_wire.py`).
"""

from __future__ import annotations

import asyncio
import base64
import copy
import functools
import importlib
import json
import os
import struct
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from devkit.guard import values

if TYPE_CHECKING:
    from types import ModuleType

    from devkit.guard import App, Receive, Scope, Send

_TARGET: Final = "DynamoDB_20120810."
LENGTH: Final = struct.Struct(">I")
"""The number of bytes of a message on the socket, which comes before it."""
_UNUSUAL: Final = (b"content-encoding", b"transfer-encoding")
_PURE: Final = ("_condition_syntax_error", "_number_size_bytes")
"""Functions of MiniStack that return the same text or number for the same text."""


class ShortWay:
    """MiniStack's ASGI app with direct calls of its DynamoDB. Every other request is handled by MiniStack as usual."""

    def __init__(self, ministack: ModuleType) -> None:
        """Take the module `ministack.app`."""
        self._app: App = ministack.app
        self._ministack = ministack
        self._responses = importlib.import_module("ministack.core.responses")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if not _is_for_the_table(scope):
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        body = await _body(receive)
        if body is None:
            return
        status, answered, content = await self.ask(headers, body)
        sent = {
            **answered,
            "Content-Length": str(len(content)),
            "x-amz-id-2": base64.b64encode(os.urandom(48)).decode(),
        }
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": content})

    async def ask(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Return the status, headers and body of the answer of DynamoDB, or of its streams.

        Names of headers come in lower case.
        """
        service = "dynamodb" if headers["x-amz-target"].startswith(_TARGET) else "dynamodbstreams"
        self._responses.set_request_account_id(self._ministack.extract_access_key_id(headers, {}))
        self._responses.set_request_region(self._ministack.extract_region(headers, {}))
        handler = self._ministack.SERVICE_HANDLERS[service]
        status, answered, content = await handler("POST", "/", headers, body, {})
        named = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-requestid": str(uuid.uuid4())}
        return status, {**answered, **named}, content if isinstance(content, bytes) else content.encode()


class SocketConnection(asyncio.Protocol):
    """A connection of the socket.

    A request is a line with the `x-amz-target`, a line with the `authorization`, and the body. Its answer is a line
    with the status, a line with the headers as JSON, and the body. A request that fails closes the connection.
    """

    def __init__(self, short_way: ShortWay) -> None:
        """Create a connection that answers through the shortcut."""
        self._short_way = short_way
        self._received = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport (asyncio)."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what has come whole (asyncio). A client asks again only after its answer."""
        self._received += data
        if len(self._received) < LENGTH.size:
            return
        end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
        if len(self._received) < end:
            return
        target, authorization, body = bytes(self._received[LENGTH.size : end]).split(b"\n", 2)
        del self._received[:end]
        headers = {"x-amz-target": target.decode(), "authorization": authorization.decode()}
        asyncio.get_running_loop().create_task(self._answer(headers, body))

    async def _answer(self, headers: dict[str, str], body: bytes) -> None:
        try:
            status, answered, content = await self._short_way.ask(headers, body)
        except Exception:
            self._transport.abort()
            raise
        answer = b"%d\n%b\n%b" % (status, json.dumps(answered).encode(), content)
        self._transport.write(LENGTH.pack(len(answer)) + answer)


def quicken(dynamodb: ModuleType) -> None:
    """Make the module `ministack.services.dynamodb` copy rows faster, and check each text once."""
    dynamodb.copy = SimpleNamespace(copy=copy.copy, deepcopy=copied)  # type: ignore[attr-defined]  # a module takes any
    for name in _PURE:
        setattr(dynamodb, name, functools.lru_cache(maxsize=10_000)(getattr(dynamodb, name)))


def copied(value: Any) -> Any:  # noqa: ANN401  # whatever deepcopy takes
    """Return a deep copy. Objects and arrays of JSON are copied in a third of deepcopy's time."""
    kind = type(value)
    if kind is dict:
        return {name: each if type(each) is str else copied(each) for name, each in value.items()}
    if kind is list:
        return [copied(each) for each in value]
    return value if kind in {str, int, bool, type(None)} else copy.deepcopy(value)


def _is_for_the_table(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != "/" or scope.get("query_string"):
        return False
    targets = values(scope["headers"], b"x-amz-target")
    if len(targets) != 1 or not targets[0].startswith(_TARGET):
        return False
    return not any(values(scope["headers"], name) for name in _UNUSUAL)


async def _body(receive: Receive) -> bytes | None:
    """Return the body of the request, or None if the client has left."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
