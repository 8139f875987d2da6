"""The bot Lambda: settings, adapters, app. Handler: `lambda_function.lambda_handler`."""

# ruff: noqa: E402 - a start begins before anything else is imported
from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.starting import SNAP_START, begin_start, end_start

started_as = begin_start(os.environ)

from adapters.dynamo import connect
from adapters.ledger import DynamoLedger
from adapters.snapstart import ahead, beside, on_snapshots
from bot.calendar import Calendar
from bot.settings import ViewSettings, read_settings

if TYPE_CHECKING:
    from charter.bookkeeping import Months
    from charter.custody import Custody
    from charter.editing import EventEdits
    from charter.ports import CheckIns, Renames, Roster, VoidRequests
    from charter.released import RunningRelease
    from charter.reminders import Reminders
    from charter.roles import Role
    from charter.settling import Settlements
    from charter.transfers import Transfers

settings = read_settings(os.environ)
table = connect()
ledger = DynamoLedger(table, settings.events_table, zone=settings.timezone, currency=settings.currency)
calendar = Calendar(ledger)


def read_ahead() -> None:
    """Read the events ahead, so that the first form has them, and open the connection to the table."""
    calendar.warm(datetime.now(settings.timezone))


have_read_ahead = beside(read_ahead) if started_as else None

# The slowest imports run while the table answers, because the reads mostly wait.
from adapters.rehearsed import made_up_event
from adapters.signatures import DynamoSignatures
from bot import http, lazily
from bot.access import Access
from bot.app import create_app
from bot.deadline import DeadlineClient
from bot.rehearsal import rehearse
from bot.services import Services
from charter.party_links import PartyLinks


def open_roster() -> Roster:
    """Return the roster. Only the admins' forms need it, so a payment's cold start does not import it."""
    from adapters.roster import DynamoRoster

    return DynamoRoster(table, settings.events_table, ledger=ledger, zone=settings.timezone, currency=settings.currency)


def open_event_edits() -> EventEdits:
    """Return the edits of events. Only the admins' forms write them, so they are imported here too."""
    from adapters.event_edits import DynamoEventEdits

    zone, currency = settings.timezone, settings.currency
    return DynamoEventEdits(table, settings.events_table, ledger=ledger, zone=zone, currency=currency)


def open_renames() -> Renames:
    """Return the renames of events. Only the admins' edits need them, so they are imported here too."""
    from adapters.renames import DynamoRenames

    return DynamoRenames(table, settings.events_table, zone=settings.timezone, currency=settings.currency)


def open_check_ins() -> CheckIns:
    """Return the boarding of the events. Only the boarding list needs it, so it is imported here too."""
    from adapters.check_ins import DynamoCheckIns

    return DynamoCheckIns(table, settings.events_table, ledger=ledger)


def open_void_requests() -> VoidRequests:
    """Return the requests to void an entry. They are rare, so they are imported here too."""
    from adapters.void_requests import DynamoVoidRequests

    return DynamoVoidRequests(table, settings.events_table, ledger=ledger)


def open_custody() -> Custody:
    """Return the custody of the cash. A payment does not need it, so it is imported here too."""
    from adapters.cash import DynamoCustody

    return DynamoCustody(table, settings.events_table)


def open_months() -> Months:
    """Return the months of the books. Only admins read them, so they are imported here too."""
    from adapters.months import DynamoMonths

    return DynamoMonths(table, settings.events_table)


def open_reminders() -> Reminders:
    """Return the reminders to sign. They are rare, so they are imported here too."""
    from adapters.reminders import DynamoReminders

    return DynamoReminders(table, settings.events_table, ledger=ledger)


def running() -> RunningRelease:
    """Return what is known of the release that runs. It is rarely asked for, so it is imported here too."""
    from adapters.released import read_running

    return read_running(settings.aws_lambda_function_name, settings.aws_lambda_function_version)


def open_transfers() -> Transfers:
    """Return the moves of patrons between events. They are rare, so they are imported here too, with the waiver."""
    from adapters.transfers import DynamoTransfers
    from adapters.waiver_texts import read_waiver_texts

    return DynamoTransfers(
        table,
        settings.events_table,
        ledger=ledger,
        versions=lambda: {text.version for text in read_waiver_texts()},
        zone=settings.timezone,
        currency=settings.currency,
    )


def open_settlements() -> Settlements:
    """Return the decisions about the money of cancelled events. They are rare, so they are imported here too."""
    from adapters.decisions import DynamoSettlements

    return DynamoSettlements(table, settings.events_table, ledger=ledger)


def dispatch_link(subject: str, *, name: str) -> str:
    """Return a person's link to the dispatch page. Only `/dispatch` needs it, so it is imported here too."""
    from web.tokens import Tokens

    tokens = Tokens(settings.admin_token_secret, settings.public_base_url, now=lambda: datetime.now(UTC))
    return tokens.link(subject, name=name)


def passenger_link(subject: str, *, name: str, eid: str, captain: bool, role: Role) -> str:
    """Return a person's link to the printed passenger list. Only that list needs it, so it is imported here too."""
    from web.tokens import Tokens

    tokens = Tokens(settings.admin_token_secret, settings.public_base_url, now=lambda: datetime.now(UTC))
    return tokens.list_link(subject, name=name, eid=eid, captain=captain, role=role)


slack = DeadlineClient(
    token=settings.slack_bot_token,
    base_url=settings.slack_api_url,
    retry_handlers=[],  # a repeated POST may arrive twice, and a trigger id is spent once
)
have_opened = beside(slack.open_ahead) if started_as and started_as != SNAP_START else None
services = Services(
    ledger=ledger,
    open_roster=open_roster,
    open_event_edits=open_event_edits,
    open_renames=open_renames,
    open_check_ins=open_check_ins,
    open_void_requests=open_void_requests,
    open_custody=open_custody,
    open_months=open_months,
    open_reminders=open_reminders,
    open_transfers=open_transfers,
    open_settlements=open_settlements,
    signatures=DynamoSignatures(table, settings.events_table, ledger=ledger),
    calendar=calendar,
    settings=ViewSettings(
        currency=settings.currency,
        zone=settings.timezone,
        methods=settings.payment_methods,
        links=PartyLinks(settings.admin_token_secret, settings.public_base_url),
    ),
    now=lambda: datetime.now(settings.timezone),
    new_id=lambda: uuid.uuid4().hex,
    read_running=running,
)
app = create_app(
    settings=settings,
    slack=slack,
    access=Access(settings, slack, clock=lambda: datetime.now(UTC).timestamp()),
    services=services,
    dispatch_link=dispatch_link,
    passenger_link=passenger_link,
)


def renew() -> None:
    """Read ahead after a restore, and open the connection to Slack."""
    opened = beside(slack.open_ahead)
    read_ahead()
    opened()


if have_read_ahead is not None:
    have_read_ahead()
    made_up = partial(made_up_event, zone=settings.timezone, currency=settings.currency)
    ahead(partial(rehearse, app, services, made_up, signing_secret=settings.slack_signing_secret))
if have_opened is not None:
    have_opened()
if started_as == SNAP_START:
    lazily.import_all()
    on_snapshots(close=[table.close, slack.close_kept], renew=[renew])
end_start(started_as)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the response to one request of the function URL."""
    return http.answer(event, app, getattr(context, "aws_request_id", None), team_id=settings.slack_team_id)
