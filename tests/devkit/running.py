"""`make run` as a process, and its output."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devkit.aws import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READY = "Ctrl-C stops everything"


@dataclass
class Run:
    """A process of `python -m devkit`, and its output so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def read_until(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return
        raise AssertionError(f"it ended before it said {words!r}:\n{self.text}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        assert self.process.stdout is not None
        self.lines += self.process.stdout.readlines()
        return self.process.wait(timeout=30)

    def address(self, pattern: str) -> str:
        found = re.search(pattern + r"(http://127\.0\.0\.1:\d+)", self.text)
        assert found is not None, self.text
        return found[1]


@contextlib.contextmanager
def running(folder: Path, *arguments: str, until: str | None = READY, **environment: str) -> Iterator[Run]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "AWS_", "ADMIN_"))}
    command = [sys.executable, "-u", "-m", "devkit", "--folder", str(folder), *arguments]
    process = subprocess.Popen(  # noqa: S603  # ourselves
        command, cwd=ROOT, env=ours | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process:
        run = Run(process)
        try:
            if until:
                run.read_until(until)
            yield run
        finally:
            if process.poll() is None:
                process.kill()


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310  # on this machine
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
        return json.loads(answer.read())
