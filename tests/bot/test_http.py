"""The HTTP guard: any request gets a proper answer, never an exception or a 5xx, and none of it is logged."""

from __future__ import annotations

import base64
import json
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from devkit.functions import to_event
from devkit.slack.people import SIGNING_SECRET
from devkit.slack.wire import signed_headers
from tests.bot.conftest import logged, opened
from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bot.conftest import BotStage

COMMAND = {
    "command": "/log-payment",
    "text": "help",
    "user_id": "U0DANA",
    "team_id": "T0SHIPCREW",
    "channel_id": "C0DOCK",
    "trigger_id": "1.2.abc",
    "response_url": "http://127.0.0.1:9/response/R1",
}
FORM = urlencode(COMMAND).encode()
JSON_TYPE = "application/json"


def _signed(body: bytes = FORM, *, timestamp: int | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
    return signed_headers(body, secret=secret, timestamp=int(time.time()) if timestamp is None else timestamp)


def _event(body: bytes = FORM, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A function-URL event, properly signed unless other headers are given."""
    return to_event("POST", "/slack/events", "", _signed(body) if headers is None else headers, body)


def _ask(bot_stage: BotStage, event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = bot_stage.world.lambda_function.lambda_handler(event, None)
    json.dumps(answer)
    assert isinstance(answer["body"], str)
    return answer


def _status(bot_stage: BotStage, event: dict[str, Any]) -> int:
    return int(_ask(bot_stage, event)["statusCode"])


def _payload(payload: object) -> bytes:
    return urlencode({"payload": payload if isinstance(payload, str) else json.dumps(payload)}).encode()


def test_a_signed_command_is_answered(bot_stage: BotStage) -> None:
    answer = _ask(bot_stage, _event())
    assert answer["statusCode"] == 200
    assert "Log a payment." in json.loads(answer["body"])["text"]
    assert answer["headers"]["content-type"].startswith(JSON_TYPE)


FORGERIES: dict[str, Callable[[], dict[str, str]]] = {
    "signed with another secret": lambda: _signed(secret="another"),
    "signed for another body": lambda: _signed(b"text=other"),
    "stale": lambda: _signed(timestamp=int(time.time()) - 301),
    "from the future": lambda: _signed(timestamp=int(time.time()) + 360),  # a minute may pass until it is checked
    "no signature": lambda: {k: v for k, v in _signed().items() if k != "X-Slack-Signature"},
    "no timestamp": lambda: {k: v for k, v in _signed().items() if k != "X-Slack-Request-Timestamp"},
    "an empty signature": lambda: _signed() | {"X-Slack-Signature": ""},
    "a signature in other letters": lambda: _signed() | {"X-Slack-Signature": "v0=ünicode"},
    "a timestamp in words": lambda: _signed() | {"X-Slack-Request-Timestamp": "noon"},
    "a timestamp in other digits": lambda: _signed() | {"X-Slack-Request-Timestamp": "١٢٣"},
    "a negative timestamp": lambda: _signed() | {"X-Slack-Request-Timestamp": "-1"},
    "a timestamp without end": lambda: _signed() | {"X-Slack-Request-Timestamp": "9" * 5000},
    "no headers": dict,
}


@pytest.mark.parametrize("way", ["as it is", "base64"])
def test_forged_requests_are_turned_away(bot_stage: BotStage, way: str) -> None:
    bodies = {"as it is": FORM.decode(), "base64": base64.b64encode(FORM).decode()}
    event = {"body": bodies[way], "isBase64Encoded": way == "base64"}
    got = {name: _status(bot_stage, _event(headers=forge()) | event) for name, forge in FORGERIES.items()}
    assert got == dict.fromkeys(FORGERIES, 401)
    assert bot_stage.world.calls == {}


def test_however_lambda_hands_the_body_over_it_is_understood(bot_stage: BotStage) -> None:
    text, encoded = FORM.decode(), base64.b64encode(FORM).decode()
    ways: list[dict[str, Any]] = [
        {"body": text, "isBase64Encoded": False},
        {"body": encoded, "isBase64Encoded": True},
        {"body": text},
        {"body": text, "isBase64Encoded": None},
        {"body": text, "isBase64Encoded": False, "cookies": None, "queryStringParameters": None},
    ]
    bare = {name: value for name, value in _event().items() if name not in {"body", "isBase64Encoded", "rawPath"}}
    assert [_status(bot_stage, bare | way) for way in ways] == [200] * len(ways)


def test_what_is_no_request_of_slacks_gets_a_proper_no(bot_stage: BotStage) -> None:
    get = _event() | {"requestContext": {"http": {"method": "GET"}}}
    got = {
        "get": _status(bot_stage, get),
        "delete": _status(bot_stage, _event() | {"requestContext": {"http": {"method": "DELETE"}}}),
        "no context": _status(bot_stage, _event() | {"requestContext": None}),
        "nothing at all": _status(bot_stage, {}),
        "null headers": _status(bot_stage, _event() | {"headers": None}),
        "null header": _status(bot_stage, _event() | {"headers": {"x-slack-signature": None}}),
        "null body": _status(bot_stage, _event(b"") | {"body": None}),
        "invalid base64": _status(bot_stage, _event() | {"body": "%%%", "isBase64Encoded": True}),
        "binary": _status(bot_stage, _event(b"\xff\xfe\x00")),
        "two megabytes": _status(bot_stage, _event(b"text=" + b"x" * 2_000_000)),
    }
    assert got == {
        "get": 405,
        "delete": 405,
        "no context": 405,
        "nothing at all": 405,
        "null headers": 401,
        "null header": 401,
        "null body": 200,
        "invalid base64": 400,
        "binary": 400,
        "two megabytes": 413,
    }
    assert _ask(bot_stage, get)["headers"]["allow"] == "POST"


def test_what_is_no_http_request_at_all_gets_a_proper_no(bot_stage: BotStage) -> None:
    post = {"requestContext": {"http": {"method": "POST"}}}
    handed: list[Any] = [None, [], "POST", 5, {"requestContext": "POST"}, {"requestContext": {"http": ["POST"]}}]
    handed += [post | {"headers": odd, "body": "x"} for odd in ([1], "a: b", 5, {"x-slack-signature": 7, "5": [6]})]
    assert {_status(bot_stage, odd) for odd in handed} <= {400, 401, 405}


WHO: dict[str, Any] = {"user": {"id": "U0DANA", "team_id": "T0SHIPCREW"}, "team": {"id": "T0SHIPCREW"}}
ODD_PAYLOADS: dict[str, object] = {
    "truncated": '{"type": "view_submi',
    "a list": [1, 2],
    "a number": 42,
    "null": None,
    "text": '"hello"',
    "nested deeply": "[" * 100_000 + "]" * 100_000,
    "nested deeply in a field": '{"type": ' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}",
    "an empty object": {},
    "an unknown type": WHO | {"type": "message_from_mars"},
    "an unknown view": WHO | {"type": "view_submission", "view": {"callback_id": "other", "blocks": []}},
    "an unknown action": WHO | {"type": "block_actions", "actions": [{"action_id": "other", "type": "button"}]},
    "an unknown suggestion": WHO | {"type": "block_suggestion", "action_id": "other", "value": "x"},
    "actions that are a number": WHO | {"type": "block_actions", "actions": 5},
    "actions that are texts": WHO | {"type": "block_actions", "actions": ["a"]},
    "a status button without its value": WHO
    | {"type": "block_actions", "actions": [{"action_id": "payment_status.next", "type": "button"}]},
    "a status button with a broken value": WHO
    | {"type": "block_actions", "actions": [{"action_id": "payment_status.x", "type": "button", "value": "{"}]},
    "a user that is a text": {"type": "block_actions", "user": "U0DANA", "actions": []},
    "a view that is a text": WHO | {"type": "view_submission", "view": "log_payment"},
    "a form without a memo": WHO | {"type": "view_submission", "view": {"callback_id": "log_payment", "blocks": []}},
    "a form with a broken memo": WHO
    | {"type": "view_submission", "view": {"callback_id": "log_payment", "private_metadata": "{", "blocks": []}},
    "a form with another memo": WHO
    | {"type": "view_submission", "view": {"callback_id": "log_payment", "private_metadata": '{"a":1}', "blocks": []}},
    "a view_closed": WHO | {"type": "view_closed", "view": {"callback_id": "log_payment", "blocks": []}},
}


def test_odd_payloads_are_answered_below_500_signed_or_not(bot_stage: BotStage) -> None:
    signed, forged = {}, {}
    for odd, payload in ODD_PAYLOADS.items():
        body = _payload(payload)
        signed[odd] = _status(bot_stage, _event(body))
        forged[odd] = _status(bot_stage, _event(body, _signed(b"other")))
    assert {odd: status for odd, status in signed.items() if status >= 500} == {}
    assert {odd: status for odd, status in forged.items() if status not in {400, 401}} == {}
    assert bot_stage.world.calls == {}


def test_odd_forms_and_json_are_answered_below_500(bot_stage: BotStage) -> None:
    bodies = [b"", b"=", b"&&&", b"command", b"payload", b"payload=", b"\x00", b"{}", b"[]", b"5", b'{"type":"event"}']
    for body in bodies:
        for kind in ("application/x-www-form-urlencoded", JSON_TYPE, "text/plain", ""):
            assert _status(bot_stage, _event(body, _signed(body) | {"Content-Type": kind})) < 500, (body, kind)


def test_slacks_own_checks_are_answered(bot_stage: BotStage) -> None:
    assert (
        _status(bot_stage, _event(b"ssl_check=1&token=x", {"Content-Type": "application/x-www-form-urlencoded"})) == 200
    )
    challenge = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    answer = _ask(bot_stage, _event(challenge, _signed(challenge) | {"Content-Type": JSON_TYPE}))
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"challenge": "abc"}
    forged = _event(challenge, _signed(b"x") | {"Content-Type": JSON_TYPE})
    assert _status(bot_stage, forged) == 401


def test_nothing_that_is_logged_holds_a_name_an_amount_or_a_secret(
    bot_stage: BotStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    logged(bot_stage.dana, f"{EID} dave 77.31 cash secret note")
    form = opened(bot_stage.dana, f"{EID} dave 177.31 cash secret note")
    bot_stage.world.table_faults.fail_next("UpdateItem", throttle=True, times=2)
    form.submit()
    form.fill("amount", "77.31x").submit()
    bot_stage.slack.fail("views.open", error="internal_error")
    bot_stage.dana.command("/log-payment", f"{EID} dave 77.31")
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    broken = {"callback_id": "log_payment", "private_metadata": '{"Dave Kowalski": 77.31}', "blocks": []}
    for body in (_payload(WHO | {"type": "view_submission", "view": broken}), _payload('{"dave": "77.31'), FORM):
        for headers in (_signed(body), _signed(b"x"), {}, _signed(body, timestamp=5)):
            _status(bot_stage, _event(body, headers))
    _status(bot_stage, _event(urlencode(COMMAND | {"command": "/dave", "text": "77.31"}).encode()))
    log_text = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert "SlackApiError internal_error" in log_text, "what breaks is logged by its kind"
    for private in ("dave", "Kowalski", "77.31", "secret", "xoxb", SIGNING_SECRET, "v0=", "http://127.0.0.1:9"):
        assert private.lower() not in log_text.lower().replace("xoxb-***", ""), log_text
