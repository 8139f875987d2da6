"""The web Lambda: settings, adapters, app; no Bolt in it. Handler: `web_function.lambda_handler`."""

# ruff: noqa: E402 - a start begins before anything else is imported
from __future__ import annotations

import importlib
import os
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from adapters.starting import SNAP_START, begin_start, end_start

started_as = begin_start(os.environ)

from adapters.addresses import DynamoAddresses
from adapters.check_ins import DynamoCheckIns
from adapters.dynamo import connect
from adapters.evidence import S3Evidence
from adapters.ledger import DynamoLedger
from adapters.months import DynamoMonths
from adapters.name_lists import DynamoNameLists
from adapters.s3 import connect_s3
from adapters.signatures import DynamoSignatures
from adapters.snapstart import ahead, on_snapshots
from adapters.unsubscribed import DynamoUnsubscribed
from adapters.waiver_texts import read_waiver_texts
from charter.mail_links import MailLinks
from charter.moments import month_of
from charter.party_links import PartyLinks
from web.answers import build_models
from web.app import SiteInfo, create_app
from web.exports import ExportServices
from web.mails import MailServices
from web.manifest import ManifestServices
from web.services import Services
from web.settings import read_settings
from web.tokens import Tokens
from web.waiver import WaiverServices

if TYPE_CHECKING:
    from charter.exported import Exported

# The function may run for 15 s (infra/template.yaml).
EXPORT_SECONDS = 9

settings = read_settings(os.environ)
table = connect()
ledger = DynamoLedger(table, settings.events_table, zone=settings.timezone, currency=settings.currency)
evidence = S3Evidence(connect_s3, settings.waivers_bucket)


def open_ledgers() -> Exported:
    """Begin a reading of all ledgers, which ends well before the function's time does. Exports are rare."""
    from adapters.month_rows import BoundedRows, WebLedgers

    rows = BoundedRows(table, settings.events_table, seconds=EXPORT_SECONDS)
    now_in = month_of(datetime.now(settings.timezone))
    return WebLedgers(rows, zone=settings.timezone, currency=settings.currency, now_in=now_in)


app = create_app(
    services=Services(
        ledger=ledger,
        months=DynamoMonths(table, settings.events_table),
        name_lists=DynamoNameLists(table, settings.events_table),
        methods=settings.payment_methods,
        currency=settings.currency,
        now=lambda: datetime.now(settings.timezone),
        new_id=lambda: uuid.uuid4().hex,
    ),
    exports=ExportServices(open=open_ledgers, table=settings.events_table, zone=settings.timezone),
    manifests=ManifestServices(
        ledger=ledger,
        check_ins=DynamoCheckIns(table, settings.events_table, ledger=ledger),
        evidence=evidence,
        zone=settings.timezone,
        now=lambda: datetime.now(settings.timezone),
    ),
    waivers=WaiverServices(
        signatures=DynamoSignatures(table, settings.events_table, ledger=ledger),
        links=PartyLinks(settings.admin_token_secret, settings.public_base_url),
        evidence=evidence,
        addresses=DynamoAddresses(table, settings.events_table, secret=settings.admin_token_secret),
        texts=read_waiver_texts(),
        zone=settings.timezone,
        public_base_url=settings.public_base_url,
        now=lambda: datetime.now(settings.timezone),
    ),
    mails=MailServices(
        unsubscribed=DynamoUnsubscribed(table, settings.events_table),
        links=MailLinks(settings.admin_token_secret, settings.public_base_url),
        now=lambda: datetime.now(settings.timezone),
    ),
    tokens=Tokens(secret=settings.admin_token_secret, audience=settings.public_base_url, now=lambda: datetime.now(UTC)),
    site=SiteInfo(public_base_url=settings.public_base_url, function_version=settings.aws_lambda_function_version),
)


def load_the_rest() -> None:
    """Import the modules that requests import on first use, the slow PDF libraries among them, and build the models."""
    pages = ("web.qr_page", "web.waiver_pdf", "paper.passenger_list")
    for module in ("jwt", "segno", "tomllib", "fpdf", *pages, "adapters.month_rows"):
        importlib.import_module(module)
    build_models()


if started_as == SNAP_START:
    # Work done before the snapshot costs no request any time. A client's first call loads what all later calls share.
    ahead(load_the_rest)
    ahead(ledger.check)
    ahead(evidence.prepare)
    on_snapshots(close=[table.close, evidence.close])
end_start(started_as)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request of the function URL. Any event gets an answer."""
    return app.answer(event, context)
