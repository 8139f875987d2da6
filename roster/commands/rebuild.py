"""`rebuild`: makes the books anew from the ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from roster.bookkeeping import rebuild as rebuilt
from roster.wording import counted

if TYPE_CHECKING:
    from roster.services import Services


@click.command()
@click.pass_obj
def rebuild(services: Services) -> None:
    """Make the running totals anew from the ledgers and the hand-overs of cash.

    Every event and hand-over is compared with its contribution, and every total with the sum of all contributions.
    What differs is corrected, and nothing else is written. Payments may be logged meanwhile. Run the same command
    again to finish an interrupted rebuild; what is right already is only read.
    """
    with services.console.counting("Comparing the ledgers with the books") as advance:
        done = rebuilt(services.client, services.table, services.books, advance)
    for eid in done.events:
        services.console.note(f"{eid}: entered anew.")
    for hand_over_id in done.hand_overs:
        services.console.note(f"Hand-over {hand_over_id}: entered anew.")
    for name in done.totals:
        services.console.note(f"{name}: the total is corrected.")
    events, totals = counted(len(done.events), "event"), counted(len(done.totals), "total")
    handed = f", {counted(len(done.hand_overs), 'hand-over')}" if done.hand_overs else ""
    services.console.say(f"The books are right: {events}{handed} entered anew, {totals} corrected.")
