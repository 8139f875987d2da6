"""The bot Lambda: settings, adapters, app. Handler: `lambda_function.lambda_handler`."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from typing import Any

from adapters.dynamo import connect
from adapters.ledger import DynamoLedger
from adapters.roster import DynamoRoster
from adapters.signatures import DynamoSignatures
from adapters.snapstart import SNAP_START, ahead, on_snapshots
from bot import front
from bot.access import Access
from bot.app import create_app
from bot.calendar import Calendar
from bot.desk import Desk
from bot.hurry import HurriedClient
from bot.settings import read_settings
from bot.views.log_payment import Look
from charter.party_links import PartyLinks
from web.tokens import Tokens

settings = read_settings(os.environ)
table = connect()
ledger = DynamoLedger(table, settings.events_table, zone=settings.timezone, currency=settings.currency)
roster = DynamoRoster(table, settings.events_table, ledger=ledger, zone=settings.timezone, currency=settings.currency)
slack = HurriedClient(
    token=settings.slack_bot_token,
    base_url=settings.slack_api_url,
    retry_handlers=[],  # a repeated POST may arrive twice, and a trigger id is spent once
)
desk = Desk(
    ledger=ledger,
    roster=roster,
    signatures=DynamoSignatures(table, settings.events_table, ledger=ledger),
    calendar=Calendar(ledger),
    look=Look(
        currency=settings.currency,
        zone=settings.timezone,
        methods=settings.payment_methods,
        links=PartyLinks(settings.admin_token_secret, settings.public_base_url),
    ),
    now=lambda: datetime.now(settings.timezone),
    new_id=lambda: uuid.uuid4().hex,
)
tokens = Tokens(secret=settings.admin_token_secret, audience=settings.public_base_url, now=lambda: datetime.now(UTC))
app = create_app(
    settings=settings,
    slack=slack,
    access=Access(settings, slack, clock=lambda: datetime.now(UTC).timestamp()),
    desk=desk,
    dispatch_link=tokens.link,
)


def read_ahead() -> None:
    """The first form then knows the month, and finds an open connection to the table."""
    desk.calendar.warm(desk.now())


started_as = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE")  # Lambda sets it, and nobody else
if started_as:
    ahead(read_ahead)
if started_as == SNAP_START:
    on_snapshots(close=[table.close], renew=[read_ahead])


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers one request of the function URL, whatever it is."""
    return front.answer(event, app)
