"""MiniStack's Lambda behind a proxy that is as strict as AWS, counts what it is asked, and fails on request.

What AWS does and MiniStack does not: an update refuses others until somebody has seen it settle; settling makes a new
RevisionId; PublishVersion holds CodeSha256 and RevisionId against what is there; a version's code can be fetched.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from tests.infra.deploying.handlers import is_ours, run, sha_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATIONS: Final = (
    ("GET", r"/functions/[^/]+/configuration", "GetFunctionConfiguration"),
    ("PUT", r"/functions/[^/]+/configuration", "UpdateFunctionConfiguration"),
    ("PUT", r"/functions/[^/]+/code", "UpdateFunctionCode"),
    ("GET", r"/functions/[^/]+/versions", "ListVersionsByFunction"),
    ("POST", r"/functions/[^/]+/versions", "PublishVersion"),
    ("GET", r"/functions/[^/]+/aliases", "ListAliases"),
    ("POST", r"/functions/[^/]+/aliases", "CreateAlias"),
    ("GET", r"/functions/[^/]+/aliases/[^/]+", "GetAlias"),
    ("PUT", r"/functions/[^/]+/aliases/[^/]+", "UpdateAlias"),
    ("POST", r"/functions/[^/]+/invocations", "Invoke"),
    ("GET", r"/functions/[^/]+/url", "GetFunctionUrlConfig"),
    ("GET", r"/functions/[^/]+/policy", "GetPolicy"),
    ("GET", r"/functions/[^/]+", "GetFunction"),
    ("DELETE", r"/functions/[^/]+", "DeleteFunction"),
    ("GET", r"/event-source-mappings/?", "ListEventSourceMappings"),
)
WRITES: Final = frozenset(
    {
        *("UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion", "CreateAlias", "UpdateAlias"),
        "DeleteFunction",
    }
)
_CHANGED_ANSWERS: Final = frozenset(
    {
        *("UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"),
        *("GetFunctionConfiguration", "GetFunction"),
    }
)
_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date"})
_SETTLED: Final = "-settled"
_IDLE: Final = 2.0  # seconds after which MiniStack may close a connection

Answer = tuple[int, dict[str, str], bytes]
# Given the call's number from 1, its operation, and what does it: an answer, or None to hang up.
Fault = Callable[[int, str, Callable[[], Answer]], "Answer | None"]


def refusal(code: str, status: int = 400, message: str = "refused by the test") -> Answer:
    """Lambda's own form of an error."""
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return status, headers, json.dumps({"Type": "User", "message": message, "Message": message}).encode()


@dataclass
class Cloud:
    """Requests that the proxy saw, and the faults that it makes."""

    url: str
    upstream: str
    """`host:port` of MiniStack."""
    calls: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    fault: Fault | None = None
    codes: dict[str, bytes] = field(default_factory=dict)
    """Zips by CodeSha256."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    in_processes: bool = False
    """MiniStack runs every handler, each version in a process of its own. It takes longer than the rest of a test."""
    connection: http.client.HTTPConnection = field(init=False)
    """The one to MiniStack, kept open between calls."""
    used: float = 0.0
    """The moment of the last call that used it."""
    settling: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Looks that are left until an update of the function, or a version of it (`name:1`), has settled."""
    asleep: set[str] = field(default_factory=set)
    """Versions (`name:1`) that nobody called for 14 days."""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.upstream, timeout=30)

    @property
    def writes(self) -> list[str]:
        """The calls that change something."""
        return [call for call in self.calls if call in WRITES]

    def forget(self) -> None:
        """A new count, and no fault."""
        with self.lock:
            self.calls.clear()
            self.bodies.clear()
            self.fault, self.in_processes = None, False
            self.settling.clear()
            self.asleep.clear()

    def remember(self, code: bytes) -> str:
        """Keep a zip, and return its CodeSha256."""
        sha = sha_of(code)
        self.codes[sha] = code
        return sha

    def met(self, operation: str, body: bytes, do: Callable[[], Answer]) -> Answer | None:
        """One call, as the fault lets it be."""
        with self.lock:
            self.calls.append(operation)
            self.bodies.append(body)
            number, fault = len(self.calls), self.fault
        return fault(number, operation, do) if fault else do()

    def do(self, method: str, target: str, operation: str, headers: dict[str, str], body: bytes) -> Answer:
        """The call itself: checked as AWS checks it, passed on, and answered as AWS answers it."""
        name = next(iter(re.findall(r"/functions/([^/?]+)", target)), "")
        qualifier = parse_qs(urlsplit(target).query).get("Qualifier", ["$LATEST"])[0]
        if operation == "FetchCode":
            return (
                200,
                {"Content-Type": "application/zip"},
                self.codes[bytes.fromhex(target.rpartition("/")[2]).decode()],
            )
        if operation == "Invoke":
            return self.invoke(name, qualifier, body)
        with self.lock:
            refused = self._refused(name, operation, body)
            if refused:
                return refused
            answer = self._pass_on(method, target, headers, _unsettled(body))
            return self._as_aws_says_it(name, qualifier, operation, body, answer)

    def invoke(self, name: str, qualifier: str, payload: bytes) -> Answer:
        """Return the function's answer: a test's own handler in this process, any other code in MiniStack's."""
        path = f"/2015-03-31/functions/{name}"
        with self.lock:
            if (key := f"{name}:{qualifier}") in self.asleep:
                self.asleep.remove(key)
                self.settling[key] = 2
            if self.settling[key] and qualifier.isdigit():
                return refusal("SnapStartNotReadyException", 409)
        config = json.loads(self._pass_on("GET", f"{path}/configuration?Qualifier={qualifier}", {}, b"")[2])
        code = self.codes.get(config["CodeSha256"], b"")
        if self.in_processes or not is_ours(code):
            return self._pass_on("POST", f"{path}/invocations?Qualifier={qualifier}", {}, payload)
        return run(code, config["Handler"], config["Environment"]["Variables"], payload)

    def _refused(self, name: str, operation: str, body: bytes) -> Answer | None:
        if operation not in {"UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"}:
            return None
        if self.settling[name]:
            return refusal("ResourceConflictException", 409, "An update is in progress for resource")
        request = json.loads(body)
        path = f"/2015-03-31/functions/{name}/configuration"
        now = json.loads(self._pass_on("GET", path, {}, b"")[2])
        if request.get("RevisionId", now["RevisionId"] + _SETTLED) != now["RevisionId"] + _SETTLED:
            return refusal("PreconditionFailedException", 412)
        if request.get("CodeSha256", now["CodeSha256"]) != now["CodeSha256"]:
            return refusal("InvalidParameterValueException", 400)
        return None

    def _as_aws_says_it(self, name: str, qualifier: str, operation: str, body: bytes, answer: Answer) -> Answer:
        status, headers, content = answer
        if status >= 300 or operation not in _CHANGED_ANSWERS:
            return answer
        parsed = json.loads(content)
        if operation in {"UpdateFunctionConfiguration", "UpdateFunctionCode"}:
            self.settling[name] = 1
            if operation == "UpdateFunctionCode":
                self.remember(base64.b64decode(json.loads(body)["ZipFile"]))
        elif operation == "PublishVersion":
            self.settling[f"{name}:{parsed['Version']}"] = 1
        elif operation == "GetFunctionConfiguration":
            self._settle(parsed, name if qualifier == "$LATEST" else f"{name}:{qualifier}")
        elif operation == "GetFunction":
            sha = parsed["Configuration"]["CodeSha256"]
            parsed["Code"]["Location"] = f"{self.url}/_code/{sha.encode().hex()}"
        return status, headers, json.dumps(parsed).encode()

    def _settle(self, config: dict[str, Any], key: str) -> None:
        pending = self.settling[key] > 0
        self.settling[key] = max(0, self.settling[key] - 1)
        is_latest = ":" not in key
        if key in self.asleep:
            config["State"], config["StateReasonCode"] = "Inactive", "Idle"
            return
        config["LastUpdateStatus"] = "InProgress" if pending and is_latest else "Successful"
        if is_latest or config.get("SnapStart", {}).get("OptimizationStatus") != "On":
            config["State"] = "Pending" if pending and not is_latest else "Active"
        if is_latest and not pending:
            config["RevisionId"] += _SETTLED

    def _pass_on(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        kept = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        with self.lock:
            if time.monotonic() - self.used > _IDLE:
                self.connection.close()  # the next request opens it
            try:
                self.connection.request(method, target, body=body, headers=kept)
                response = self.connection.getresponse()
                answer = response.status, dict(response.getheaders()), response.read()
            except (OSError, http.client.HTTPException):
                self.connection.close()
                raise
            self.used = time.monotonic()
            return answer


def _unsettled(body: bytes) -> bytes:
    return body.replace(_SETTLED.encode() + b'"', b'"')


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        cloud = cast("_Server", self.server).cloud
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        operation = _operation(self.command, urlsplit(self.path).path)

        def do() -> Answer:
            return cloud.do(self.command, self.path, operation, dict(self.headers.items()), body)

        answer = cloud.met(operation, body, do)
        if answer is None:
            self.close_connection = True
            return
        status, headers, content = answer
        try:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _HOP_BY_HOP | {"server"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.close_connection = True  # whoever asked was killed, or has given up

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # the parent's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Tests read the calls."""


def _operation(method: str, path: str) -> str:
    if path.startswith("/_code/"):
        return "FetchCode"
    for verb, pattern, operation in _OPERATIONS:
        if verb == method and re.fullmatch(r"/20[\d-]+" + pattern, path):
            return operation
    return f"{method} {path}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.cloud = Cloud(f"http://127.0.0.1:{self.server_address[1]}", upstream)


@contextmanager
def cloud_before(endpoint: str) -> Iterator[Cloud]:
    """A running proxy in front of MiniStack."""
    with _Server(urlsplit(endpoint).netloc) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.cloud
        finally:
            server.shutdown()
            thread.join()
            server.cloud.connection.close()
