"""Restore production to a snapshot, from any point at which a deploy stopped: also days later, from disk alone.

The present state decides, not the journal. A setting that is neither as before nor as that deploy wanted it was changed
by somebody else, and stays.

A change whose answer was lost may still arrive after the present state was read. So the old value is written once more:
that makes a new RevisionId, and Lambda refuses the late change, which has the old one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused
from infra.deploying.functions import CONTESTED
from infra.deploying.journal import UNDONE
from infra.deploying.states import differences, settings_between
from infra.deploying.targets import LATEST
from infra.deploying.waking import wake
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.deploying.functions import Functions
    from infra.deploying.snapshots import Snapshot
    from infra.deploying.states import FunctionState

BASE: Final = "publish what is there now"
TRIES: Final = 3


@dataclass
class UndoOutcome:
    """`failed`: what could not be restored and must be tried again. `kept`: changes by somebody else."""

    failed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def undo(functions: Functions, snapshot: Snapshot) -> UndoOutcome:
    """Restore the aliases first, since they serve; then every `$LATEST`. A failure does not stop the others."""
    undone = UndoOutcome()
    touched = list(dict.fromkeys(line["function"] for line in snapshot.journal.all("will") if line["function"]))
    for restore in (_alias, _latest):
        for name in reversed(touched):
            _persist(partial(restore, functions, snapshot, name, undone), name, undone)
    if not undone.failed:
        with suppress(OSError):
            snapshot.journal.write(UNDONE, kept=undone.kept)
    return undone


def _persist(restore: Callable[[], None], name: str, undone: UndoOutcome) -> None:
    """Restore, and retry when a late change interfered."""
    for left in reversed(range(TRIES)):
        try:
            restore()
        except AwsRefused as refused:
            if not left or not (refused.lost or refused.code in CONTESTED):
                undone.failed.append(f"{name}: {refused}")
                return
        except Stopped as stopped:
            undone.failed.append(f"{name}: {stopped.message}")
            return
        else:
            return


def _is_unanswered(snapshot: Snapshot, name: str, step: str) -> bool:
    """Return True if a change was begun and its outcome is unknown."""
    lines = [
        line for line in snapshot.journal.lines() if line.get("function") == name and line["what"] in {"will", "did"}
    ]
    return bool(lines) and lines[-1]["what"] == "will" and str(lines[-1]["step"]).startswith(step)


def published_by(snapshot: Snapshot, name: str) -> set[str]:
    """Return the versions that this deploy published or was about to switch to."""
    lines = snapshot.journal.all("did") + snapshot.journal.all("will")
    return {str(line["version"]) for line in lines if line["function"] == name and line.get("version")}


def base_of(snapshot: Snapshot, name: str) -> str:
    """Return the version before the deploy: the alias's, or the one published from `$LATEST` first. Or empty."""
    before = snapshot.kept_alias(name)
    if before and before.version != LATEST:
        return before.version
    lines = [line for line in snapshot.journal.all("did") if line["function"] == name and line["step"] == BASE]
    return str(lines[-1]["version"]) if lines else ""


def _alias(functions: Functions, snapshot: Snapshot, name: str, undone: UndoOutcome) -> None:
    now, before = functions.alias(name, snapshot.alias_name), snapshot.kept_alias(name)
    if now is None:
        if before is not None:
            undone.kept.append(f"The alias {snapshot.alias_name} of {name} is gone: somebody else deleted it.")
        return
    version = before.version if before else base_of(snapshot, name)
    weights = dict(before.weights) if before else {}
    if not version:
        return
    if now.version == version and dict(now.weights) == weights:
        if _is_unanswered(snapshot, name, "move"):
            functions.move(name, now, version, weights)
    elif now.version in published_by(snapshot, name):
        wake(functions, name, version)
        functions.move(name, now, version, weights)
    else:
        undone.kept.append(f"{snapshot.alias_name} of {name} points at {now.version}: somebody else moved it there.")


def _latest(functions: Functions, snapshot: Snapshot, name: str, undone: UndoOutcome) -> None:
    before, wanted = snapshot.kept(name, "latest"), snapshot.kept(name, "wanted")
    if before is None or wanted is None:
        return
    now = functions.settled(name, even_failed=True)
    foreign = _foreign(now, before, wanted)
    if foreign:
        undone.kept.append(f"Somebody else changed $LATEST of {name} ({', '.join(foreign)}); that was kept.")
        return
    if now.sha != before.sha:
        now = functions.set_code(now, snapshot.code(before.sha))
    change = settings_between(now, before)
    if change or _is_unanswered(snapshot, name, "update"):
        functions.set_configuration(now, change or {"Environment": {"Variables": before.variables}})


def _foreign(now: FunctionState, before: FunctionState, wanted: FunctionState) -> list[str]:
    """Return the names of what is neither as before nor as the deploy wanted it."""
    as_wanted = set(differences(now, wanted))
    return [name for name in differences(now, before) if name in as_wanted]


def serving_in_words(functions: Functions, snapshot: Snapshot) -> str:
    """Return what production serves now, in words; it says so where that cannot be read."""
    words = []
    for name in snapshot.functions:
        try:
            alias = functions.alias(name, snapshot.alias_name)
            words.append(f"{name} serves version {alias.version}" if alias else f"{name} serves its $LATEST")
        except AwsRefused:
            words.append(f"{name} cannot be read now")
    return "; ".join(words) + "."
