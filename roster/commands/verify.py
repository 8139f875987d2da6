"""`verify`: checks the table row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from roster.output import TABLE, formatted, show
from roster.verifying.findings import Level
from roster.verifying.table import verify as verified
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from roster.services import Services
    from roster.verifying.findings import Finding

_Row = tuple[str, str, str, str]
_COLUMNS = ("level", "eid", "where", "what")


@click.command()
@formatted
@click.option("--strict", is_flag=True, help="Fail also where something is odd.")
@click.pass_obj
def verify(services: Services, *, form: str, strict: bool) -> None:
    """List everything in the table that is broken or odd. Changes nothing; fails if something is broken.

    Broken: an amount is not the sum of its entries, an id is used twice, a void reverses nothing, a wrong month hides
    an event, a signature is matched to nobody on the roster or is never read. Odd: every reader copes with it, such as
    an event id that breaks the rule.
    """
    counts = dict.fromkeys(Level, 0)
    with services.console.counting("Reading the rows") as advance:
        rows: Iterable[_Row] = _counted(verified(services.client, services.table, advance), counts)
        if form == TABLE:
            rows = list(rows)  # a table is laid out as a whole, after the progress of the reading
        else:
            show(services.console, _COLUMNS, rows, form=form)
    if form == TABLE:
        show(services.console, _COLUMNS, rows, form=form)
    summary = f"{counts[Level.BROKEN]:,} broken, {counts[Level.ODD]:,} odd."
    if counts[Level.BROKEN] or (strict and counts[Level.ODD]):
        raise Stopped(summary)
    if form == TABLE and not counts[Level.ODD]:
        services.console.say("Nothing is broken or odd.")
    services.console.note(summary)


def _counted(findings: Iterable[Finding], counts: dict[Level, int]) -> Iterator[_Row]:
    for finding in findings:
        remark = finding.remark
        counts[remark.level] += 1
        yield remark.level.value, finding.eid, remark.where, remark.what
