"""A page of another site, open in a browser on this machine, can neither read nor change the local world."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from devkit.aws import CREDENTIALS, REGION, create_events_table, dynamodb_client, start_ministack
from devkit.buckets import create_waivers_bucket, s3_client
from devkit.local import embedded_table, today_at_the_dock, token_secret
from devkit.proxy import table_proxy
from tests.devkit.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

ROW = {"eid": {"S": "2026-05-23-captain-cory"}, "crew_id": {"S": "#event"}, "price": {"N": "125.00"}}
KEY = {"eid": ROW["eid"], "crew_id": ROW["crew_id"]}
PAGES = {
    "of another site": {"Origin": "https://evil.example"},
    "of another port": {"Origin": "http://127.0.0.1:1"},
    "in a sandboxed frame": {"Origin": "null"},
    "behind a rebound name": {"Host": "evil.example"},
    "behind a rebound name with its own origin": {"Host": "evil.example:80", "Origin": "http://evil.example:80"},
    "behind a name that begins as ours": {"Host": "127.0.0.1.evil.example"},
    "behind a name that cannot be read": {"Host": "["},
    "behind our name as a user's": {"Host": "127.0.0.1@evil.example"},
    "behind a user at our name": {"Host": "evil.example@127.0.0.1"},
    "behind our name with a dot": {"Host": "localhost."},
    "behind our name in a query": {"Host": "evil.example?@localhost"},
    "behind two names": {"Host": "localhost,evil.example"},
    "behind every address": {"Host": "0.0.0.0"},  # noqa: S104 - nothing is bound, a Host is forged
    "behind an address in short": {"Host": "127.1"},
    "behind an address as a number": {"Host": "2130706433"},
    "behind another local address": {"Host": "127.0.0.2"},
    "of our name by another scheme": {"Host": "localhost:80", "Origin": "https://localhost:80"},
    "of our other name": {"Host": "127.0.0.1:80", "Origin": "http://localhost:80"},
    "in a frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    "as a script": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
}
SOCKET = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
EMBEDDED = PAGES | {
    "as an image": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "as an image in an older browser": {"Referer": "https://evil.example/page"},
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start_ministack() as endpoint:
        yield endpoint


@pytest.fixture
def client(endpoint: str) -> Iterator[DynamoDBClient]:
    """A table with one payment's row, which must still exist after the attack."""
    with closing(dynamodb_client(endpoint)) as client:
        create_events_table(client, "events")
        client.put_item(TableName="events", Item=ROW)
        yield client
        assert "Item" in client.get_item(TableName="events", Key=KEY)


def ask(
    url: str, method: str = "GET", path: str = "/", body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one request with exactly these headers, also with another site's Host."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    with closing(connection):
        connection.request(
            method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def as_page(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


DELETE = {"X_Amz_Target": "DynamoDB_20120810.DeleteTable", "Content_Type": "application/x-amz-json-1.0"}
DELETED = json.dumps({"TableName": "events"}).encode()


@pytest.mark.parametrize("page", EMBEDDED)
def test_no_page_reaches_the_embedded_table(client: DynamoDBClient, endpoint: str, page: str) -> None:
    assert client is not None
    status, headers, _ = ask(endpoint, "POST", "/", DELETED, **DELETE, **as_page(EMBEDDED[page]))
    assert status == 403
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("page", EMBEDDED)
def test_no_page_reads_or_fills_the_bucket(endpoint: str, page: str) -> None:
    create_waivers_bucket(endpoint, "waivers")
    with closing(s3_client(endpoint)) as s3:
        s3.put_object(Bucket="waivers", Key="signed.json", Body=b"{}")
    for method in ("GET", "PUT", "DELETE"):
        assert ask(endpoint, method, "/waivers/signed.json", b"", **as_page(EMBEDDED[page]))[0] == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/reset?init=1"),
        ("POST", "/%5fministack/reset"),
        ("POST", "//_ministack/reset"),
        ("POST", "/_ministack/config"),
        ("POST", "/_ministack/ses/messages"),
        ("GET", "/_ministack/health"),
        ("GET", "/_localstack/health"),
        ("GET", "/_ministack/sqs/messages"),
        ("PUT", "/_ministack/cfn-response/token"),
        ("OPTIONS", "/"),
        ("OPTIONS", "/waivers/signed.json"),
        ("GET", "/health"),
    ],
)
def test_paths_that_steer_the_embedded_aws_are_closed_to_everybody(
    client: DynamoDBClient, endpoint: str, method: str, path: str
) -> None:
    assert client is not None
    for headers in ({}, DELETE, {"Authorization": signed_for("s3")}):
        status, answered, _ = ask(endpoint, method, path, b"", **headers)
        assert status == 403, headers
        assert "access-control-allow-origin" not in answered


def signed_for(service: str) -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential=local/20260523/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("lambda", "list_functions"),
        ("iam", "list_users"),
        ("sts", "get_caller_identity"),
        ("cloudformation", "list_stacks"),
        ("secretsmanager", "list_secrets"),
        ("ssm", "describe_parameters"),
        ("events", "list_rules"),
        ("stepfunctions", "list_state_machines"),
        ("ec2", "describe_instances"),
        ("sns", "list_topics"),
    ],
)
def test_services_that_the_product_does_not_use_are_off(endpoint: str, service: str, call: str) -> None:
    keys = dict(zip(("aws_access_key_id", "aws_secret_access_key"), CREDENTIALS.values(), strict=True))
    found: Any = boto3.client(service, endpoint_url=endpoint, region_name=REGION, **keys)  # type: ignore[call-overload]
    with closing(found), pytest.raises(ClientError) as refused:
        getattr(found, call)()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_no_function_can_be_created_by_an_unsigned_request_either(endpoint: str) -> None:
    made = json.dumps({"FunctionName": "evil", "Runtime": "python3.12", "Handler": "a.b", "Role": "r", "Code": {}})
    assert ask(endpoint, "POST", "/2015-03-31/functions", made.encode())[0] == 403
    assert ask(endpoint, "POST", "/", b"Action=CreateStack&StackName=evil&Version=2010-05-15")[0] == 403
    assert ask(endpoint, "GET", "/?Action=ListUsers&Version=2010-05-08")[0] == 403


def test_what_the_product_uses_answers_and_invites_no_page(endpoint: str) -> None:
    with closing(s3_client(endpoint)) as s3:
        create_waivers_bucket(endpoint, "waivers")
        s3.put_object(Bucket="waivers", Key="a/b c", Body=b"{}")
        answer = s3.get_object(Bucket="waivers", Key="a/b c")
    assert answer["Body"].read() == b"{}"
    content = answer["ResponseMetadata"]["HTTPHeaders"]
    assert not [name for name in content if name.startswith("access-control")]


def test_a_foreign_name_ends_at_the_proxy_too(client: DynamoDBClient, endpoint: str) -> None:
    assert client is not None
    with table_proxy(endpoint) as proxy:
        for page in EMBEDDED.values():
            assert ask(proxy.url, "POST", "/", DELETED, **DELETE, **as_page(page))[0] == 403


def test_the_embedded_aws_holds_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-secret",
        "SLACK_APP_TOKEN": "xapp-secret",
        "SLACK_SIGNING_SECRET": "signing-secret",
        "ADMIN_TOKEN_SECRET": "admin-secret",
        "GMAIL_CREDENTIALS": "gmail-secret",
        "AWS_SESSION_TOKEN": "session-secret",
        "GITHUB_TOKEN": "any-secret",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    with start_ministack(state=tmp_path / "aws"):
        ours = [each for each in Path("/proc").glob("[0-9]*") if _is_child(each)]
        environments = [(each / "environ").read_bytes().decode() for each in ours]
    assert [text for text in environments if f"STATE_DIR={tmp_path / 'aws'}" in text]
    assert [value for value in secrets.values() if value in "".join(environments)] == []


def _is_child(process: Path) -> bool:
    try:
        return (
            f"\nPPid:\t{os.getpid()}\n" in (process / "status").read_text()
            and b"devkit.embedded" in (process / "cmdline").read_bytes()
        )
    except OSError:
        return False


def test_what_is_kept_is_for_its_owner_alone_also_what_an_earlier_version_left(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    (folder / "aws" / "s3" / "waivers").mkdir(mode=0o755, parents=True)
    for name in ("aws/dynamodb.json", "aws/s3/waivers/signed.json", "admin-token-secret"):
        (folder / name).write_text("{}")
        (folder / name).chmod(0o644)
    folder.chmod(0o755)
    before = os.umask(0o022)
    try:
        token_secret(folder)
        with embedded_table(folder) as table:
            create_waivers_bucket(table.endpoint, "waivers-too")
    finally:
        os.umask(before)
    wide = [path for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert wide == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_page_reaches_any_server_of_the_local_world(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0") as run:
        servers = [run.address(at) for at in (r"Open\s+", "function URL is ", "public site is ", "the outbox, ")]
        for server in servers:
            assert ask(server)[0] in {200, 405}
            for name, page in PAGES.items():
                assert ask(server, "POST", "/ui/command", b"{}", **as_page(page))[0] == 403, (server, name)
                assert ask(server, "GET", "/", b"", **as_page(page))[0] == 403, (server, name)
            assert ask(server, "POST", "/digest", Sec_Fetch_Site="cross-site")[0] == 403
            linked = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
            assert ask(server, "GET", "/", b"", **linked)[0] in {200, 405}, "a link of another site may open the page"
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
                for page in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, linked):
                    assert ask(server, method, "/", b"", **as_page(page))[0] == 403, (server, method, page)
            upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
            for page in (PAGES["of another site"], PAGES["behind a rebound name"]):
                status, answered, _ = ask(server, "GET", "/", b"", **as_page(page | upgrade | SOCKET))
                assert status != 101
                assert "sec-websocket-accept" not in answered
        assert run.stop() == 0
    kept = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {path.name for path in kept} >= {"lock", "admin-token-secret"}
    assert [path for path in (tmp_path, *kept) if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_form_of_the_public_site_itself_arrives(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0") as run:
        site = run.address("public site is ")
        path = f"/g/{today_at_the_dock()}-captain-cory-afternoon/waiver"
        digest = hashlib.sha256(b"{}").hexdigest()
        sent = {"Content_Type": "application/json", "X_Amz_Content_Sha256": digest, "Sec_Fetch_Site": "same-origin"}
        assert ask(site, "POST", path, b"{}", Origin=site, **sent)[0] == 422
        assert run.stop() == 0
