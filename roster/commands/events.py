"""`events`: commands for the ids of the events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from roster.importing.dates import DateOrder
from roster.importing.sheets import copied, read_sheet
from roster.linting import NAMES, lint_sheet, lint_table
from roster.output import TABLE, formatted, show
from roster.plans import agreed, changing
from roster.renaming import plan_of
from roster.walking import walk
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roster.linting import IdFinding
    from roster.services import Services
    from terminal.console import Console


@click.group()
def events() -> None:
    """Import events, and check and change their ids."""


@events.command()
@click.option(
    "--csv",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check the ids of this file instead of the table.",
)
@click.option(
    "--column",
    "chosen",
    multiple=True,
    metavar="NAME=HEADING",
    help="With --csv: use the column HEADING for NAME. Repeatable.",
)
@click.option("--encoding", help="With --csv: encoding of the file. Default: detected.")
@click.option(
    "--dates",
    type=click.Choice([order.value for order in DateOrder]),
    help="With --csv: the order of day and month in 4/5/2026. Default: detected from the column.",
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
    """Show every event id that breaks the rule, the reasons, and a better id. Exits with 1 if there are any."""
    services: Services = context.obj
    if file is None:
        findings, total = _read_table(services)
    else:
        with copied(file) as data:
            sheet = read_sheet(data, file=file.name, encoding=encoding)
        findings, total, columns = lint_sheet(
            sheet, file=file.name, order=DateOrder(dates) if dates else None, chosen=chosen
        )
        columns.report(services.console)
        for problem in sheet.problems():
            services.console.warn(f"line {problem.line}: {problem.reason}")
    _show(services.console, findings, form=form, lines=file is not None)
    if not findings:
        services.console.note(f"All {total} event ids keep the rule." if total else "There are no events.")
        return
    ending = " `events fix` renames them." if file is None else ""
    services.console.note(f"{len(findings)} of {total} event ids break the rule.{ending}")
    context.exit(1)


@events.command()
@click.argument("old")
@click.argument("new")
@changing
@click.pass_obj
def rename(services: Services, old: str, new: str, *, yes: bool, dry_run: bool) -> None:
    """Give the event OLD the id NEW, with its patrons, payments, signatures, edits and crew.

    OLD redirects to NEW afterwards: links, open forms and the API keep working. Run the same command again to finish an
    interrupted rename.
    """
    move = services.renaming.prepare(old, new)
    if move.done and not move.here.others:
        services.console.say(f"{old} was already renamed to {new}.")
        return
    if not agreed(services.console, [*plan_of(move), f"{old} redirects to {new}"], yes=yes, dry_run=dry_run):
        return
    with services.console.step(f"Renaming {old}"):
        left = services.renaming.carry_out(old, new)
    services.console.say(f"{old} is now {new}. The old id redirects to it.")
    _stop_for(old, new, left)


@events.command()
@changing
@click.pass_obj
def fix(services: Services, *, yes: bool, dry_run: bool) -> None:
    """Rename every event whose id breaks the rule, as `lint` proposes. Run it again to finish an interrupted run."""
    findings, total = _read_table(services)
    wanted = [(finding, finding.proposed) for finding in findings if finding.proposed]
    hopeless = [finding for finding in findings if not finding.proposed]
    for finding in hopeless:
        services.console.warn(
            f"“{finding.eid}” {finding.reasons[0]}, and its day is unknown. Rename it with `events rename`."
        )
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
        raise Stopped(f"{len(hopeless)} could not be renamed. Rename them by hand: `events rename OLD NEW`.")


def _fix_all(services: Services, wanted: Sequence[tuple[str, str]]) -> None:
    failed = 0
    for number, (old, new) in enumerate(wanted, start=1):
        try:
            with services.console.step(f"{number} of {len(wanted)}: {old} → {new}"):
                _stop_for(old, new, services.renaming.carry_out(old, new))
        except Stopped as stopped:
            services.console.warn(stopped.message)
            failed += 1
    services.console.say(
        f"{len(wanted) - failed} of {len(wanted)} events renamed. Their old ids redirect to the new ones."
    )
    if failed:
        raise Stopped(f"{failed} could not be renamed. Finished steps are kept. Run the same command again.")


def _stop_for(old: str, new: str, left: Sequence[str]) -> None:
    """Raise Stopped if rows were kept because both ids have one and they differ."""
    if left:
        raise Stopped(
            f"These rows changed meanwhile and exist under both {old} and {new} with different content: "
            f"{', '.join(left)}. Delete the outdated row of each."
        )


def _read_table(services: Services) -> tuple[list[IdFinding], int]:
    with services.console.counting(f"Reading {services.table}") as advance:
        return lint_table(walk(services.client, services.table, names=NAMES, advance=advance), zone=services.zone)


def _show(console: Console, findings: Sequence[IdFinding], *, form: str, lines: bool) -> None:
    columns = [*(["line"] if lines else []), "eid", "proposed", "reasons"]
    rows = ([*([each.line] if lines else []), each.eid, each.proposed, each.reasons] for each in findings)
    if findings or form != TABLE:
        show(console, columns, rows, form=form)
