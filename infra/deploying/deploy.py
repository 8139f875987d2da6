"""The careful sequence: production serves a version that works at every moment, and whatever fails, it is put back.

snapshot → (build, merge, question) → configuration → wait → code → wait → publish → try the new version → alias → try
the public address. Each step is over all functions, so that none serves new code beside another's old for long.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.asking import Refused
from infra.deploying.interrupts import Interrupted
from infra.deploying.journal import DONE, UNCHANGED
from infra.deploying.probes import probe
from infra.deploying.snapshots import code_sha
from infra.deploying.states import State, differences, settings_between
from infra.deploying.undo import BASE, undo, where_it_stands
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from infra.deploying.environment import Merged
    from infra.deploying.functions import Functions
    from infra.deploying.interrupts import Interrupts
    from infra.deploying.snapshots import Snapshot
    from infra.deploying.states import Alias
    from infra.deploying.targets import Target
    from terminal.console import Console


MARK: Final = "deploy "
"""What the description of each version starts with that a deploy published."""


@dataclass(frozen=True)
class Planned:
    """One function, and what it is to have: environment, code (a zip) and, where they change, other settings."""

    target: Target
    merged: Merged
    code: bytes = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sha(self) -> str:
        """CodeSha256 to be."""
        return code_sha(self.code)

    @property
    def is_there_already(self) -> bool:
        """Whether production serves just that, and nothing waits beside it in `$LATEST`."""
        live, latest = self.target.live, self.target.latest
        return live is not None and not differences(self.wanted, latest) and not differences(latest, live)

    @property
    def wanted(self) -> State:
        """`$LATEST` as it is to be."""
        changed = {**self.settings, "Environment": {"Variables": dict(self.merged.variables)}, "CodeSha256": self.sha}
        return State({**self.target.latest.config, **changed})


def take(
    snapshot: Snapshot,
    functions: Functions,
    targets: Sequence[Target],
    alias_name: str,
    *,
    code: Callable[[State], bytes] | None = None,
) -> None:
    """All of production onto disk; `code` fetches a zip in Lambda's place. Raises Refused when any cannot be had."""
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
    """One run over all functions. `smoke` tries the public address and tells what it found, or raises."""

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

    def run(self, planned: Sequence[Planned], smoke: Callable[[], str] | None) -> dict[str, str]:
        """The versions that production serves now, by function.

        Raises Stopped, with production put back, whatever went wrong: a refusal, a signal, a version that fails.
        """
        try:
            versions = self._prepare(planned)
            self._switch(planned, versions)
            if smoke is not None:
                self._try_the_address(smoke)
            self._interrupts.hold()
            self._journal.write(DONE, versions=versions)
        except BaseException as failure:  # noqa: BLE001  # whatever it is, production goes first
            self._interrupts.hold()
            raise self._put_back(failure) from None
        return versions

    def _prepare(self, planned: Sequence[Planned]) -> dict[str, str]:
        for each in planned:
            self._snapshot.keep(each.target.name, "wanted", each.wanted)
        self._keep_a_way_back(planned)
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

    def _try_the_address(self, smoke: Callable[[], str]) -> None:
        self._journal.write("will", step="try the public address", function="")
        try:
            with self._console.step("The public address is tried"):
                found = smoke()
        except Refused as refused:
            self._journal.write("smoke", ok=False, found=str(refused))
            raise Refused(f"{refused} If that was so before, mend it first, or deploy with --no-smoke.") from None
        self._journal.write("smoke", ok=True, found=found)

    def web_version(self) -> str | None:
        """The version that the web function's address must tell, once it serves; None where no alias serves it."""
        return self._web_version

    def _keep_a_way_back(self, planned: Sequence[Planned]) -> None:
        """A function without an alias gets one, at a version that is what `$LATEST` is now."""
        for each in planned:
            name, latest = each.target.name, each.target.latest
            if each.target.live is None:
                with self._step(BASE, name) as facts:
                    version = self._functions.publish(
                        latest, f"{MARK}{self._snapshot.id}: what was there before"
                    ).version
                    facts["version"] = version
                    if each.target.alias is None:
                        self._functions.make_alias(name, self._alias_name, version)

    def _publish(self, state: State) -> str:
        with self._step("publish", state.name) as facts:
            version = self._functions.publish(state, f"{MARK}{self._snapshot.id}")
            facts["version"] = version.version
        with self._step(f"try version {version.version}", state.name) as facts:
            facts["found"] = probe(self._functions, version)
        return version.version

    def _switch(self, planned: Sequence[Planned], versions: Mapping[str, str]) -> None:
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
        """A step that is written down before and after, and shown. What the block puts into the facts is kept."""
        facts: dict[str, str] = dict(known)
        self._journal.write("will", step=step, function=function, **facts)
        with self._console.step(f"{function}: {step}"):
            yield facts
        self._journal.write("did", step=step, function=function, **facts)

    def _put_back(self, failure: BaseException) -> Stopped:
        why = in_words(failure)
        at = self._journal.last_step
        with suppress(OSError):
            self._journal.write("failed", why=why)
        if not at:
            with suppress(OSError):
                self._journal.write(UNCHANGED)
            return Stopped(f"{why} Nothing was changed.")
        undone = undo(self._functions, self._snapshot)
        stands = where_it_stands(self._functions, self._snapshot)
        kept = "".join(f" {note}" for note in undone.kept)
        if not undone.failed:
            return Stopped(f"It stopped at: {at}. {why} Production was put back: {stands}{kept} You can deploy again.")
        left = " ".join(undone.failed)
        return Stopped(
            f"It stopped at: {at}. {why} Not all could be put back: {left} {stands}{kept} "
            f"Once that is mended: python -m infra rollback {self._snapshot.id}"
        )


def in_words(failure: BaseException) -> str:
    """One sentence. What is neither a refusal nor a signal tells only its kind: its text may hold anything."""
    if isinstance(failure, Stopped):
        return failure.message
    if isinstance(failure, Interrupted):
        return f"Interrupted ({failure})."
    if isinstance(failure, KeyboardInterrupt):
        return "Interrupted."
    if isinstance(failure, Refused):
        return str(failure)
    *_, last = traceback.extract_tb(failure.__traceback__)
    return f"An error that was not foreseen: {type(failure).__name__} at {Path(last.filename).name}:{last.lineno}."
