"""`deploy`: bring new code and configuration to existing functions without downtime or a lost credential."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.commands.operating import address_options, confirm, functions_options, insist, operating
from infra.deploying.deploy import Deploy, PlannedDeploy, take
from infra.deploying.options import read_orders
from infra.deploying.ours import in_words, why_not_ours
from infra.deploying.plan import check_package, interpreter_of, runs, show_plan
from infra.deploying.snapshots import Store
from infra.deploying.targets import merge_for
from infra.deploying.tokens import EnvironmentChange, check_credentials
from infra.deploying.undone_news import moves_back, notify_undone
from infra.deploying.unfinished import finish, prune_versions, unfinished, warn_of
from infra.outputs import for_stack
from infra.packing.package import build_package
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.commands.operating import Operation
    from infra.deploying.targets import DeployTarget, Orders
    from infra.services import Services
    from terminal.console import Console

_EXAMPLES = """
\b
Examples:
  python -m infra deploy --dry-run
  python -m infra deploy --keep-code --set SLACK_BOT_TOKEN      prompts for it; the input is hidden
  python -m infra deploy --function ship-captain-crew-web --url https://trips.example.com
"""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SET = "Set NAME. Without a value you are prompted; the input is hidden. FUNCTION:NAME sets it for one function only."

MANY = 20  # snapshots; with more, a note suggests to prune them


@dataclass(frozen=True)
class _Options:
    """The command line, without the folder of the snapshots."""

    names: tuple[str, ...]
    stack: str
    alias: str
    url: str | None
    bot_url: str | None
    ready: Path | None
    keep_code: bool
    keep_versions: int
    no_smoke: bool
    onto_another: bool
    dry_run: bool
    yes: bool
    orders: Orders = field(repr=False)


@click.command(epilog=_EXAMPLES)
@functions_options
@address_options
@click.option("--zip", "ready", type=_FILE, help="Deploy this zip instead of building one.")
@click.option("--keep-code", is_flag=True, help="Keep the code that serves; change only variables.")
@click.option("--set", "sets", multiple=True, metavar="NAME[=VALUE]", help=_SET)
@click.option("--set-from-env", multiple=True, metavar="NAME", help="Set NAME to its value in your environment.")
@click.option("--unset", multiple=True, metavar="NAME", help="Remove this variable. Nothing else removes one.")
@click.option("--env-file", type=_FILE, help="A file of NAME=VALUE lines. Only names that production lacks are set.")
@click.option(
    "--keep",
    type=click.Choice(["live", "latest"]),
    help="Which environment to keep where the live version and $LATEST differ.",
)
@click.option("--yes-drop-gmail", is_flag=True, help="Allow a Gmail credential to be removed or blanked.")
@click.option(
    "--keep-versions",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="How many versions to keep: what serves, and before it. Older ones are deleted if a deploy made them.",
)
@click.option("--no-smoke", is_flag=True, help="Do not check the public address.")
@click.option("--onto-another", is_flag=True, help="Allow a function that does not belong to Ship Captain Crew.")
@click.option("--dry-run", is_flag=True, help="Build the zip, show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def deploy(  # noqa: PLR0913  # its options
    services: Services,
    /,
    folder: Path,
    *,
    sets: tuple[str, ...],
    set_from_env: tuple[str, ...],
    unset: tuple[str, ...],
    env_file: Path | None,
    keep: str | None,
    yes_drop_gmail: bool,
    **others: Any,
) -> None:
    """Deploy the functions of a stack, or those that you name.

    First, the code, configuration and alias that serve now are saved on disk. Then configuration and code change, a
    version is published and tested, the alias moves, and the public address is checked. If a step fails, or you press
    Ctrl-C, production is restored. Differences are shown by name, never by value.
    """
    if others["keep_code"] and others["ready"]:
        raise Stopped("--zip and --keep-code exclude each other. Pass one of them.")
    orders = read_orders(
        sets=sets,
        from_environment=set_from_env,
        unset=unset,
        env_file=env_file,
        keep=keep,
        drop_gmail=yes_drop_gmail,
    )
    _operate(services, Store(folder), _Options(**others, orders=orders))


def _operate(services: Services, store: Store, options: _Options) -> None:
    with operating(services, store, options.alias, changes=not options.dry_run) as operation:
        targets = _read(operation, options)
        _check_ours(targets, store, options, services.console)
        unknown = {name for _, name in options.orders.unset}.difference(*(target.known for target in targets))
        if unknown:
            services.console.warn(f"--unset {', '.join(sorted(unknown))}: no function has that variable.")
        left = unfinished(store, [target.latest.arn for target in targets])
        warn_of(left, services.console)
        if options.dry_run:
            if left:
                raise Stopped(f"A deploy would undo it first. To undo it now: python -m infra rollback {left[0].id}")
            planned = _planned(operation, targets, options)
            show_plan(planned, options.alias, services.console)
            _check_credentials(planned, services.console, replace(options, yes=True))
            services.console.say("Nothing was changed.")
            return
        if left:
            confirm("Undo it first?", yes=options.yes)
            with operation.interrupts.held():
                finish(operation.functions, left, services.console)
            if moves := moves_back(left, targets):
                notify_undone(left, moves, [target.production.variables for target in targets], services.console)
            targets = _read(operation, options)
        _deploy(operation, store, targets, options)


def _check_ours(targets: Sequence[DeployTarget], store: Store, options: _Options, console: Console) -> None:
    """Raise Stopped when a named function belongs to another product, unless a person or the option insists."""
    if not options.names:
        return  # they come from the stack's outputs
    for target in targets:
        if why := why_not_ours(target, store):
            console.warn(
                f"{target.name} is not a function of Ship Captain Crew: {why}. A deploy replaces its code, and its "
                "callers get errors."
            )
            console.warn(f"Found {in_words(target.production)}")
            if not options.dry_run and not options.onto_another:
                _insist(target.name)


def _insist(name: str) -> None:
    if not insist(f"Deploy onto {name} anyway?", "--onto-another"):
        raise Stopped("Nothing was changed.")


def _deploy(operation: Operation, store: Store, targets: Sequence[DeployTarget], options: _Options) -> None:
    console = operation.console
    snapshot = store.begin()
    try:
        with console.step(f"Snapshot {snapshot.id}"):
            take(snapshot, operation.functions, targets, options.alias)
        planned = _planned(operation, targets, options)
        show_plan(planned, options.alias, console)
        if not options.names and (options.orders.sets or options.orders.unset):
            console.note(f"The functions belong to the stack {options.stack}. `up` may overwrite variables set here.")
        if all(each.is_there_already for each in planned):
            snapshot.discard()
            console.say("Production has all of this already. Nothing was changed.")
            return
        _check_credentials(planned, console, options)
        confirm("Deploy?", yes=options.yes)
    except BaseException:
        snapshot.discard()  # nothing was changed, and an unneeded copy of secrets is a risk
        raise
    run = Deploy(operation.functions, snapshot, console, operation.interrupts, alias_name=options.alias)
    environments = [each.merged.variables for each in planned]
    versions = run.run(planned, None if options.no_smoke else operation.smoke(environments, run.web_version))
    for target in targets:
        prune_versions(operation.functions, store, target, options.keep_versions, console)
    for name, version in versions.items():
        console.say(f"{name}: {options.alias} → version {version}")
    back = f"python -m infra rollback {snapshot.id}"
    console.say(f"Done. To go back: {back if options.names else for_stack(back, options.stack)}")
    if (kept := len(store.all())) > MANY:
        console.note(f"{kept} snapshots hold secrets. To delete old ones: python -m infra snapshots --prune {MANY}")


def _check_credentials(planned: Sequence[PlannedDeploy], console: Console, options: _Options) -> None:
    """Raise Stopped when Slack refuses a token that would be new in production, or when the operator declines."""
    changes = [
        EnvironmentChange(each.target.name, each.target.production.variables, each.merged.variables) for each in planned
    ]
    check_credentials(changes, console, lambda question: confirm(question, yes=options.yes), insist=None)


def _read(operation: Operation, options: _Options) -> list[DeployTarget]:
    return operation.read(options.names, options.stack, options.url, options.bot_url)


def _planned(operation: Operation, targets: Sequence[DeployTarget], options: _Options) -> list[PlannedDeploy]:
    merged = [merge_for(target, targets, options.orders) for target in targets]
    if options.keep_code:
        codes = [operation.functions.code(target.production) for target in targets]
    else:
        codes = [_code(operation, targets, options.ready)] * len(targets)
        check_package(codes[0], [runs(target) for target in targets])
    return [PlannedDeploy(*each) for each in zip(targets, merged, codes, strict=True)]


def _code(operation: Operation, targets: Sequence[DeployTarget], ready: Path | None) -> bytes:
    """Return the given zip, or build one for the machine that the functions run on."""
    if ready is not None:
        return ready.read_bytes()
    interpreter = interpreter_of(targets)
    with operation.console.step(f"Building the zip for {interpreter.name}"), tempfile.TemporaryDirectory() as scratch:
        return build_package(Path(scratch) / "package.zip", target=interpreter).path.read_bytes()
