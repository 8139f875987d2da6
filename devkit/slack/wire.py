"""How Slack speaks to an app: signed, form-encoded POSTs that must be answered within 3 s."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

JSON = dict[str, Any]
OK: Final = 200


@dataclass(frozen=True)
class Answer:
    """What the app answered: status, headers (any case) and the raw body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Deliver = Callable[[str, dict[str, str], bytes], Answer]
"""Hands one request to the app: kind (`command`, `interaction`, `options`), headers, body. If it raises: no answer."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One request that went to the app, and how it ended. `error` is Slack's word for what went wrong, or None."""

    kind: str
    name: str
    """The command, action_id or callback_id."""
    payload: JSON
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    status: int | None
    error: str | None
    answer: bytes = b""


def signed_headers(body: bytes, *, secret: str, timestamp: int) -> dict[str, str]:
    """Slack's v0 signature: HMAC-SHA256 of `v0:timestamp:body`. `timestamp` in Unix seconds."""
    digest = hmac.new(secret.encode(), b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json,*/*",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest}",
    }


def form(fields: Mapping[str, str]) -> bytes:
    """A slash command's body."""
    return urlencode(fields).encode()


def interaction(payload: JSON) -> bytes:
    """An interaction's body: one form field `payload` that holds JSON."""
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()


def read_body(body: bytes) -> JSON:
    """The payload back out of a request body, for the log of deliveries."""
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return dict(json.loads(fields["payload"])) if "payload" in fields else dict(fields)


def post(  # noqa: PLR0913  # one request is just these parts
    bot: Deliver, kind: str, name: str, headers: dict[str, str], body: bytes, *, patience: float
) -> tuple[Answer | None, Delivery]:
    """Deliver one signed request; wait at most `patience` seconds.

    A later answer is thrown away, as Slack does. The answer is None when the app was late (`operation_timeout`),
    raised, or did not say 200 (both `dispatch_failed`).
    """
    arrived: list[Answer] = []

    def run() -> None:
        try:
            arrived.append(bot(kind, dict(headers), body))
        except Exception as error:  # noqa: BLE001  # whatever breaks in the app, Slack sees only that nothing came
            arrived.append(Answer(status=0, body=repr(error).encode()))

    began = time.perf_counter()
    worker = threading.Thread(target=run, name=f"slack-{kind}", daemon=True)
    worker.start()
    worker.join(patience)
    seconds = time.perf_counter() - began
    answer = arrived[0] if arrived else None
    error = "operation_timeout" if answer is None else None if answer.status == OK else "dispatch_failed"
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
    )
    return (None if error else answer), delivery


def over_http(url: str, *, timeout: float = 10.0) -> Deliver:
    """A Deliver that POSTs to `url`, such as a function URL. `timeout` in seconds; `post` keeps Slack's own 3 s."""

    def deliver(_kind: str, headers: dict[str, str], body: bytes) -> Answer:
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  # an http address of our own
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310  # as above
                return Answer(response.status, dict(response.headers.items()), response.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, dict(refusal.headers.items()), refusal.read())

    return deliver
