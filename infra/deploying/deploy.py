"""Deploy so that production serves a working version at every moment, and restore it if any step fails.

snapshot → (build, merge, question) → configuration → wait → code → wait → publish → test the new version → alias →
check the public address. Each step covers all functions, so that old and new code serve side by side only briefly.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused
from infra.deploying.interrupts import Interrupted
from infra.deploying.journal import DONE, UNCHANGED
from infra.deploying.probes import probe
from infra.deploying.states import FunctionState, code_sha, differences, settings_between
from infra.deploying.undo import BASE, serving_in_words, undo
from infra.deploying.undone_news import moved_by, notify_undone
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from infra.deploying.environment import Merged
    from infra.deploying.functions import Functions
    from infra.deploying.interrupts import Interrupts
    from infra.deploying.snapshots import Snapshot
    from infra.deploying.states import Alias
    from infra.deploying.targets import DeployTarget
    from terminal.console import Console


MARK: Final = "deploy "
"""The start of the description of each version that a deploy publishes."""


@dataclass(frozen=True)
class PlannedDeploy:
    """One function and its new environment, code (a zip) and, where they change, other settings."""

    target: DeployTarget
    merged: Merged
    code: bytes = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sha(self) -> str:
        """The new CodeSha256."""
        return code_sha(self.code)

    @property
    def is_there_already(self) -> bool:
        """True if production and `$LATEST` are both in that state."""
        live, latest = self.target.live, self.target.latest
        return live is not None and not differences(self.wanted, latest) and not differences(latest, live)

    @property
    def wanted(self) -> FunctionState:
        """The new `$LATEST`."""
        changed = {**self.settings, "Environment": {"Variables": dict(self.merged.variables)}, "CodeSha256": self.sha}
        return FunctionState({**self.target.latest.config, **changed})


def take(
    snapshot: Snapshot,
    functions: Functions,
    targets: Sequence[DeployTarget],
    alias_name: str,
    *,
    code: Callable[[FunctionState], bytes] | None = None,
) -> None:
    """Save all of production on disk; `code` fetches zips instead of Lambda. Raises AwsRefused if a part is missing."""
    fetch = code or functions.code
    arns = {target.name: target.latest.arn for target in targets}
    snapshot.journal.write("begun", functions=arns, alias=alias_name)
    for target in targets:
        snapshot.keep(target.name, "latest", target.latest)
        snapshot.keep_alias(target.name, target.alias)
        if target.live:
            snapshot.keep(target.name, "live", target.live)
        for state in (target.latest, target.live):
            if state and not snapshot.has_code(state.sha):
                snapshot.keep_code(fetch(state))
    snapshot.journal.write("taken", versions={t.name: t.alias.version for t in targets if t.alias})


class Deploy:
    """One deploy of all functions."""

    def __init__(
        self, functions: Functions, snapshot: Snapshot, console: Console, interrupts: Interrupts, *, alias_name: str
    ) -> None:
        self._functions = functions
        self._snapshot = snapshot
        self._journal = snapshot.journal
        self._console = console
        self._interrupts = interrupts
        self._alias_name = alias_name
        self._web_version: str | None = None

    def run(self, planned: Sequence[PlannedDeploy], smoke: Callable[[], str] | None) -> dict[str, str]:
        """Deploy, and return the versions that production then serves, by function. `smoke` checks the public address.

        Raises Stopped after production was restored: after a refusal, a signal, or a version that fails.
        """
        try:
            versions = self._prepare(planned)
            self._switch(planned, versions)
            if smoke is not None:
                self._check_address(smoke)
            self._interrupts.hold()
            self._journal.write(DONE, versions=versions)
        except BaseException as failure:  # noqa: BLE001  # after any error, production is restored
            self._interrupts.hold()
            raise self._restore(failure, planned) from None
        return versions

    def _prepare(self, planned: Sequence[PlannedDeploy]) -> dict[str, str]:
        for each in planned:
            self._snapshot.keep(each.target.name, "wanted", each.wanted)
        self._ensure_aliases(planned)
        latest = {each.target.name: each.target.latest for each in planned}
        for each in planned:
            name = each.target.name
            change = settings_between(latest[name], each.wanted)
            if change:
                with self._step("update the configuration", name):
                    latest[name] = self._functions.set_configuration(latest[name], change)
        for each in planned:
            name = each.target.name
            if latest[name].sha != each.sha:
                with self._step("update the code", name):
                    latest[name] = self._functions.set_code(latest[name], each.code)
        return {name: self._publish(state) for name, state in latest.items()}

    def _check_address(self, smoke: Callable[[], str]) -> None:
        self._journal.write("will", step="check the public address", function="")
        try:
            with self._console.step("Checking the public address"):
                found = smoke()
        except AwsRefused as refused:
            self._journal.write("smoke", ok=False, found=str(refused))
            raise AwsRefused(f"{refused} If it failed before, fix it first, or deploy with --no-smoke.") from None
        self._journal.write("smoke", ok=True, found=found)

    def web_version(self) -> str | None:
        """Return the version that the web function must report once it serves; None where no alias serves it."""
        return self._web_version

    def _ensure_aliases(self, planned: Sequence[PlannedDeploy]) -> None:
        """Create the alias of a function that has none, at a version of the present `$LATEST`."""
        for each in planned:
            name, latest = each.target.name, each.target.latest
            if each.target.live is None:
                with self._step(BASE, name) as facts:
                    version = self._functions.publish(latest, f"{MARK}{self._snapshot.id}: the state before").version
                    facts["version"] = version
                    if each.target.alias is None:
                        self._functions.make_alias(name, self._alias_name, version)

    def _publish(self, state: FunctionState) -> str:
        with self._step("publish", state.name) as facts:
            version = self._functions.publish(state, f"{MARK}{self._snapshot.id}")
            facts["version"] = version.version
        with self._step(f"test version {version.version}", state.name) as facts:
            facts["found"] = probe(self._functions, version)
        return version.version

    def _switch(self, planned: Sequence[PlannedDeploy], versions: Mapping[str, str]) -> None:
        for each in planned:
            name = each.target.name
            alias: Alias | None = each.target.alias or self._functions.alias(name, self._alias_name)
            if alias is None:
                raise Stopped(f"The alias {self._alias_name} of {name} is gone.")
            if each.target.latest.handler.startswith("web_function.") and not each.target.callers:
                self._web_version = versions[name]
            if alias.version != versions[name] or alias.weights:
                with self._step(f"move {self._alias_name} to version {versions[name]}", name, version=versions[name]):
                    self._functions.move(name, alias, versions[name])

    @contextmanager
    def _step(self, step: str, function: str, **known: str) -> Iterator[dict[str, str]]:
        """Show a step, and log it before and after the block, with the facts that the block adds."""
        facts: dict[str, str] = dict(known)
        self._journal.write("will", step=step, function=function, **facts)
        with self._console.step(f"{function}: {step}"):
            yield facts
        self._journal.write("did", step=step, function=function, **facts)

    def _restore(self, failure: BaseException, planned: Sequence[PlannedDeploy]) -> Stopped:
        why = in_words(failure)
        at = self._journal.last_step
        with suppress(OSError):
            self._journal.write("failed", why=why)
        if not at:
            with suppress(OSError):
                self._journal.write(UNCHANGED)
            return Stopped(f"{why} Nothing was changed.")
        undone = undo(self._functions, self._snapshot)
        serving = serving_in_words(self._functions, self._snapshot)
        kept = "".join(f" {note}" for note in undone.kept)
        if not undone.failed:
            if moves := moved_by(self._snapshot):
                notify_undone([self._snapshot], moves, [each.merged.variables for each in planned], self._console)
            return Stopped(f"It stopped at: {at}. {why} Production was restored: {serving}{kept} You can deploy again.")
        left = " ".join(undone.failed)
        return Stopped(
            f"It stopped at: {at}. {why} Not everything could be restored: {left} {serving}{kept} "
            f"Fix that, then run: python -m infra rollback {self._snapshot.id}"
        )


def in_words(failure: BaseException) -> str:
    """Return one sentence. An unexpected error is named only by its type and place: its text may hold a secret."""
    if isinstance(failure, Stopped):
        return failure.message
    if isinstance(failure, Interrupted):
        return f"Interrupted ({failure})."
    if isinstance(failure, KeyboardInterrupt):
        return "Interrupted."
    if isinstance(failure, AwsRefused):
        return str(failure)
    *_, last = traceback.extract_tb(failure.__traceback__)
    return f"Unexpected error: {type(failure).__name__} at {Path(last.filename).name}:{last.lineno}."
