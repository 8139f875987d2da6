"""The fast transport to the embedded table gives the same answers as HTTP, and leaves faults to HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from devkit.aws import dynamodb_client
from devkit.proxy import table_proxy
from tests.short_wire import by_http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.proxy import Proxy
    from tests.conftest import Engine

KEY: dict[str, Any] = {"eid": {"S": "2026-05-23"}, "crew_id": {"S": "#event"}}


@pytest.fixture
def proxy(dynamodb: Engine) -> Iterator[Proxy]:
    """A proxy before the engine, or a skipped test where the engine has no short way."""
    if dynamodb.name != "ministack":
        pytest.skip("only the embedded AWS has a short way")
    with table_proxy(dynamodb.endpoint) as proxy:
        yield proxy


def answers_of(proxy: Proxy, table: str) -> list[Any]:
    """Return a client's answers to two writes, one of them refused, and two reads, without what always differs."""
    client = dynamodb_client(proxy.url)
    row = KEY | {"title": {"S": "Señor 🦜 " * 20_000}}
    answers: list[Any] = [client.put_item(TableName=table, Item=row)]
    for ask in (
        lambda: client.put_item(TableName=table, Item=row, ConditionExpression="attribute_not_exists(eid)"),
        lambda: client.get_item(TableName=table, Key=KEY),
        lambda: client.get_item(TableName="nowhere", Key=KEY),
    ):
        try:
            answers.append(ask())
        except ClientError as error:
            answers.append((type(error).__name__, error.response))
    client.close()
    for answer in answers:
        metadata = (answer[1] if isinstance(answer, tuple) else answer)["ResponseMetadata"]
        headers = metadata.pop("HTTPHeaders")
        assert headers["x-amzn-requestid"] == metadata.pop("RequestId")
        metadata["type"] = headers["content-type"]
    return answers


def test_it_gives_what_http_gives(proxy: Proxy, events_table: str) -> None:
    short = answers_of(proxy, events_table)
    assert proxy.calls == {"PutItem": 2, "GetItem": 2}
    assert proxy.came_by == [], "no request came over a socket of the proxy"
    with by_http():
        assert answers_of(proxy, events_table) == short
    assert len(proxy.came_by) == 4


def test_a_call_that_meets_a_fault_goes_by_http_and_counts_once(proxy: Proxy, events_table: str) -> None:
    proxy.fail_next("GetItem", throttle=True, after=1)
    client = dynamodb_client(proxy.url)
    for _ in range(2):
        assert "Item" not in client.get_item(TableName=events_table, Key=KEY)
    client.close()
    assert proxy.calls["GetItem"] == 3, "the second call was throttled once and tried again"
    assert len(proxy.came_by) == 1, "only the throttled try met the proxy's socket"
    assert proxy.unused == {}


def test_a_proxy_that_has_ended_is_not_reached(dynamodb: Engine, events_table: str) -> None:
    with table_proxy(dynamodb.endpoint) as ended:
        client = dynamodb_client(ended.url)
    with pytest.raises(Exception, match="Could not connect"):
        client.get_item(TableName=events_table, Key=KEY)
    client.close()
