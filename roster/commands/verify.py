"""`verify`: checks the table row by row."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import click
from botocore.exceptions import ClientError

from adapters.cash import CASH, HAND_OVER_ROW
from adapters.history import DynamoHistory
from adapters.ledger import DynamoLedger
from adapters.posted import DynamoPosted
from charter.late import LOOKED_BACK
from roster.bookkeeping import compare
from roster.closed_months import check_closed_months
from roster.forgetting.journal import check_journals
from roster.output import TABLE, formatted, show
from roster.verifying.announced import check_announced, is_mailing
from roster.verifying.findings import Finding, Level, broken
from roster.verifying.hand_overs import check_hand_overs
from roster.verifying.table import verify as verified
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from roster.services import Services

_Row = tuple[str, str, str, str]
_COLUMNS = ("level", "eid", "where", "what")


@click.command()
@formatted
@click.option("--strict", is_flag=True, help="Fail also where something is odd.")
@click.option(
    "--announcements",
    envvar="ANNOUNCEMENTS_TABLE",
    metavar="TABLE",
    help="The announcements table. With it, posts and mails that were never made are found.",
)
@click.option("--mail/--no-mail", default=None, help="Check mails too. By default only where mails are sent.")
@click.pass_obj
def verify(services: Services, *, form: str, strict: bool, announcements: str | None, mail: bool | None) -> None:
    """List everything in the table that is broken or odd. Changes nothing; fails if something is broken.

    Broken: an amount is not the sum of its entries, an id is used twice, a void reverses nothing, a wrong month hides
    an event, a signature is matched to nobody on the roster or is never read, somebody is aboard who is not expected,
    a frozen passenger list is not the one that was cast off with, a hand-over of cash has no sum or two ends, the
    running totals are not what the ledgers say, the summary of a closed month was changed, a payment of an older
    system stands in a row where no ledger counts it;
    and, with --announcements, an entry or a signature of the last 30 days was never posted or mailed. Odd: every
    reader copes with it, such as an event id that breaks the rule.
    """
    counts = dict.fromkeys(Level, 0)
    with services.console.counting("Reading the rows") as advance:
        missing = _unannounced(services, announcements, mail=mail) if announcements else ()
        found = chain(
            verified(services.client, services.table, advance),
            check_hand_overs(services.client, services.table),
            missing,
            _books(services, advance),
            check_closed_months(services.client, services.table),
            check_journals(services.client, services.table),
        )
        rows: Iterable[_Row] = _counted(found, counts)
        if form == TABLE:
            rows = list(rows)  # a table is laid out as a whole, after the progress of the reading
        else:
            show(services.console, _COLUMNS, rows, form=form)
    if form == TABLE:
        show(services.console, _COLUMNS, rows, form=form)
    if not announcements:
        services.console.note("Announcements were not checked: --announcements names their table.")
    summary = f"{counts[Level.BROKEN]:,} broken, {counts[Level.ODD]:,} odd."
    if counts[Level.BROKEN] or (strict and counts[Level.ODD]):
        raise Stopped(summary)
    if form == TABLE and not counts[Level.ODD]:
        services.console.say("Nothing is broken or odd.")
    services.console.note(summary)


def _books(services: Services, advance: Callable[[int], object]) -> Iterator[Finding]:
    """Report where the books are not what the ledgers say. Books that nobody keeps yet are no fault."""
    compared = compare(services.client, services.table, services.books, advance)
    if compared.empty:
        services.console.note("The books were not checked: there are none yet. `rebuild` makes them.")
    for eid in compared.events:
        yield Finding(eid, broken("#books", "is counted otherwise than its ledgers say. Run `rebuild`."))
    for hand_over_id in compared.hand_overs:
        where = f"{HAND_OVER_ROW}{hand_over_id}"
        yield Finding(CASH, broken(where, "is counted otherwise than its row says. Run `rebuild`."))
    for name in compared.totals:
        yield Finding(
            "#books", broken(name, "is not the sum of what the events and hand-overs contribute. Run `rebuild`.")
        )


def _unannounced(services: Services, announcements: str, *, mail: bool | None) -> Iterator[Finding]:
    """Report what was never announced. Raises Stopped where there is no such table."""
    posted = DynamoPosted(services.client, announcements, time_left=lambda: 0.0)
    try:
        mails = is_mailing(posted) if mail is None else mail
    except ClientError as error:
        if error.response["Error"].get("Code") != "ResourceNotFoundException":
            raise
        raise Stopped(f"There is no announcements table “{announcements}” there. See --announcements.") from None
    now = datetime.now(UTC)
    yield from check_announced(
        DynamoHistory(services.client, services.table).pages(now - LOOKED_BACK, after=""),
        read=DynamoLedger(services.client, services.table, zone=services.zone, currency=services.currency).event,
        posted=posted,
        mail=mails,
        now=now,
    )


def _counted(findings: Iterable[Finding], counts: dict[Level, int]) -> Iterator[_Row]:
    for finding in findings:
        remark = finding.remark
        counts[remark.level] += 1
        yield remark.level.value, finding.eid, remark.where, remark.what
