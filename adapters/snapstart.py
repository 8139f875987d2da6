"""What SnapStart means for a process: one snapshot of it wakes up many times, on other machines, days later.

So nothing in it may be open, and nothing may be left to chance that was drawn before (docs/adr/0017). What takes time
is done ahead instead, where nobody waits.
"""

from __future__ import annotations

import logging
import random
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What AWS_LAMBDA_INITIALIZATION_TYPE says of a process whose snapshot is going to be taken.
SNAP_START: Final = "snap-start"

log = logging.getLogger(__name__)


def ahead(work: Callable[[], object]) -> None:
    """Does the work before anybody asks for it. What fails is no reason not to start.

    The first request will meet it again, with somebody to tell it to. And a version is published while the permissions
    of a new role are still spreading through AWS.
    """
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is, it can wait
        log.warning("%s while getting ready", type(error).__name__)


def beside(work: Callable[[], object]) -> Callable[[], None]:
    """Do the work as `ahead` does, while the caller goes on. Return what waits for its end.

    The caller must wait before it is ready: Lambda freezes a process between two requests, and a snapshot may hold no
    open connection.
    """
    thread = Thread(target=ahead, args=(work,), name="ahead", daemon=True)
    thread.start()
    return thread.join


def on_snapshots(*, close: Iterable[Callable[[], object]], renew: Iterable[Callable[[], object]] = ()) -> None:
    """Registers what Lambda shall call: each `close` before it takes the snapshot, each `renew` after a restore.

    A restore also seeds Python's own random numbers anew, which libraries draw from, for their pauses above all.
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
