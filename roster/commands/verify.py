"""`verify`: whether the table keeps what the design promises, row by row."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import click
from botocore.exceptions import ClientError

from adapters.history import DynamoHistory
from adapters.ledger import DynamoLedger
from adapters.posted import DynamoPosted
from charter.late import LOOKED_BACK
from roster.output import TABLE, formatted, show
from roster.verifying.announced import check_announced, is_mailing
from roster.verifying.findings import Level
from roster.verifying.table import verify as verified
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from roster.commands import Desk
    from roster.verifying.findings import Finding

_Row = tuple[str, str, str, str]
_COLUMNS = ("level", "eid", "where", "what")


@click.command()
@formatted
@click.option("--strict", is_flag=True, help="Fail where something is merely odd, too.")
@click.option(
    "--announcements",
    envvar="ANNOUNCEMENTS_TABLE",
    metavar="TABLE",
    help="The announcements table, by which missing posts and mails are found.",
)
@click.option("--mail/--no-mail", default=None, help="Look for missing mails; else only where mails are sent.")
@click.pass_obj
def verify(desk: Desk, *, form: str, strict: bool, announcements: str | None, mail: bool | None) -> None:
    """Walk the table, and list what is broken or odd. Reads only; fails where something is broken.

    Broken: amounts that are not the sum of their entries, ids that are used twice, voids that undo nothing, months that
    hide an event, signatures that are matched to nobody on the roster or that nobody reads; and, with --announcements,
    entries and signatures of the last 30 days that were never posted or mailed. Odd: what every reader copes with, such
    as an event id that breaks the rule.
    """
    counts = dict.fromkeys(Level, 0)
    with desk.console.counting("Reading the rows") as advance:
        missing = _unannounced(desk, announcements, mail=mail) if announcements else ()
        rows: Iterable[_Row] = _counted(chain(verified(desk.client, desk.table, advance), missing), counts)
        if form == TABLE:
            rows = list(rows)  # laid out as a whole, and not over the count of rows
        else:
            show(desk.console, _COLUMNS, rows, form=form)
    if form == TABLE:
        show(desk.console, _COLUMNS, rows, form=form)
    if not announcements:
        desk.console.note("Announcements were not checked: --announcements names their table.")
    told = f"{counts[Level.BROKEN]:,} broken, {counts[Level.ODD]:,} odd."
    if counts[Level.BROKEN] or (strict and counts[Level.ODD]):
        raise Stopped(told)
    if form == TABLE and not counts[Level.ODD]:
        desk.console.say("Every row keeps what was promised.")
    desk.console.note(told)


def _unannounced(desk: Desk, announcements: str, *, mail: bool | None) -> Iterator[Finding]:
    """Report what was never announced. Raises Stopped where there is no such table."""
    posted = DynamoPosted(desk.client, announcements, time_left=lambda: 0.0)
    try:
        mails = is_mailing(posted) if mail is None else mail
    except ClientError as error:
        if error.response["Error"].get("Code") != "ResourceNotFoundException":
            raise
        raise Stopped(f"There is no announcements table “{announcements}” there. See --announcements.") from None
    now = datetime.now(UTC)
    yield from check_announced(
        DynamoHistory(desk.client, desk.table).pages(now - LOOKED_BACK, after=""),
        read=DynamoLedger(desk.client, desk.table, zone=desk.zone, currency=desk.currency).event,
        posted=posted,
        mail=mails,
        now=now,
    )


def _counted(findings: Iterable[Finding], counts: dict[Level, int]) -> Iterator[_Row]:
    for finding in findings:
        remark = finding.remark
        counts[remark.level] += 1
        yield remark.level.value, finding.eid, remark.where, remark.what
