"""Notify the office in Slack of a deploy that was undone, by a command or by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.deploying.states import differences
from infra.deploying.undo import base_of, published_by
from infra.slack.office import notify_office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.deploying.snapshots import Snapshot
    from infra.deploying.targets import DeployTarget
    from terminal.console import Console

_MET = "Nothing that was logged is lost. A command or button that is new since then may be missing for now."
_UNMET = "It had not begun to answer anybody, so the app is as it was."


def moves_back(snapshots: Sequence[Snapshot], targets: Sequence[DeployTarget]) -> list[str]:
    """Return in words what production goes back to when these deploys are undone, the newest first. Reads no cloud."""
    return [words for target in targets if (words := _move(snapshots, target))]


def moved_by(snapshot: Snapshot) -> list[str]:
    """Return in words what production went back to after a deploy undid itself: the aliases that it had moved."""
    moved = [line for line in snapshot.journal.all("did") if str(line["step"]).startswith("move ")]
    return [f"{line['function']} {line['version']} → {base_of(snapshot, line['function'])}" for line in moved]


def notify_undone(
    snapshots: Sequence[Snapshot],
    moves: Sequence[str],
    environments: Sequence[Mapping[str, str]],
    console: Console,
) -> None:
    """Post that these deploys were undone. A failed post raises nothing."""
    names = ", ".join(snapshot.id for snapshot in snapshots)
    what = "deploy" if len(snapshots) == 1 else "deploys"
    begun = f":leftwards_arrow_with_hook: The {what} {names} did not finish, and production was restored"
    text = f"{begun} ({', '.join(moves)}). {_MET}" if moves else f"{begun}. {_UNMET}"
    before = [
        kept.variables
        for snapshot in snapshots
        for name in snapshot.functions
        if (kept := snapshot.kept(name, "live") or snapshot.kept(name, "latest"))
    ]
    notify_office([*environments, *before], text, console)


def _move(snapshots: Sequence[Snapshot], target: DeployTarget) -> str:
    """Return what one function goes back to; empty where what it serves stays."""
    name = target.name
    if target.alias is None or target.serves_latest:
        oldest = snapshots[-1].kept(name, "latest")
        return f"{name} $LATEST → as before" if oldest and differences(target.latest, oldest) else ""
    version = target.alias.version
    for snapshot in snapshots:
        if version in published_by(snapshot, name):
            version = base_of(snapshot, name) or version
    return f"{name} {target.alias.version} → {version}" if version != target.alias.version else ""
