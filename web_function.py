"""The web Lambda: settings, adapters, app; no Bolt in it. Handler: `web_function.lambda_handler`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from adapters.dynamo import connect
from adapters.evidence import S3Evidence, connect_s3
from adapters.ledger import DynamoLedger
from web.app import Site, create_app
from web.desk import Desk
from web.settings import read_settings
from web.tokens import Tokens
from web.waiver import WaiverDesk, read_waiver_text

settings = read_settings(os.environ)
ledger = DynamoLedger(connect(), settings.events_table, zone=settings.timezone, currency=settings.currency)
app = create_app(
    desk=Desk(
        ledger=ledger,
        methods=settings.payment_methods,
        currency=settings.currency,
        now=lambda: datetime.now(settings.timezone),
    ),
    waivers=WaiverDesk(
        signatures=ledger,
        evidence=S3Evidence(connect_s3, settings.waivers_bucket),
        text=read_waiver_text(),
        zone=settings.timezone,
        public_base_url=settings.public_base_url,
        now=lambda: datetime.now(settings.timezone),
    ),
    tokens=Tokens(secret=settings.admin_token_secret, audience=settings.public_base_url, now=lambda: datetime.now(UTC)),
    site=Site(public_base_url=settings.public_base_url, function_version=settings.aws_lambda_function_version),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answers one request of the function URL, whatever it is."""
    return app.answer(event, context)
