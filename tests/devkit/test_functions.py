"""A function URL passes events to a handler, and answers back, as AWS does."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest

from devkit.functions import MAX_BYTES, FunctionUrl, LambdaContext, from_answer, invoke, to_event
from devkit.listen import PortTaken, bind, listening

FORM = "application/x-www-form-urlencoded"


def echo(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with the event."""
    return {"statusCode": 200, "body": json.dumps(event), "headers": {"X-Request": context.aws_request_id}}


def test_an_event_is_complete_by_payload_format_two() -> None:
    event = to_event("post", "/slack/events", "a=1&b=%20x&a=2", {"User-Agent": "Slackbot", "X-Y": "z"}, b"")
    assert event["version"] == "2.0"
    assert event["routeKey"] == "$default"
    assert event["rawPath"] == "/slack/events"
    assert event["rawQueryString"] == "a=1&b=%20x&a=2"
    assert event["queryStringParameters"] == {"a": "1,2", "b": " x"}
    assert event["isBase64Encoded"] is False
    assert "body" not in event
    context = event["requestContext"]
    assert context["http"] == {
        "method": "POST",
        "path": "/slack/events",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "Slackbot",
    }
    expected = {"accountId", "apiId", "domainName", "domainPrefix", "http"}
    assert expected | {"requestId", "routeKey", "stage", "time", "timeEpoch"} == set(context)
    assert {"host", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"} <= set(
        event["headers"]
    )
    assert json.loads(json.dumps(event)) == event


def test_headers_are_lower_cased_duplicates_joined_and_cookies_apart() -> None:
    pairs = [("Accept", "text/html"), ("ACCEPT", "*/*"), ("Cookie", "a=1; b=2"), ("cookie", "c=3")]
    event = to_event("GET", "/", "", pairs)
    assert event["headers"]["accept"] == "text/html,*/*"
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


@pytest.mark.parametrize(
    ("content_type", "is_base64"),
    [
        (FORM, True),
        (f"{FORM}; charset=utf-8", True),
        ("application/octet-stream", True),
        ("image/png", True),
        ("", True),
        ("text/plain", False),
        ("application/json; charset=utf-8", False),
        ("application/problem+json", False),
        ("application/xml", False),
    ],
)
def test_a_body_is_text_or_base64_by_its_type_as_aws_does(content_type: str, is_base64: bool) -> None:  # noqa: FBT001  # a table of cases
    event = to_event("POST", "/", "", {"Content-Type": content_type} if content_type else {}, "é=1".encode())
    assert event["isBase64Encoded"] is is_base64
    assert event["body"] == (base64.b64encode("é=1".encode()).decode() if is_base64 else "é=1")


def test_a_form_can_be_asked_for_as_text_but_what_is_not_utf8_never_is() -> None:
    assert to_event("POST", "/", "", {"Content-Type": FORM}, b"a=1", base64_body=False)["body"] == "a=1"
    assert to_event("POST", "/", "", {"Content-Type": "text/plain"}, b"a=1", base64_body=True)["body"] == "YT0x"
    event = to_event("POST", "/", "", {"Content-Type": "text/plain"}, b"\xff\xfe", base64_body=False)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\xff\xfe"


def test_an_answer_becomes_status_headers_and_bytes() -> None:
    answer = {"statusCode": 201, "headers": {"X-A": 1}, "body": "é", "cookies": ["a=1", "b=2; Secure"]}
    assert from_answer(answer) == (
        201,
        [("x-a", "1"), ("content-type", "application/json"), ("set-cookie", "a=1"), ("set-cookie", "b=2; Secure")],
        "é".encode(),
    )
    encoded = {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "iVA=", "isBase64Encoded": True}
    assert from_answer(encoded) == (200, [("content-type", "image/png")], b"\x89P")


@pytest.mark.parametrize("answer", [{"ok": True}, ["a"], "text", None, 7])
def test_an_answer_without_a_status_is_json_with_200(answer: object) -> None:
    status, headers, body = from_answer(answer)
    assert (status, headers) == (200, [("content-type", "application/json")])
    assert json.loads(body) == answer


def _raises(_event: object, _context: object) -> None:
    raise RuntimeError("nobody outside may read this")


@pytest.mark.parametrize(
    "handler",
    [
        _raises,
        lambda *_: {"statusCode": "abc"},
        lambda *_: {"statusCode": 42},
        lambda *_: {"statusCode": 200, "body": {"not": "text"}},
        lambda *_: {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        lambda *_: {"statusCode": 200, "body": b"bytes"},
        lambda *_: {"statusCode": 200, "body": "x" * (MAX_BYTES + 1)},
    ],
)
def test_a_handler_that_fails_is_answered_as_lambda_answers(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="devkit.functions"):
        status, _, body = invoke(handler, to_event("GET", "/"))
    assert (status, body) == (502, b"Internal Server Error")
    assert caplog.records


def test_a_handler_knows_its_request_and_how_long_it_has() -> None:
    first, second = LambdaContext("bot", timeout=3.0), LambdaContext("bot", timeout=0.0)
    assert 2000 < first.get_remaining_time_in_millis() <= 3000
    assert second.get_remaining_time_in_millis() == 0
    assert first.aws_request_id != second.aws_request_id
    assert first.function_name == "bot"
    assert first.invoked_function_arn.endswith(":function:bot")
    assert first.log_group_name == "/aws/lambda/bot"
    assert first.aws_request_id.replace("-", "") in first.log_stream_name


def _ask(url: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if response.status == 200 else content
    finally:
        connection.close()


def test_over_http_the_path_and_query_arrive_as_they_stood_on_the_wire() -> None:
    with listening(FunctionUrl(echo), bind(0)) as url:
        status, event = _ask(url, "GET", "/g/a%2Fb/waiver?q=%C3%A9&q=2", headers={"X-Name": "Dana"})
        assert status == 200
        assert event["rawPath"] == "/g/a%2Fb/waiver"
        assert event["rawQueryString"] == "q=%C3%A9&q=2"
        assert event["queryStringParameters"] == {"q": "é,2"}
        assert event["headers"]["x-name"] == "Dana"
        status, event = _ask(url, "POST", "/", b"text=%26", {"Content-Type": FORM})
        assert base64.b64decode(event["body"]) == b"text=%26"


def test_over_http_a_failing_handler_is_a_502_and_the_server_lives_on() -> None:
    answers = iter([RuntimeError("first"), {"statusCode": 200, "body": "1", "cookies": ["a=1", "b=2"]}])

    def handler(_event: object, _context: object) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with listening(FunctionUrl(handler), bind(0)) as url:
        assert _ask(url, "GET", "/") == (502, b"Internal Server Error")
        assert _ask(url, "GET", "/") == (200, 1)


def test_over_http_each_cookie_is_set_by_a_header_of_its_own() -> None:
    answer = {"statusCode": 204, "cookies": ["a=1", "b=2; Secure"]}
    with listening(FunctionUrl(lambda *_: answer), bind(0)) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        connection.request("GET", "/")
        assert connection.getresponse().headers.get_all("set-cookie") == ["a=1", "b=2; Secure"]
        connection.close()


def test_more_than_six_megabytes_never_reach_the_handler() -> None:
    called = threading.Event()

    def handler(_event: object, _context: object) -> dict[str, Any]:
        called.set()
        return {"statusCode": 200, "body": "1"}

    with listening(FunctionUrl(handler), bind(0)) as url:
        status, _ = _ask(url, "POST", "/", b"x" * (MAX_BYTES + 1))
        assert status == 413
        assert not called.is_set()
        status, _ = _ask(url, "POST", "/", b"x" * MAX_BYTES)
        assert status == 200


def test_a_taken_port_is_passed_over_or_named() -> None:
    with bind(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is taken"):
            bind(port)
        with bind(port, tries=20) as next_one:
            assert port < next_one.getsockname()[1] < port + 20
