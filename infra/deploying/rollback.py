"""Plan a rollback: move each alias back in one call; or, where the version is gone, deploy from disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.deploying.deploy import PlannedDeploy
from infra.deploying.environment import EnvironmentEdit, check_gmail, differing, merge
from infra.deploying.journal import DONE
from infra.deploying.states import differences
from infra.deploying.undo import base_of
from infra.deploying.waking import is_asleep
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.deploying.functions import Functions
    from infra.deploying.snapshots import Snapshot, Store
    from infra.deploying.states import FunctionState
    from infra.deploying.targets import DeployTarget


@dataclass(frozen=True)
class Restore:
    """The rollback of one function. `version` is empty if it is deployed from the snapshot on disk.

    `asleep`: AWS made the version inactive, and it must be woken before it can serve.
    """

    target: DeployTarget
    version: str
    state: FunctionState
    asleep: bool = False

    @property
    def is_there_already(self) -> bool:
        """True if production is in that state."""
        return not differences(self.state, self.target.production)

    @property
    def other_values(self) -> tuple[str, ...]:
        """The variables whose values will change."""
        return differing(self.state.variables, self.target.production.variables)

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables that production will lose."""
        if not self.version:
            return ()
        return tuple(sorted(self.target.production.variables.keys() - self.state.variables.keys()))


def newest_snapshot(store: Store, targets: Sequence[DeployTarget]) -> Snapshot:
    """Return the snapshot of the deploy that production now runs. Raises Stopped when there is none on this machine."""
    serving = {target.name: target.alias.version for target in targets if target.alias}
    for snapshot in store.of(target.latest.arn for target in targets):
        done = snapshot.journal.all(DONE)
        brought = {name: version for name, version in done[-1]["versions"].items() if name in serving} if done else {}
        if brought and brought.items() <= serving.items():
            return snapshot
    raise Stopped("No deploy from this machine brought what serves now. To choose a state: python -m infra snapshots")


def plan_restore(functions: Functions, snapshot: Snapshot, target: DeployTarget, *, drop_gmail: bool) -> Restore:
    """Return the plan that takes one function back to the snapshot.

    Raises Stopped when the snapshot is incomplete or belongs to another function of that name, and when a present Gmail
    credential would be lost.
    """
    name = target.name
    if snapshot.functions.get(name) != target.latest.arn:
        raise Stopped(f"The snapshot {snapshot.id} is not of this {name}: it has another account, region or name.")
    latest = snapshot.kept(name, "latest")
    state = latest if target.serves_latest else snapshot.kept(name, "live") or latest
    if not snapshot.is_complete or state is None:
        raise Stopped(f"The snapshot {snapshot.id} is incomplete. Choose another: python -m infra snapshots")
    version = "" if target.serves_latest else base_of(snapshot, name)
    published = functions.state(name, version) if version else None
    if published is None or set(differences(state, published)) - {"Role"}:
        version = ""  # the version is gone, or belongs to another function of this name
    if published and published.config.get("State") == "Failed":
        version = ""  # Lambda cannot start it any more
    if version and not drop_gmail:
        check_gmail(target.production.variables, state.variables)
    return Restore(target, version, state, asleep=bool(version and published and is_asleep(published)))


def from_disk(snapshot: Snapshot, restore: Restore, *, drop_gmail: bool) -> PlannedDeploy:
    """Return the deploy that restores the snapshot's code, settings and values, where the version is gone.

    Newer variables stay, so that a credential newer than the snapshot is not lost.
    """
    known = restore.target.known
    merged = merge(
        restore.target.production.variables, EnvironmentEdit(restore.state.variables, frozenset(), known, drop_gmail)
    )
    settings = {
        name: restore.state.config[name]
        for name in ("Handler", "Runtime", "Timeout", "MemorySize", "EphemeralStorage", "Layers")
        if restore.state.config.get(name)
    }
    started = restore.state.config.get("SnapStart") or {}
    settings["SnapStart"] = {"ApplyOn": started.get("ApplyOn", "None")}
    return PlannedDeploy(restore.target, merged, snapshot.code(restore.state.sha), settings)
