"""The public site over HTTP: the function's requests, the viewer's answers, and that only the edge may call."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import json
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from devkit.edge.origins import folder_bucket
from devkit.edge.signing import Signer
from devkit.functions import MAX_BYTES, FunctionUrl
from devkit.listen import bind, listening
from devkit.public_site import one_at_a_time, public_site
from tests.devkit.edge_stage import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devkit.functions import LambdaContext, Reply


def echo(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer with the event."""
    return {"statusCode": 200, "body": json.dumps(event), "headers": {"content-type": "application/json"}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A public site over HTTP, whose function echoes; its page is one file of text and one script."""
    page: Path = tmp_path_factory.mktemp("page")
    (page / "index.html").write_text("<!doctype html><title>Dispatch</title>")
    (page / "app.js").write_text("// words\n" * 200)
    with public_site(bind(0), echo, bucket=folder_bucket(page)) as url:
        yield url


def ask(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body or None, headers=names)
        response = connection.getresponse()
        return response.status, [(name.lower(), value) for name, value in response.getheaders()], response.read()
    finally:
        connection.close()


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_the_function_gets_the_raw_request_and_its_own_host(site: str) -> None:
    status, _, body = ask(site, "GET", "/g/a%2Fb/waiver?q=%C3%A9&q=2", cookie="a=1; b=2", accept="text/html")
    event: dict[str, Any] = shown(body)
    headers = event["headers"]
    assert (status, event["rawPath"], event["rawQueryString"]) == (200, "/g/a%2Fb/waiver", "q=%C3%A9&q=2")
    assert event["cookies"] == ["a=1", "b=2"]
    assert headers["accept"] == "text/html"
    assert headers["host"] != urlsplit(site).netloc
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert "CloudFront" in headers["via"]
    assert event["requestContext"]["authorizer"]["iam"]["userId"] == "cloudfront"


def test_the_browsers_token_and_address_arrive_under_their_own_names(site: str) -> None:
    _, _, body = ask(
        site,
        "GET",
        "/api/events",
        authorization="Bearer abc",
        x_viewer_address="6.6.6.6",
        x_viewer_authorization="Bearer forged",
        x_forwarded_for="6.6.6.6",
        cloudfront_viewer_address="6.6.6.6:1",
    )
    headers: dict[str, str] = json.loads(body)["headers"]
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 ")  # CloudFront replaces the viewer's own
    assert headers["x-viewer-authorization"] == "Bearer abc"
    assert headers["x-viewer-address"] == "127.0.0.1"
    assert headers["x-forwarded-for"] == "6.6.6.6, 127.0.0.1"
    assert "cloudfront-viewer-address" not in headers


def test_without_a_token_none_arrives_under_any_name(site: str) -> None:
    _, _, body = ask(site, "GET", "/api/events", x_viewer_authorization="Bearer forged")
    assert "x-viewer-authorization" not in json.loads(body)["headers"]


def test_a_post_arrives_with_its_bodys_hash_and_not_without(site: str) -> None:
    sent = b'{"name": "Dave \xc3\xa9"}'
    path = "/g/2026-05-23/waiver"
    status, _, body = ask(site, "POST", path, sent, content_type="application/json", x_amz_content_sha256=sha(sent))
    assert (status, json.loads(body)["body"]) == (200, sent.decode())
    status, _, body = ask(site, "POST", path, sent, content_type="application/json")
    assert (status, b"signature" in body) == (403, True)
    status, _, _ = ask(site, "POST", path, sent, x_amz_content_sha256=sha(sent + b" "))
    assert status == 403
    status, _, _ = ask(site, "POST", path, sent, x_amz_content_sha256="UNSIGNED-PAYLOAD")
    assert status == 403
    binary = b"\xff\x00"
    status, _, body = ask(site, "PUT", "/api/x", binary, x_amz_content_sha256=sha(binary))
    assert base64.b64decode(json.loads(body)["body"]) == binary
    status, _, _ = ask(site, "POST", path, content_length="0")
    assert status == 200  # nothing to hash: CloudFront signs the hash of nothing


def test_more_than_lambda_takes_is_refused(site: str) -> None:
    sent = b"x" * (MAX_BYTES + 1)
    assert ask(site, "POST", "/api/x", sent, x_amz_content_sha256=sha(sent))[0] == 413


def test_the_function_url_takes_nobody_but_the_edge() -> None:
    ours, theirs = Signer(access_key="a", secret="ours"), Signer(access_key="a", secret="theirs")
    with ExitStack() as stack:
        url = stack.enter_context(listening(FunctionUrl(echo, admit=ours.accepts), bind(0)))

        def asked(path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
            status, _, answer = ask(url, "POST" if body else "GET", path, body, **headers)
            return status, answer

        signed = ours.sign("GET", f"{url}/g/x/waiver?a=1&b", body_hash=None)
        assert asked("/g/x/waiver?a=1&b", signed)[0] == 200
        assert asked("/g/x/waiver?a=1&b", {})[0] == 403
        assert asked("/g/x/waiver?a=1&b", {"authorization": "Bearer abc"})[0] == 403
        assert asked("/g/y/waiver?a=1&b", signed)[0] == 403
        assert asked("/g/x/waiver?a=2&b", signed)[0] == 403
        assert asked("/g/x/waiver?a=1&b", signed, b"more")[0] == 403
        assert asked("/g/x/waiver?a=1&b", theirs.sign("GET", f"{url}/g/x/waiver?a=1&b", body_hash=None))[0] == 403
        other = Signer(access_key="b", secret="ours").sign("GET", f"{url}/g/x/waiver", body_hash=None)
        assert asked("/g/x/waiver", other) == (403, b'{"Message": "Forbidden"}')
        old = {**signed, "x-amz-date": "20200101T000000Z"}
        assert asked("/g/x/waiver?a=1&b", old) == (403, b'{"Message": "Signature expired"}')


def test_the_page_is_served_by_its_files_with_their_types(site: str) -> None:
    status, headers, body = ask(site, "GET", "/dispatch")
    assert (status, dict(headers)["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"Dispatch" in body
    etag = dict(headers)["etag"]
    assert ask(site, "GET", "/", if_none_match=etag)[0] == 304
    assert ask(site, "GET", "/", if_none_match='"other"')[0] == 200
    status, headers, body = ask(site, "GET", "/dispatch/app.js", accept_encoding="gzip")
    assert dict(headers)["content-type"] == "text/javascript; charset=utf-8"
    assert gzip.decompress(body).startswith(b"// words")
    assert ask(site, "GET", "/", if_none_match=dict(headers)["etag"])[0] == 200
    assert ask(site, "GET", "/dispatch/app.js", if_none_match=dict(headers)["etag"])[0] == 304
    status, headers, body = ask(site, "HEAD", "/dispatch/app.js")
    assert (status, dict(headers)["content-length"], body) == (200, "1800", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/dispatch/none.js",
        "/dispatch/APP.js",
        "/dispatch/../app.js",
        "/dispatch/%2e%2e/x.py",
        "/g/x/waiver/",
        "/x",
    ],
)
def test_what_is_no_object_is_not_found_and_never_the_page(site: str, path: str) -> None:
    status, headers, body = ask(site, "GET", path)
    assert (status, dict(headers)["content-type"]) == (404, "application/xml")
    assert b"NoSuchKey" in body


def test_an_escaped_key_is_the_same_key(site: str) -> None:
    assert ask(site, "GET", "/dispatch/%61pp.js")[0] == 200


def test_the_function_runs_one_request_at_a_time() -> None:
    inside, most = 0, 0
    gate = threading.Barrier(4)

    def handler(_event: object, _context: object) -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threading.Event().wait(0.02)
        inside -= 1
        return 1

    locked = one_at_a_time(handler)

    def call() -> None:
        gate.wait()
        locked({}, None)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
