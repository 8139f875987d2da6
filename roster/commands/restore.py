"""`restore`: what the table lost comes back from a restored table, and nothing that is newer is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from adapters.moved import MOVED_TO, RENAMED_FROM, moved_to
from charter.waivers import utc
from roster.commands.verify import verify
from roster.plans import agreed, changing
from roster.restoring import EventIndex, Restoring
from roster.walking import earlier_ids, is_event, walk
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from roster.restoring import Outline
    from roster.services import Services
    from roster.walking import Wire

_NAMES = ("eid", "crew_id", MOVED_TO, RENAMED_FROM)


@click.command()
@click.argument("restored", metavar="RESTORED")
@click.option("--event", "only", multiple=True, metavar="EID", help="Only this event, by any of its ids; repeatable.")
@click.option("--crew", is_flag=True, help="Crew assignments too, where the event still has others.")
@changing
@click.pass_context
def restore(  # noqa: PLR0913 - click hands over each option by itself
    context: click.Context, restored: str, only: Sequence[str], *, crew: bool, yes: bool, dry_run: bool
) -> None:
    """Merge the table RESTORED, which holds the events as they once were, into the events table.

    Payments, patrons, signatures and edits that are missing are added by their ids. Nothing that is there is changed:
    it is the newer. An event that was renamed since gets its rows under its present id. Nothing is announced again. The
    same command again does what is left, or nothing. At the end the table is verified.
    """
    services: Services = context.obj
    if restored == services.table:
        raise Stopped(f"“{restored}” is the events table itself. Name the table that was restored beside it.")
    restoring = Restoring(services.client, services.transactions, restored, moment=utc(datetime.now(UTC)), crew=crew)
    with services.console.counting("Reading the tables") as advance:
        eids, names = _read(services, restored, advance)
        steps, refused = _prepare_all(restoring, eids, names, only)
    wanted = [step for step in steps if step.plan]
    if wanted and not agreed(services.console, [str(step.plan) for step in wanted], yes=yes, dry_run=dry_run):
        return
    if wanted:
        with services.console.counting("Restoring", total=len(wanted)) as advance:
            for step in wanted:
                try:
                    restoring.carry_out(step.eid, names)
                except Stopped as stopped:
                    refused.append(stopped.message)
                advance(1)
    _report(services, steps, wanted, refused)
    if wanted:
        context.invoke(verify, form="table", strict=False)
    if refused:
        raise Stopped(f"{len(refused)} could not be restored: see above. What was done stays done. Run the same again.")


def _read(services: Services, restored: str, advance: Callable[[int], object]) -> tuple[list[str], EventIndex]:
    """Return the ids of the restored table, those that lead to others last, and where the living events are."""
    try:
        services.client.scan(TableName=restored, Limit=1)
    except services.client.exceptions.ResourceNotFoundException:
        raise Stopped(
            f"There is no table “{restored}” there. `aws dynamodb list-tables` shows what there is."
        ) from None
    leading: dict[str, bool] = {}
    for row in _counted(walk(services.client, restored, names=_NAMES), advance):
        if "eid" not in row or "crew_id" not in row:
            raise Stopped(f"“{restored}” is no events table: its rows have no eid and crew_id.")
        eid = row["eid"]["S"]
        if not eid.startswith("#"):  # rows that belong to no event
            leading[eid] = leading.get(eid, False) or (is_event(row) and moved_to(row) is not None)
    names = EventIndex(_counted(walk(services.client, services.table, names=_NAMES), advance))
    return sorted(leading, key=lambda eid: (leading[eid], eid)), names


def _counted(rows: Iterator[Wire], advance: Callable[[int], object]) -> Iterator[Wire]:
    for row in rows:
        advance(1)
        yield row


def _prepare_all(
    restoring: Restoring, eids: Sequence[str], names: EventIndex, only: Sequence[str]
) -> tuple[list[Outline], list[str]]:
    """Return the steps, and a sentence for each id that cannot be merged."""
    steps: list[Outline] = []
    refused: list[str] = []
    met: set[str] = set()
    for eid in eids:
        try:
            step = restoring.prepare(eid, names)
        except Stopped as stopped:
            if not only or eid in only:
                refused.append(stopped.message)
                met.add(eid)
            continue
        known = {eid, step.target, *earlier_ids(step.living or step.new or {})}
        if only and not known & set(only):
            continue
        met |= known
        if step.new:
            names.add(step.target, step.new)
        steps.append(step.outline)
    if unknown := sorted(set(only) - met):
        raise Stopped(f"The restored table has no event {', '.join(unknown)}.")
    return steps, refused


def _report(services: Services, steps: Sequence[Outline], wanted: Sequence[Outline], refused: Sequence[str]) -> None:
    for step in steps:
        for what in step.differing:
            services.console.warn(
                f"{step.target}: {what} is in both tables with different content. The living one stays."
            )
    for sentence in refused:
        services.console.warn(sentence)
    if left := sum(step.crew_left for step in steps):
        services.console.note(f"Crew assignments in the restored table alone: {left}. --crew puts them back.")
    if wanted:
        services.console.say(f"{counted(len(wanted), 'event')} restored.")
    elif not refused:
        services.console.say("There is nothing to do: the table has all that the restored one holds.")
