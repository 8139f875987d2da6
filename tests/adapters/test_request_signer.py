"""Requests are signed with less work, and letter by letter as botocore signs them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from adapters import request_signer
from adapters.dynamo import connect
from adapters.request_signer import QuickSignature
from tests.adapters.test_client import KEY, answered_with

MORNING, NEXT_DAY = datetime(2026, 11, 28, 9, 15, 59, tzinfo=UTC), datetime(2026, 11, 29, 0, 0, 1, tzinfo=UTC)


@pytest.fixture(params=[MORNING, NEXT_DAY], ids=str)
def _moment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign at one moment, as everybody does."""
    for module in (botocore.auth, request_signer):
        monkeypatch.setattr(module, "get_current_datetime", lambda: request.param)


def a_request(url: str, **changed: Any) -> AWSRequest:
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.UpdateItem",
        "Content-Type": "application/x-amz-json-1.0",
        "User-Agent": "ship-captain-crew",
        "X-Odd": "  two   words ",
        "Authorization": "of an earlier try",
    }
    return AWSRequest(**{"method": "POST", "url": url, "headers": headers, "data": b'{"Key": "\xc3\xa9"}', **changed})


def signed(by: type[SigV4Auth], request: AWSRequest, token: str | None = None) -> list[tuple[str, str]]:
    credentials = Credentials("AKIAMADEUP", "made-up", token).get_frozen_credentials()
    by(credentials, "dynamodb", "us-west-2").add_auth(request)
    return list(request.headers.items())


@pytest.mark.usefixtures("_moment")
@pytest.mark.parametrize("token", [None, "a-session"])
@pytest.mark.parametrize(
    "url",
    ["https://dynamodb.us-west-2.amazonaws.com/", "http://127.0.0.1:4566", "https://[::1]:8443/", "https://A.B:443"],
)
def test_a_request_is_signed_as_botocore_signs_it(url: str, token: str | None) -> None:
    ours, theirs = (signed(by, a_request(url), token) for by in (QuickSignature, SigV4Auth))
    assert ours == theirs
    assert dict(ours)["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAMADEUP/2026112")


@pytest.mark.usefixtures("_moment")
@pytest.mark.parametrize(
    "changed",
    [
        {"url": "https://example.com/path?b=2&a=1"},
        {"method": "GET", "data": None},
        {"params": {"a": "1"}},
        {"data": b""},
    ],
    ids=str,
)
def test_any_other_request_is_left_to_botocore(changed: dict[str, Any]) -> None:
    ours, theirs = (
        signed(by, a_request(**{"url": "https://example.com/", **changed})) for by in (QuickSignature, SigV4Auth)
    )
    assert ours == theirs


@pytest.mark.usefixtures("_moment")
def test_the_tables_client_signs_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMADEUP")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    quick: list[object] = []
    add_auth = QuickSignature.add_auth
    monkeypatch.setattr(QuickSignature, "add_auth", lambda self, request: quick.append(1) or add_auth(self, request))  # type: ignore[func-returns-value]

    signatures = []
    for client in (connect(), boto3.client("dynamodb")):
        seen = answered_with(client, b"{}")
        client.get_item(TableName="events", Key=KEY)
        signatures.append(seen[0].headers["Authorization"])

    assert signatures[0] == signatures[1]
    assert len(quick) == 1


def test_without_credentials_nothing_is_signed() -> None:
    nobody: Any = None
    with pytest.raises(NoCredentialsError):
        QuickSignature(nobody, "dynamodb", "us-west-2").add_auth(a_request("https://example.com/"))
