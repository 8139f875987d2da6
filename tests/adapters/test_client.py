"""The client that starts fast behaves as botocore's own: it calls the same address and returns the same answers."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from adapters.attribute_values import from_wire, to_wire
from adapters.aws import session
from adapters.botocore_parts import DynamoLoader, DynamoParsers
from adapters.dynamo import connect
from adapters.s3 import connect_s3

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.conftest import Engine

KEY = {"eid": {"S": "2026-05-23-captain-cory"}, "crew_id": {"S": "#event"}}


@pytest.fixture
def _on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set credentials, and neither an endpoint, a profile nor a region of the machine's own."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMADEUP")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")


def answered_with(client: DynamoDBClient, body: bytes) -> list[AWSPreparedRequest]:
    """Answer each GetItem of the client with these bytes, instead of the network. Return the list of requests."""
    seen: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: object) -> Any:
        seen.append(request)
        headers: Any = {}
        raw: Any = type("Raw", (), {"stream": lambda *_, **__: iter([body])})()
        return AWSResponse(request.url or "", 200, headers, raw)

    client.meta.events.register("before-send.dynamodb.GetItem", answer)
    return seen


def sent(client: DynamoDBClient) -> tuple[str, str]:
    """Return the address of a request of the client, with the region and service for which it is signed."""
    seen = answered_with(client, b"{}")
    client.get_item(TableName="events", Key=KEY)
    authorization = str(seen[0].headers["Authorization"])
    return str(seen[0].url), authorization.partition("Credential=")[2].partition(",")[0].split("/", 2)[2]


@pytest.mark.usefixtures("_on_aws")
@pytest.mark.parametrize("region", ["us-west-2", "us-east-1", "eu-north-1", "cn-north-1", "us-gov-west-1", "ap-east-2"])
def test_it_calls_and_signs_as_boto3s_own_client_does(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    ours, boto3s = connect(), boto3.client("dynamodb", region_name=region)
    assert ours.meta.endpoint_url == boto3s.meta.endpoint_url
    assert sent(ours) == sent(boto3s)
    assert region in sent(ours)[1]


@pytest.mark.usefixtures("_on_aws")
@pytest.mark.parametrize("region", ["us-west-2", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
@pytest.mark.parametrize("variants", [("FIPS",), ("DUALSTACK",), ("FIPS", "DUALSTACK")], ids="-".join)
def test_it_calls_the_variants_that_the_environment_asks_for(
    variants: tuple[str, ...], region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    for variant in variants:
        monkeypatch.setenv(f"AWS_USE_{variant}_ENDPOINT", "true")
    assert sent(connect()) == sent(boto3.client("dynamodb"))


def test_answers_are_those_of_boto3s_own_client(
    dynamodb: Engine, events_table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = connected_to(dynamodb, monkeypatch)
    item = {name: to_wire(value) for name, value in {**from_wire(KEY), "title": "Cory 🏄", "seats": 12}.items()}
    ours.put_item(TableName=events_table, Item=item)
    mine = ours.get_item(TableName=events_table, Key=KEY)
    theirs = dynamodb.client.get_item(TableName=events_table, Key=KEY)
    assert mine["Item"] == theirs["Item"] == item
    assert mine["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert mine["ResponseMetadata"]["RequestId"] == mine["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    assert "Item" not in ours.get_item(TableName=events_table, Key={**KEY, "crew_id": {"S": "nobody"}})


def test_errors_are_those_of_boto3s_own_client(
    dynamodb: Engine, events_table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = connected_to(dynamodb, monkeypatch)
    with pytest.raises(ours.exceptions.ConditionalCheckFailedException) as refused:
        ours.put_item(TableName=events_table, Item=KEY, ConditionExpression="attribute_exists(eid)")
    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    with pytest.raises(ours.exceptions.ResourceNotFoundException):
        ours.get_item(TableName="no-such-table", Key=KEY)


@pytest.mark.usefixtures("_on_aws")
def test_an_answer_that_is_not_json_is_read_as_botocore_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    for client in (connect(), boto3.client("dynamodb")):
        answered_with(client, json.dumps({"Item": KEY})[:-2].encode())
        assert "Item" not in client.get_item(TableName="events", Key=KEY)
    parts: Any = connect()
    assert parts.meta.config.user_agent == "ship-captain-crew"
    assert (type(parts._loader), type(parts._endpoint._response_parser_factory)) == (DynamoLoader, DynamoParsers)


def test_a_session_without_handlers_has_none_of_botocores_own() -> None:
    renamed = SimpleNamespace(list_hits_for_qualification_type="renamed")
    for handlers, answer in ((True, "renamed"), (False, None)):
        emitter: Any = session(handlers=handlers).get_component("event_emitter")
        event = "getattr.mturk.list_hi_ts_for_qualification_type"
        assert emitter.emit_until_response(event, client=renamed)[1] == answer


def connected_to(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> DynamoDBClient:
    monkeypatch.setenv("AWS_ENDPOINT_URL", engine.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return connect(connect_timeout=5, read_timeout=20)


@pytest.mark.usefixtures("_on_aws")
@pytest.mark.parametrize("connect_to", [connect, connect_s3])
@pytest.mark.parametrize(
    ("named", "region"),
    [
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
    ],
)
def test_either_variable_names_the_region(
    monkeypatch: pytest.MonkeyPatch, connect_to: Callable[[], Any], named: dict[str, str], region: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert connect_to().meta.region_name == region
