"""`status`: show the versions that serve, and unfinished deploys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.commands.operating import functions_options, operating
from infra.commands.snapshots import outcome_in_words
from infra.deploying.environment import differing
from infra.deploying.journal import is_running
from infra.deploying.options import offered_by
from infra.deploying.snapshots import Store
from infra.deploying.unfinished import unfinished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.deploying.targets import DeployTarget
    from infra.services import Services
    from terminal.console import Console

_EXAMPLES = """
\b
Examples:
  python -m infra status
  python -m infra status --env-file local.env      also compares names with your file
"""


@click.command(epilog=_EXAMPLES)
@functions_options
@click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of NAME=VALUE lines to compare with.",
)
@click.pass_obj
def status(  # noqa: PLR0913  # its options
    services: Services, /, folder: Path, names: tuple[str, ...], stack: str, alias: str, *, env_file: Path | None
) -> None:
    """Show each function's version, alias and update, the last smoke test, and unfinished deploys.

    Environments are compared by name; no value is shown. Exit status 1 when a deploy is unfinished.
    """
    local = offered_by(env_file)
    store = Store(folder)
    with operating(services, store, alias, changes=False) as operation:
        targets = operation.read(names, stack)
    services.console.table(
        ("function", alias, "what serves", "code", "changed", "last update"),
        [_row(target) for target in targets],
    )
    for target in targets:
        _compare(target, targets, local if env_file else None, services.console)
    if _show_deploys(store, targets, services.console):
        raise click.exceptions.Exit(1)


def _row(target: DeployTarget) -> tuple[str, ...]:
    config = target.production.config
    weights = "".join(
        f" + {share:.0%} {version}" for version, share in (target.alias.weights if target.alias else {}).items()
    )
    return (
        target.name,
        f"version {target.alias.version}{weights}" if target.alias else "–",
        "$LATEST" if target.serves_latest else f"version {target.production.version}",
        target.production.sha[:8],
        str(config.get("LastModified", ""))[:19],
        str(target.latest.config.get("LastUpdateStatus", "–")),
    )


def _compare(
    target: DeployTarget, targets: Sequence[DeployTarget], local: Mapping[str, str] | None, console: Console
) -> None:
    live, latest = target.production.variables, target.latest.variables
    lines = [("other values in $LATEST", target.contested), ("only in $LATEST", sorted(latest.keys() - live.keys()))]
    if local is not None:
        elsewhere = {name for each in targets for name in each.known}
        lines += [
            ("other values than yours", differing(local, live)),
            ("not among yours", sorted(live.keys() - local.keys())),
            ("only yours", sorted(local.keys() - elsewhere)),
        ]
    for what, names in lines:
        if names:
            console.say(f"{target.name}, {what}: {', '.join(names)}")


def _show_deploys(store: Store, targets: Sequence[DeployTarget], console: Console) -> bool:
    """Show the last deploys. Return True if one is unfinished and no deploy runs now."""
    arns = [target.latest.arn for target in targets]
    found = store.of(arns)
    if found:
        console.say(f"Last deploy from here: {found[0].id}, {outcome_in_words(found[0])}")
    smokes = [line for snapshot in found for line in snapshot.journal.all("smoke")]
    if smokes:
        last = max(smokes, key=lambda line: str(line["at"]))
        console.say(f"Last smoke test: {last['at']}, {'passed' if last['ok'] else 'failed'}: {last['found']}")
    else:
        console.say("Last smoke test: none from here")
    left = unfinished(store, arns)
    if left and is_running(store.folder):
        console.note(f"A deploy is running: {left[0].id}, {left[0].journal.last_step}")
        return False
    for snapshot in left:
        console.warn(
            f"The deploy {snapshot.id} did not finish. It stopped at: {snapshot.journal.last_step}. "
            f"To undo it: python -m infra rollback {snapshot.id}. The next deploy also undoes it first."
        )
    return bool(left)
