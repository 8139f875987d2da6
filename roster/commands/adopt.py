"""`events adopt`: own rows for events that an older system knows by crew rows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from charter.event_ids import lint, propose
from roster.adopting.events import Adopting, facts_of, find
from roster.importing.clocks import parse_time
from roster.importing.problems import Unreadable
from roster.plans import agreed, changing
from roster.wording import counted, named
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import time

    from roster.adopting.events import MonthRepair
    from roster.adopting.facts import Known, Said
    from roster.services import Services


@click.command("adopt")
@click.option(
    "--start",
    "starts",
    multiple=True,
    metavar="EID=HH:MM",
    help="The start of one event, on the boat's clock. Repeatable.",
)
@click.option("--usual-hours", is_flag=True, help="Take 13:00 for an id that ends in “afternoon”, and so on.")
@changing
@click.pass_obj
def adopt_events(services: Services, *, starts: Sequence[str], usual_hours: bool, yes: bool, dry_run: bool) -> None:
    """Give an own row to every event of which only crew rows exist, and to each own row its month.

    An older system has no such rows. Title, day and start are taken from the rows and the id, and the plan says from
    where. A start that nothing says stays unknown: such an event is listed by its day. Crew rows are never changed. Run
    it again to finish an interrupted run.
    """
    given = _starts(starts)
    with services.console.counting(f"Reading {services.table}") as advance:
        found = find(services.client, services.table, advance)
    if unknown := sorted(given.keys() - found.crews.keys()):
        raise Stopped(f"--start: {named(unknown)} is no event of which only crew rows exist. Check the id.")
    known = list(facts_of(found, zone=services.zone, starts=given, usual=usual_hours))
    dated = [each for each in known if each.day and _starts_with_day(each)]
    undated = [each for each in known if each not in dated]
    for each in undated:
        services.console.warn(_undated(each))
    for each in dated:
        for doubt in each.doubts:
            services.console.warn(f"{each.eid}: {doubt}.")
    if not dated and not found.months:
        if not undated:
            services.console.say(
                f"There is nothing to adopt: all {found.total} events have their own row and their month."
                if found.total
                else "There are no events."
            )
    elif agreed(services.console, _plan(found.crews, dated, found.months), yes=yes, dry_run=dry_run):
        _carry_out(services, dated, found.months)
    if undated:
        raise Stopped(f"{counted(len(undated), 'event')} could not be adopted: see above.")


def _carry_out(services: Services, dated: Sequence[Known], months: Sequence[MonthRepair]) -> None:
    writes = Adopting(services.client, services.table, zone=services.zone, currency=services.currency)
    made = corrected = 0
    with services.console.counting("Writing", total=len(dated) + len(months)) as advance:
        for each in dated:
            made += writes.put_event(each)
            advance(1)
        for month in months:
            corrected += writes.set_month(month)
            advance(1)
    services.console.say(f"{counted(made, 'event')} adopted, {counted(corrected, 'month')} set.")
    if changed := len(dated) + len(months) - made - corrected:
        services.console.note(f"{counted(changed, 'row')} changed meanwhile. Run the same command again to see.")
    if without := [each.eid for each in dated if each.starts is None]:
        services.console.note(
            f"Without a start: {named(without)}. They are listed by their day. `events import` with a file of their "
            "times sets them, and so does *Edit event…* in Slack."
        )
    if broken := [each.eid for each in dated if lint(each.eid)]:
        services.console.note(f"Ids that break the rule: {named(broken)}. Next: events fix")


def _plan(crews: Mapping[str, Said], dated: Iterable[Known], months: Iterable[MonthRepair]) -> list[str]:
    return [
        *(f"{each.eid}: {'; '.join(each.sources)}; {counted(crews[each.eid].rows, 'crew row')}" for each in dated),
        *(f"{month.eid}: its month becomes {month.month}" for month in months),
    ]


def _undated(known: Known) -> str:
    if known.day is None:
        return f"{known.eid}: its day is unknown. Rename it: events rename {known.eid} YYYY-MM-DD-NAME"
    better = propose(known.day, title=known.title, starts=known.starts.time() if known.starts else None)
    return (
        f"{known.eid}: {known.sources[1]}, but an id begins with its day. Rename it: events rename {known.eid} {better}"
    )


def _starts_with_day(known: Known) -> bool:
    return known.day is not None and known.eid.startswith(known.day.isoformat())


def _starts(texts: Iterable[str]) -> dict[str, time]:
    found: dict[str, time] = {}
    for text in texts:
        eid, equals, hour = text.partition("=")
        try:
            found[eid] = parse_time(hour)
        except Unreadable as reason:
            raise click.UsageError(f"--start {eid}: {reason}") from None
        if not equals:
            raise click.UsageError(f"--start “{text}”: the form is EID=HH:MM.")
    return found
