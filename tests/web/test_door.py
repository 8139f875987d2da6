"""Any malformed or hostile request gets a clear 4xx, and nothing is written."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from devkit.aws import ROOT
from devkit.functions import to_event
from tests.builders import EID

if TYPE_CHECKING:
    from tests.web.conftest import Answer, WebWorld

LOG = f"/api/events/{EID}/payment-log"
HOSTILE = (
    "..",
    "%2e%2e",
    "%2f",
    "2026-05-23%2fx",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "2026-05-23-a%00b",
    "\x00",
    "2026-05-23-a\nb",
    "x" * 3000,
    "2026-05-23-" + "x" * 3000,
    "<script>alert(1)</script>",
    "%3Cscript%3E",
    "2026-05-23-..-x",
    "2026-05-23-ü",
    "' OR 1=1 --",
    "{{7*7}}",
    "#event",
    "2026-05-23-a;b",
    "%",
    " ",
)


def _whole(world: WebWorld) -> list[Any]:
    rows: list[Any] = world.client.scan(TableName=world.table)["Items"]
    return rows


def test_hostile_ids_are_a_4xx_on_every_route_and_write_nothing(web_world: WebWorld) -> None:
    before = _whole(web_world)
    for eid in HOSTILE:
        for answer in (
            web_world.get(f"/api/events/{eid}"),
            web_world.get(f"/api/events/{eid}/payment-cleared", "patron_id=dave"),
            web_world.log(eid=eid),
        ):
            assert 400 <= answer.status < 500, eid
            assert answer.errors is not None
            assert "<script" not in answer.text.replace("\\u003c", "<") or answer.status == 422
            assert "Traceback" not in answer.text
    assert _whole(web_world) == before


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 404, None),
        ("GET", "/api", 404, None),
        ("GET", "/api/", 404, None),
        ("GET", "/api/events/", 404, None),
        ("GET", f"/api/events/{EID}/", 404, None),
        ("GET", "//api/health", 404, None),
        ("GET", "/API/health", 404, None),
        ("GET", "/api/health\n", 404, None),
        ("POST", "/api/nothing", 404, None),
        ("GET", "/" + "x" * 100_000, 404, None),
        ("GET", LOG, 405, "POST"),
        ("POST", "/api/events", 405, "GET, HEAD"),
        ("DELETE", f"/api/events/{EID}", 405, "GET, HEAD"),
        ("OPTIONS", "/api/health", 405, "GET, HEAD"),
        ("TRACE", "/api/health", 405, "GET, HEAD"),
        ("BREW", "/api/health", 405, "GET, HEAD"),
        ("", "/api/health", 405, "GET, HEAD"),
    ],
)
def test_unknown_paths_and_methods(web_world: WebWorld, method: str, path: str, status: int, allow: str | None) -> None:
    answer = web_world.ask(method, path)
    assert answer.status == status
    assert answer.errors == {}
    assert answer.headers.get("allow") == allow


def test_head_is_get_without_the_body(web_world: WebWorld) -> None:
    answer = web_world.ask("HEAD", "/api/health")
    assert (answer.status, answer.body) == (200, b"")
    assert web_world.ask("HEAD", "/api/events").status == 401


def _send(world: WebWorld, body: bytes, content_type: str | None = "application/json", **headers: str) -> Answer:
    given = {"authorization": f"Bearer {world.token()}", "idempotency-key": "k-1", **headers}
    if content_type is not None:
        given["content-type"] = content_type
    return world.ask("POST", LOG, body=body, headers=given)


GOOD = json.dumps({"patron_id": "dave", "amount": "5", "method": "cash"}).encode()


def test_bodies_that_cannot_be_read_are_400(web_world: WebWorld) -> None:
    for body in (
        b"",
        b" ",
        b"{",
        b"nonsense",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b'{"amount": ' + b"9" * 10_000 + b"}",
        b'{"patron_id": "dave", "amount": "5", "amount": "500", "method": "cash"}',
        b'{"patron_id": "dave", "amount": "5", "method": "cash", "notes": "\\ud800"}',
        b"[]",
        b"null",
        b'"text"',
        b"1",
    ):
        answer = _send(web_world, body)
        assert answer.status == 400, body[:60]
        assert answer.errors == {}
        assert answer.json["detail"]
    assert web_world.row()["payments"] == {}


def test_nested_values_and_huge_exponents_are_refused_in_words(web_world: WebWorld) -> None:
    deep = b'{"patron_id": "dave", "amount": "5", "method": "cash", "notes": ' + b"[" * 400 + b"]" * 400 + b"}"
    assert _send(web_world, deep).errors == {"notes": "This must be text."}
    for number in (b"1e999999999", b"1e-999999999", b"-1", b"0", b"100000.01", b"1e400"):
        answer = _send(web_world, b'{"patron_id": "dave", "method": "cash", "amount": ' + number + b"}")
        assert answer.status in {400, 422}, number
    assert web_world.row()["payments"] == {}


def test_only_json_in_utf_8_is_taken(web_world: WebWorld) -> None:
    for content_type in (
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; boundary=x",
        "application/jsonp",
        "text/html, application/json",
    ):
        answer = _send(web_world, GOOD, content_type)
        assert answer.status == 415, content_type
        assert answer.errors == {}
    assert _send(web_world, GOOD, **{"content-encoding": "gzip"}).status == 415
    for content_type in ("application/json", "Application/JSON", 'application/json; charset="utf-8"'):
        assert _send(web_world, GOOD, content_type).status in {200, 201}


def test_large_bodies_are_413(web_world: WebWorld) -> None:
    for size in (64 * 1024 + 1, 5 * 1024 * 1024):
        for body in (b"x" * size, b'{"notes": "' + b"x" * size + b'"}', "é".encode() * (size // 2 + 1)):
            answer = _send(web_world, body)
            assert answer.status == 413
            assert "64 KB" in answer.json["detail"]
    assert web_world.row()["payments"] == {}


def test_ten_megabytes_never_reach_the_handler(web_world: WebWorld) -> None:
    """Lambda refuses bodies over 6 MB; the handler would refuse them too."""
    event = to_event("POST", LOG, "", {"authorization": f"Bearer {web_world.token()}"}, b"{" * 10_000_000)
    event["headers"]["content-type"] = "application/json"
    assert web_world.web_function.lambda_handler(event, None)["statusCode"] == 413


def test_events_that_lambda_leaves_bare_are_answered(web_world: WebWorld) -> None:
    for event in (
        {},
        {"requestContext": None},
        {"requestContext": {"http": None}, "headers": None},
        {"requestContext": {"http": {"method": "POST", "path": "/"}}, "rawPath": None, "body": None},
    ):
        assert web_world.web_function.lambda_handler(event, None)["statusCode"] in {404, 405}
    whole = to_event("GET", "/api/health")
    for name in ("body", "cookies", "queryStringParameters"):
        whole[name] = None
    assert web_world.web_function.lambda_handler(whole, None)["statusCode"] == 200


def _barest(world: WebWorld, method: str, path: str, **given: Any) -> dict[str, Any]:
    """Return a request with only the keys that a route needs."""
    headers = {"Authorization": f"Bearer {world.token()}"} | given.pop("headers", {})
    http = {"method": method, "path": path}
    event = {"rawPath": path, "headers": headers, "requestContext": {"http": http}, **given}
    answered: dict[str, Any] = world.web_function.lambda_handler(event, None)
    return answered


def test_the_barest_requests_of_each_route_are_answered(web_world: WebWorld) -> None:
    log = {"headers": {"Content-Type": "application/json", "Idempotency-Key": "bare"}, "body": GOOD.decode()}
    assert _barest(web_world, "POST", LOG, **log)["statusCode"] == 201
    for path in ("/api/health", "/api/openapi.json", "/api/events", f"/api/events/{EID}", f"/g/{EID}/waiver"):
        assert _barest(web_world, "GET", path)["statusCode"] == 200, path


def test_the_query_is_read_from_whichever_of_its_two_forms_is_there(web_world: WebWorld) -> None:
    cleared = f"/api/events/{EID}/payment-cleared"
    for query in ({"rawQueryString": "patron_id=dave"}, {"queryStringParameters": {"patron_id": "dave"}}):
        assert _barest(web_world, "GET", cleared, **query)["statusCode"] == 200, query
    for query in ({"rawQueryString": "qr"}, {"queryStringParameters": {"qr": ""}}):
        code = _barest(web_world, "GET", f"/g/{EID}/waiver", **query)
        assert (code["headers"]["content-type"], code["isBase64Encoded"]) == ("image/png", True), query


def test_names_of_headers_are_in_lower_case_on_every_answer(web_world: WebWorld) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/events"), ("POST", LOG), ("PUT", LOG), ("GET", "/api/health")):
        event = to_event(method, path)
        answered = web_world.web_function.lambda_handler(event, None)
        assert "content-type" in answered["headers"], (method, path)
        assert all(name == name.lower() for name in answered["headers"]), (method, path)


@pytest.mark.parametrize("body", ["%%%", "AAA", "é"])
def test_base64_that_is_none_is_400(web_world: WebWorld, body: str) -> None:
    event = to_event("POST", LOG, "", {"authorization": f"Bearer {web_world.token()}"})
    event["headers"] |= {"content-type": "application/json", "idempotency-key": "k-1"}
    answer = web_world.web_function.lambda_handler(event | {"body": body, "isBase64Encoded": True}, None)
    assert answer["statusCode"] == 400


def test_what_nobody_expected_is_a_500_without_a_word_of_it(
    web_world: WebWorld, caplog: pytest.LogCaptureFixture
) -> None:
    web_world.table_faults.fail_next("Query", error="ValidationException")
    answer = web_world.get(f"/api/events/{EID}")
    assert answer.status == 500
    assert answer.errors == {}
    reference = answer.json["reference"]
    assert answer.json["detail"] == (
        f"Something went wrong on our side. Please try once more: nothing is counted twice. Reference: {reference}."
    )
    assert caplog.text.count(f"reference={reference} request=") == 2, "the error and the answer"
    assert "Traceback" not in answer.text
    assert "ClientError" in caplog.text
    assert "dave" not in caplog.text
    caplog.set_level(logging.ERROR)


def test_the_web_lambda_starts_without_slack_and_without_what_few_requests_need(web_world: WebWorld) -> None:
    code = (
        "import sys, web_function\n"
        "late = {'slack_bolt', 'slack_sdk', 'bot', 'jwt', 'fpdf', 'segno', 'boto3'}\n"
        "print(sorted(late & sys.modules.keys()), 'web_function' in sys.modules)"
    )
    assert web_world.web_function is not None, "its environment is this test's"
    content = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    assert content.stdout == "[] True\n"


def test_an_event_that_is_not_awss_is_answered_without_what_it_lacks(web_world: WebWorld) -> None:
    whole = to_event("GET", "/api/health", "a=b", {"accept": "*/*"}, b"")
    values: tuple[Any, ...] = (5, "x", [], None)
    odd: list[Any] = [None, 5, [], "GET", {}, *({**whole, name: each} for name in whole for each in values)]
    odd += [{**whole, "requestContext": {"http": {"method": 5, "path": {}}, "stage": 0}}]
    for event in odd:
        answer = web_world.web_function.lambda_handler(event, None)
        assert answer["statusCode"] in {200, 404, 405}, event
        assert isinstance(answer["body"], str)
