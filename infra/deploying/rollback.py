"""The step back: aliases to the versions that they had, in one call each; or, where a version is gone, from disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.deploying.deploy import Planned
from infra.deploying.environment import Wish, check_gmail, differing, merge
from infra.deploying.journal import DONE
from infra.deploying.states import differences
from infra.deploying.undo import base_of
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.deploying.functions import Functions
    from infra.deploying.snapshots import Snapshot, Store
    from infra.deploying.states import State
    from infra.deploying.targets import Target


@dataclass(frozen=True)
class Back:
    """One function's way back. `version` is empty where it goes by what the snapshot holds on disk."""

    target: Target
    version: str
    state: State

    @property
    def is_there_already(self) -> bool:
        """Whether production is that."""
        return not differences(self.state, self.target.production)

    @property
    def other_values(self) -> tuple[str, ...]:
        """The variables that will have other values than now."""
        return differing(self.state.variables, self.target.production.variables)

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables that production has now, and will not have."""
        if not self.version:
            return ()
        return tuple(sorted(self.target.production.variables.keys() - self.state.variables.keys()))


def newest_way_back(store: Store, targets: Sequence[Target]) -> Snapshot:
    """The snapshot of the deploy that brought what serves now. Raises Stopped when no deploy from here did."""
    serving = {target.name: target.alias.version for target in targets if target.alias}
    for snapshot in store.of(target.latest.arn for target in targets):
        done = snapshot.journal.all(DONE)
        brought = {name: version for name, version in done[-1]["versions"].items() if name in serving} if done else {}
        if brought and brought.items() <= serving.items():
            return snapshot
    raise Stopped(
        "No deploy from this machine brought what serves now. `python -m infra snapshots` lists where you can go."
    )


def way_back(functions: Functions, snapshot: Snapshot, target: Target, *, drop_gmail: bool) -> Back:
    """How one function gets back to what the snapshot says.

    Raises Stopped when the snapshot is of another function of that name or not whole, and when a Gmail credential that
    production has now would be gone.
    """
    name = target.name
    if snapshot.functions.get(name) != target.latest.arn:
        raise Stopped(f"The snapshot {snapshot.id} is not of this {name}: the account, region or name is another.")
    latest = snapshot.kept(name, "latest")
    state = latest if target.serves_latest else snapshot.kept(name, "live") or latest
    if not snapshot.is_complete or state is None:
        raise Stopped(f"The snapshot {snapshot.id} is not whole.")
    version = "" if target.serves_latest else base_of(snapshot, name)
    stands = functions.state(name, version) if version else None
    if stands is None or set(differences(state, stands)) - {"Role"}:
        version = ""  # gone, or another function was made anew under this name since
    if version and not drop_gmail:
        check_gmail(target.production.variables, state.variables)
    return Back(target, version, state)


def from_disk(snapshot: Snapshot, back: Back, *, drop_gmail: bool) -> Planned:
    """What to deploy where no version is left: the snapshot's code and settings, and its values before those of now.

    No variable that came since is dropped, so that a credential that is newer than the snapshot stays.
    """
    known = back.target.known
    merged = merge(back.target.production.variables, Wish(back.state.variables, frozenset(), known, drop_gmail))
    settings = {
        name: back.state.config[name]
        for name in ("Handler", "Runtime", "Timeout", "MemorySize", "EphemeralStorage", "Layers")
        if back.state.config.get(name)
    }
    return Planned(back.target, merged, snapshot.code(back.state.sha), settings)
