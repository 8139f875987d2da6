"""`snapshots`: list and prune the saved states of production."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from infra.commands.operating import snapshots_option
from infra.deploying.journal import UNCHANGED, UNFINISHED, alone, is_running
from infra.deploying.snapshots import Store

if TYPE_CHECKING:
    from pathlib import Path

    from infra.deploying.snapshots import Snapshot
    from infra.services import Services

_EXAMPLES = """
\b
Examples:
  python -m infra snapshots
  python -m infra snapshots --prune 10
"""


@click.command(epilog=_EXAMPLES)
@snapshots_option
@click.option("--prune", type=click.IntRange(1), metavar="N", help="Delete all but the newest N.")
@click.pass_obj
def snapshots(services: Services, /, folder: Path, *, prune: int | None) -> None:
    """List the snapshots, newest first. Each is production as it was before a deploy.

    They hold secrets, in a folder that only you can read. The snapshot of an unfinished deploy is never deleted.
    """
    store = Store(folder)
    if prune is not None:
        store.open()
        with alone(store.folder):
            for name in store.prune(prune):
                services.console.note(f"{name} was deleted.")
    running = is_running(folder)
    found = store.all()
    if not found:
        services.console.say(f"There are no snapshots in {folder}.")
        return
    services.console.table(
        ("snapshot", "functions (version before)", "size", "complete", "its deploy"),
        [_row(snapshot, is_running=running and place == 0) for place, snapshot in enumerate(found)],
    )


def _row(snapshot: Snapshot, *, is_running: bool) -> tuple[str, ...]:
    before = {name: snapshot.kept_alias(name) for name in snapshot.functions}
    functions = ", ".join(f"{name} ({alias.version if alias else '$LATEST'})" for name, alias in before.items())
    complete = "yes" if snapshot.is_complete else "no"
    size = f"{snapshot.size / 1_000_000:,.1f} MB"
    return snapshot.id, functions, size, complete, outcome_in_words(snapshot, is_running=is_running)


def outcome_in_words(snapshot: Snapshot, *, is_running: bool = False) -> str:
    """Return the outcome of the deploy in words."""
    outcome = snapshot.journal.outcome
    if outcome in (UNFINISHED, UNCHANGED) and is_running:
        return "is running"
    if outcome == UNFINISHED:
        return f"did not finish: {snapshot.journal.last_step}"
    back = snapshot.journal.all("back")
    return f"{outcome}, rolled back {back[-1]['at']}" if back else outcome
