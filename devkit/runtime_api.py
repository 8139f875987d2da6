"""Lambda's Runtime API on loopback, as far as a runtime client needs it: next, response, error.

docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. The client is Lambda's own, in a process of its own.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
_VERSION: Final = "/2018-06-01/runtime"
_DEADLINE: Final = 60  # seconds that an invocation may take
_ENDED: Final = "ended"


@dataclass(frozen=True)
class Outcome:
    """Outcome of an invocation: `response`, `error`, `init/error` or `ended`, and the content that the runtime sent."""

    kind: str
    sent: Any


@dataclass
class RuntimeApi:
    """The events that wait for the function, and the outcome of each."""

    events: queue.Queue[bytes] = field(default_factory=queue.Queue)
    outcomes: queue.Queue[Outcome] = field(default_factory=queue.Queue)
    process_id: int = 0

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Return what the function makes of an event."""
        self.events.put(json.dumps(event).encode())
        return self.outcomes.get()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer with the next event, once there is one."""
        if self.path != f"{_VERSION}/invocation/next":
            self._answer(404, b"{}", {})
            return
        event = self._api.events.get()
        self._answer(
            200,
            event,
            {
                "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + _DEADLINE) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-west-2:000000000000:function:crew",
                "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
            },
        )

    def do_POST(self) -> None:
        """Take a response, an error, or the failure of a start."""
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        body = self._chunks() if chunked else self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kind = "init/error" if self.path == f"{_VERSION}/init/error" else self.path.rpartition("/")[2]
        self._answer(202, b'{"status":"OK"}', {})
        self._api.outcomes.put(Outcome(kind, json.loads(body)))

    @property
    def _api(self) -> RuntimeApi:
        return cast("_Server", self.server).api

    def _chunks(self) -> bytes:
        whole = b""
        while size := int(self.rfile.readline(), 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Tests read the outcomes."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = RuntimeApi()

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing if a process was ended while it waited. A test reads the outcomes."""


@contextmanager
def running(python: str, handler: str, environment: Mapping[str, str]) -> Iterator[RuntimeApi]:
    """Run a function under Lambda's runtime client, in that interpreter. The text of a failure has its output."""
    with _Server() as server, tempfile.TemporaryFile() as said:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        of_lambda = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": "crew",
            "AWS_LAMBDA_FUNCTION_VERSION": "7",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "LAMBDA_TASK_ROOT": str(ROOT),
            "PATH": os.environ.get("PATH", ""),
        }
        process = subprocess.Popen(
            [python, "-m", "awslambdaric", handler],
            cwd=ROOT,
            env={**environment, **of_lambda},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        server.api.process_id = process.pid
        threading.Thread(target=_report_end, args=(process, said, server.api), daemon=True).start()
        try:
            yield server.api
        finally:
            process.kill()
            process.wait()
            server.shutdown()


def _report_end(process: subprocess.Popen[bytes], said: IO[bytes], api: RuntimeApi) -> None:
    """Report to the waiting caller that no answer comes."""
    process.wait()
    if not said.closed:
        said.seek(0)
        api.outcomes.put(Outcome(_ENDED, said.read().decode(errors="replace")[-4000:]))
