"""`restore`: brings lost rows back from a restored table and keeps everything that is newer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from adapters.moved import MOVED_TO, RENAMED_FROM, earlier_ids, moved_to
from charter.moments import utc
from roster.closed_months import bring_back, lost_months
from roster.commands.verify import verify
from roster.custody import LostHandOvers, lost_hand_overs
from roster.custody import bring_back as bring_cash_back
from roster.forgetting.journal import journals
from roster.forgetting.returning import Veil
from roster.plans import agreed, changing
from roster.present_ids import EventIndex
from roster.restoring import Restoring
from roster.walking import is_event, walk
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from roster.restoring import Outline
    from roster.services import Services

_NAMES = ("eid", "crew_id", MOVED_TO, RENAMED_FROM)


@click.command()
@click.argument("restored", metavar="RESTORED")
@click.option(
    "--event",
    "only",
    multiple=True,
    metavar="EID",
    help="Only this event, by its present or an earlier id. Repeatable.",
)
@click.option("--crew", is_flag=True, help="Restore crew assignments too, also where the event still has others.")
@click.option("--forgotten", is_flag=True, help="Restore patrons too who may be people that were forgotten.")
@changing
@click.pass_context
def restore(  # noqa: PLR0913 - click hands over each option by itself
    context: click.Context, restored: str, only: Sequence[str], *, crew: bool, forgotten: bool, yes: bool, dry_run: bool
) -> None:
    """Merge a restored table into the events table.

    RESTORED is the name of a table that was made from a backup. Missing payments, patrons, signatures, edits and, but
    with --event, hand-overs of cash are added by their ids. Existing content is newer and is kept. Events that were
    renamed since get their rows under the present id. People who were forgotten keep their pseudonyms; where it is not
    certain who they were, the command says so. Nothing is announced again. Run the same command again to finish
    an interrupted restore. At the end the table is verified.
    """
    services: Services = context.obj
    if restored == services.table:
        raise Stopped(f"“{restored}” is the events table itself. Pass the name of the restored table.")
    moment = utc(datetime.now(UTC))
    with services.console.counting("Reading the tables") as advance:
        eids, names = _read(services, restored, advance)
        veil = _veil(services, restored, all_of_them=forgotten)
        restoring = Restoring(services.client, services.transactions, restored, moment=moment, veil=veil, crew=crew)
        steps, refused = _prepare_all(restoring, eids, names, only)
        lost, other = ([], []) if only else lost_months(services.client, services.table, restored)
    wanted = [step for step in steps if step.plan]
    cash = LostHandOvers() if only else lost_hand_overs(services.client, services.table, restored)
    months = [f"{row['crew_id']['S']}: the closed month" for row in lost]
    _say(services, steps)
    plan = [*(str(step.plan) for step in wanted), *months, *cash.plans]
    if plan and not agreed(services.console, plan, yes=yes, dry_run=dry_run):
        return
    bring_back(services.client, services.table, [*lost, *veil.lost])
    refused += _carry_out(services, restoring, wanted, names)
    if cash.rows:
        cash = bring_cash_back(services.client, services.transactions, restored, moment=moment)
    _report(services, steps, wanted, refused, [*months, *cash.plans])
    _warn(services, [*(f"{month} is closed" for month in other), *(f"{name} is" for name in cash.differing)])
    if plan:
        context.invoke(verify, form="table", strict=False)
    if refused:
        raise Stopped(
            f"{len(refused)} could not be restored: see above. Finished steps are kept. Run the same command again."
        )


def _warn(services: Services, differing: Sequence[str]) -> None:
    for what in differing:
        services.console.warn(f"{what} in both tables with different content. The events table's is kept.")


def _say(services: Services, steps: Sequence[Outline]) -> None:
    """Say where people were forgotten whose names the backup has."""
    for step in steps:
        for sentence in step.said:
            services.console.warn(sentence)


def _veil(services: Services, restored: str, *, all_of_them: bool) -> Veil:
    """Return what keeps names from coming back, by what either table knows of people who were forgotten."""
    known, before = (journals(services.client, table) for table in (services.table, restored))
    tokens = {each.token for found in known.values() for each in found}
    lost = {eid: [each for each in found if each.token not in tokens] for eid, found in before.items()}
    known |= {eid: [*known.get(eid, []), *found] for eid, found in lost.items()}
    rows = [each.row for found in lost.values() for each in found if not each.under_way]
    return Veil(journals=known, zone=services.zone, currency=services.currency, all_of_them=all_of_them, lost=rows)


def _carry_out(services: Services, restoring: Restoring, wanted: Sequence[Outline], names: EventIndex) -> list[str]:
    """Restore the events. Return a sentence for each that could not be restored."""
    refused: list[str] = []
    if wanted:
        with services.console.counting("Restoring", total=len(wanted)) as advance:
            for step in wanted:
                try:
                    restoring.carry_out(step.eid, names)
                except Stopped as stopped:
                    refused.append(stopped.message)
                advance(1)
    return refused


def _read(services: Services, restored: str, advance: Callable[[int], object]) -> tuple[list[str], EventIndex]:
    """Return the ids of the restored table, redirects last, and the index of the living events."""
    try:
        services.client.scan(TableName=restored, Limit=1)
    except services.client.exceptions.ResourceNotFoundException:
        raise Stopped(f"There is no table “{restored}”. List the tables with `aws dynamodb list-tables`.") from None
    leading: dict[str, bool] = {}
    for row in walk(services.client, restored, names=_NAMES, advance=advance):
        if "eid" not in row or "crew_id" not in row:
            raise Stopped(f"“{restored}” is not an events table: its rows have no eid and crew_id. Pass another table.")
        eid = row["eid"]["S"]
        if not eid.startswith("#"):  # rows that belong to no event
            leading[eid] = leading.get(eid, False) or (is_event(row) and moved_to(row) is not None)
    names = EventIndex(walk(services.client, services.table, names=_NAMES, advance=advance))
    return sorted(leading, key=lambda eid: (leading[eid], eid)), names


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
        raise Stopped(f"The restored table has no event {', '.join(unknown)}. Check --event.")
    return steps, refused


def _report(
    services: Services,
    steps: Sequence[Outline],
    wanted: Sequence[Outline],
    refused: Sequence[str],
    beside: Sequence[str],
) -> None:
    for step in steps:
        for what in step.differing:
            services.console.warn(
                f"{step.target}: {what} is in both tables with different content. The one in the events table is kept."
            )
    for sentence in refused:
        services.console.warn(sentence)
    if left := sum(step.crew_left for step in steps):
        services.console.note(
            f"{counted(left, 'crew assignment')} only in the restored table. Pass --crew to restore them."
        )
    for what in beside:
        services.console.say(f"{what} restored.")
    if wanted:
        services.console.say(f"{counted(len(wanted), 'event')} restored.")
    elif not refused and not beside:
        services.console.say("There is nothing to do: the events table has everything in the restored table.")
