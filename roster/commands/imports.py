"""`events import`, and the options that it shares with `patrons import`.

A file is imported as a whole or not at all, unless `--skip-bad` leaves bad lines out. DynamoDB has no transaction for
50,000 rows, so everything is checked before the first write, and every write can be repeated: the same command finishes
an interrupted import, and importing a file twice changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from adapters.attribute_values import from_wire
from roster.importing import entering
from roster.importing.calendars import read_calendar, read_text
from roster.importing.comparing import Compared, compare_calendar
from roster.importing.dates import DateOrder
from roster.importing.events import read_events
from roster.importing.ids import with_ids
from roster.importing.problems import ImportProblem
from roster.importing.results import Results
from roster.importing.sheets import copied, read_sheet
from roster.importing.tracing import trace_of
from roster.importing.writing import stop_overtaken, try_write, write_all
from roster.output import formatted
from roster.plans import agreed, changing
from roster.spooled import Spooled, SpooledDict
from roster.walking import leading
from roster.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from roster.importing.events import EventDraft
    from roster.importing.tracing import Trace
    from roster.services import Services

_Command = TypeVar("_Command", bound="Callable[..., Any]")

_CALENDARS = {".ics", ".ical", ".icalendar"}
_START = 4096  # bytes
_AT_ONCE = 1000  # events


def reading(command: _Command) -> _Command:
    """Add the argument FILE, and the options for how it is read."""
    for decorate in (
        click.option(
            "--skip-bad", is_flag=True, help="Leave out the lines that cannot be imported, and import the others."
        ),
        click.option("--encoding", help="Encoding of the file: utf-8, utf-16, cp1252, mac-roman, … Default: detected."),
        click.option(
            "--column",
            "chosen",
            multiple=True,
            metavar="NAME=HEADING",
            help="Use the column HEADING for NAME, like 'due=Total price'; 'NAME=' for none. Repeatable.",
        ),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = decorate(command)
    return command


@click.command("import")
@reading
@click.option(
    "--dates",
    type=click.Choice([order.value for order in DateOrder]),
    help="The order of day and month in 4/5/2026. Default: detected from the column.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Last day of a calendar's repetitions that have no end.",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Use the calendar's values also where an event was changed by hand or a newer calendar was imported.",
)
@formatted
@changing
@click.pass_obj
def import_events(  # noqa: PLR0913, PLR0917 - click hands over each option by itself
    services: Services,
    file: Path,
    chosen: tuple[str, ...],
    encoding: str | None,
    dates: str | None,
    until: datetime | None,
    *,
    skip_bad: bool,
    overwrite: bool,
    form: str,
    yes: bool,
    dry_run: bool,
) -> None:
    """Import the events of FILE, a CSV or a calendar (.ics).

    Empty cells change nothing; rosters, payments and waivers are never changed. If a column is not certain, the command
    asks for it: --column 'date=Sailing'. NAME is one of id, title, date, time, captain, price (for each person),
    currency, boat, capacity, channel, status and 'all day'.

    Events of a calendar keep their UID: importing the changed calendar again moves and cancels them instead of adding
    them twice. Each change of an event is recorded with its old value, your user name and the name of the file.
    """
    until_day, order = until.date() if until else None, DateOrder(dates) if dates else None
    problems = Spooled[ImportProblem]()
    results = Results(services.console, form=form)
    with copied(file) as data:
        if file.suffix.lower() in _CALENDARS or _begins_a_calendar(data):
            compared = _calendar(
                services, data.read(), file.name, problems, encoding=encoding, until=until_day, overwrite=overwrite
            )
        else:
            compared = _sheet(
                services, data, file.name, problems, results, chosen=chosen, encoding=encoding, order=order
            )
    results.stop_at(problems, skip=skip_bad, file=file.name)
    _carry_out(services, compared, results, file.name, yes=yes, dry_run=dry_run)


def _carry_out(  # noqa: PLR0913 - the plan, and the options of its confirmation
    services: Services, compared: Compared, results: Results, file: str, *, yes: bool, dry_run: bool
) -> None:
    """Show the plan and the notices. Write the plan if the operator agrees."""
    rows = (step.row() for step in chain(compared.steps, compared.notices))
    if not compared.steps:
        for step in compared.notices:
            services.console.note(step.plan_line())
        same = f"the table already has everything in {file} ({counted(compared.same, 'event')})"
        results.end(rows, summary=f"Nothing to do: {compared.counts() if compared.notices else same}.")
        return
    plan = chain([compared.counts()], (step.plan_line() for step in chain(compared.notices, compared.steps)))
    total = 1 + len(compared.notices) + len(compared.steps)
    if agreed(services.console, plan, yes=yes, dry_run=dry_run, total=total):
        _enter(services, compared.steps, trace_of(file, now=datetime.now(UTC)))
        results.end(rows, summary=f"Imported {file}: {compared.counts()}.")
    else:
        results.end(rows if dry_run else ())


def _begins_a_calendar(data: IO[bytes]) -> bool:
    start = data.read(_START).lstrip(b"\xef\xbb\xbf\r\n ")
    data.seek(0)
    return start.startswith(b"BEGIN:VCALENDAR")


def _calendar(  # noqa: PLR0913 - the options of the command
    services: Services,
    data: bytes,
    file: str,
    problems: Spooled[ImportProblem],
    *,
    encoding: str | None,
    until: date | None,
    overwrite: bool,
) -> Compared:
    text, how, lines = read_text(data, file=file, encoding=encoding)
    services.console.note(f"{file}: a calendar, {how}.")
    reading = read_calendar(text, lines, zone=services.zone, until=until, file=file)
    compared = compare_calendar(services, reading, reading.problems, until=until, overwrite=overwrite)
    problems.extend(reading.problems)
    return compared


def _sheet(  # noqa: PLR0913 - the options of the command
    services: Services,
    data: IO[bytes],
    file: str,
    problems: Spooled[ImportProblem],
    results: Results,
    *,
    chosen: Iterable[str],
    encoding: str | None,
    order: DateOrder | None,
) -> Compared:
    sheet = read_sheet(data, file=file, encoding=encoding)
    services.console.note(sheet.summary(file))
    reading = read_events(sheet, zone=services.zone, currency=services.currency, order=order, chosen=chosen, file=file)
    reading.columns.report(services.console)
    results.leave_out(reading.skipped)
    drafts, repeated = with_ids(reading.items)
    problems.extend(chain(reading.problems, repeated))
    return _compared(services, drafts, problems)


def _compared(services: Services, drafts: Sequence[EventDraft], problems: Spooled[ImportProblem]) -> Compared:
    """Compare a thousand at a time, so that their rows are never in memory all at once."""
    steps, entered, same, waiting = Spooled[entering.EventStep](), SpooledDict[int](), 0, iter(drafts)
    with services.console.counting("Comparing with the table", total=len(drafts)) as advance:
        while some := list(islice(waiting, _AT_ONCE)):
            eids = dict.fromkeys(draft.eid for draft in some)
            found = leading(services.client, services.table, eids, names=entering.READ)
            rows = {eid: from_wire(wire) for eid, wire in found.items()}
            more, wrong, unchanged = entering.compare(
                some, rows, zone=services.zone, currency=services.currency, entered=entered
            )
            steps.extend(more)
            problems.extend(wrong)
            same += unchanged
            advance(len(some))
    return Compared(steps, [], same)


def _enter(services: Services, steps: Sequence[entering.EventStep], trace: Trace) -> None:
    def write(step: entering.EventStep) -> bool:
        if step.to:
            services.renaming.carry_out(step.eid, step.to)
        edits = trace.of_step(step, zone=services.zone, currency=services.currency)
        return try_write(services.client, services.table, step.target, step.update(), edits) or _entered(services, step)

    with services.console.counting("Writing", total=len(steps)) as advance:
        overtaken = write_all(steps, write, lambda _step: advance(1), eid_of=lambda step: step.target)
    stop_overtaken(overtaken)


def _entered(services: Services, step: entering.EventStep) -> bool:
    """Return whether the row has the new values, because an earlier attempt wrote them and its answer was lost."""
    wire = leading(services.client, services.table, [step.target], names=entering.READ).get(step.target, {})
    row = from_wire(wire)
    return row.get("eid") == step.target and all(row.get(name) == value for name, value in step.wanted.items())
