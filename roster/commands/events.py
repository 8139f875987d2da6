"""`events`: the trips of the table, and the ids under which they are found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from roster.importing.dates import Order
from roster.importing.sheets import read_bytes, read_sheet
from roster.linting import NAMES, lint_sheet, lint_table
from roster.output import TABLE, formatted, show
from roster.plans import agreed, changing
from roster.walking import walk
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from roster.linting import IdFinding
    from roster.services import Services
    from roster.walking import Wire
    from terminal.console import Console

_REPORT_EVERY = 10_000  # rows


@click.group()
def events() -> None:
    """Look after the trips: their ids, and what becomes of old ones."""


@events.command()
@click.option(
    "--csv", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The ids of a file instead."
)
@click.option("--column", "chosen", multiple=True, metavar="NAME=HEADING", help="With --csv: which column is which.")
@click.option("--encoding", help="With --csv: the file's; else it is told from the file.")
@click.option(
    "--dates",
    type=click.Choice([order.value for order in Order]),
    help="With --csv: what comes first in 4/5/2026; else the column decides.",
)
@formatted
@click.pass_context
def lint(  # noqa: PLR0913, PLR0917 - click hands over each option by itself
    context: click.Context,
    file: Path | None,
    chosen: Sequence[str],
    encoding: str | None,
    dates: str | None,
    form: str,
) -> None:
    """Show every event id that breaks the rule, why, and a better one. Exits with 1 where there are any."""
    services: Services = context.obj
    if file is None:
        findings, total = _read_table(services)
    else:
        sheet = read_sheet(read_bytes(file), file=file.name, encoding=encoding)
        findings, total, columns = lint_sheet(
            sheet, file=file.name, order=Order(dates) if dates else None, chosen=chosen
        )
        columns.report(services.console)
        for problem in sheet.problems:
            services.console.warn(f"line {problem.line}: {problem.reason}")
    _show(services.console, findings, form=form, lines=file is not None)
    if not findings:
        services.console.note(f"All {total} event ids keep the rule." if total else "There are no events.")
        return
    ending = " `events fix` renames them." if file is None else ""
    services.console.note(f"{len(findings)} of {total} event ids want mending.{ending}")
    context.exit(1)


@events.command()
@click.argument("old")
@click.argument("new")
@changing
@click.pass_obj
def rename(services: Services, old: str, new: str, *, yes: bool, dry_run: bool) -> None:
    """Give the event OLD the id NEW, with its patrons, payments, signatures, edits and crew.

    OLD leads to NEW from then on: links, forms that are open, and the API go on working. A rename that was interrupted
    is finished by the same command.
    """
    move = services.renaming.prepare(old, new)
    if move.done and not move.here.others:
        services.console.say(f"{old} was renamed to {new} already.")
        return
    if not agreed(services.console, [*move.plan, f"{old} stays, and leads to {new}"], yes=yes, dry_run=dry_run):
        return
    with services.console.step(f"Renaming {old}"):
        left = services.renaming.carry_out(old, new)
    services.console.say(f"{old} is {new} now. Whoever comes with the old id is led there.")
    _stop_for(old, new, left)


@events.command()
@changing
@click.pass_obj
def fix(services: Services, *, yes: bool, dry_run: bool) -> None:
    """Rename every event whose id breaks the rule, as `lint` proposes. What is interrupted goes on where it was."""
    findings, total = _read_table(services)
    wanted = [(finding, finding.proposed) for finding in findings if finding.proposed]
    hopeless = [finding for finding in findings if not finding.proposed]
    for finding in hopeless:
        services.console.warn(f"“{finding.eid}” {finding.reasons[0]}, and nothing tells its day: rename it yourself.")
    if not wanted:
        if not findings:
            services.console.say(f"All {total} event ids keep the rule." if total else "There are no events.")
    elif agreed(
        services.console,
        [f"{finding.eid} → {new} ({'; '.join(finding.reasons)})" for finding, new in wanted],
        yes=yes,
        dry_run=dry_run,
        question=f"Rename {len(wanted)}?",
    ):
        _fix_all(services, [(finding.eid, new) for finding, new in wanted])
    if hopeless:
        raise Stopped(f"{len(hopeless)} could not be mended: `events rename OLD NEW` does it by hand.")


def _fix_all(services: Services, wanted: Sequence[tuple[str, str]]) -> None:
    failed = 0
    for number, (old, new) in enumerate(wanted, start=1):
        try:
            with services.console.step(f"{number} of {len(wanted)}: {old} → {new}"):
                _stop_for(old, new, services.renaming.carry_out(old, new))
        except Stopped as stopped:
            services.console.warn(stopped.message)
            failed += 1
    services.console.say(f"{len(wanted) - failed} of {len(wanted)} events renamed. Their old ids lead to the new ones.")
    if failed:
        raise Stopped(f"{failed} could not be renamed; what was done stays done. Run the same again.")


def _stop_for(old: str, new: str, left: Sequence[str]) -> None:
    """Raises Stopped where rows were left because both ids have one and they differ."""
    if left:
        raise Stopped(
            f"These rows changed meanwhile and are under both {old} and {new}, with different content: "
            f"{', '.join(left)}. Remove the one of each that is out of date."
        )


def _read_table(services: Services) -> tuple[list[IdFinding], int]:
    with services.console.step(f"Reading {services.table}"):
        rows = _counted(services.console, walk(services.client, services.table, names=NAMES))
        return lint_table(rows, zone=services.zone)


def _counted(console: Console, rows: Iterable[Wire]) -> Iterator[Wire]:
    for number, row in enumerate(rows, start=1):
        if number % _REPORT_EVERY == 0:
            console.note(f"… {number:,} rows")
        yield row


def _show(console: Console, findings: Sequence[IdFinding], *, form: str, lines: bool) -> None:
    columns = [*(["line"] if lines else []), "eid", "proposed", "reasons"]
    rows = ([*([each.line] if lines else []), each.eid, each.proposed, each.reasons] for each in findings)
    if findings or form != TABLE:
        show(console, columns, rows, form=form)
