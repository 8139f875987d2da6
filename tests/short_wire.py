"""A fast transport from a client to the embedded table, without HTTP, for the hundred thousand calls of a whole run.

botocore still makes each request and reads its answer; only the sending is replaced. By HTTP the client, the proxy of
a test and the engine each read and write every call, which was more work than the call itself: without it, 726 tests of
announcements, status and waivers took 76 instead of 96 seconds of CPU. HTTP remains for a call that meets a fault of a
proxy, inside `by_http`, on another engine, and from another process.
"""

from __future__ import annotations

import contextlib
import json
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from devkit.aws import start_ministack
from devkit.embedded_table import LENGTH
from devkit.proxy import RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TARGETS: Final = (b"DynamoDB_20120810.", b"DynamoDBStreams_20120810.")
_PATIENCE: Final = 30.0


@contextlib.contextmanager
def short_wire() -> Iterator[None]:
    """Use the fast transport inside the block, for each engine that has one."""
    whole = vars(URLLib3Session)["send"]

    def send(self: Any, request: Any) -> Any:
        target = request.headers.get("X-Amz-Target", b"")
        wire = _wire_to(request.url, target) if target.startswith(_TARGETS) else None
        return whole(self, request) if wire is None else wire.ask(request, target)

    with mock.patch.object(URLLib3Session, "send", send):
        yield


@contextlib.contextmanager
def wired_ministack() -> Iterator[str]:
    """Run the embedded AWS, all of it, and yield its URL. Inside `short_wire` its table uses the fast transport."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        path = Path(folder) / "table"
        with start_ministack(everything=True, wire=path) as endpoint:
            wire = _wires[endpoint] = _Wire(path)
            try:
                yield endpoint
            finally:
                del _wires[endpoint]
                wire.close()


@contextlib.contextmanager
def by_http() -> Iterator[None]:
    """Use HTTP inside the block."""
    with mock.patch.dict(_wires, clear=True):
        yield


class _Wire:
    """The connections to one engine's socket. Each is used for one call at a time."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._free: list[_Connection] = []

    def ask(self, request: Any, target: bytes) -> AWSResponse:
        """Return the engine's answer to botocore's request."""
        connection = self._free.pop() if self._free else _Connection(self._path)
        authorization = request.headers["Authorization"]
        try:
            answer = connection.ask(b"\n".join((target, _bytes(authorization), _bytes(request.body))))
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        status, headers, content = answer.split(b"\n", 2)
        return _Answer(request.url, int(status), json.loads(headers), content)

    def close(self) -> None:
        """Close all connections."""
        while self._free:
            self._free.pop().close()


class _Answer(AWSResponse):
    """An answer of which nothing is left to be read."""

    def __init__(self, url: str, status: int, headers: Any, content: bytes) -> None:
        super().__init__(url, status, headers, None)
        self._content = content


class _Connection:
    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_PATIENCE)
        self._socket.connect(path)
        self._stream = self._socket.makefile("rb")

    def ask(self, message: bytes) -> bytes:
        """Send a message and return the answer to it. Raises OSError if none comes."""
        self._socket.sendall(LENGTH.pack(len(message)) + message)
        length = self._stream.read(LENGTH.size)
        if len(length) < LENGTH.size:
            raise ConnectionResetError("the embedded AWS has ended")
        return self._stream.read(LENGTH.unpack(length)[0])

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


_wires: Final[dict[str, _Wire]] = {}
"""By the URL of the engine."""


def _wire_to(url: str, target: bytes) -> _Wire | None:
    """Return the wire for a request, or None if the request uses HTTP."""
    parts = urlsplit(url)
    endpoint = f"{parts.scheme}://{parts.netloc}"
    if endpoint in _wires:
        return _wires[endpoint]
    proxy = RUNNING.get(endpoint)
    wire = _wires.get(proxy.upstream) if proxy else None
    if wire is None or proxy is None or not proxy.passes(target.decode().rpartition(".")[2]):
        return None
    return wire


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
