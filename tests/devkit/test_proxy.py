"""The proxy passes requests on, counts them, and makes them fail as the test asks."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from devkit.aws import CREDENTIALS, REGION
from devkit.buckets import create_waivers_bucket
from devkit.proxy import Proxy, table_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.conftest import Engine

KEY = {"eid": {"S": "2026-05-23-captain-cory"}, "crew_id": {"S": "#event"}}


@pytest.fixture
def proxy(dynamodb: Engine) -> Iterator[Proxy]:
    with table_proxy(dynamodb.endpoint) as running:
        yield running


@pytest.fixture
def hasty(proxy: Proxy) -> Iterator[DynamoDBClient]:
    """A client without retries."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=proxy.url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )
    yield client
    client.close()


def add_one(client: DynamoDBClient, table: str) -> None:
    client.update_item(
        TableName=table,
        Key=KEY,
        UpdateExpression="ADD #n :one",
        ExpressionAttributeNames={"#n": "n"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def saved(dynamodb: Engine, table: str) -> int:
    row = dynamodb.client.get_item(TableName=table, Key=KEY, ConsistentRead=True).get("Item", {})
    return int(row["n"]["N"]) if row else 0


def test_requests_go_through_and_are_counted_by_operation(
    dynamodb: Engine, events_table: str, proxy: Proxy, hasty: DynamoDBClient
) -> None:
    add_one(hasty, events_table)
    add_one(hasty, events_table)
    assert hasty.get_item(TableName=events_table, Key=KEY)["Item"]["n"] == {"N": "2"}
    assert proxy.calls == {"UpdateItem": 2, "GetItem": 1}
    assert saved(dynamodb, events_table) == 2


def test_a_throttled_request_never_reaches_the_table_and_only_once(
    dynamodb: Engine, events_table: str, proxy: Proxy, hasty: DynamoDBClient
) -> None:
    proxy.fail_next("UpdateItem", throttle=True)
    with pytest.raises(hasty.exceptions.ProvisionedThroughputExceededException):
        add_one(hasty, events_table)
    assert saved(dynamodb, events_table) == 0
    add_one(hasty, events_table)
    assert saved(dynamodb, events_table) == 1


def test_an_answer_can_be_lost_after_the_write_was_done(
    dynamodb: Engine, events_table: str, proxy: Proxy, hasty: DynamoDBClient
) -> None:
    proxy.fail_next("UpdateItem", drop_answer=True)
    with pytest.raises(ConnectionClosedError):
        add_one(hasty, events_table)
    assert saved(dynamodb, events_table) == 1


def test_a_request_can_be_lost_before_the_write(
    dynamodb: Engine, events_table: str, proxy: Proxy, hasty: DynamoDBClient
) -> None:
    proxy.fail_next("UpdateItem", drop_request=True)
    with pytest.raises(ConnectionClosedError):
        add_one(hasty, events_table)
    assert saved(dynamodb, events_table) == 0


@pytest.mark.parametrize("name", ["TransactionConflictException", "InternalServerError"])
def test_any_error_of_dynamodb_can_be_played(events_table: str, proxy: Proxy, hasty: DynamoDBClient, name: str) -> None:
    proxy.fail_next("UpdateItem", error=name)
    with pytest.raises(ClientError) as refused:
        add_one(hasty, events_table)
    assert refused.value.response["Error"]["Code"] == name


def test_a_slow_table_answers_late_but_answers(
    dynamodb: Engine, events_table: str, proxy: Proxy, hasty: DynamoDBClient
) -> None:
    proxy.fail_next("UpdateItem", delay=0.2)
    started = time.monotonic()
    add_one(hasty, events_table)
    assert time.monotonic() - started >= 0.2
    assert saved(dynamodb, events_table) == 1


def test_faults_wait_for_their_operation_and_are_spent_in_order(
    events_table: str, proxy: Proxy, hasty: DynamoDBClient
) -> None:
    proxy.fail_next("UpdateItem", throttle=True, times=2)
    proxy.fail_next("PutItem", throttle=True)
    assert "Item" not in hasty.get_item(TableName=events_table, Key=KEY)
    for _ in range(2):
        with pytest.raises(ClientError):
            add_one(hasty, events_table)
    add_one(hasty, events_table)
    assert proxy.unused == {"PutItem": 1}
    with pytest.raises(ValueError, match="choose a fault"):
        proxy.fail_next("PutItem")


def test_s3_is_passed_on_counted_and_hurt_by_its_methods(dynamodb: Engine, proxy: Proxy) -> None:
    create_waivers_bucket(dynamodb.endpoint, "behind-the-proxy")
    s3 = boto3.client(
        "s3",
        endpoint_url=proxy.url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
    with closing(s3):
        s3.put_object(Bucket="behind-the-proxy", Key="a", Body=b"first")
        proxy.fail_next("PUT", error="SlowDown")
        proxy.fail_next("PUT", drop_answer=True)
        with pytest.raises(ClientError, match="SlowDown"):
            s3.put_object(Bucket="behind-the-proxy", Key="a", Body=b"second")
        assert s3.get_object(Bucket="behind-the-proxy", Key="a")["Body"].read() == b"first"
        with pytest.raises(ConnectionClosedError):
            s3.put_object(Bucket="behind-the-proxy", Key="a", Body=b"third")
        assert s3.get_object(Bucket="behind-the-proxy", Key="a")["Body"].read() == b"third"

    assert proxy.calls == {"PUT": 3, "GET": 2}
    assert proxy.unused == {}
