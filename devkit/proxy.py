"""A reverse proxy before a DynamoDB or S3 endpoint. It counts requests and makes them fail on demand.

Tests use it to check the requests that the code really sends (`proxy.calls["UpdateItem"] == 1`), and to simulate faults
of the real table: throttling, slowness, an answer lost after the write was done.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections import Counter, deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit
from zlib import crc32

from devkit.guard import REFUSAL, is_local
from devkit.raw_http import Answer, Connection, MessageHead, read_message

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"host", b"date", b"server", b"expect"}
)
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_TYPES = "com.amazonaws.dynamodb.v20120810#"


@dataclass(frozen=True)
class ProxyFault:
    """The fault of one request: first the delay (seconds), then at most one of the others."""

    error: str | None = None
    drop_request: bool = False
    drop_answer: bool = False
    cut: bool = False
    damaged: bool = False
    body: bytes | None = None
    delay: float = 0.0


class Proxy:
    """Counters and faults of one running proxy. Thread-safe."""

    def __init__(self, *, url: str, upstream: str) -> None:
        self.url = url
        self.upstream = upstream
        """The URL of what is behind it."""
        self.calls: Counter[str] = Counter()
        """Requests by operation, such as `UpdateItem`, or S3's by method, such as `PUT`. Each try of the SDK counts."""
        self.came_by: list[int] = []
        """The client's port of each request, in order. Requests of one connection have the same port."""
        self.connected: list[int] = []
        """The client's port of each connection, in order, also of those that no request came by."""
        self._faults: dict[str, deque[ProxyFault]] = {}
        self._lock = threading.Lock()

    def fail_next(  # noqa: PLR0913  # the kinds of faults
        self,
        operation: str,
        *,
        throttle: bool = False,
        error: str | None = None,
        drop_request: bool = False,
        drop_answer: bool = False,
        cut: bool = False,
        damaged: bool = False,
        body: bytes | None = None,
        delay: float = 0.0,
        times: int = 1,
        after: int = 0,
    ) -> None:
        """Make the next `times` requests of that operation fail. Each fault is used once, in the order given.

        `throttle`: ProvisionedThroughputExceededException. `error`: any other exception of DynamoDB or S3, by name.
        `drop_request`: the connection closes, and nothing reaches the table.
        `drop_answer`: the table executes the request, but the answer is lost.
        `cut`, `damaged`, `body`: the table executes the request; only the first half of the answer arrives, or its
        checksum is wrong, or its body is replaced by this one.
        `delay`: seconds before the request is passed on. `after`: number of requests that pass first.
        """
        name = "ProvisionedThroughputExceededException" if throttle else error
        fault = ProxyFault(
            name, drop_request=drop_request, drop_answer=drop_answer, cut=cut, damaged=damaged, body=body, delay=delay
        )
        if fault == ProxyFault():
            raise ValueError("choose a fault")
        with self._lock:
            self._faults.setdefault(operation, deque()).extend([ProxyFault()] * after + [fault] * times)

    @property
    def unused(self) -> dict[str, int]:
        """Return the faults not used yet, by operation."""
        with self._lock:
            return {operation: len(faults) for operation, faults in self._faults.items() if faults}

    def forget_faults(self) -> None:
        """Let every further request pass unharmed."""
        with self._lock:
            self._faults.clear()

    def passes(self, operation: str) -> bool:
        """Count the next request of that operation if it meets no fault, for a client that goes past this proxy."""
        with self._lock:
            faults = self._faults.get(operation)
            if faults and faults[0] != ProxyFault():
                return False
            if faults:
                faults.popleft()
            self.calls[operation] += 1
            return True

    def _take(self, operation: str, *, port: int) -> ProxyFault:
        with self._lock:
            self.calls[operation] += 1
            self.came_by.append(port)
            faults = self._faults.get(operation)
            return faults.popleft() if faults else ProxyFault()


RUNNING: Final[dict[str, Proxy]] = {}
"""The proxies of this process, by URL."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # the end would wait for kept-alive connections
    request_queue_size = 64

    def __init__(self, *, host: str, port: int) -> None:
        self.upstream = (host, port)
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = Proxy(url=f"http://127.0.0.1:{self.server_address[1]}", upstream=f"http://{host}:{port}")


class _Handler(socketserver.StreamRequestHandler):
    """One connection of a client."""

    disable_nagle_algorithm = True
    upstream: Connection | None = None

    def handle(self) -> None:
        """Answer requests until the client, or a fault, closes the connection."""
        cast("_Server", self.server).proxy.connected.append(self.client_address[1])
        with suppress(OSError):
            while (request := read_message(self.rfile)) and self._meet(request):
                pass

    def finish(self) -> None:
        """Close both connections."""
        with suppress(OSError):
            super().finish()
        if self.upstream:
            self.upstream.close()

    def _meet(self, request: MessageHead) -> bool:
        """Answer one request. Return True if the connection stays open."""
        server = cast("_Server", self.server)
        # The engine gets its own name as the host, so a foreign host must be refused here.
        if not is_local((name, value) for name, value in request.headers):
            return self._answer(403, [], REFUSAL.encode()) and False
        if request.value(b"expect").lower() == b"100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")  # S3's clients wait a second for it
        body = self.rfile.read(int(request.value(b"content-length") or 0))
        method, path = request.start.split(b" ")[:2]
        # DynamoDB's operation is in a header; S3's and SES's is the method.
        operation = (request.value(b"x-amz-target") or method).decode().rpartition(".")[2]
        fault = server.proxy._take(operation, port=self.client_address[1])  # noqa: SLF001  # its own
        if fault.delay:
            time.sleep(fault.delay)
        if fault.drop_request:
            return False
        if fault.error:
            refusal = _refusal if method == b"POST" else _s3_refusal
            return self._answer(*refusal(fault.error))
        status, headers, content = self._pass_on(server.upstream, request, b"%b %b HTTP/1.1" % (method, path), body)
        if fault.drop_answer:
            return False
        return self._answer(status, *_spoilt(fault, headers, content), cut=fault.cut)

    def _pass_on(self, address: tuple[str, int], request: MessageHead, start: bytes, body: bytes) -> Answer:
        """Return the engine's answer, over the connection that belongs to this client."""
        headers = [b"%b: %b" % each for each in request.headers if each[0] not in _HOP_BY_HOP]
        host = b"host: %b:%d" % (address[0].encode(), address[1])
        head = b"\r\n".join([start, host, *headers, b"content-length: %d" % len(body)])
        try:
            if self.upstream and self.upstream.is_closed():
                self.upstream.close()
                self.upstream = None
            self.upstream = self.upstream or Connection(address)
            return self.upstream.ask(head + b"\r\n\r\n" + body)
        except (OSError, ValueError):
            self.upstream = None
            return _refusal("InternalServerError", "the engine behind the proxy did not answer")

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, cut: bool = False) -> bool:
        """Send an answer, its head and body in one packet. Return True if the connection stays open."""
        kept = [f"{name}: {value}" for name, value in headers if name.lower().encode() not in _HOP_BY_HOP]
        head = "\r\n".join(
            [f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}", *kept, f"content-length: {len(body)}"]
        )
        self.wfile.write(head.encode("latin-1") + b"\r\n\r\n" + (body[: len(body) // 2] if cut else body))
        return not cut


def _spoilt(fault: ProxyFault, headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of an answer, changed by the fault."""
    if not fault.damaged and fault.body is None:
        return headers, body
    kept = [(name, value) for name, value in headers if name.lower() != "x-amz-crc32"]
    if fault.damaged:
        return [*kept, ("x-amz-crc32", str(crc32(body) ^ 1))], body
    return kept, fault.body or b""


def _s3_refusal(name: str) -> Answer:
    status = {"SlowDown": 503, "InternalError": 500}.get(name, 400)
    content = f"<Error><Code>{name}</Code><Message>refused by the test</Message></Error>".encode()
    return status, [("Content-Type", "application/xml")], content


def _refusal(name: str, message: str = "refused by the test") -> Answer:
    status = 500 if name == "InternalServerError" else 400
    content = json.dumps({"__type": _TYPES + name, "message": message}).encode()
    return status, [("Content-Type", "application/x-amz-json-1.0")], content


@contextmanager
def table_proxy(endpoint: str) -> Iterator[Proxy]:
    """Run a proxy in front of `endpoint` (plain http)."""
    parts = urlsplit(endpoint)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"the proxy speaks plain http, not {endpoint}")
    with _Server(host=parts.hostname, port=parts.port or 80) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        RUNNING[server.proxy.url] = server.proxy
        try:
            yield server.proxy
        finally:
            del RUNNING[server.proxy.url]
            with suppress(OSError):
                server.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread, which looks twice a second
            server.shutdown()
            thread.join()
