"""A handler in a process of its own, which has the unpacked zip and the standard library, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Self

from devkit.functions import from_answer, to_event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from devkit.functions import Reply

BUSY = 503

# As Lambda's own runtime does: import the handler, then one event after another. What the handler prints is its log.
_RUNTIME = """
import importlib, json, os, sys, types
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
folder, module = sys.argv[1:]
assert not [path for path in sys.path if "-packages" in path], sys.path
sys.path.insert(0, folder)
handler = importlib.import_module(module).lambda_handler
context = types.SimpleNamespace(
    function_name="unpacked", function_version="7", memory_limit_in_mb="1024", aws_request_id="a-request",
    invoked_function_arn="arn:aws:lambda:us-west-2:000000000000:function:unpacked:7",
    get_remaining_time_in_millis=lambda: 60_000,
)
for line in sys.stdin:
    print(json.dumps(handler(json.loads(line), context)), file=answers)
"""


class Unpacked:
    """The process. Use it in a `with` block; it ends with it."""

    def __init__(self, folder: Path, module: str, environment: Mapping[str, str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process, which a full pipe would stop
        self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
            # Without the user's and the environment's paths (-I), without site-packages (-S). What one process compiles
            # into the folder, the next one finds there.
            [sys.executable, "-I", "-S", "-c", _RUNTIME, str(folder), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", **environment},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    @property
    def log(self) -> str:
        """Return the output of the handler, and Python's own last lines."""
        self._log.seek(0)
        return self._log.read().decode()

    def invoke(self, event: object) -> Any:
        """Return the handler's answer. Raises AssertionError with the log where the process died instead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(event) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self._process.stdout.readline()
        if not answer:
            self._process.wait()
            raise AssertionError(self.log)
        return json.loads(answer)

    def ask(
        self, method: str, path: str, query: str = "", *, headers: Mapping[str, str] = {}, body: bytes = b""
    ) -> Reply:
        """One request of the function URL: status, headers and body. As a client does, it comes again after a 503."""
        for _ in range(5):
            reply = from_answer(self.invoke(to_event(method, path, query, headers, body)))
            if reply[0] != BUSY:
                break
        return reply
