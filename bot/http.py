"""The front door: an AWS function-URL request in, Bolt's answer out, a proper answer to all that is not Slack's.

Nothing that a stranger sends raises: what cannot be read is a 400, what cannot be Slack's is a 401.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import traceback
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.request import BoltRequest

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse

# Slack's largest requests, views with their state, are a tenth of this.
LARGEST_BODY: Final = 1_000_000

_TIMESTAMP: Final = "x-slack-request-timestamp"
_SIGNATURE: Final = "x-slack-signature"

log = logging.getLogger(__name__)


def answer(request: dict[str, Any], app: App) -> dict[str, Any]:
    """Answers one function-URL request (payload format 2.0)."""
    request = _object(request)
    http = _object(_object(request.get("requestContext")).get("http"))
    if http.get("method") != "POST":
        return _plain(405, "This address answers Slack's POST requests only.", allow="POST")
    headers = {str(name).lower(): value for name, value in _object(request.get("headers")).items()}
    body = _body(request)
    if body is None:
        return _plain(400, "The body is not readable text.")
    if len(body) > LARGEST_BODY:
        return _plain(413, "The body is too large.")
    if not _may_be_signed(headers):
        return _plain(401, "The request is not signed as Slack's are.")
    response = _dispatched(body, headers, app)
    if response is None:
        return _plain(400, "The body is not what Slack sends.")
    return {"statusCode": response.status, "headers": response.first_headers(), "body": response.body}


def _object(value: object) -> dict[str, Any]:
    """`value` where it is an object, else an empty one: who may invoke the function may hand it anything."""
    return value if isinstance(value, dict) else {}


def _may_be_signed(headers: dict[str, str]) -> bool:
    """Whether Bolt's check can read timestamp and signature: it raises where one is no number or the other no ASCII."""
    timestamp, signature = str(headers.get(_TIMESTAMP, "0")), str(headers.get(_SIGNATURE, ""))
    return re.fullmatch("[0-9]{1,12}", timestamp) is not None and signature.isascii()


def _body(request: dict[str, Any]) -> str | None:
    body = request.get("body") or ""
    if not request.get("isBase64Encoded"):
        return body if isinstance(body, str) else None
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError, TypeError):
        return None


def _dispatched(body: str, headers: dict[str, str], app: App) -> BoltResponse | None:
    """Bolt's answer, or None where it cannot make anything of the body."""
    request = _parsed(body, headers)
    try:
        return app.dispatch(request) if request else None
    except Exception as error:  # noqa: BLE001 - the last door: behind it is only Lambda's own 502
        # What a listener raises has been answered by now (refused.py), so it was the payload itself that broke Bolt.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s at\n%s", type(error).__name__, where)  # noqa: TRY400 - the error's own text may quote a patron
        return None


def _parsed(body: str, headers: dict[str, str]) -> BoltRequest | None:
    """Bolt's request, or None where the body breaks Bolt's parser: it reads bodies before it checks their signature."""
    try:
        request = BoltRequest(body=body, headers=dict(headers))
    except (json.JSONDecodeError, RecursionError, AttributeError, KeyError, TypeError, ValueError):
        return None
    return request if isinstance(request.body, dict) else None


def _plain(status: int, sentence: str, **headers: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "text/plain; charset=utf-8", **headers}, "body": sentence}
