"""The announce Lambda: settings, adapters, app. Handler: `announce_function.lambda_handler`."""

# ruff: noqa: E402 - a start begins before anything else is imported
from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.starting import SNAP_START, begin_start, end_start

started_as = begin_start(os.environ)

from aws_lambda_powertools import Logger
from slack_sdk import WebClient

from adapters.books import DynamoBooks
from adapters.canary import DynamoCanary
from adapters.cash import DynamoCustody
from adapters.changes import payments_first, read_change
from adapters.dead_letters import DeadLetters, connect_sqs
from adapters.dynamo import connect
from adapters.history import DynamoHistory
from adapters.ledger import DynamoLedger
from adapters.mail_gmail import GmailAccess, GmailMailer
from adapters.mail_ses import SesMailer, connect_ses
from adapters.manifests import S3Manifests
from adapters.meter import EmbeddedMetrics
from adapters.outages import is_outage
from adapters.posted import DynamoPosted
from adapters.renames import DynamoRenames, request_in
from adapters.s3 import connect_s3
from adapters.slack_posts import SlackPosts
from adapters.snapstart import ahead, on_snapshots
from adapters.unsubscribed import DynamoUnsubscribed
from announce.app import create_app
from announce.run import RESERVE
from announce.services import Services
from announce.settings import BOOKS, MAIL, read_settings
from charter.announcements import OutOfTime

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from charter.announce_ports import Mailer
    from charter.passengers import PassengerList

SLACK_TIMEOUT = 5  # seconds
NAMES_TIMEOUT = 1  # second; a mail is sent without the name where Slack does not return it in time
TIME_UNKNOWN = 30.0  # seconds
TABLE_TIMEOUT = 2.0  # seconds; nobody waits for this Lambda

settings = read_settings(os.environ)
log = Logger(service="announce")
meter = EmbeddedMetrics(settings.stack_name)
invocation: LambdaContext | None = None


def time_left() -> float:
    """Return the seconds that this invocation still has; TIME_UNKNOWN where the caller is not Lambda."""
    remaining = getattr(invocation, "get_remaining_time_in_millis", None)
    return float(remaining()) / 1000 if remaining else TIME_UNKNOWN


def check_time() -> None:
    """Raise OutOfTime where no further step of a rename may start. What is left is done by the next invocation."""
    if time_left() < RESERVE:
        raise OutOfTime


def now() -> datetime:
    """Return this moment, on the boat's clock."""
    return datetime.now(settings.timezone)


def slack_client(timeout: int) -> WebClient:
    """Return a client that calls Slack once: a repeated POST may arrive twice."""
    return WebClient(
        token=settings.slack_bot_token, base_url=settings.slack_api_url, timeout=timeout, retry_handlers=[]
    )


def choose_mailer() -> Mailer | None:
    """Return Gmail with SES behind it where Gmail is configured, else SES; None where no mail is sent."""
    sender, to = settings.notify_email_from, settings.notify_email_to
    if MAIL not in settings.announce_by or not sender or not to:
        return None
    ses = SesMailer(connect_ses, sender=sender, to=to)
    match settings.gmail_client_id, settings.gmail_client_secret, settings.gmail_refresh_token:
        case str(client_id), str(client_secret), str(refresh_token):
            gmail = GmailAccess(client_id=client_id, client_secret=client_secret, refresh_token=refresh_token)
            return GmailMailer(gmail, sender=sender, to=to, instead=ses, meter=meter)
    return ses


def print_list(listed: PassengerList) -> bytes:
    """Return the PDF of a frozen list. The same list gives the same bytes."""
    from paper.passenger_list import pdf  # fonts and typesetting, which nothing else here needs

    return pdf(listed, paper="letter", zone=settings.timezone)


table = connect(read_timeout=TABLE_TIMEOUT)
posted = DynamoPosted(table, settings.announcements_table, time_left=time_left)
slack = slack_client(SLACK_TIMEOUT)
poster = SlackPosts(slack, time_left=time_left)
mailer = choose_mailer()
dead_letters = DeadLetters(connect_sqs, settings.dead_letter_queue_url) if settings.dead_letter_queue_url else None
manifests = S3Manifests(connect_s3, settings.waivers_bucket) if settings.waivers_bucket else None
books = (
    DynamoBooks(table, settings.events_table, zone=settings.timezone, currency=settings.currency)
    if BOOKS in settings.announce_by
    else None
)
renames = (
    DynamoRenames(
        table, settings.events_table, zone=settings.timezone, currency=settings.currency, before_each=check_time
    )
    if BOOKS in settings.announce_by
    else None
)
app = create_app(
    settings=settings,
    services=Services(
        ledger=DynamoLedger(table, settings.events_table, zone=settings.timezone, currency=settings.currency),
        posted=posted,
        poster=poster,
        history=DynamoHistory(table, settings.events_table),
        in_order=payments_first,
        read_change=partial(read_change, zone=settings.timezone, currency=settings.currency),
        is_outage=is_outage,
        mailer=mailer,
        name_for_mail=SlackPosts(slack_client(NAMES_TIMEOUT), time_left=lambda: 0.0).name,
        dead_letters=dead_letters,
        manifests=manifests,
        print_list=print_list,
        books=books,
        renames=renames,
        read_rename=request_in,
        custody=DynamoCustody(table, settings.events_table),
        unsubscribed=DynamoUnsubscribed(table, settings.events_table),
        canary=DynamoCanary(table, settings.events_table, zone=settings.timezone, currency=settings.currency),
        meter=meter,
        log=log,
        now=now,
        time_left=time_left,
    ),
)

if started_as == SNAP_START:
    ahead(partial(posted.find, "nothing"))  # the client's first call loads what all later ones share
    on_snapshots(close=[table.close])
end_start(started_as)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle one invocation: see announce.app.AnnounceApp.handle."""
    global invocation  # noqa: PLW0603 - a Lambda serves one invocation at a time
    invocation = context
    log.append_keys(request_id=getattr(context, "aws_request_id", None))
    return app.handle(event)
