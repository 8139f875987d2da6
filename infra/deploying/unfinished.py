"""Undo unfinished deploys, and delete old versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.asking import AwsRefused
from infra.deploying.deploy import MARK
from infra.deploying.journal import UNFINISHED
from infra.deploying.undo import base_of, published_by, serving_in_words, undo
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.deploying.functions import Functions
    from infra.deploying.snapshots import Snapshot, Store
    from infra.deploying.targets import DeployTarget
    from terminal.console import Console


def unfinished(store: Store, arns: Iterable[str]) -> list[Snapshot]:
    """Return the snapshots of these functions whose deploy began and neither finished nor was undone; newest first."""
    return [snapshot for snapshot in store.of(arns) if snapshot.journal.outcome == UNFINISHED]


def warn_of(snapshots: Iterable[Snapshot], console: Console) -> None:
    """Show each unfinished deploy, and the step at which it stopped."""
    for snapshot in snapshots:
        console.warn(f"The deploy {snapshot.id} did not finish. It stopped at: {snapshot.journal.last_step}.")


def finish(functions: Functions, snapshots: Sequence[Snapshot], console: Console) -> None:
    """Undo each deploy, newest first. Raises Stopped when one cannot be undone."""
    for snapshot in snapshots:
        with console.step(f"Undoing the unfinished deploy {snapshot.id}"):
            undone = undo(functions, snapshot)
        for note in undone.kept:
            console.warn(note)
        if undone.failed:
            raise Stopped(
                f"It could not be undone: {' '.join(undone.failed)} {serving_in_words(functions, snapshot)} "
                f"Fix that, then run: python -m infra rollback {snapshot.id}"
            )


def prune_versions(functions: Functions, store: Store, target: DeployTarget, keep: int, console: Console) -> None:
    """Delete published versions beyond `keep`: what serves, and what a rollback goes back to. SnapStart bills each.

    Versions stay if an alias points at them, if one of the newest `keep` - 1 snapshots needs them, or if no deploy of
    ours made them: CloudFormation needs its own when an update of the stack fails. A version that cannot be deleted is
    only reported; the next deploy tries it again.
    """
    arn, name = target.latest.arn, target.name
    try:
        versions = functions.versions(name)
        needed = functions.aliased(name) | set(list(versions)[-keep:])
        for snapshot in store.of([arn])[: keep - 1]:
            needed |= {base_of(snapshot, name)} | published_by(snapshot, name)
    except AwsRefused as refused:
        console.warn(f"Old versions of {name} were not deleted: {refused}")
        return
    for version, description in versions.items():
        if version in needed or not description.startswith(MARK):
            continue
        try:
            functions.delete_version(name, version)
        except AwsRefused as refused:
            console.warn(f"Version {version} of {name} was not deleted: {refused}")
        else:
            console.note(f"Version {version} of {name} was deleted; {keep} are kept.")
