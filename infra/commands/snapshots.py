"""`snapshots`: what was kept of production, and where one can go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from infra.commands.operating import snapshots_option
from infra.deploying.journal import UNCHANGED, UNFINISHED, alone, is_running
from infra.deploying.snapshots import Store

if TYPE_CHECKING:
    from pathlib import Path

    from infra.commands import Desk
    from infra.deploying.snapshots import Snapshot

_EXAMPLES = """
\b
Examples:
  python -m infra snapshots
  python -m infra snapshots --prune 10
"""


@click.command(epilog=_EXAMPLES)
@snapshots_option
@click.option("--prune", type=click.IntRange(1), metavar="N", help="Forget all but the newest N.")
@click.pass_obj
def snapshots(desk: Desk, /, folder: Path, *, prune: int | None) -> None:
    """List the snapshots, newest first: each is production as it was before a deploy.

    They hold secrets, in a folder that nobody but you can read. One whose deploy did not end is never forgotten.
    """
    store = Store(folder)
    if prune is not None:
        store.open()
        with alone(store.folder):
            for name in store.prune(prune):
                desk.console.note(f"{name} was forgotten.")
    running = is_running(folder)
    found = store.all()
    if not found:
        desk.console.say(f"There are no snapshots in {folder}.")
        return
    desk.console.table(
        ("snapshot", "functions (version before)", "size", "whole", "its deploy"),
        [_row(snapshot, is_running=running and place == 0) for place, snapshot in enumerate(found)],
    )


def _row(snapshot: Snapshot, *, is_running: bool) -> tuple[str, ...]:
    before = {name: snapshot.kept_alias(name) for name in snapshot.functions}
    functions = ", ".join(f"{name} ({alias.version if alias else '$LATEST'})" for name, alias in before.items())
    whole = "yes" if snapshot.is_complete else "no"
    size = f"{snapshot.size / 1_000_000:,.1f} MB"
    return snapshot.id, functions, size, whole, outcome_in_words(snapshot, is_running=is_running)


def outcome_in_words(snapshot: Snapshot, *, is_running: bool = False) -> str:
    """How the deploy went."""
    outcome = snapshot.journal.outcome
    if outcome in (UNFINISHED, UNCHANGED) and is_running:
        return "runs now"
    if outcome == UNFINISHED:
        return f"did not end: {snapshot.journal.last_step}"
    back = snapshot.journal.all("back")
    return f"{outcome}, taken back {back[-1]['at']}" if back else outcome
