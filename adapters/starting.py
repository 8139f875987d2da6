"""The start of a function: what it does not do while somebody waits for it."""

from __future__ import annotations

import gc

from adapters.late_imports import import_late
from adapters.snapstart import SNAP_START


def begin_start(started_as: str | None) -> None:
    """Prepare a start of this AWS_LAMBDA_INITIALIZATION_TYPE, None where it is not Lambda's.

    A start makes little garbage, and collecting it takes a twelfth of its time. A snapshot has everything imported, as
    nobody waits for it.
    """
    if started_as:
        gc.disable()
    if started_as != SNAP_START:
        import_late()


def end_start(started_as: str | None) -> None:
    """Collect garbage again, but never what the start has made: it stays for good."""
    if started_as:
        gc.freeze()
        gc.enable()
