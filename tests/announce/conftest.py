"""The fixtures for tests of announcements: see stage.py."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest

from adapters.ledger import DynamoLedger
from devkit.aws import CREDENTIALS, REGION, create_announcements_table
from devkit.buckets import create_waivers_bucket, s3_client
from devkit.listen import bind, listening
from devkit.local_slack import local_slack
from devkit.proxy import table_proxy
from devkit.slack.server import application
from devkit.slack.wire import Answer
from devkit.stream import streams_client
from tests.builders import ZONE, a_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tests.conftest import Engine

from tests.announce.boarding import BoardingStage
from tests.announce.process import Clock, numbers
from tests.announce.stage import OPS, AnnounceStage


@pytest.fixture(scope="session")
def served() -> Iterator[list[ASGIApp]]:
    """One listener for the workspaces of all tests, because starting one takes longer than most tests."""
    served: list[ASGIApp] = []

    async def newest(scope: Scope, receive: Receive, send: Send) -> None:
        await served[-1](scope, receive, send)

    with listening(newest, bind(0)) as url:
        served.append(application(local_slack(_deaf)))
        os.environ["ANNOUNCE_TESTS_SLACK"] = url
        yield served


def _deaf(_kind: str, _headers: dict[str, str], _body: bytes) -> Answer:
    return Answer(200)


@pytest.fixture(scope="session")
def stream(dynamodb: Engine) -> Iterator[Any]:
    """The client for the engine's streams."""
    client = streams_client(dynamodb.endpoint)
    yield client
    client.close()


@pytest.fixture
def bare_announce_stage(  # noqa: PLR0917 - fixtures arrive as arguments
    dynamodb: Engine,
    events_table: str,
    served: list[ASGIApp],
    stream: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[AnnounceStage]:
    """An empty table. After each test, nobody was mentioned and each ordered fault was used."""
    from devkit.environment import bot_environment

    clock, announcements = Clock(), f"announcements-{os.getpid()}-{next(numbers)}"
    slack = local_slack(_deaf, clock=clock)
    slack.rate_limit = True
    served[:] = [application(slack)]
    # The tests' clock is set to May, so the engine would expire the records during a test.
    create_announcements_table(dynamodb.client, announcements, forgets=False)
    with ExitStack() as stack:
        stack.callback(dynamodb.client.delete_table, TableName=announcements)
        proxy = stack.enter_context(table_proxy(dynamodb.endpoint))
        environment = bot_environment(
            aws=proxy.url,
            slack=os.environ["ANNOUNCE_TESTS_SLACK"],
            public_url="https://trips.example.com",
            token_secret="made-up-token-secret-of-at-least-32-bytes",
            events_table=events_table,
            announcements_table=announcements,
        ) | {"OPS_CHANNEL": OPS, "ANNOUNCE_BY": "slack"}  # mail has its own tests
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
        stack.enter_context(mock.patch.dict(os.environ, ours | environment, clear=True))
        stack.callback(sys.modules.pop, "announce_function", None)
        ledger = DynamoLedger(dynamodb.client, events_table, zone=ZONE, currency="USD")
        yield AnnounceStage(
            slack, dynamodb.client, events_table, announcements, proxy, clock, ledger, stream, monkeypatch, capsys
        )
    assert slack.pings == []
    assert proxy.unused == {}
    assert {method: faults for method, faults in slack.faults.items() if faults} == {}


@pytest.fixture
def announce_stage(bare_announce_stage: AnnounceStage) -> AnnounceStage:
    """Captain Cory's trip of this afternoon, with Dave and Ana, already known to the stream's reader."""
    bare_announce_stage.put(a_row())
    bare_announce_stage.records()
    return bare_announce_stage


@pytest.fixture
def boarding_stage(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[BoardingStage]:
    """The stage with an empty bucket for the lists of cast-offs, and crew who check people in."""
    bucket = f"lists-{os.getpid()}-{next(numbers)}"
    create_waivers_bucket(dynamodb.endpoint, bucket)
    announce_stage.restart(WAIVERS_BUCKET=bucket)
    with closing(s3_client(dynamodb.endpoint)) as s3:
        yield BoardingStage(announce_stage, s3, bucket)


@pytest.fixture
def letters(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[Callable[[], list[dict[str, str]]]]:
    """The stage with a queue for dead letters. Returns a function that reads the queue."""
    make: Any = boto3.client
    client = make(
        "sqs",
        endpoint_url=dynamodb.endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    url = client.create_queue(QueueName=f"dead-letters-{os.getpid()}")["QueueUrl"]
    announce_stage.restart(DEAD_LETTER_QUEUE_URL=url)

    def read() -> list[dict[str, str]]:
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    yield read
    client.delete_queue(QueueUrl=url)
    client.close()
    announce_stage.function.dead_letters._client._endpoint.http_session.close()
