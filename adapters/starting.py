"""The start of a function: what it does not do while somebody waits for it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from adapters.late_imports import import_late

if TYPE_CHECKING:
    from collections.abc import MutableMapping

# The AWS_LAMBDA_INITIALIZATION_TYPE of a process whose snapshot is going to be taken.
SNAP_START: Final = "snap-start"

# Where Python looks for time zones. Without it, `zoneinfo` imports all that Python knows of how it was compiled.
_ZONES: Final = "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"


def begin_start(environment: MutableMapping[str, str]) -> str | None:
    """Prepare a start, and return its AWS_LAMBDA_INITIALIZATION_TYPE, which Lambda alone sets.

    A start makes little garbage, and collecting it takes a twelfth of its time. A snapshot has everything imported, as
    nobody waits for it.
    """
    started_as = environment.get("AWS_LAMBDA_INITIALIZATION_TYPE")
    environment.setdefault("PYTHONTZPATH", _ZONES)
    if started_as:
        gc.disable()
    if started_as != SNAP_START:
        import_late()
    return started_as


def end_start(started_as: str | None) -> None:
    """Collect garbage again, but never what the start has made: it stays for good."""
    if started_as:
        gc.freeze()
        gc.enable()
