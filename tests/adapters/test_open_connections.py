"""Requests over a connection that is open already: sent in a short way, and answered as over a new one."""

from __future__ import annotations

import http.server
import json
import threading
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from botocore.exceptions import ClientError

from adapters import open_connections
from adapters.aws import NO_ANSWER
from adapters.dynamo import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

KEY: Any = {"eid": {"S": "a"}, "crew_id": {"S": "#event"}}
BODY = json.dumps({"Item": {**KEY, "title": {"S": "Cory 🏄" * 5000}}}).encode()


class _Table(http.server.BaseHTTPRequestHandler):
    """Answers each request as the next of `ways` says, and a later one as usual; notes connections and requests."""

    protocol_version = "HTTP/1.1"
    ways: list[Callable[[_Table], None]]
    connections: list[object]
    seen: list[dict[str, str]]

    def setup(self) -> None:
        """Note a connection."""
        super().setup()
        self.connections.append(self)

    def do_POST(self) -> None:
        """Answer one operation."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.seen.append({**{name.lower(): value for name, value in self.headers.items()}, "body": body.decode()})
        (self.ways.pop(0) if self.ways else _Table.whole)(self)

    def whole(self, body: bytes = BODY, status: int = 200, **headers: str) -> None:
        """Answer with the length."""
        self.send_response(status)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"x-amz-crc32": str(crc32(body)), "content-length": str(len(body)), **given}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def in_chunks(self) -> None:
        """Answer without the length."""
        self.send_response(200)
        self.send_header("x-amz-crc32", str(crc32(BODY)))
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for part in (BODY[:7], BODY[7:]):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def and_close(self) -> None:
        """Answer, and say that the connection ends."""
        self.whole(connection="close")

    def not_at_all(self) -> None:
        """End the connection."""
        self.close_connection = True

    def cut(self) -> None:
        """Answer with half of what the length says."""
        self.whole(BODY[: len(BODY) // 2], content_length=str(len(BODY)), x_amz_crc32=str(crc32(BODY)))
        self.close_connection = True

    def refuse(self) -> None:
        """Answer that a condition does not hold."""
        code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
        self.whole(json.dumps({"__type": code, "message": "no"}).encode(), status=400)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Table]]:
    """A table that answers in these ways."""

    class Table(_Table):
        ways: list[Any] = []  # noqa: RUF012 - of this test
        connections: list[object] = []  # noqa: RUF012 - as above
        seen: list[dict[str, str]] = []  # noqa: RUF012 - as above

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Table)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    yield Table
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(table: type[_Table]) -> Iterator[DynamoDBClient]:
    """A client that has one open connection."""
    client = connect(connect_timeout=10, read_timeout=20)
    assert read(client) == json.loads(BODY)["Item"]
    assert len(table.connections) == 1
    yield client
    client.close()


def read(client: DynamoDBClient) -> Any:
    return client.get_item(TableName="events", Key=KEY)["Item"]


@pytest.mark.parametrize(
    ("way", "connections"),
    [(_Table.whole, 1), (_Table.in_chunks, 1), (_Table.and_close, 2)],
    ids=lambda way: getattr(way, "__name__", way),
)
def test_an_open_connection_is_used_until_the_table_ends_it(
    table: type[_Table], client: DynamoDBClient, way: Any, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    head = open_connections._head
    monkeypatch.setattr(open_connections, "_head", lambda *given: sent.append(head(*given)) or head(*given))  # type: ignore[func-returns-value]
    table.ways = [way]
    assert read(client) == read(client) == json.loads(BODY)["Item"]
    assert len(table.connections) == connections
    assert len(sent) == 3 - connections, "over a new connection the whole way"
    first, *later = (
        {**each, "x-amz-date": "", "amz-sdk-invocation-id": "", "authorization": ""} for each in table.seen
    )
    assert all(each == first for each in later), "the same in both ways"


@pytest.mark.parametrize("way", [_Table.not_at_all, _Table.cut], ids=lambda way: way.__name__)
def test_a_connection_that_breaks_is_replaced_for_the_second_try(
    table: type[_Table], client: DynamoDBClient, way: Any
) -> None:
    table.ways = [way]
    assert read(client) == json.loads(BODY)["Item"]
    assert (len(table.connections), len(table.seen)) == (2, 3)

    table.ways = [way, way]
    with pytest.raises(NO_ANSWER):
        read(client)


def test_a_refusal_is_read_and_the_connection_kept(table: type[_Table], client: DynamoDBClient) -> None:
    table.ways = [_Table.refuse]
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        client.put_item(TableName="events", Item=KEY, ConditionExpression="attribute_exists(eid)")
    assert read(client)
    assert len(table.connections) == 1
