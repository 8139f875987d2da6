"""HTTP entry of the bot: turns a function-URL request into a Bolt request, and Bolt's answer into a response.

No request raises. An unreadable body is answered with 400, an unsigned request with 401.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.request import BoltRequest

from bot import going_on, troubles
from bot.shapes import NOT_SLACKS, set_aside_odd

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse

# Ten times the size of Slack's largest requests, which are views with their state.
LARGEST_BODY: Final = 1_000_000

_UNAUTHORIZED: Final = 401
_TIMESTAMP: Final = "x-slack-request-timestamp"
_SIGNATURE: Final = "x-slack-signature"
_SECONDS: Final = re.compile("[0-9]{1,12}")


def answer(
    request: dict[str, Any], app: App, request_id: str | None = None, *, team_id: str | None = None
) -> dict[str, Any]:
    """Return the response to one function-URL request (payload format 2.0).

    `request_id` is Lambda's own; `team_id` is the workspace of the app, if it is set.
    """
    troubles.begin(request_id)
    request = _object(request)
    http = _object(_object(request.get("requestContext")).get("http"))
    if http.get("method") != "POST":
        return _not_posted(http, request)
    headers = {str(name).lower(): value for name, value in _object(request.get("headers")).items()}
    body = _body(request)
    if body is None:
        return _plain(400, "The body is not readable text.")
    if len(body) > LARGEST_BODY:
        return _plain(413, "The body is too large.")
    if not _may_be_signed(headers):
        return _plain(401, "The request is not signed as Slack's are.")
    response = _dispatched(body, headers, app, team_id)
    if response is None:
        return _plain(400, NOT_SLACKS)
    return {"statusCode": response.status, "headers": response.first_headers(), "body": response.body}


def _not_posted(http: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Return the response to a request that is no POST. Slack asks that its checks of the certificate are confirmed."""
    if http.get("method") == "GET" and "ssl_check=1" in str(request.get("rawQueryString")).split("&"):
        return _plain(200, "")
    return _plain(405, "This address answers Slack's POST requests only.", allow="POST")


def _object(value: object) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one. A direct invocation may carry anything."""
    return value if isinstance(value, dict) else {}


def _may_be_signed(headers: dict[str, Any]) -> bool:
    """Return whether Bolt can check the signature. It raises on words for a timestamp, on non-ASCII and on lists."""
    timestamp, signature = headers.get(_TIMESTAMP, "0"), headers.get(_SIGNATURE, "")
    if not isinstance(timestamp, str) or not isinstance(signature, str):
        return False
    return _SECONDS.fullmatch(timestamp) is not None and signature.isascii()


def _body(request: dict[str, Any]) -> str | None:
    body = request.get("body") or ""
    if not request.get("isBase64Encoded"):
        return body if isinstance(body, str) else None
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError, TypeError):
        return None


def _dispatched(body: str, headers: dict[str, str], app: App, team_id: str | None) -> BoltResponse | None:
    """Return Bolt's answer, or None if Bolt cannot process the body."""
    request = _parsed(body, headers)
    if request is None:
        return None
    try:
        response = app.dispatch(request)
        if response.status == _UNAUTHORIZED:
            from bot.refused_signatures import note_refused  # rarely needed

            note_refused(request, team_id=team_id, request_id=troubles.request_id())
        return going_on.deliver(request.body, response)
    except Exception as error:  # noqa: BLE001 - otherwise Lambda answers with its own 502
        # Errors of listeners are answered in refused.py, so this one comes from Bolt's reading of the payload.
        troubles.noted_error("", error)
        return None


def _parsed(body: str, headers: dict[str, str]) -> BoltRequest | None:
    """Return Bolt's request, or None if Bolt cannot parse the body. It parses before it checks the signature."""
    try:
        request = BoltRequest(body=body, headers=dict(headers))
    except (json.JSONDecodeError, RecursionError, AttributeError, LookupError, TypeError, ValueError):
        return None
    if not isinstance(request.body, dict) or not (_is_plain(body) or _is_text(request.body)):
        return None
    set_aside_odd(request)
    return request


def _is_plain(body: str) -> bool:
    """Return whether a body has no escape of a surrogate, as most have none."""
    return body.isascii() and not any(escape in body for escape in ("%5Cud", "%5CuD", "%5cud", "%5cuD", "\\ud", "\\uD"))


def _is_text(read: dict[str, Any]) -> bool:
    """Return whether everything in a body can be sent on. Half of a surrogate pair cannot."""
    try:
        json.dumps(read, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(status: int, sentence: str, **headers: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "text/plain; charset=utf-8", **headers}, "body": sentence}
