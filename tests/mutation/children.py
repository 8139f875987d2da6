"""Run tests in forked children, one for each mutant, at most so many at once."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SURVIVED, KILLED, TIMEOUT, SAME, NEEDS_IMPORT, BROKEN = "survived", "killed", "timeout", "same", "import", "broken"
_CODES: Final = {10: SURVIVED, 11: KILLED, 12: SAME, 13: NEEDS_IMPORT}
_MEMORY: Final = 6 << 30
_POLL: Final = 0.005


@dataclass(frozen=True)
class Ended:
    """The end of a child: one of the words above, and the test that failed."""

    status: str
    by: str
    seconds: float


class Child:
    """Used in a child: reports the result of the tests, and ends the process at once."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def end(self, status: str, by: str = "") -> None:
        """End this process. The parent learns the status and the test."""
        os.write(self._pipe, by.encode()[:4000])
        os._exit(next(code for code, each in _CODES.items() if each == status))


def limit(seconds: float) -> None:
    """Let this process use so many seconds of CPU from now on; then it dies. A busy machine does not matter."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


@dataclass
class _Running:
    job: object
    pid: int
    pipe: int
    began: float
    deadline: float


def run(
    jobs: Iterable[tuple[object, float, Callable[[Child], None]]], *, at_once: int
) -> Iterator[tuple[object, Ended]]:
    """Run each job in a forked child, and yield it with its end. A job is what names it, patience and its work.

    Patience is in seconds by the clock, for a child that waits for something which never comes.
    """
    waiting, running = iter(jobs), list[_Running]()
    more = True
    while more or running:
        while more and len(running) < at_once:
            job = next(waiting, None)
            if job is None:
                more = False
            else:
                running.append(_start(*job))
        for each in list(running):
            ended = _look(each)
            if ended is not None:
                running.remove(each)
                yield each.job, ended
        time.sleep(_POLL)


def _start(job: object, patience: float, work: Callable[[Child], None]) -> _Running:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _work(work, reader, writer)
    os.close(writer)
    os.set_blocking(reader, False)
    now = time.monotonic()
    return _Running(job, pid, reader, now, now + patience)


def _work(work: Callable[[Child], None], reader: int, writer: int) -> None:
    """In the child: never return."""
    try:
        os.close(reader)
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_RDWR)
        for each in (0, 1, 2):
            os.dup2(quiet, each)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        work(Child(writer))
    except BaseException as error:  # noqa: BLE001  # whatever it is, this process must end here
        with contextlib.suppress(OSError):
            os.write(writer, repr(error).encode()[:4000])
    finally:
        os._exit(1)


def _look(child: _Running) -> Ended | None:
    pid, code = os.waitpid(child.pid, os.WNOHANG)
    late = time.monotonic() > child.deadline
    if not pid and not late:
        return None
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    if not pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
    by = ""
    with contextlib.suppress(BlockingIOError):
        by = os.read(child.pipe, 4000).decode(errors="replace")
    os.close(child.pipe)
    seconds = time.monotonic() - child.began
    if not pid or (os.WIFSIGNALED(code) and os.WTERMSIG(code) == signal.SIGPROF):
        return Ended(TIMEOUT, by, seconds)
    if os.WIFEXITED(code):
        return Ended(_CODES.get(os.WEXITSTATUS(code), BROKEN), by, seconds)
    return Ended(BROKEN, f"signal {os.WTERMSIG(code)}", seconds)
