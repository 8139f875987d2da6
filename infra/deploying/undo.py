"""Puts production back to what a snapshot says, from whatever point a deploy came to: also days later, from disk alone.

What stands there now decides, not what the journal hopes. Whatever is neither as it was before nor as that deploy would
have had it is somebody else's, and stays.

A change that was asked for and never answered may still be on its way, and arrive after we have looked. So what it
would change is written once more as it was: that makes a new RevisionId, and what arrives with the old one is refused.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from infra.asking import Refused
from infra.deploying.functions import CONTESTED
from infra.deploying.journal import UNDONE
from infra.deploying.states import differences, settings_between
from infra.deploying.targets import LATEST
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.deploying.functions import Functions
    from infra.deploying.snapshots import Snapshot
    from infra.deploying.states import State

BASE: Final = "publish what is there now"
TRIES: Final = 3


@dataclass
class Undone:
    """`failed`: what could not be put back, so that it is to be tried again. `kept`: what was somebody else's."""

    failed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def undo(functions: Functions, snapshot: Snapshot) -> Undone:
    """The aliases first, since they serve; then every `$LATEST`. One that fails holds up none of the others."""
    undone = Undone()
    touched = list(dict.fromkeys(line["function"] for line in snapshot.journal.all("will") if line["function"]))
    for put_back in (_alias, _latest):
        for name in reversed(touched):
            _persist(partial(put_back, functions, snapshot, name, undone), name, undone)
    if not undone.failed:
        with suppress(OSError):
            snapshot.journal.write(UNDONE, kept=undone.kept)
    return undone


def _persist(put_back: Callable[[], None], name: str, undone: Undone) -> None:
    """Tries it again where it met a change that arrived late."""
    for left in reversed(range(TRIES)):
        try:
            put_back()
        except Refused as refused:
            if not left or not (refused.lost or refused.code in CONTESTED):
                undone.failed.append(f"{name}: {refused}")
                return
        except Stopped as stopped:
            undone.failed.append(f"{name}: {stopped.message}")
            return
        else:
            return


def _is_on_its_way(snapshot: Snapshot, name: str, step: str) -> bool:
    """Whether a change was announced, and nobody knows what became of it."""
    lines = [
        line for line in snapshot.journal.lines() if line.get("function") == name and line["what"] in {"will", "did"}
    ]
    return bool(lines) and lines[-1]["what"] == "will" and str(lines[-1]["step"]).startswith(step)


def published_by(snapshot: Snapshot, name: str) -> set[str]:
    """The versions that this deploy made or meant to serve."""
    lines = snapshot.journal.all("did") + snapshot.journal.all("will")
    return {str(line["version"]) for line in lines if line["function"] == name and line.get("version")}


def base_of(snapshot: Snapshot, name: str) -> str:
    """The version that production was: the alias's, or the one that `$LATEST` was published as first. Or empty."""
    before = snapshot.kept_alias(name)
    if before and before.version != LATEST:
        return before.version
    lines = [line for line in snapshot.journal.all("did") if line["function"] == name and line["step"] == BASE]
    return str(lines[-1]["version"]) if lines else ""


def _alias(functions: Functions, snapshot: Snapshot, name: str, undone: Undone) -> None:
    now, before = functions.alias(name, snapshot.alias_name), snapshot.kept_alias(name)
    if now is None:
        if before is not None:
            undone.kept.append(f"The alias {snapshot.alias_name} of {name} is gone; somebody else deleted it.")
        return
    version = before.version if before else base_of(snapshot, name)
    weights = dict(before.weights) if before else {}
    if not version:
        return
    if now.version == version and dict(now.weights) == weights:
        if _is_on_its_way(snapshot, name, "move"):
            functions.move(name, now, version, weights)
    elif now.version in published_by(snapshot, name):
        functions.move(name, now, version, weights)
    else:
        undone.kept.append(f"{snapshot.alias_name} of {name} points at {now.version}: somebody else moved it there.")


def _latest(functions: Functions, snapshot: Snapshot, name: str, undone: Undone) -> None:
    before, wanted = snapshot.kept(name, "latest"), snapshot.kept(name, "wanted")
    if before is None or wanted is None:
        return
    now = functions.settled(name, however=True)
    foreign = _foreign(now, before, wanted)
    if foreign:
        undone.kept.append(f"$LATEST of {name} was changed by somebody else ({', '.join(foreign)}) and stays so.")
        return
    if now.sha != before.sha:
        now = functions.set_code(now, snapshot.code(before.sha))
    change = settings_between(now, before)
    if change or _is_on_its_way(snapshot, name, "update"):
        functions.set_configuration(now, change or {"Environment": {"Variables": before.variables}})


def _foreign(now: State, before: State, wanted: State) -> list[str]:
    """What is neither as it was nor as the deploy would have it."""
    as_wanted = set(differences(now, wanted))
    return [name for name in differences(now, before) if name in as_wanted]


def where_it_stands(functions: Functions, snapshot: Snapshot) -> str:
    """What production serves now, in words; what cannot be asked is said to be unknown."""
    said = []
    for name in snapshot.functions:
        try:
            alias = functions.alias(name, snapshot.alias_name)
            said.append(f"{name} serves version {alias.version}" if alias else f"{name} serves its $LATEST")
        except Refused:
            said.append(f"{name} cannot be asked now")
    return "; ".join(said) + "."
