"""Preparation for Lambda SnapStart: one snapshot of a process is restored many times, on other machines, days later.

A snapshot may hold no open connection and no random number that was already drawn (docs/adr/0017). Slow work is done
before the snapshot, when nobody waits.
"""

from __future__ import annotations

import logging
import random
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

log = logging.getLogger(__name__)


def ahead(work: Callable[[], T]) -> T | None:
    """Do the work before the first request, and return its result. A failure is logged and does not stop the start.

    The first request meets the same failure and reports it. A version may be published while the permissions of a new
    role are still spreading through AWS.
    """
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the first request reports it
        log.warning("%s while getting ready", type(error).__name__)
        return None


def beside(work: Callable[[], T]) -> Callable[[], T | None]:
    """Do the work as `ahead` does, while the caller goes on. Return the function that waits for its result.

    The caller must wait before it is ready: Lambda freezes a process between two requests, and a snapshot may hold no
    open connection.
    """
    done: list[T | None] = []
    thread = Thread(target=lambda: done.append(ahead(work)), name="ahead", daemon=True)
    thread.start()

    def wait() -> T | None:
        thread.join()
        return done[0]

    return wait


def on_snapshots(*, close: Iterable[Callable[[], object]], renew: Iterable[Callable[[], object]] = ()) -> None:
    """Register with Lambda: each `close` is called before the snapshot, each `renew` after a restore.

    A restore also seeds Python's random numbers anew, which libraries use for their pauses.
    """
    try:
        import snapshot_restore_py as hooks  # type: ignore[import-untyped]  # it comes with Lambda's own Python
    except ImportError:
        log.warning("this Python knows no snapshots")
        return
    for each in close:
        hooks.register_before_snapshot(each)
    hooks.register_after_restore(random.seed)
    for each in renew:
        hooks.register_after_restore(ahead, each)
