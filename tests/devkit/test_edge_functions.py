"""CloudFront Functions run under CloudFront's conditions."""

from __future__ import annotations

import hashlib
import json

import pytest

from charter.mail_links import ONE_CLICK, PATH
from devkit.edge.viewer import FunctionAnswerInvalid, FunctionFailed, run_viewer_request
from devkit.edge.wire import Request
from tests.devkit.edge_stage import Stage, changed

REQUEST = Request(
    method="GET",
    raw_path="/a",
    query="b=1&b=2&c",
    headers=(("host", "h"), ("accept", "x"), ("accept", "y"), ("cookie", "k=v; l=w"), ("x-forwarded-proto", "http")),
    ip="203.0.113.9",
)


def run(body: str) -> Request:
    return run_viewer_request(f"function handler(event) {{ {body} }}", REQUEST)


def test_a_function_that_returns_the_request_changes_nothing() -> None:
    returned = run("return event.request;")
    assert sorted(returned.headers) == sorted(REQUEST.headers)
    assert (returned.raw_path, returned.query, returned.method, returned.ip) == (
        "/a",
        "b=1&b=2&c",
        "GET",
        "203.0.113.9",
    )


def test_a_function_sees_the_event_that_cloudfront_documents() -> None:
    event = json.loads(run("event.request.uri = '/' + JSON.stringify(event); return event.request;").raw_path[1:])
    assert event["version"] == "1.0"
    assert event["context"]["eventType"] == "viewer-request"
    assert event["viewer"] == {"ip": "203.0.113.9"}
    request = event["request"]
    assert request["method"] == "GET"
    assert request["querystring"] == {
        "b": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]},
        "c": {"value": ""},
    }
    assert request["cookies"] == {"k": {"value": "v"}, "l": {"value": "w"}}
    assert request["headers"] == {
        "host": {"value": "h"},
        "accept": {"value": "x", "multiValue": [{"value": "x"}, {"value": "y"}]},
    }


def test_a_form_that_ends_mails_is_signed_with_the_hash_of_its_body_and_no_other_request_gets_one() -> None:
    stage = Stage()
    body = ONE_CLICK.encode()
    for method, path in (("POST", PATH), ("POST", f"{PATH}/x"), ("POST", "/g/x/waiver"), ("GET", PATH)):
        sent = body if method == "POST" else b""
        stage.edge.answer(Request(method=method, raw_path=path, query="a=x", headers=(), body=sent, ip="203.0.113.9"))
    seen = [request.header("x-amz-content-sha256") for _, request in stage.asked]
    assert seen == [hashlib.sha256(body).hexdigest(), None, None, None]
    assert {origin for origin, _ in stage.asked} == {"web"}


def test_a_function_may_set_change_and_remove_headers() -> None:
    returned = run(
        "var h = event.request.headers; h['x-new'] = {value: '1'}; delete h.accept; return event.request;",
    )
    assert returned.header("x-new") == "1"
    assert returned.header("accept") is None
    assert returned.header("cookie") == "k=v; l=w"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "return null;",
        "return 7;",
        "return {};",
        "return {statusCode: 404};",
        "event.request.uri = 'x'; return event.request;",
        "event.request.uri = 7; return event.request;",
        "event.request.headers['X-New'] = {value: '1'}; return event.request;",
        "event.request.headers['x-new'] = '1'; return event.request;",
        "event.request.headers['x-new'] = {value: 1}; return event.request;",
        "event.request.headers['x-real-ip'] = {value: '1'}; return event.request;",
        "event.request.headers.host = {value: 'elsewhere'}; return event.request;",
        "delete event.request.headers.host; return event.request;",
    ],
)
def test_an_answer_that_cloudfront_would_not_take_is_refused(body: str) -> None:
    with pytest.raises(FunctionAnswerInvalid):
        run(body)


@pytest.mark.parametrize("body", ["throw new Error('no');", "return nothing.here;", "while (true) {}"])
def test_a_function_that_throws_or_never_ends_has_failed(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devkit.edge.viewer.SECONDS", 0.1)
    with pytest.raises(FunctionFailed):
        run(body)


def test_what_goes_wrong_in_a_function_is_an_error_of_the_edge(caplog: pytest.LogCaptureFixture) -> None:
    failing = Stage(changed("const uri = request.uri.slice(", "const uri = nothing.uri.slice("))
    assert failing.get("/dispatch")[0] == 503
    invalid = Stage(changed("return request;", "return 7;"))
    assert invalid.get("/dispatch")[0] == 502
    assert failing.asked == invalid.asked == []
    assert "nothing" in caplog.text
