"""CloudFront's handling of requests and answers: methods, headers, compression, errors."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from devkit.edge.wire import Request
from tests.devkit.edge_stage import Stage, changed

if TYPE_CHECKING:
    from devkit.functions import Reply

LONG = b"<p>waiver</p>" * 100


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/dispatch", 403),
        ("DELETE", "/", 403),
        ("OPTIONS", "/dispatch", 403),
        ("PUT", "/_staging/dispatch/index.html", 403),
        ("TRACE", "/api/events", 405),
        ("CONNECT", "/api/events", 405),
        ("PROPFIND", "/api/events", 403),
        ("HEAD", "/dispatch", 200),
        ("OPTIONS", "/api/events", 200),
        ("PATCH", "/g/x/waiver", 200),
    ],
)
def test_a_behaviour_takes_its_methods(method: str, path: str, status: int) -> None:
    stage = Stage()
    assert stage.edge.answer(Request(method=method, raw_path=path))[0] == status
    assert bool(stage.asked) is (status == 200)


def test_a_get_with_a_body_and_an_endless_address_end_at_the_edge() -> None:
    stage = Stage()
    assert stage.edge.answer(Request(method="GET", raw_path="/api/x", body=b"x"))[0] == 403
    assert stage.get("/" + "a" * 8191)[0] == 200
    assert stage.get("/" + "a" * 8192)[0] == 414
    assert len(stage.asked) == 1


def test_the_bucket_learns_nothing_of_the_viewer() -> None:
    stage = Stage()
    stage.get("/dispatch?token=1", cookie="a=1", authorization="Bearer abc", referer="x", if_none_match='"1"')
    _, request = stage.asked[0]
    assert request.query == ""
    assert {name for name, _ in request.headers} == {
        "accept-encoding",
        "if-none-match",
        "user-agent",
        "via",
        "x-amz-cf-id",
        "x-forwarded-for",
    }


def test_every_answer_has_security_headers_and_the_page_a_content_policy() -> None:
    stage = Stage()
    for path in ("/g/x/waiver", "/api/events", "/_staging/x", "/dispatch"):
        content = dict(stage.get(path)[1])
        assert content["strict-transport-security"] == "max-age=31536000"
        assert content["x-content-type-options"] == "nosniff"
        assert content["x-frame-options"] == "DENY"
        assert content["referrer-policy"] == "no-referrer"
        assert content["x-robots-tag"] == "noindex, nofollow"
    for path in ("/dispatch", "/_staging/x"):
        policy = dict(stage.get(path)[1])["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_functions_own_policy_stays_and_its_looser_headers_go() -> None:
    stage = Stage()
    stage.reply = (
        200,
        [("Content-Security-Policy", "script-src 'sha256-x'"), ("X-Frame-Options", "ALLOWALL"), ("Date", "today")],
        b"",
    )
    content = stage.get("/g/x/waiver")[1]
    assert ("content-security-policy", "script-src 'sha256-x'") in content
    assert [value for name, value in content if name == "x-frame-options"] == ["DENY"]
    assert "date" not in dict(content)
    assert "default-src 'none'" in dict(stage.get("/dispatch")[1])["content-security-policy"]


def test_a_header_without_override_lets_the_origins_own_go_first() -> None:
    stage = Stage(
        changed(
            "FrameOptions: {FrameOption: DENY, Override: true}", "FrameOptions: {FrameOption: DENY, Override: false}"
        )
    )
    assert dict(stage.get("/g/x/waiver")[1])["x-frame-options"] == "DENY"
    stage.reply = (200, [("x-frame-options", "SAMEORIGIN")], b"")
    assert dict(stage.get("/g/x/waiver")[1])["x-frame-options"] == "SAMEORIGIN"


def test_an_answer_is_compressed_where_cloudfront_would() -> None:
    stage = Stage()
    stage.reply = (200, [("content-type", "text/html; charset=utf-8"), ("etag", '"1"')], LONG)
    _, headers, body = stage.get("/g/x/waiver", accept_encoding="br, gzip")
    assert gzip.decompress(body) == LONG
    assert dict(headers)["content-encoding"] == "gzip"
    assert dict(headers)["etag"] == 'W/"1"'
    assert stage.asked[0][1].header("accept-encoding") == "gzip"


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ((200, [("content-type", "text/html")], LONG), ""),
        ((200, [("content-type", "text/html")], LONG), "br"),
        ((200, [("content-type", "text/html")], LONG), "gzip;q=0, br"),
        ((200, [("content-type", "text/html")], LONG[:999]), "gzip"),
        ((200, [("content-type", "image/png")], LONG), "gzip"),
        ((200, [("content-type", "text/html"), ("content-encoding", "br")], LONG), "gzip"),
        ((201, [("content-type", "text/html")], LONG), "gzip"),
    ],
)
def test_what_cloudfront_leaves_as_it_is(reply: Reply, accepted: str) -> None:
    stage = Stage()
    stage.reply = reply
    _, headers, body = stage.get("/g/x/waiver", accept_encoding=accepted)
    assert body == reply[2]
    assert dict(headers).get("content-encoding") != "gzip"


def test_without_a_policy_that_compresses_nothing_is_compressed() -> None:
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    stage = Stage(changed("CachePolicyId: !Ref FreshPolicy", f"CachePolicyId: {disabled}"))
    stage.reply = (200, [("content-type", "text/html")], LONG)
    assert stage.get("/g/x/waiver", accept_encoding="gzip")[2] == LONG


def test_an_origins_errors_come_through_as_they_are() -> None:
    stage = Stage()
    for status in (400, 401, 403, 404, 409, 500, 503):
        stage.reply = (status, [("content-type", "application/problem+json")], b"{}")
        answered, headers, body = stage.get("/api/events")
        assert (answered, body) == (status, b"{}")
        assert dict(headers)["x-cache"] == "Error from cloudfront"


def test_an_origin_that_does_not_answer_is_a_502(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()

    def gone(_request: Request) -> Reply:
        raise ConnectionRefusedError("nobody there")

    stage.edge._origins["WebFunction"] = gone
    assert stage.get("/api/events")[0] == 502
    assert "WebFunction did not answer" in caplog.text
