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
    """Make the running totals anew from the ledgers.

    Every event is compared with its contribution, and every total with the sum of all contributions. What differs is
    corrected, and nothing else is written. Payments may be logged meanwhile. Run the same command again to finish an
    interrupted rebuild; what is right already is only read.
    """
    with services.console.counting("Comparing the ledgers with the books") as advance:
        done = rebuilt(services.client, services.table, services.books, advance)
    for eid in done.events:
        services.console.note(f"{eid}: entered anew.")
    for name in done.totals:
        services.console.note(f"{name}: the total is corrected.")
    events, totals = counted(len(done.events), "event"), counted(len(done.totals), "total")
    services.console.say(f"The books are right: {events} entered anew, {totals} corrected.")
