"""`rollback`: restore production to its state before a deploy, in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from infra.asking import AwsRefused
from infra.commands.operating import address_options, confirm, functions_options, insist, operating
from infra.deploying.deploy import Deploy, take
from infra.deploying.rollback import Restore, from_disk, newest_snapshot, plan_restore
from infra.deploying.snapshots import Store
from infra.deploying.tokens import TOKEN, EnvironmentChange, check_credentials
from infra.deploying.undone_news import moves_back, notify_undone
from infra.deploying.unfinished import finish, unfinished, warn_of
from infra.deploying.waking import wake
from infra.slack.office import notify_office
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infra.commands.operating import Operation
    from infra.deploying.snapshots import Snapshot
    from infra.deploying.targets import DeployTarget
    from infra.services import Services

_EXAMPLES = """
\b
Examples:
  python -m infra rollback                     undo the last deploy
  python -m infra rollback 20261124T180503Z    restore the state before that deploy
"""


@dataclass(frozen=True)
class _Options:
    """The command line, without the folder of the snapshots."""

    snapshot: str | None
    names: tuple[str, ...]
    stack: str
    alias: str
    url: str | None
    bot_url: str | None
    yes_drop_gmail: bool
    with_refused_token: bool
    dry_run: bool
    yes: bool


@click.command(epilog=_EXAMPLES)
@click.argument("snapshot", required=False)
@functions_options
@address_options
@click.option("--yes-drop-gmail", is_flag=True, help="Allow a version that lacks the present Gmail credentials.")
@click.option("--with-refused-token", is_flag=True, help="Allow a bot token that Slack now refuses.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(services: Services, /, folder: Path, **others: Any) -> None:
    """Restore production to the state in SNAPSHOT, or to its state before the last deploy.

    An unfinished deploy is undone. Otherwise each alias moves back to its earlier version, in one call. Where that
    version is gone, or callers are served by $LATEST, the code and configuration on disk are deployed again.
    """
    options, store = _Options(**others), Store(folder)
    with operating(services, store, options.alias, changes=not options.dry_run) as operation:
        named = store.named(options.snapshot) if options.snapshot else None
        of_snapshot = named is not None and not options.names
        names = tuple(named.functions) if named and of_snapshot else options.names
        targets = operation.read(names, options.stack, options.url, options.bot_url, of_snapshot=of_snapshot)
        left = unfinished(store, [target.latest.arn for target in targets])
        if left and (named is None or named.id in {snapshot.id for snapshot in left}):
            _undo(operation, left, targets, options)
            return
        if left:
            raise Stopped(f"The deploy {left[0].id} did not finish. First: python -m infra rollback {left[0].id}")
        found = named or newest_snapshot(store, targets)
        if found.alias_name != options.alias:
            raise Stopped(f"The snapshot {found.id} needs --alias {found.alias_name}.")
        _roll_back(operation, store, found, [each for each in targets if each.name in found.functions], options)


def _undo(operation: Operation, left: Sequence[Snapshot], targets: Sequence[DeployTarget], options: _Options) -> None:
    warn_of(left, operation.console)
    if options.dry_run:
        operation.console.say("It would be undone. Nothing was changed.")
        return
    confirm("Undo it?", yes=options.yes)
    with operation.interrupts.held():
        finish(operation.functions, left, operation.console)
    environments = [target.production.variables for target in targets]
    notify_undone(left, moves_back(left, targets), environments, operation.console)
    operation.console.say("Production is as it was before.")


def _roll_back(
    operation: Operation, store: Store, snapshot: Snapshot, targets: Sequence[DeployTarget], options: _Options
) -> None:
    console = operation.console
    restores = [
        plan_restore(operation.functions, snapshot, each, drop_gmail=options.yes_drop_gmail) for each in targets
    ]
    for restore in restores:
        _show(operation, restore, options.alias)
    restores = [restore for restore in restores if not restore.is_there_already]
    if options.dry_run or not restores:
        console.say("Nothing was changed." if restores else "Production is in that state already. Nothing was changed.")
        return
    _check_credentials(operation, restores, options)
    confirm(f"Go back to before {snapshot.id}?", yes=options.yes)
    _wake(operation, [restore for restore in restores if restore.asleep])
    with operation.interrupts.held():
        _move(operation, snapshot, [restore for restore in restores if restore.version])
    _redeploy(operation, store, snapshot, [restore for restore in restores if not restore.version], options)
    _notify(operation, snapshot, restores)
    smoke = operation.smoke([restore.state.variables for restore in restores])
    if smoke:
        with console.step("Checking the public address"):
            try:
                snapshot.journal.write("smoke", ok=True, found=smoke())
            except AwsRefused as refused:
                snapshot.journal.write("smoke", ok=False, found=str(refused))
                raise Stopped(f"Production was rolled back, but its public address fails: {refused}") from None
    console.say(f"Done. Production is as it was before {snapshot.id}.")


def _notify(operation: Operation, snapshot: Snapshot, restores: Sequence[Restore]) -> None:
    """Notify the office in Slack. A failed post does not fail the rollback."""
    moves = ", ".join(
        f"{each.target.name} {each.target.production.version} → {each.version or 'the code on disk'}"
        for each in restores
    )
    text = (
        f":leftwards_arrow_with_hook: The app was rolled back to its state before the deploy {snapshot.id} ({moves}). "
        "Nothing that was logged is lost. A command or button that is new since then may be missing for now."
    )
    before = [each.target.production.variables for each in restores]
    notify_office([*before, *(each.state.variables for each in restores)], text, operation.console)


def _check_credentials(operation: Operation, restores: Sequence[Restore], options: _Options) -> None:
    """Raise Stopped when Slack refuses a token of the snapshot, unless a person or the option insists."""

    def insist_on(question: str) -> None:
        if not options.with_refused_token and not insist(question, "--with-refused-token"):
            raise Stopped("Nothing was changed. To restore only the code and keep the token, deploy its zip.")

    read = {TOKEN, "SLACK_API_URL", "SLACK_TEAM_ID"}
    earlier = [
        (restore.target, {name: restore.state.variables[name] for name in read & set(restore.state.variables)})
        for restore in restores
    ]
    changes = [
        EnvironmentChange(target.name, target.production.variables, values)
        for target, values in earlier
        if values.get(TOKEN)
    ]
    check_credentials(changes, operation.console, lambda _question: None, insist=insist_on)


def _show(operation: Operation, restore: Restore, alias_name: str) -> None:
    name, now = restore.target.name, restore.target.production.version
    if restore.is_there_already:
        operation.console.say(f"{name}: {alias_name} stays at version {now}")
    elif restore.version:
        operation.console.say(f"{name}: {alias_name} {now} → {restore.version}")
        if restore.asleep:
            operation.console.note(
                f"AWS made version {restore.version} of {name} inactive, as it does after 14 days without a call. "
                "It is woken first, which takes some minutes."
            )
    else:
        operation.console.say(f"{name}: its code and configuration on disk are deployed again")
    if restore.other_values:
        operation.console.warn(f"{name} gets back its earlier values of {', '.join(restore.other_values)}.")
    if restore.missing:
        operation.console.warn(f"{name} then lacks {', '.join(restore.missing)}. $LATEST keeps them for a new deploy.")


def _wake(operation: Operation, restores: Sequence[Restore]) -> None:
    """Wake every version before any alias moves, since it answers nobody before. Raises Stopped."""
    for restore in restores:
        name, version = restore.target.name, restore.version
        try:
            with operation.console.step(f"{name}: wake version {version}"):
                wake(operation.functions, name, version)
        except AwsRefused as refused:
            raise Stopped(
                f"{refused} Version {version} of {name} could not be woken, so nothing was changed: what served before "
                "still does. Run the same command again. Once Lambda has given it up, its code on disk is deployed."
            ) from None


def _move(operation: Operation, snapshot: Snapshot, restores: Sequence[Restore]) -> None:
    """Move every alias, also after one has failed. Raises Stopped when one was not moved."""
    failed = []
    for restore in restores:
        name, alias = restore.target.name, restore.target.alias
        before = snapshot.kept_alias(name)
        if alias is None:
            continue
        try:
            with operation.console.step(f"{name}: move {alias.name} to version {restore.version}"):
                weights = before.weights if before else {}
                operation.functions.move(name, alias, restore.version, weights)
            snapshot.journal.write("back", function=name, version=restore.version, since=alias.version)
        except AwsRefused as refused:
            failed.append(f"{name} still serves version {alias.version}: {refused}")
    if failed:
        raise Stopped(f"{' '.join(failed)} Run the same command to continue.")


def _redeploy(
    operation: Operation, store: Store, snapshot: Snapshot, restores: Sequence[Restore], options: _Options
) -> None:
    if not restores:
        return
    fresh = store.begin()  # the present state can then be restored, too
    try:
        take(fresh, operation.functions, [restore.target for restore in restores], options.alias)
        planned = [from_disk(snapshot, restore, drop_gmail=options.yes_drop_gmail) for restore in restores]
    except BaseException:
        fresh.discard()
        raise
    run = Deploy(operation.functions, fresh, operation.console, operation.interrupts, alias_name=options.alias)
    run.run(planned, None)
