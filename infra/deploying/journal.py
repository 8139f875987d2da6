"""The journal of a deploy: lines on disk before and after each step, so that the next command knows where it stopped.

Each line is one JSON object, and is on the disk before its step begins. It holds names and versions, never values.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from infra.moments import iso
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRIVATE_FILE: Final = 0o600

DONE: Final = "done"
UNDONE: Final = "undone"
UNCHANGED: Final = "unchanged"
UNFINISHED: Final = "unfinished"
_ENDS: Final = frozenset({DONE, UNDONE, UNCHANGED})

Line = dict[str, Any]


class DeployJournal:
    """One append-only file. A last line that a crash cut short is ignored."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, what: str, **facts: object) -> None:
        """Append a line, and return when it is on the disk."""
        line = json.dumps({"at": iso(datetime.now(UTC)), "what": what, **facts})
        torn = self._path.exists() and not self._path.read_bytes().endswith(b"\n") and self._path.stat().st_size > 0
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        with os.fdopen(descriptor, "ab") as file:
            file.write(("\n" if torn else "").encode() + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[Line]:
        """Return all lines, oldest first."""
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_text().splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found

    def all(self, what: str) -> list[Line]:
        """Return the lines of one kind."""
        return [line for line in self.lines() if line["what"] == what]

    @property
    def begun(self) -> Line:
        """The first line: functions with their ARNs, and the alias. Empty when it was never written."""
        return next(iter(self.all("begun")), {})

    @property
    def outcome(self) -> str:
        """The outcome of the deploy. Without an end it is unfinished, or unchanged when no step began."""
        lines = self.lines()
        ends = [line["what"] for line in lines if line["what"] in _ENDS]
        if ends:
            return str(ends[-1])
        return UNFINISHED if any(line["what"] == "will" for line in lines) else UNCHANGED

    @property
    def last_step(self) -> str:
        """The last step that began, in words; empty when there was none."""
        steps = self.all("will")
        return " of ".join(filter(None, (steps[-1]["step"], steps[-1]["function"]))) if steps else ""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock that allows one deploy or rollback at a time on this machine. It ends with the process.

    Raises Stopped when another process holds it.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Stopped("Another deploy or rollback is running on this machine. Wait until it is over.") from None
        yield
    finally:
        os.close(descriptor)


def is_running(folder: Path) -> bool:
    """Return True if a process holds the lock now."""
    if not (folder / "lock").exists():
        return False
    try:
        with alone(folder):
            return False
    except Stopped:
        return True
