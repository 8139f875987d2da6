"""Loads of the three handlers: an endless row of requests for each, as people and the stream send them."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from stage import ROOT, Contender

from adapters.waiver_texts import read_waiver_texts
from devkit.functions import to_event
from devkit.slack import people
from devkit.slack.wire import form, interaction, signed_headers
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crowd import World

# The event's row is put back after so many payments, so that each meets a row of about the same size.
_PAYMENTS: Final = 20
# Payments between two looks at the status, which reads eight trips.
_BETWEEN: Final = 5
_HEX: Final = re.compile(r"[0-9a-f]{32}")
_ARN: Final = "arn:aws:dynamodb:us-west-2:000000000000:table/events-ours/stream/2026-01-01T00:00:00.000"
PUBLIC: Final = "https://trips.example.com"
SECRET: Final = "made-up-token-secret-of-at-least-32-bytes"  # noqa: S105 - opens nothing


@dataclass(frozen=True)
class LoadRequest:
    """One request to a handler, and a word that its answer has, as JSON, if it did its job."""

    request: dict[str, Any]
    expected: str


@dataclass(frozen=True)
class Handler:
    """A handler under load: the Lambda, and its requests without an end."""

    name: str
    what: str
    lambda_: Contender
    requests: Callable[[World], Iterator[LoadRequest]]
    together: int = 1
    """Requests of one invocation: the stream delivers several records in one."""


def _bot(world: World) -> Iterator[LoadRequest]:
    """A crew member opens the form, types a letter and logs the payment, and asks for the status now and then."""
    first = world.captured
    for number in count():
        if number % _PAYMENTS == 0:
            world.restore()
        amount = f"{20 + number % 900}.00"
        command = form({**first["command"], "text": f"dave {amount} cash"})
        yield _signed(command, '"statusCode": 200')
        yield _signed(interaction(first["suggestion"]), "Dave")
        yield _signed(interaction(_submission(first["submission"], amount)), "Payment logged")
        if number % _BETWEEN == 0:
            yield _signed(form({**first["command"], "command": "/payment-status", "text": ""}), "Other trips")


def _submission(first: dict[str, Any], amount: str) -> dict[str, Any]:
    """Return the submission of another form: with a payment id and an amount of its own."""
    payload: dict[str, Any] = copy.deepcopy(first)
    view = payload["view"]
    view["private_metadata"] = _HEX.sub(uuid.uuid4().hex, view["private_metadata"], count=1)
    for state in view["state"]["values"]["amount"].values():
        state["value"] = amount
    return payload


def _signed(body: bytes, expected: str) -> LoadRequest:
    headers = signed_headers(body, secret=people.SIGNING_SECRET, timestamp=int(time.time()))
    return LoadRequest(to_event("POST", "/slack/events", "", headers, body), expected)


def _web(world: World) -> Iterator[LoadRequest]:
    """A phone reads and signs the waiver, and the office looks at its events and logs a payment."""
    signature_id = str(uuid.uuid4())
    sent = {
        "signature_id": signature_id,
        "name": "Dave Kowalski",
        "minors": [],
        "agreed": True,
        "version": read_waiver_texts()[0].version,
        "signature": {"kind": "typed", "text": "Dave Kowalski"},
    }
    signing = json.dumps(sent).encode()
    of_phone = {
        "content-type": "application/json",
        "x-forwarded-for": "203.0.113.9",
        "x-amz-content-sha256": hashlib.sha256(signing).hexdigest(),
    }
    event = f"/api/events/{world.eid}"
    for number in count():
        if number % _PAYMENTS == 0:
            world.restore()
        token = Tokens(SECRET, PUBLIC, lambda: datetime.now(UTC)).issue("U0OLIVIA", name="Olivia")
        office = {"x-viewer-authorization": f"Bearer {token}", "authorization": f"Bearer {token}"}
        payment = json.dumps({"patron_id": "dave", "amount": f"{20 + number % 900}.00", "method": "cash"}).encode()
        of_payment = {
            **office,
            "content-type": "application/json",
            "idempotency-key": uuid.uuid4().hex,
            "x-amz-content-sha256": hashlib.sha256(payment).hexdigest(),
        }
        yield LoadRequest(to_event("GET", f"/g/{world.eid}/waiver"), "<!doctype html>")
        yield LoadRequest(to_event("POST", f"/g/{world.eid}/waiver", "", of_phone, signing), signature_id)
        yield LoadRequest(to_event("GET", "/api/events", "", office), world.eid)
        yield LoadRequest(to_event("GET", event, "", office), "Dave Kowalski")
        yield LoadRequest(to_event("GET", f"{event}/payment-cleared", "patron_id=dave", office), "balance")
        yield LoadRequest(to_event("POST", f"{event}/payment-log", "", of_payment, payment), '"statusCode": 201')


def _announce(world: World, *, together: int = 1) -> Iterator[LoadRequest]:
    """The stream delivers payments, `together` in one batch. They are posted, mailed and put into the books."""
    for number in count():
        records = [_record(world, number * together + each) for each in range(together)]
        yield LoadRequest({"Records": records}, '{"batchItemFailures": []}')


def _record(world: World, number: int) -> dict[str, Any]:
    """Return the stream's record of a payment, which the table has then."""
    now = datetime.now(UTC)
    after = _with_payment(world.row, uuid.uuid4().hex, str(20 + number % 900), now)
    world.put(after)
    change = {
        "ApproximateCreationDateTime": int(now.timestamp()),
        "Keys": {name: after[name] for name in ("eid", "crew_id")},
        "OldImage": world.row,
        "NewImage": after,
        "SequenceNumber": f"{number + 1:021}",
        "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    return {
        "eventID": uuid.uuid4().hex,
        "eventName": "MODIFY",
        "eventSource": "aws:dynamodb",
        "eventVersion": "1.1",
        "awsRegion": "us-west-2",
        "eventSourceARN": _ARN,
        "dynamodb": change,
    }


def _with_payment(row: dict[str, Any], payment_id: str, amount: str, now: datetime) -> dict[str, Any]:
    """Return the event's row with one payment of Dave's."""
    moment = (now - timedelta(seconds=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = {
        "amount": {"N": amount},
        "timestamp": {"S": moment},
        "method": {"S": "cash"},
        "logged_by": {"S": "slack:U0DANA"},
    }
    entry = {"M": {"kind": {"S": "payment"}, "source": {"S": "slack"}, **line}}
    record = {"M": {**line, "entries": {"M": {payment_id: entry}}}}
    return {**row, "payments": {"M": {**row.get("payments", {"M": {}})["M"], "dave": record}}}


_BOT: Final = Contender("bot", "lambda_function.lambda_handler", ROOT)
_WEB: Final = Contender("web", "web_function.lambda_handler", ROOT)
_STREAM: Final = Contender("announce", "unpaced.lambda_handler", ROOT)
HANDLERS: Final = (
    Handler(
        "bot", "the form opened, a type-ahead, a payment logged, and the status after each fifth payment", _BOT, _bot
    ),
    Handler("web", "the waiver read, signed again, events, one event, a balance, a payment logged", _WEB, _web),
    Handler("announce", "a payment of the stream posted, mailed and put into the books", _STREAM, _announce),
)


def in_batches(handler: Handler, together: int) -> Handler:
    """Return the announce handler with so many records in each invocation."""
    return replace(handler, requests=partial(_announce, together=together), together=together)
