"""Deploys that did not end, and versions that nobody needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.asking import Refused
from infra.deploying.deploy import MARK
from infra.deploying.journal import UNFINISHED
from infra.deploying.undo import base_of, published_by, undo, where_it_stands
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.deploying.functions import Functions
    from infra.deploying.snapshots import Snapshot, Store
    from infra.deploying.targets import Target
    from terminal.console import Console


def unfinished(store: Store, arns: Iterable[str]) -> list[Snapshot]:
    """Snapshots of these functions whose deploy changed something and neither ended nor was undone; newest first."""
    return [snapshot for snapshot in store.of(arns) if snapshot.journal.outcome == UNFINISHED]


def finish(functions: Functions, snapshots: Sequence[Snapshot], console: Console) -> None:
    """Undoes each, newest first. Raises Stopped when one cannot be undone."""
    for snapshot in snapshots:
        with console.step(f"The deploy of {snapshot.id}, which did not end, is undone"):
            undone = undo(functions, snapshot)
        for note in undone.kept:
            console.warn(note)
        if undone.failed:
            raise Stopped(
                f"It could not be undone: {' '.join(undone.failed)} {where_it_stands(functions, snapshot)} "
                f"Once that is mended: python -m infra rollback {snapshot.id}"
            )


def prune_versions(functions: Functions, store: Store, target: Target, keep: int, console: Console) -> None:
    """Deletes versions of ours past the newest `keep`: each that SnapStart holds ready is billed.

    Never one that an alias points at, or that one of the newest `keep` snapshots would go back to; and never one that
    no deploy of ours made: CloudFormation goes back to its own when an update of the stack fails. A version that cannot
    be deleted is worth a line and no more.
    """
    arn, name = target.latest.arn, target.name
    try:
        versions = functions.versions(name)
        needed = functions.aliased(name) | set(list(versions)[-keep:])
        for snapshot in store.of([arn])[:keep]:
            needed |= {base_of(snapshot, name)} | published_by(snapshot, name)
        for version, description in versions.items():
            if version not in needed and description.startswith(MARK):
                functions.delete_version(name, version)
                console.note(f"Version {version} of {name} was deleted: {keep} newer ones are kept.")
    except Refused as refused:
        console.warn(f"Old versions of {name} were left: {refused}")
