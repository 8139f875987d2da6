"""Work of a piece of code, counted in calls of functions: the same on a fast machine and on a busy one."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Work:
    """The number of calls so far in this thread, of functions in Python and in C."""

    calls: int = 0


@contextlib.contextmanager
def counted_work() -> Iterator[Work]:
    """Count the calls of functions inside the block."""
    work = Work()

    def count(_frame: object, event: str, _argument: object) -> None:
        work.calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield work
    finally:
        sys.setprofile(before)
