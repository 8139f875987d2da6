"""The release after `up`: publish and test versions of the stack's functions, and switch to them, as `deploy` does.

CloudFormation changes only `$LATEST`. The alias moves here, so a failed change of the stack does not affect production.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from infra.deploying.deploy import Deploy, PlannedDeploy, take
from infra.deploying.environment import EnvironmentEdit, merge
from infra.deploying.functions import Functions
from infra.deploying.interrupts import Interrupted, Interrupts
from infra.deploying.journal import alone
from infra.deploying.plan import check_package, runs, runs_of_template, show_plan
from infra.deploying.probes import probe
from infra.deploying.states import code_sha, differences
from infra.deploying.targets import function_names, read_target
from infra.deploying.undone_news import moves_back, notify_undone
from infra.deploying.unfinished import finish, prune_versions, unfinished, warn_of
from infra.outputs import for_stack
from infra.stacks import code_bucket
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from infra.aws import Aws
    from infra.deploying.environment import Merged
    from infra.deploying.snapshots import Snapshot, Store
    from infra.deploying.states import FunctionState
    from infra.deploying.targets import DeployTarget
    from infra.stacks.stack import Now
    from terminal.console import Console

ALIAS: Final = "live"  # the template's
KEEP_VERSIONS: Final = 2  # what serves, and what `rollback` goes back to


class StackRelease:
    """The functions of one stack, and the release of their `$LATEST` after CloudFormation."""

    def __init__(self, aws: Aws, console: Console, store: Store, agree: Callable[[str], bool]) -> None:
        self._aws, self._console, self._store, self._agree = aws, console, store, agree
        self._functions = Functions(aws.functions, pause=aws.pause)
        self._interrupts = Interrupts(console)
        self._before: tuple[DeployTarget, ...] = ()
        self._codes: dict[str, bytes] = {}
        self.bucket = self.stack = ""

    def begin(self, now: Now, *, dry_run: bool) -> None:
        """Read the functions before anything is changed, and undo an unfinished deploy. Raises Stopped."""
        self._before = self._read(now)
        left = unfinished(self._store, [target.latest.arn for target in self._before])
        warn_of(left, self._console)
        if not left or dry_run:
            return
        if not self._agree("Undo it first?"):
            raise Stopped("Nothing was changed.")
        with self._alone(), self._interrupts.held():
            finish(self._functions, left, self._console)
        if moves := moves_back(left, self._before):
            notify_undone(left, moves, [target.production.variables for target in self._before], self._console)
        self._before = self._read(now)

    @property
    def unsettled(self) -> str:
        """Empty where every function serves its `$LATEST`; otherwise a mark that changes with every revision.

        After a rollback or a failed release, the mark makes CloudFormation write the stack's settings into `$LATEST`.
        """
        if all(target.live and not differences(target.latest, target.live) for target in self._before):
            return ""
        made_of = " ".join(f"{target.latest.arn} {target.latest.revision}" for target in self._before)
        return hashlib.sha256(made_of.encode()).hexdigest()[:8]

    def serving(self, name: str) -> str:
        """Return a variable's value in production; empty where no function has it."""
        return next((value for each in self._before if (value := each.production.variables.get(name))), "")

    def keep_code(self) -> str:
        """Upload the code that serves, if the bucket lacks it, and return its key; empty where nothing serves."""
        if not self._before:
            return ""
        serving = self._before[0].production
        key = code_bucket.code_key(serving.sha)
        if not code_bucket.has(self._aws, self.bucket, key):
            with self._console.step("Uploading the code that serves"):
                code_bucket.upload(self._aws, self.bucket, key, self._functions.code(serving))
        return key

    def check(self, code: bytes, template: Path) -> None:
        """Raise Stopped when the zip cannot run as one of the functions, as the template declares them.

        A template that declares none in full is taken to leave the present ones as they are.
        """
        declared = runs_of_template(template)
        check_package(code, declared or [runs(target) for target in self._before])

    def bring(self, now: Now, code: bytes | None, *, fresh: bool) -> None:
        """Publish `$LATEST` with `code`, else with the code that serves; test it, and switch to it.

        A `fresh` stack serves nobody yet, so there is no question and no snapshot. Raises Stopped and AwsRefused;
        production is then unchanged.
        """
        targets = self._read(now)
        sha = code_sha(code) if code else ""
        if all(_is_served(target, sha or target.production.sha) for target in targets):
            if fresh:
                self._try(targets)
            return
        with self._alone():
            planned = [
                PlannedDeploy(target, _merged(target), code or self._code_of(target.production)) for target in targets
            ]
            snapshot = self._agreed(targets, planned, fresh=fresh)
            run = Deploy(self._functions, snapshot, self._console, self._interrupts, alias_name=ALIAS)
            versions = run.run(planned, None)
            if fresh:
                snapshot.discard()
            for target in targets:
                prune_versions(self._functions, self._store, target, KEEP_VERSIONS, self._console)
        for name, version in versions.items():
            self._console.say(f"{name}: {ALIAS} → version {version}")
        if not fresh:
            self._console.say(for_stack(f"To go back: python -m infra rollback {snapshot.id}", self.stack))

    def _read(self, now: Now) -> tuple[DeployTarget, ...]:
        if not now.exists:
            return ()
        names = function_names(now.outputs)
        return tuple(read_target(self._functions, name, ALIAS) for name in names)

    def _agreed(self, targets: Sequence[DeployTarget], planned: Sequence[PlannedDeploy], *, fresh: bool) -> Snapshot:
        """Save production on disk, show the plan, and ask."""
        snapshot = self._store.begin()
        try:
            with self._console.step(f"Snapshot {snapshot.id}"):
                take(snapshot, self._functions, targets, ALIAS, code=self._code_of)
            show_plan(planned, ALIAS, self._console)
            if not fresh:
                self._confirm()
        except BaseException:
            snapshot.discard()
            raise
        return snapshot

    def _confirm(self) -> None:
        if not self._agree("Let this serve?"):
            raise Stopped("Production was not changed. The stack holds the new settings. Run this again.")

    def _try(self, targets: Sequence[DeployTarget]) -> None:
        for target in targets:
            with self._console.step(f"{target.name}: test version {target.production.version}"):
                # CloudFormation does not wait for the version's SnapStart snapshot.
                probe(self._functions, self._functions.settled(target.name, target.production.version))

    def _code_of(self, state: FunctionState) -> bytes:
        """Return the zip of a state, from the bucket if it is there, else from Lambda."""
        if state.sha not in self._codes:
            held = code_bucket.fetch(self._aws, self.bucket, code_bucket.code_key(state.sha))
            whole = held is not None and code_sha(held) == state.sha
            self._codes[state.sha] = held if held is not None and whole else self._functions.code(state)
        return self._codes[state.sha]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the machine's lock, and handle signals."""
        with ExitStack() as stack:
            self._store.open()
            stack.enter_context(alone(self._store.folder))
            stack.enter_context(self._interrupts.watched())
            try:
                yield
            except Interrupted as interrupted:
                raise Stopped(f"Interrupted ({interrupted}). Production was not changed. Run this again.") from None


def _is_served(target: DeployTarget, sha: str) -> bool:
    """Return True if production equals `$LATEST` and runs that code."""
    return target.live is not None and target.live.sha == sha and not differences(target.latest, target.live)


def _merged(target: DeployTarget) -> Merged:
    """Return the environment of `$LATEST`, and its differences from production's."""
    before, after = target.production.variables, target.latest.variables
    return merge(before, EnvironmentEdit(after, frozenset(before.keys() - after.keys()), drop_gmail=True))
