"""`patrons import`: fills rosters from a file. Importing a file twice changes nothing, and nobody is ever removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click

from adapters.attribute_values import from_wire
from adapters.ledger import DynamoLedger
from adapters.moved import MOVED_TO
from adapters.rows import read_event
from charter.event_ids import check_served
from charter.refusals import EventUnknown
from roster.commands.imports import reading
from roster.forgetting.journal import journals
from roster.forgetting.returning import warning_of
from roster.importing import joining
from roster.importing.aboard import check_aboard, still_aboard
from roster.importing.bookings import by_event, read_bookings, repeated
from roster.importing.problems import ImportProblem
from roster.importing.results import Results
from roster.importing.sheets import copied, read_sheet
from roster.importing.tracing import trace_of
from roster.importing.writing import stop_overtaken, try_write, write_all
from roster.output import formatted
from roster.plans import agreed, changing
from roster.spooled import Spooled, SpooledDict, distinct
from roster.walking import by_id, leading
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from charter.events import Event
    from roster.importing.bookings import Booking
    from roster.importing.sifting import SheetReading
    from roster.importing.tracing import Trace
    from roster.services import Services

_EVENTS_AT_ONCE = 10  # whole rows of up to 400 KB
_IDS_AT_ONCE = 1000

_Asked = tuple[str, Sequence["Booking"]]  # an event's id, and its bookings


@click.group()
def patrons() -> None:
    """Import patrons onto the rosters."""


@patrons.command("import")
@reading
@click.option("--event", "eid", metavar="ID", help="Event of all lines. Default: the file has a column for it.")
@click.option("--namesakes", is_flag=True, help="Treat a new id as another person, even if the roster has the name.")
@click.option("--beyond-capacity", is_flag=True, help="Import more people than the boat takes.")
@formatted
@changing
@click.pass_obj
def import_patrons(  # noqa: PLR0913 - click hands over each option by itself
    services: Services,
    file: Path,
    chosen: tuple[str, ...],
    encoding: str | None,
    eid: str | None,
    *,
    namesakes: bool,
    beyond_capacity: bool,
    skip_bad: bool,
    form: str,
    yes: bool,
    dry_run: bool,
) -> None:
    """Import the patrons of FILE, a CSV, onto the rosters.

    A patron who is already on a roster, by id or by name, gets the values of the file; empty cells change nothing.
    Nobody is removed or put back, and payments are never changed. Without a due, a new patron owes the event's price
    for each person of the party. Each change of a patron is recorded with its old value, your user name and the file's
    name. If an event then has more people than its boat takes, nothing is imported without --beyond-capacity.

    Exports of FareHarbor, Peek Pro, Eventbrite, Square, Checkfront, Ticket Tailor and Google Sheets are recognized.
    Totals, repeated headings and cancelled or refunded bookings are left out, each with its line and the reason. If a
    column is not certain, the command asks for it: --column 'due=Total price'. NAME is one of event, id, name, first,
    last, party, due (of the whole party), price (for each person), email, phone, currency, status and day.
    """
    reading = _read(services, file, eid=eid, chosen=chosen, encoding=encoding)
    results = Results(services.console, form=form)
    results.leave_out(reading.skipped)
    bookings, problems = _under_present_ids(services, reading.items), reading.problems
    joinings = _joinings(services, _by_event(bookings, problems), problems, namesakes=namesakes)
    results.leave_out(line for each in joinings for line in each.left_out)
    results.stop_at(problems, skip=skip_bad, file=file.name)
    _check_capacity(services, joinings, results, file=file.name, go_on=beyond_capacity)
    _warn_of_forgotten(services, joinings, file=file.name)
    _carry_out(services, joinings, results, file=file.name, yes=yes, dry_run=dry_run)


def _check_capacity(
    services: Services, joinings: Sequence[joining.Joining], results: Results, *, file: str, go_on: bool
) -> None:
    """Warn about each event that then has more people than its boat takes. Raises Stopped without `go_on`."""
    beyond = 0
    for each in joinings:
        if each.is_beyond:
            beyond += 1
            services.console.warn(
                f"{each.event.eid}: the roster then has {each.souls} people, the boat takes {each.event.capacity}."
            )
    if beyond and not go_on:
        results.end()
        raise Stopped(
            f"{file} has more people than {counted(beyond, 'boat')} can take, so nothing was imported. "
            "Correct the file or the capacity and run the command again, or pass --beyond-capacity."
        )


def _warn_of_forgotten(services: Services, joinings: Sequence[joining.Joining], *, file: str) -> None:
    """Warn where a file adds patrons to an event at which people were forgotten."""
    known = journals(services.client, services.table)
    for each in joinings:
        found = known.get(each.event.first_eid)
        if found and any(line.before is None for line in each.lines):
            services.console.warn(warning_of(each.event.eid, found, file))


def _carry_out(  # noqa: PLR0913 - the plan, and the options of its confirmation
    services: Services, joinings: Sequence[joining.Joining], results: Results, *, file: str, yes: bool, dry_run: bool
) -> None:
    """Show the plan, write it if the operator agrees, and show the result."""
    same, new, changed = 0, 0, 0
    for each in joinings:
        same += each.same
        new += (added := sum(line.before is None for line in each.lines))
        changed += len(each.lines) - added
    if not new + changed:
        results.end(
            summary=f"Nothing to do: the rosters already have everything in {file} ({counted(same, 'patron')})."
        )
        return
    total, counts = new + changed, f"{new:,} new, {changed:,} changed, {same:,} as they are"
    plan = (f"{each.event.eid}: {line.plan_line()}" for each in joinings for line in each.lines)
    rows = (line.row(each.event.eid) for each in joinings for line in each.lines)
    if agreed(services.console, chain([counts], plan), yes=yes, dry_run=dry_run, total=1 + total):
        _join(services, joinings, trace_of(file, now=datetime.now(UTC)), total=total)
        results.end(rows, summary=f"Imported {file}: {counts}.")
    else:
        results.end(rows if dry_run else ())


def _read(
    services: Services, file: Path, *, eid: str | None, chosen: Sequence[str], encoding: str | None
) -> SheetReading[Booking]:
    with copied(file) as data:
        sheet = read_sheet(data, file=file.name, encoding=encoding)
    services.console.note(sheet.summary(file.name))
    of = None if eid is None else check_served(eid)
    reading = read_bookings(sheet, eid=of, chosen=chosen, file=file.name)
    reading.columns.report(services.console)
    return reading


def _under_present_ids(services: Services, bookings: Sequence[Booking]) -> Iterator[Booking]:
    """Yield the bookings with the present ids of renamed events."""
    present, eids = SpooledDict[str](), distinct(each.eid for each in bookings)
    while some := list(islice(eids, _IDS_AT_ONCE)):
        for eid, row in leading(services.client, services.table, some, names=("eid", "crew_id", MOVED_TO)).items():
            present[eid] = row["eid"]["S"]
    yield from (replace(each, eid=present.get(each.eid) or each.eid) for each in bookings)


def _by_event(bookings: Iterable[Booking], problems: Spooled[ImportProblem]) -> Spooled[_Asked]:
    """Return the bookings of each event, without those that repeat another one."""
    asked = Spooled[_Asked](at_once=_EVENTS_AT_ONCE)
    for eid, some in by_event(bookings):
        wrong = {problem.line: problem for problem in repeated(some)}
        problems.extend(wrong.values())
        asked.append((eid, [each for each in some if each.line not in wrong]))
    return asked


def _joinings(
    services: Services, asked: Sequence[_Asked], problems: Spooled[ImportProblem], *, namesakes: bool
) -> Spooled[joining.Joining]:
    """Compare each event's bookings with its roster. A few events are in memory."""
    joinings = Spooled[joining.Joining](at_once=_EVENTS_AT_ONCE)
    total = sum(len(bookings) for _, bookings in asked)
    with services.console.counting("Comparing with the rosters", total=total) as advance:
        for eid, bookings, wire in _with_rows(services, asked):
            advance(len(bookings))
            try:
                event = _event(services, eid, wire)
            except EventUnknown as refusal:
                problems.extend(ImportProblem(booking.line, str(refusal)) for booking in bookings)
                continue
            joined = joining.compare(event, wire, bookings, namesakes=namesakes)
            check_aboard(services.client, services.table, joined)
            problems.extend(joined.problems)
            joinings.append(joined)
    return joinings


def _with_rows(
    services: Services, asked: Iterable[_Asked]
) -> Iterator[tuple[str, Sequence[Booking], Mapping[str, Any]]]:
    """Yield each event with its own row, or an empty one. A few rows are read at once."""
    waiting = iter(asked)
    while some := dict(islice(waiting, _EVENTS_AT_ONCE)):
        found = by_id(services.client, services.table, some, at_once=_EVENTS_AT_ONCE)
        rows = {row["eid"]["S"]: row for row in found}
        yield from ((eid, bookings, rows.get(eid, {})) for eid, bookings in some.items())


def _event(services: Services, eid: str, wire: Mapping[str, Any]) -> Event:
    """Return the event of a row, or of its crew assignments where it has no row. Raises EventUnknown."""
    if wire:
        return read_event(from_wire(wire), zone=services.zone, currency=services.currency)
    return DynamoLedger(services.client, services.table, zone=services.zone, currency=services.currency).event(eid)


def _join(services: Services, joinings: Sequence[joining.Joining], trace: Trace, *, total: int) -> None:
    """Write several events at once. The lines of one event share a row, so they are written one after the other."""

    def write(each: joining.Joining) -> bool:
        eid, written = each.event.eid, list[bool]()
        for update, lines in each.updates():
            edits = [edit for line in lines for edit in trace.of_line(each.event, line)]
            if each.is_beyond and not written:
                edits.append(trace.of_capacity(each.event, each.souls))
            aboard = still_aboard(each, lines)
            written.append(
                try_write(services.client, services.table, eid, update, edits, check=aboard)
                or _joined(services, eid, lines)
            )
        return all(written)

    with services.console.counting("Writing", total=total) as advance:
        overtaken = write_all(
            joinings, write, lambda each: advance(len(each.lines)), eid_of=lambda each: each.event.eid
        )
    stop_overtaken(overtaken)


def _joined(services: Services, eid: str, lines: Sequence[joining.PatronStep]) -> bool:
    """Return whether the roster has the lines, because an earlier attempt wrote them and its answer was lost."""
    wire = leading(services.client, services.table, [eid]).get(eid, {})
    return joining.done_in(wire, lines)
