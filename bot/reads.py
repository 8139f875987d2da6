"""Parallel reads of the table with a time limit, because Slack waits three seconds for the whole answer."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from bot.deadline import left_to_read
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

# Each connection to the table costs a handshake, so many short reads share a few connections.
_CONNECTIONS: Final = 4

# Threads for all reads of this process. Starting one costs a third of a short read, so they are kept. An abandoned
# read keeps its thread until the table's own time-out ends it, so there are more threads than one request uses.
_THREADS: Final = ThreadPoolExecutor(max_workers=8 * _CONNECTIONS, thread_name_prefix="read")


def in_time(read: Callable[[], T]) -> T:
    """Return what one read returns. Raise TableUnavailable when the read does, or when it takes too long.

    An abandoned read ends by the table's own time-outs, and its answer is dropped.
    """
    started = _THREADS.submit(read)
    try:
        return started.result(left_to_read())
    except TimeoutError:
        started.cancel()
        raise TableUnavailable from None


def begin(call: Callable[[], T]) -> Callable[[], T]:
    """Start a call beside what follows, and return the function that waits for its answer.

    That function raises what the call raises, and TimeoutError when it takes longer than a read may.
    """
    started = _THREADS.submit(copy_context().run, call)
    return lambda: started.result(left_to_read())


def side_by_side(reads: Sequence[Callable[[], T]]) -> list[T]:
    """Return what the reads return, in their order. Raise TableUnavailable when one of them does, or takes too long.

    After that no further read starts, and running ones end as in `in_time`.
    """
    ends, found = monotonic() + left_to_read(), dict[int, T]()
    waiting = deque(enumerate(reads))

    def work() -> None:
        while waiting:
            try:
                place, read = waiting.popleft()
            except IndexError:  # another thread took the last one
                return
            found[place] = read()

    started = [_THREADS.submit(work) for _ in range(min(_CONNECTIONS, len(reads)))]
    try:
        for each in started:
            each.result(max(0, ends - monotonic()))
    except TimeoutError:
        raise TableUnavailable from None
    finally:
        waiting.clear()
    return [found[place] for place in range(len(reads))]
