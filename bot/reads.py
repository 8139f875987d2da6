"""Reads of the table side by side, each answered in time or given up: Slack waits three seconds for everything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, TypeVar

from bot.hurry import left_to_read
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

# Each connection to the table costs a handshake, so a dozen short reads share a few.
_CONNECTIONS: Final = 4


def side_by_side(reads: Sequence[Callable[[], T]]) -> list[T]:
    """Return what the reads return, in their order. Raise TableUnavailable when one of them does, or takes too long.

    What is given up ends by itself, by the table's own time-outs, and its answer is dropped.
    """
    pool = ThreadPoolExecutor(max_workers=_CONNECTIONS)
    try:
        started = [pool.submit(read) for read in reads]
        late = wait(started, timeout=left_to_read()).not_done
        if late:
            raise TableUnavailable
        return [each.result() for each in started]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def in_time(read: Callable[[], T]) -> T:
    """Return what one read returns. Raise TableUnavailable when it does, or takes too long."""
    return side_by_side([read])[0]
