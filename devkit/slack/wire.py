"""Requests from Slack to an app: signed POSTs of forms or, for events, of JSON. Each must be answered within 3 s."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

JSON = dict[str, Any]
OK: Final = 200
AS_JSON: Final = "application/json"


@dataclass(frozen=True)
class Answer:
    """The app's answer: status, headers and body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Deliver = Callable[[str, dict[str, str], bytes], Answer]
"""A function that sends one request to the app: kind, headers, body.

The kind is `command`, `interaction`, `options` or `event`."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One request to the app, and its result. `error` is Slack's error name, or None."""

    kind: str
    name: str
    """The command, action_id, callback_id or type of event."""
    payload: JSON
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    status: int | None
    error: str | None
    answer: bytes = b""
    answer_headers: Mapping[str, str] = field(default_factory=dict)


def signed_headers(body: bytes, *, secret: str, timestamp: int) -> dict[str, str]:
    """Return Slack's headers with its v0 signature, HMAC-SHA256 of `v0:timestamp:body`. `timestamp` in Unix seconds."""
    digest = hmac.new(secret.encode(), b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json,*/*",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest}",
    }


def form(fields: Mapping[str, str]) -> bytes:
    """Return the body of a slash command."""
    return urlencode(fields).encode()


def interaction(payload: JSON) -> bytes:
    """Return the body of an interaction: one form field `payload` with JSON."""
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()


def event(payload: JSON) -> bytes:
    """Return the body of an Events API request: the payload as JSON."""
    return json.dumps(payload, ensure_ascii=False).encode()


def read_body(body: bytes) -> JSON:
    """Return the payload of a request body."""
    if body.startswith(b"{"):  # a form escapes braces
        return dict(json.loads(body))
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return dict(json.loads(fields["payload"])) if "payload" in fields else dict(fields)


def post(  # noqa: PLR0913  # the parts of one request
    bot: Deliver,
    kind: str,
    name: str,
    headers: dict[str, str],
    body: bytes,
    *,
    patience: float,
    accepted: Container[int] = (OK,),
) -> tuple[Answer | None, Delivery]:
    """Deliver one signed request and wait at most `patience` seconds. Return the answer and the record.

    The answer is None when the app was late (`operation_timeout`), raised, or answered with another status than the
    `accepted` ones (`dispatch_failed`). A late answer is ignored, as in Slack.
    """
    began = time.perf_counter()
    answer = _answer(bot, kind, headers, body, patience=patience)
    seconds = time.perf_counter() - began
    error = "operation_timeout" if answer is None else None if answer.status in accepted else "dispatch_failed"
    delivery = Delivery(
        kind=kind,
        name=name,
        payload=read_body(body),
        headers=headers,
        body=body,
        seconds=seconds,
        status=answer.status if answer else None,
        error=error,
        answer=answer.body if answer else b"",
        answer_headers=answer.headers if answer else {},
    )
    return (None if error else answer), delivery


def _answer(bot: Deliver, kind: str, headers: dict[str, str], body: bytes, *, patience: float) -> Answer | None:
    """Return the app's answer, with status 0 if it raised, or None if it was late."""
    arrived: list[Answer] = []

    def run() -> None:
        try:
            arrived.append(bot(kind, dict(headers), body))
        except Exception as error:  # noqa: BLE001  # to Slack, any error in the app is a missing answer
            arrived.append(Answer(status=0, body=repr(error).encode()))

    worker = threading.Thread(target=run, name=f"slack-{kind}", daemon=True)
    worker.start()
    worker.join(patience)
    return arrived[0] if arrived else None


def over_http(url: str, *, timeout: float = 10.0) -> Deliver:
    """Return a Deliver that POSTs to `url`, such as a function URL. `timeout` in seconds; `post` adds Slack's 3 s."""

    def deliver(_kind: str, headers: dict[str, str], body: bytes) -> Answer:
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  # an address that the caller chose
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310  # as above
                return Answer(response.status, dict(response.headers.items()), response.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, dict(refusal.headers.items()), refusal.read())

    return deliver
