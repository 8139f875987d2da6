"""`table`: give an existing events table what the product needs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from infra.commands.operating import confirm
from infra.outputs import refusals_shown
from infra.tables.preparing import prepare, remarks_on, replaces_stream, steps_for, wait_until_ready
from infra.tables.state import read_table
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.services import Services

_EXAMPLES = """
\b
Examples:
  python -m infra table events --dry-run
  python -m infra table events
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name")
@click.option(
    "--replace-stream", is_flag=True, help="Allow the present stream to end, where it does not show both images."
)
@click.option("--dry-run", is_flag=True, help="Show what the table lacks, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def table(services: Services, name: str, *, replace_stream: bool, dry_run: bool, yes: bool) -> None:
    """Add what the existing table NAME lacks: index, stream, backups, on-demand billing.

    No row is read or written, and whatever uses the table goes on. You see the plan first. It is safe to run this
    again: it continues where it stopped, and waits for work that AWS still does.
    """
    console = services.console
    try:
        with refusals_shown():
            state = read_table(services.aws, name)
            steps = steps_for(state)
            for remark in remarks_on(state):
                console.warn(remark)
            console.note(f"{name}: about {state.rows:,} rows, in {services.aws.region}.")
            if steps:
                console.note("Plan:")
                for step in steps:
                    console.note(f"  {step.line}.")
            if dry_run:
                console.say(f"{name} lacks {len(steps)}. Nothing was changed." if steps else f"{name} lacks nothing.")
                return
            if replaces_stream(steps) and not replace_stream:
                raise Stopped(
                    f"The stream of {name} shows {state.view}, and only a new one can show more. Whatever reads the "
                    "present one would stop. Nothing was changed. If nothing reads it, pass --replace-stream."
                )
            if steps:
                confirm(f"Change {name}?", yes=yes)
                prepare(services.aws, console, steps, name)
            else:
                wait_until_ready(services.aws, console, name)
    except KeyboardInterrupt:
        raise Stopped("Interrupted. AWS finishes what it began. Run the same command to continue.") from None
    console.say(f"{name} has all that is needed.")
    console.say(f"Next: python -m infra up --parameter EventsTableName={name}")
