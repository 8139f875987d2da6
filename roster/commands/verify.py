"""`verify`: whether the table keeps what the design promises, row by row."""

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
@click.option("--strict", is_flag=True, help="Fail where something is merely odd, too.")
@click.pass_obj
def verify(services: Services, *, form: str, strict: bool) -> None:
    """Walk the table, and list what is broken or odd. Reads only; fails where something is broken.

    Broken: amounts that are not the sum of their entries, ids that are used twice, voids that undo nothing, months that
    hide an event, signatures that are matched to nobody on the roster or that nobody reads. Odd: what every reader
    copes with, such as an event id that breaks the rule.
    """
    counts = dict.fromkeys(Level, 0)
    with services.console.counting("Reading the rows") as advance:
        rows: Iterable[_Row] = _counted(verified(services.client, services.table, advance), counts)
        if form == TABLE:
            rows = list(rows)  # laid out as a whole, and not over the count of rows
        else:
            show(services.console, _COLUMNS, rows, form=form)
    if form == TABLE:
        show(services.console, _COLUMNS, rows, form=form)
    summary = f"{counts[Level.BROKEN]:,} broken, {counts[Level.ODD]:,} odd."
    if counts[Level.BROKEN] or (strict and counts[Level.ODD]):
        raise Stopped(summary)
    if form == TABLE and not counts[Level.ODD]:
        services.console.say("Every row keeps what was promised.")
    services.console.note(summary)


def _counted(findings: Iterable[Finding], counts: dict[Level, int]) -> Iterator[_Row]:
    for finding in findings:
        remark = finding.remark
        counts[remark.level] += 1
        yield remark.level.value, finding.eid, remark.where, remark.what
