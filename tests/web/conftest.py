"""The web Lambda over a table and a bucket with faults: function-URL requests go in, and answers come out."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import os
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest
from botocore.config import Config

from adapters.attribute_values import from_wire
from devkit.buckets import create_locked_bucket
from devkit.functions import invoke, to_event
from devkit.proxy import Proxy, table_proxy
from devkit.season.planting import to_item
from tests.builders import EID, NOW, a_row
from tests.web.stage import WebStage
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from tests.conftest import Engine

SECRET = "made-up-token-secret-of-at-least-32-bytes"
PUBLIC = "https://trips.example.com"

_numbers = itertools.count()


@dataclass
class Clock:
    """Replaces `datetime` in the web Lambda. Tests move it."""

    moment: datetime = NOW

    def now(self, zone: tzinfo) -> datetime:
        """The moment, in that zone."""
        return self.moment.astimezone(zone)


@dataclass(frozen=True)
class Answer:
    """An answer. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def errors(self) -> dict[str, str]:
        """A problem's sentences by field. The answer must be a whole problem."""
        assert self.headers["content-type"] == "application/problem+json"
        content = self.json
        assert content.keys() == {"type", "title", "status", "detail", "errors", "instance", "reference"}
        assert content["status"] == self.status
        assert content["detail"]
        return {error["field"]: error["message"] for error in content["errors"]}


@dataclass(frozen=True)
class WebWorld:
    """The web Lambda over a table and a bucket."""

    web_function: ModuleType
    client: DynamoDBClient
    """A client that bypasses the proxy, so that a test's own requests are not counted and do not fail."""
    table: str
    table_faults: Proxy
    s3: S3Client
    bucket: str
    """The bucket for evidence of signatures. The web stage's is empty when a test begins."""
    clock: Clock = field(default_factory=Clock)

    def ask(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        base64_body: bool | None = None,
    ) -> Answer:
        """Send one request through a function URL. An answer that AWS would replace by 502 fails the test."""
        event = to_event(method, path, query, headers or {}, body, base64_body=base64_body)
        status, answered, content = invoke(self.web_function.lambda_handler, event)
        assert status < 500 or b'"title"' in content or b"<html" in content, content
        return Answer(status, dict(answered), content)

    def token(self, subject: str = "U0OLIVIA", *, name: str = "Olivia Park", **claims: Any) -> str:
        """Return a valid token; `claims` replace arguments of `Tokens.issue`."""
        return Tokens(SECRET, PUBLIC, now=lambda: self.clock.moment).issue(subject, name=name, **claims)

    def get(self, path: str, query: str = "", *, token: str | None = None) -> Answer:
        """Send a GET with a valid token, or with another."""
        return self.ask("GET", path, query, headers={"authorization": f"Bearer {token or self.token()}"})

    def log(
        self,
        given: object = None,
        *,
        eid: str = EID,
        key: str | None = "",
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **changed: Any,
    ) -> Answer:
        """Log Dave's 125.00 in cash; `changed` replaces fields, and None omits one.

        Each call has a key of its own unless one is given, or None.
        """
        payment = {"patron_id": "dave", "amount": "125.00", "method": "cash", **changed}
        body = {name: value for name, value in payment.items() if value is not None} if given is None else given
        return self.ask(
            "POST",
            f"/api/events/{eid}/payment-log",
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={
                "authorization": f"Bearer {token or self.token()}",
                "content-type": "application/json",
                **({} if key is None else {"idempotency-key": key or f"key-{next(_numbers)}"}),
                **(headers or {}),
            },
        )

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Write whole rows, not through the proxy."""
        for row in rows:
            self.client.put_item(TableName=self.table, Item=to_item(dict(row)))

    def row(self, eid: str = EID) -> dict[str, Any]:
        """Return an event's own row in Python's types, or an empty one."""
        key: Any = to_item({"eid": eid, "crew_id": "#event"})
        return from_wire(self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {}))

    def entries(self, patron_id: str = "dave", eid: str = EID) -> dict[str, Any]:
        """Return a patron's entries by payment id, as they are in the table."""
        entries: dict[str, Any] = self.row(eid).get("payments", {}).get(patron_id, {}).get("entries", {})
        return entries

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """Count the requests to the table inside the block, by operation."""
        cost, before = Counter[str](), Counter(self.table_faults.calls)
        yield cost
        cost.update(Counter(self.table_faults.calls) - before)

    def later(self, **passed: float) -> None:
        """Move the clock forward."""
        self.clock.moment += timedelta(**passed)

    def restart(self) -> None:
        """Start the web Lambda again, without anything in memory."""
        importlib.reload(self.web_function)
        self.web_function.datetime = self.clock  # type: ignore[attr-defined]  # a module takes any attribute


@pytest.fixture(scope="session")
def s3(dynamodb: Engine) -> Iterator[S3Client]:
    """A client of the embedded AWS's S3 that no fault of a test affects."""
    client = boto3.client(
        "s3",
        endpoint_url=dynamodb.endpoint,
        region_name="us-west-2",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(s3={"addressing_style": "path"}),
    )
    yield client
    client.close()


def fresh_bucket(s3: S3Client) -> str:
    """Create a bucket, locked as in the template. Return its name."""
    name = f"waivers-{os.getpid()}-{next(_numbers)}"
    create_locked_bucket(s3, name)
    return name


@pytest.fixture(scope="session")
def bucket(s3: S3Client) -> str:
    """One bucket for all tests that do not read it; `web_stage` has an empty one for each test."""
    return fresh_bucket(s3)


@pytest.fixture(scope="session")
def empty_buckets() -> list[str]:
    """The buckets into which no test has written. To make one takes longer than most requests of a test."""
    return []


@contextmanager
def a_web_world(dynamodb: Engine, events_table: str, s3: S3Client, *, s3_url: str, bucket: str) -> Iterator[WebWorld]:
    """Import `web_function` afresh over a table and a bucket. Every fault that a test sets must occur."""
    from devkit.environment import bot_environment

    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(table_proxy(dynamodb.endpoint))
        environment = bot_environment(
            aws=proxy.url,
            slack=None,
            public_url=PUBLIC,
            token_secret=SECRET,
            events_table=events_table,
            waivers_bucket=bucket,
        ) | {"AWS_ENDPOINT_URL_S3": s3_url}
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
        stack.enter_context(mock.patch.dict(os.environ, ours | environment, clear=True))
        sys.modules.pop("web_function", None)
        stack.callback(sys.modules.pop, "web_function", None)
        web_function = importlib.import_module("web_function")
        world = WebWorld(web_function, dynamodb.client, events_table, proxy, s3, bucket)
        web_function.datetime = world.clock  # type: ignore[attr-defined]  # as above
        yield world
        assert proxy.unused == {}


@pytest.fixture
def bare_web_world(dynamodb: Engine, events_table: str, s3: S3Client, bucket: str) -> Iterator[WebWorld]:
    """A freshly imported `web_function` over an empty table. Every fault that a test sets must occur."""
    with a_web_world(dynamodb, events_table, s3, s3_url=dynamodb.endpoint, bucket=bucket) as world:
        yield world


@pytest.fixture
def web_world(bare_web_world: WebWorld) -> WebWorld:
    """The web Lambda over a table with one event, Captain Cory's afternoon, with Dave and Ana."""
    bare_web_world.put(a_row())
    return bare_web_world


def moment(text: str) -> datetime:
    """Return a time of an answer."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def bare_web_stage(dynamodb: Engine, events_table: str, s3: S3Client, empty_buckets: list[str]) -> Iterator[WebStage]:
    """The waiver page over an empty table and an empty bucket. Every fault that a test sets must occur."""
    empty = empty_buckets.pop() if empty_buckets else fresh_bucket(s3)
    with table_proxy(dynamodb.endpoint) as proxy:
        with a_web_world(dynamodb, events_table, s3, s3_url=proxy.url, bucket=empty) as world:
            yield WebStage(world, proxy)
        assert proxy.unused == {}
        if not proxy.calls["PUT"]:
            empty_buckets.append(empty)


@pytest.fixture
def web_stage(bare_web_stage: WebStage) -> WebStage:
    """The waiver page of Captain Cory's afternoon."""
    bare_web_stage.world.put(a_row())
    return bare_web_stage
