"""The stream Lambda: settings, adapters, the pass over a batch. Handler: `announce_function.lambda_handler`."""

from __future__ import annotations

import json
import os
import traceback
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from slack_sdk import WebClient

from adapters.changes import payments_first, read_change
from adapters.dead_letters import DeadLetters, connect_sqs
from adapters.dynamo import connect
from adapters.history import DynamoHistory
from adapters.ledger import DynamoLedger
from adapters.mail_gmail import GmailAccess, GmailMailer
from adapters.mail_ses import SesMailer, connect_ses
from adapters.meter import EmbeddedMetrics
from adapters.outages import is_outage
from adapters.posted import DynamoPosted
from adapters.slack_posts import SlackPosts
from adapters.snapstart import SNAP_START, ahead, on_snapshots
from bot.announce.cards import Cards
from bot.announce.channels import Channels
from bot.announce.digests import Digests
from bot.announce.groups import Groups
from bot.announce.late import Sweep
from bot.announce.mail import Letters
from bot.announce.mailing import Mailing
from bot.announce.posting import Posting
from bot.announce.redrive import late_channels, redrive, sweep_all
from bot.announce.run import RESERVE, Run
from bot.announce.settings import MAIL, SLACK, read_settings
from bot.announce.waiting import Waiting
from charter.announcements import (
    Change,
    ChangeUnreadable,
    ChannelClosed,
    Later,
    PostGone,
    Refused,
    SignatureChange,
)
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from bot.announce.run import Way
    from charter.ports import Mailer


class DigestFailed(Exception):  # noqa: N818 - a fact
    """The digest met an error that nobody expected. It names the error's kind alone."""


SLACK_TIMEOUT = 5  # seconds
NAMES_TIMEOUT = 1  # second; a mail goes out without the name where Slack does not say it
UNTOLD = 30.0  # seconds
TABLE_TIMEOUT = 2.0  # seconds; nobody waits for this Lambda

settings = read_settings(os.environ)
log = Logger(service="announce")
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
meter = EmbeddedMetrics(settings.stack_name)
invocation: LambdaContext | None = None


def time_left() -> float:
    """The seconds that this invocation still has; UNTOLD where the caller, who is not Lambda, does not say."""
    remaining = getattr(invocation, "get_remaining_time_in_millis", None)
    return float(remaining()) / 1000 if remaining else UNTOLD


def now() -> datetime:
    """This moment, on the boat's clock."""
    return datetime.now(settings.timezone)


table = connect(read_timeout=TABLE_TIMEOUT)
ledger = DynamoLedger(table, settings.events_table, zone=settings.timezone, currency=settings.currency)
posted = DynamoPosted(table, settings.announcements_table, time_left=time_left)
slack = WebClient(
    token=settings.slack_bot_token,
    base_url=settings.slack_api_url,
    timeout=SLACK_TIMEOUT,
    retry_handlers=[],  # a repeated POST may arrive twice
)
poster = SlackPosts(slack, time_left=time_left)
channels = Channels(poster, meter, settings.ops_channel)
cards = Cards(ledger=ledger, poster=poster, channels=channels, posted=posted, zone=settings.timezone, now=now)
ways: list[Way] = []
if SLACK in settings.announce_by:
    ways.append(
        Posting(
            poster=poster,
            channels=channels,
            posted=posted,
            cards=cards,
            groups=Groups(poster=poster, channels=channels, posted=posted, meter=meter, now=now),
            meter=meter,
            methods=settings.payment_methods,
            now=now,
        )
    )


def _mailer() -> Mailer | None:
    """Gmail where its three are set, with SES behind it; else SES; None where nobody is to be told."""
    sender, to = settings.notify_email_from, settings.notify_email_to
    if not sender or not to:
        return None
    ses = SesMailer(connect_ses, sender=sender, to=to)
    access = settings.gmail_client_id, settings.gmail_client_secret, settings.gmail_refresh_token
    match access:
        case str(client_id), str(client_secret), str(refresh_token):
            gmail = GmailAccess(client_id=client_id, client_secret=client_secret, refresh_token=refresh_token)
            return GmailMailer(gmail, sender=sender, to=to, instead=ses, meter=meter)
    return ses


def _letters() -> Letters:
    """Mails that wait for Slack neither long nor twice."""
    url, token = settings.slack_api_url, settings.slack_bot_token
    client = WebClient(token=token, base_url=url, timeout=NAMES_TIMEOUT, retry_handlers=[])
    people = SlackPosts(client, time_left=lambda: 0.0)
    return Letters(name=people.name, zone=settings.timezone, public_base_url=settings.public_base_url)


mailer = _mailer() if MAIL in settings.announce_by else None
if mailer is not None:
    letters = _letters()
    ways.append(
        Mailing(
            mailer=mailer,
            letters=letters,
            posted=posted,
            waiting=Waiting(posted=posted, now=now),
            read=ledger.event,
            meter=meter,
            now=now,
        )
    )
digests = Digests(
    ledger=ledger,
    poster=poster,
    posted=posted,
    meter=meter,
    channel=settings.ops_channel,
    methods=settings.payment_methods,
    zone=settings.timezone,
    now=now,
)
dead_letters = DeadLetters(connect_sqs, settings.dead_letter_queue_url) if settings.dead_letter_queue_url else None

if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == SNAP_START:
    ahead(partial(posted.find, "nothing"))  # the client's first call loads what all later ones share
    on_snapshots(close=[table.close])


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Announces a batch of the stream's records, and answers which of them must come again.

    Or sends the digest: `{"digest": "morning"}` is today's, which goes out once; `{"digest": "now"}` shows it as it
    would be this moment, and leaves the morning's as it is. Or announces what never was: `{"sweep": "late"}` looks
    for it, and `{"sweep": "now"}` settles the dead letters too. `{"sweep": "waiting"}` only mails what waits.
    """
    global invocation  # noqa: PLW0603 - a Lambda serves one invocation at a time
    invocation = context
    log.append_keys(request_id=getattr(context, "aws_request_id", None))
    if "digest" in event:
        _send_digest(digests.show if event["digest"] == "now" else digests.send)
        return {}
    if "sweep" in event:
        _send_waiting()
        return _sweep(event["sweep"])
    if not event["Records"]:
        return {"batchItemFailures": []}  # powertools takes an empty batch for one of another kind
    event = {**event, "Records": payments_first(event["Records"])}
    changes = [change for record in event["Records"] if (change := _readable(record)) is not None]
    run = Run(changes, ways=ways, read=ledger.event, time_left=time_left, is_outage=is_outage)
    announce = partial(_announce, run=run)
    answer = process_partial_response(event=event, record_handler=announce, processor=processor, context=context)
    _send_waiting()
    return dict(answer)


def _send_digest(send: Callable[[], None]) -> None:
    """Send a digest. Of what goes wrong, its kind is raised and its place is logged, and none of its text.

    Lambda logs whatever a handler raises, with its text, which may quote a patron.
    """
    failure: Exception | None = None
    try:
        send()
    except Exception as error:  # noqa: BLE001 - whatever it is, none of its text may be logged
        _log_error("the digest failed", error)
        known = isinstance(error, (Later, ChannelClosed, PostGone, Refused, TableUnavailable))
        failure = type(error)() if known else DigestFailed(type(error).__name__)
    if failure is not None:
        raise failure  # out here no cause is attached to it


def _announce(record: DynamoDBRecord, *, run: Run) -> None:
    """Announce one record. Faults are logged by their kind and place alone.

    A record that comes again holds up all behind it, so only one that an outage stopped comes again. Any other is set
    aside. Where that fails too, the later records of its event wait, so that no void passes its payment.
    """
    change = None
    try:
        change = _read(record.raw_event)
        if change is not None:
            run.take(change)
    except Exception as error:
        troubles = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        for trouble in troubles:
            _log_trouble(trouble, record)
        if any(run.passes(trouble) for trouble in troubles):
            raise
        try:
            _set_aside(record, troubles, error)
        except Exception:
            if change is not None and not all(isinstance(trouble, Refused) for trouble in troubles):
                run.hold(change)
            raise


def _log_trouble(trouble: Exception, record: DynamoDBRecord) -> None:
    _log_error("a record failed", trouble, stream_event=record.event_id)
    meter.count("RecordFailed", why=type(trouble).__name__)


def _log_error(message: str, error: Exception, **extra: str | None) -> None:
    """Log an error by its kind and place: its own text may quote a patron."""
    where = traceback.format_tb(error.__traceback__)
    log.error(message, extra={"why": type(error).__name__, **extra, "where": where})


def _set_aside(record: DynamoDBRecord, troubles: Sequence[Exception], error: Exception) -> None:
    """Put a record into the dead letters. Raises `error` itself where there are none."""
    if dead_letters is None:
        raise error
    dead_letters.put(_letter(record.raw_event, troubles))


def _letter(record: dict[str, Any], troubles: Sequence[Exception]) -> dict[str, str]:
    """Which record it is, and why. The event's row has what is in it."""
    told = record.get("dynamodb") or {}
    return {
        "why": ", ".join(sorted({type(trouble).__name__ for trouble in troubles})),
        "announce_by": ",".join(settings.announce_by),
        "stream": str(record.get("eventSourceARN", "")),
        "sequence_number": str(told.get("SequenceNumber", "")),
        "event_id": str(record.get("eventID", "")),
        "row": json.dumps(told.get("Keys")),
    }


def _read(record: dict[str, Any]) -> Change | SignatureChange | None:
    return read_change(record, zone=settings.timezone, currency=settings.currency)


def _readable(record: dict[str, Any]) -> Change | SignatureChange | None:
    try:
        return _read(record)
    except ChangeUnreadable:
        return None  # it fails when its turn comes


def _sweep(order: str) -> dict[str, Any]:
    """Announce late what the stream never did, by each channel. What waits is not late."""
    if not ways or order == "waiting":
        return {}
    history = DynamoHistory(table, settings.events_table)
    sweeps = [
        Sweep(history=history, read=ledger.event, channel=channel, meter=meter, now=now, time_left=time_left)
        for channel in late_channels(ways, zone=settings.timezone, now=now)
    ]
    return redrive(sweeps, dead_letters) if order == "now" else sweep_all(sweeps)


def _send_waiting() -> None:
    """Mail the signatures that waited long enough. Where that fails, they wait on."""
    for way in ways:
        if isinstance(way, Mailing) and time_left() >= RESERVE:
            try:
                way.send_waiting()
            except Exception as error:  # noqa: BLE001 - whatever it is, the records of this batch are announced
                _log_error("the waiting mail failed", error)
                meter.count("WaitingMailFailed", why=type(error).__name__)
