"""A reverse proxy before a DynamoDB or S3 endpoint. It counts requests and makes them fail on demand.

Tests use it to check the requests that the code really sends (`proxy.calls["UpdateItem"] == 1`), and to simulate faults
of the real table: throttling, slowness, an answer lost after the write was done.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from zlib import crc32

from devkit.guard import REFUSAL, is_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server"})
_Answer = tuple[int, list[tuple[str, str]], bytes]
_TYPES = "com.amazonaws.dynamodb.v20120810#"


@dataclass(frozen=True)
class Fault:
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

    def __init__(self, *, url: str) -> None:
        self.url = url
        self.calls: Counter[str] = Counter()
        """Requests by operation, such as `UpdateItem`, or S3's by method, such as `PUT`. Each try of the SDK counts."""
        self.came_by: list[int] = []
        """The client's port of each request, in order. Requests of one connection have the same port."""
        self._faults: dict[str, deque[Fault]] = {}
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
        fault = Fault(
            error=name,
            drop_request=drop_request,
            drop_answer=drop_answer,
            cut=cut,
            damaged=damaged,
            body=body,
            delay=delay,
        )
        if fault == Fault():
            raise ValueError("say how it shall fail")
        with self._lock:
            self._faults.setdefault(operation, deque()).extend([Fault()] * after + [fault] * times)

    @property
    def unused(self) -> dict[str, int]:
        """Return the faults not used yet, by operation."""
        with self._lock:
            return {operation: len(faults) for operation, faults in self._faults.items() if faults}

    def _take(self, operation: str, *, port: int) -> Fault:
        with self._lock:
            self.calls[operation] += 1
            self.came_by.append(port)
            faults = self._faults.get(operation)
            return faults.popleft() if faults else Fault()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # the end would wait for kept-alive connections

    def __init__(self, *, host: str, port: int) -> None:
        self.upstream = (host, port)
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = Proxy(url=f"http://127.0.0.1:{self.server_address[1]}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet

    def do_POST(self) -> None:
        """Pass on one request. The operation of DynamoDB's protocol is in X-Amz-Target; SES's is its method."""
        self._meet(self.headers.get("X-Amz-Target", self.command).rpartition(".")[2], _refusal)

    def handle_expect_100(self) -> bool:
        """Answer "continue" at once, since S3's clients wait a second for it before they send a body."""
        expected = super().handle_expect_100()
        self.wfile.flush()
        return expected

    def do_PUT(self) -> None:
        """Pass on one request of the S3 protocol. Its operation is its method."""
        self._meet(self.command, _s3_refusal)

    do_GET = do_PUT  # noqa: N815 - the parent's name for it

    def _meet(self, operation: str, refusal: Callable[[str], _Answer]) -> None:
        server = cast("_Server", self.server)
        # What is passed on names the engine as its host, so a foreign name must end here.
        if not is_local((name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()):
            self.close_connection = True
            self._answer(403, [], REFUSAL.encode())
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = server.proxy._take(operation, port=self.client_address[1])  # noqa: SLF001  # its own
        if fault.delay:
            time.sleep(fault.delay)
        if fault.drop_request:
            self.close_connection = True
        elif fault.error:
            self._answer(*refusal(fault.error))
        else:
            status, headers, content = self._pass_on(server.upstream, body)
            if fault.drop_answer:
                self.close_connection = True
            else:
                self._answer(status, *_spoilt(fault, headers, content), cut=fault.cut)

    def _pass_on(self, upstream: tuple[str, int], body: bytes) -> _Answer:
        # A new connection each time: a kept one may turn out closed, and sending twice could write twice.
        connection = http.client.HTTPConnection(*upstream, timeout=30)
        try:
            kept = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            connection.request(self.command, self.path, body=body, headers=kept)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        except (OSError, http.client.HTTPException):
            return _refusal("InternalServerError", "the engine behind the proxy did not answer")
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Print nothing. Tests read the counters."""


def _spoilt(fault: Fault, headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of an answer, changed by the fault."""
    if not fault.damaged and fault.body is None:
        return headers, body
    kept = [(name, value) for name, value in headers if name.lower() != "x-amz-crc32"]
    if fault.damaged:
        return [*kept, ("x-amz-crc32", str(crc32(body) ^ 1))], body
    return kept, fault.body or b""


def _s3_refusal(name: str) -> _Answer:
    status = {"SlowDown": 503, "InternalError": 500}.get(name, 400)
    content = f"<Error><Code>{name}</Code><Message>refused by the test</Message></Error>".encode()
    return status, [("Content-Type", "application/xml")], content


def _refusal(name: str, message: str = "refused by the test") -> _Answer:
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
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.proxy
        finally:
            server.shutdown()
            thread.join()
