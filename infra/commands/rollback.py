"""`rollback`: production as it was before a deploy, in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from infra.asking import Refused
from infra.commands.operating import address_options, confirm, functions_options, insist, operating
from infra.deploying.deploy import Deploy, take
from infra.deploying.rollback import Back, from_disk, newest_way_back, way_back
from infra.deploying.snapshots import Store
from infra.deploying.tokens import TOKEN, Change, check_credentials
from infra.deploying.unfinished import finish, unfinished
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infra.commands import Desk
    from infra.commands.operating import Operation
    from infra.deploying.snapshots import Snapshot
    from infra.deploying.targets import Target

_EXAMPLES = """
\b
Examples:
  python -m infra rollback                     what the last deploy brought is taken back
  python -m infra rollback 20261124T180503Z    as it was before that deploy
"""


@dataclass(frozen=True)
class _Options:
    """The command line, but for the snapshots' folder."""

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
@click.option("--yes-drop-gmail", is_flag=True, help="Go back also to a version without the Gmail credentials of now.")
@click.option("--with-refused-token", is_flag=True, help="Go back also to a bot token that Slack refuses by now.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def rollback(desk: Desk, /, folder: Path, **others: Any) -> None:
    """Take production back to what SNAPSHOT says, or to before the last deploy.

    A deploy that did not end is undone. Else each alias moves to the version that it had: one call, seconds. Where
    that version is gone, or callers are served by $LATEST, the code and configuration on disk are deployed again.
    """
    options, store = _Options(**others), Store(folder)
    with operating(desk, store, options.alias, changes=not options.dry_run) as operation:
        named = store.named(options.snapshot) if options.snapshot else None
        names = tuple(named.functions) if named and not options.names else options.names
        targets = _read(operation, options, names)
        left = unfinished(store, [target.latest.arn for target in targets])
        if left and (named is None or named.id in {snapshot.id for snapshot in left}):
            _undo(operation, left, options)
            return
        if left:
            raise Stopped(f"The deploy of {left[0].id} did not end. First: python -m infra rollback {left[0].id}")
        found = named or newest_way_back(store, targets)
        if found.alias_name != options.alias:
            raise Stopped(f"The snapshot {found.id} is of the alias {found.alias_name}: name it with --alias.")
        _roll_back(operation, store, found, [each for each in targets if each.name in found.functions], options)


def _undo(operation: Operation, left: Sequence[Snapshot], options: _Options) -> None:
    for snapshot in left:
        operation.console.warn(f"The deploy of {snapshot.id} did not end. It stopped at: {snapshot.journal.last_step}.")
    if options.dry_run:
        operation.console.say("It would be undone. Nothing was changed.")
        return
    confirm("Undo it?", yes=options.yes)
    with operation.interrupts.held():
        finish(operation.functions, left, operation.console)
    operation.console.say("Production is what it was before.")


def _roll_back(
    operation: Operation, store: Store, snapshot: Snapshot, targets: Sequence[Target], options: _Options
) -> None:
    console = operation.console
    ways = [way_back(operation.functions, snapshot, each, drop_gmail=options.yes_drop_gmail) for each in targets]
    for way in ways:
        _tell(operation, way, options.alias)
    ways = [way for way in ways if not way.is_there_already]
    if options.dry_run or not ways:
        console.say("Nothing was changed." if ways else "Production is that already. Nothing was changed.")
        return
    _check_credentials(operation, ways, options)
    confirm(f"Go back to before {snapshot.id}?", yes=options.yes)
    with operation.interrupts.held():
        _move(operation, snapshot, [way for way in ways if way.version])
    _redeploy(operation, store, snapshot, [way for way in ways if not way.version], options)
    smoke = operation.smoke([way.state.variables for way in ways])
    if smoke:
        with console.step("The public address is tried"):
            try:
                snapshot.journal.write("smoke", ok=True, found=smoke())
            except Refused as refused:
                snapshot.journal.write("smoke", ok=False, found=str(refused))
                raise Stopped(f"Production went back, and does not work: {refused}") from None
    console.say(f"Done: production is what it was before {snapshot.id}.")


def _check_credentials(operation: Operation, ways: Sequence[Back], options: _Options) -> None:
    """Raise Stopped when Slack refuses a token of then, unless a person or the option insists."""

    def insist_on(question: str) -> None:
        if not options.with_refused_token and not insist(question, "--with-refused-token"):
            raise Stopped("Nothing was changed. To go back to the code alone: deploy its zip, which keeps the token.")

    read = {TOKEN, "SLACK_API_URL", "SLACK_TEAM_ID"}
    thens = [
        (way.target, {name: way.state.variables[name] for name in read & set(way.state.variables)}) for way in ways
    ]
    changes = [Change(target.name, target.production.variables, then) for target, then in thens if then.get(TOKEN)]
    check_credentials(changes, operation.console, lambda _question: None, insist=insist_on)


def _tell(operation: Operation, way: Back, alias_name: str) -> None:
    name, now = way.target.name, way.target.production.version
    if way.is_there_already:
        operation.console.say(f"{name}: {alias_name} stays at version {now}")
    elif way.version:
        operation.console.say(f"{name}: {alias_name} {now} → {way.version}")
    else:
        operation.console.say(f"{name}: its code and configuration on disk are deployed again")
    if way.other_values:
        operation.console.warn(f"{name} gets the values of then for {', '.join(way.other_values)}.")
    if way.missing:
        operation.console.warn(f"{name} then lacks {', '.join(way.missing)}; $LATEST keeps them for the next deploy.")


def _move(operation: Operation, snapshot: Snapshot, ways: Sequence[Back]) -> None:
    """Every alias that can be moved is, whatever happens to another. Raises Stopped when one was not."""
    failed = []
    for way in ways:
        name, alias = way.target.name, way.target.alias
        before = snapshot.kept_alias(name)
        if alias is None:
            continue
        try:
            with operation.console.step(f"{name}: move {alias.name} to version {way.version}"):
                weights = before.weights if before else {}
                operation.functions.move(name, alias, way.version, weights)
            snapshot.journal.write("back", function=name, version=way.version, since=alias.version)
        except Refused as refused:
            failed.append(f"{name} still serves version {alias.version}: {refused}")
    if failed:
        raise Stopped(f"{' '.join(failed)} To go on, run the same again.")


def _redeploy(operation: Operation, store: Store, snapshot: Snapshot, ways: Sequence[Back], options: _Options) -> None:
    if not ways:
        return
    fresh = store.begin()  # what is there now is not lost by going back
    try:
        take(fresh, operation.functions, [way.target for way in ways], options.alias)
        planned = [from_disk(snapshot, way, drop_gmail=options.yes_drop_gmail) for way in ways]
    except BaseException:
        fresh.discard()
        raise
    run = Deploy(operation.functions, fresh, operation.console, operation.interrupts, alias_name=options.alias)
    run.run(planned, None)


def _read(operation: Operation, options: _Options, names: tuple[str, ...]) -> list[Target]:
    return operation.read(names, options.stack, options.url, options.bot_url)
