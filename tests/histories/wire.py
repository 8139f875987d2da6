"""HTTP without a network: sockets in memory between the product's own HTTP clients and services in this process.

The clients are the real ones, botocore's and Slack's with urllib3 and http.client below them, so each fault reaches
the product as it would in production: half an answer, a reset connection, a time-out. No time passes but the clock's.
"""

from __future__ import annotations

import io
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import urllib3.connection
import urllib3.util
import urllib3.util.connection

from tests.histories import fault_injection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.announce.process import Clock
    from tests.histories.fault_injection import FaultInjector

_REASONS: Final = {200: "OK", 201: "Created", 400: "Bad Request", 404: "Not Found", 412: "Precondition Failed"}
LATE: Final = 0.45  # seconds by which a slow answer is late: within the longest time-outs, and beyond the shortest


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Reply = tuple[int, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Service:
    """A service of the network: its answers, and those of its own overload and failure."""

    name: str
    answer: Callable[[Request], Reply]
    throttled: Reply
    failed: Reply


class Wire:
    """The network. Services are found by the host in the address."""

    def __init__(self, services: Mapping[str, Service], injector: FaultInjector, clock: Clock) -> None:
        self.services, self.injector, self.clock = services, injector, clock

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """Lead connections to these hosts here, inside the block."""
        real = socket.create_connection

        def connect(address: tuple[str, int], timeout: Any = None, *args: Any, **named: Any) -> Any:
            if address[0] not in self.services:
                return real(address, timeout, *args, **named)
            return Socket(self, self.services[address[0]], timeout)

        def is_readable(sock: Any, timeout: float | None = None) -> bool:
            return isinstance(sock, Socket) and sock.is_closed and timeout is not None

        with ExitStack() as stack:
            for module, name in ((socket, "create_connection"), (urllib3.util.connection, "create_connection")):
                stack.enter_context(mock.patch.object(module, name, connect))
            for module in (urllib3.connection, urllib3.util):
                stack.enter_context(mock.patch.object(module, "wait_for_read", is_readable))
            yield


class Socket:
    """One end of a connection: takes a request, and returns the answer as the injected fault leaves it."""

    def __init__(self, wire: Wire, service: Service, timeout: object) -> None:
        if wire.injector.dead:
            raise fault_injection.Killed
        self._wire, self._service = wire, service
        self._sent = bytearray()
        self._timeout = timeout if isinstance(timeout, (int, float)) else None
        self.is_closed = False

    def settimeout(self, timeout: float | None) -> None:
        """Set how long a read waits, in seconds."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        """Return how long a read waits, in seconds."""
        return self._timeout

    def setsockopt(self, *_: object) -> None:
        """Do nothing: there is no kernel below."""

    def close(self) -> None:
        """Close the connection."""
        self.is_closed = True

    shutdown = setsockopt

    def fileno(self) -> int:
        """Return the number of a file that is closed."""
        return -1

    def sendall(self, content: Any) -> None:
        """Take a part of a request. A connection that the other side closed takes none."""
        if self._wire.injector.dead:
            raise fault_injection.Killed
        if self.is_closed:
            raise BrokenPipeError
        self._sent += content

    send = sendall

    def makefile(self, *_: object, **__: object) -> io.BufferedIOBase:
        """Return the answer to what was sent, as a stream to read."""
        try:
            return self._answered()
        except fault_injection.Killed as death:  # raised by the read, since nothing is half made then
            return _Broken(death)

    def _answered(self) -> io.BufferedIOBase:
        request, self._sent = _read(bytes(self._sent)), bytearray()
        fault = self._wire.injector.next(self._service.name)
        if fault is None:
            return io.BytesIO(_written(self._service.answer(request)))
        return self._answer_with(fault, request)

    def _answer_with(self, fault: str, request: Request) -> io.BufferedIOBase:  # noqa: PLR0911 - one for each kind
        match fault:
            case fault_injection.DEATH:
                self._wire.injector.die()
            case fault_injection.DEATH_AFTER:
                self._service.answer(request)
                self._wire.injector.die()
            case "throttled":
                return io.BytesIO(_written(self._service.throttled))
            case "failed":
                return io.BytesIO(_written(self._service.failed))
            case fault_injection.SLOW:
                return self._slow(request)
        whole = _written(self._service.answer(request)) if fault in fault_injection.DONE else b""
        if fault == "failed after":
            return io.BytesIO(_written(self._service.failed))
        self.is_closed = True
        if fault in {"late", "stuck"}:
            self._wire.clock.sleep(self._timeout or 60.0)
            return _Broken(TimeoutError("timed out"))
        if fault in {"reset", "torn", "refused"}:
            return _Broken(ConnectionResetError(104, "Connection reset by peer"))
        return io.BytesIO(_half(whole) if fault == "halved" else b"")

    def _slow(self, request: Request) -> io.BufferedIOBase:
        whole = _written(self._service.answer(request))
        if self._timeout is not None and self._timeout <= LATE:
            self.is_closed = True
            self._wire.clock.sleep(self._timeout)
            return _Broken(TimeoutError("timed out"))
        self._wire.clock.sleep(LATE)
        return io.BytesIO(whole)


class _Broken(io.BytesIO):
    """A stream whose reads fail."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def _fail(self, *_: object) -> Any:
        raise self._error

    read = readline = readinto = read1 = _fail


def _read(sent: bytes) -> Request:
    head, _, body = sent.partition(b"\r\n\r\n")
    start, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = start.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Request(method, path, headers, body)


def _written(reply: Reply) -> bytes:
    status, headers, body = reply
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, f"content-length: {len(body)}"]).encode("latin-1") + b"\r\n\r\n" + body


def _half(answer: bytes) -> bytes:
    """Return the head and half of the body; of an answer without a body, half of its head."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    return head + gap + body[: len(body) // 2] if body else head[: len(head) // 2]
