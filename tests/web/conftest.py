"""The web Lambda's front door: function-URL requests in, answers out, over a table and a bucket that can misbehave."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import os
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest
from botocore.config import Config

from adapters.wire import from_wire
from devkit.buckets import create_waivers_bucket
from devkit.functions import invoke, to_event
from devkit.proxy import Proxy, table_proxy
from devkit.season.planting import to_item
from tests.builders import EID, NOW, a_row
from tests.web.pier import Pier
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
    """Stands in for `datetime` where the web Lambda asks what time it is. It moves when told."""

    moment: datetime = NOW

    def now(self, zone: tzinfo) -> datetime:
        """The moment, in that zone."""
        return self.moment.astimezone(zone)


@dataclass(frozen=True)
class Answer:
    """What came back. Names of headers are in lower case."""

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
        told = self.json
        assert told.keys() == {"type", "title", "status", "detail", "errors"}
        assert told["status"] == self.status
        assert told["detail"]
        return {error["field"]: error["message"] for error in told["errors"]}


@dataclass(frozen=True)
class WebWorld:
    """The web Lambda between a visitor and a table."""

    web_function: ModuleType
    client: DynamoDBClient
    """Past the proxy: what a test itself reads and writes is neither counted nor hurt."""
    table: str
    table_faults: Proxy
    s3: S3Client
    bucket: str
    """Where the evidence of signatures goes; the pier's is empty when a test begins."""
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
        """One request, answered as the function URL answers it. Nothing may come out as AWS's own 502."""
        event = to_event(method, path, query, headers or {}, body, base64_body=base64_body)
        status, answered, content = invoke(self.web_function.lambda_handler, event)
        assert status < 500 or b'"title"' in content or b"<html" in content, content
        return Answer(status, dict(answered), content)

    def token(self, subject: str = "U0OLIVIA", *, name: str = "Olivia Park", **claims: Any) -> str:
        """A good token; `claims` change what `Tokens.issue` takes."""
        return Tokens(SECRET, PUBLIC, now=lambda: self.clock.moment).issue(subject, name=name, **claims)

    def get(self, path: str, query: str = "", *, token: str | None = None) -> Answer:
        """A GET with a good token, or with another."""
        return self.ask("GET", path, query, headers={"authorization": f"Bearer {token or self.token()}"})

    def log(
        self,
        given: object = None,
        *,
        eid: str = EID,
        key: str | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **changed: Any,
    ) -> Answer:
        """A POST that logs Dave's 125.00 in cash; `changed` replaces fields, None leaves one out."""
        payment = {"patron_id": "dave", "amount": "125.00", "method": "cash", **changed}
        body = {name: value for name, value in payment.items() if value is not None} if given is None else given
        return self.ask(
            "POST",
            f"/api/events/{eid}/payment-log",
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={
                "authorization": f"Bearer {token or self.token()}",
                "content-type": "application/json",
                "idempotency-key": key or f"key-{next(_numbers)}",
                **(headers or {}),
            },
        )

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Writes whole rows past the proxy."""
        for row in rows:
            self.client.put_item(TableName=self.table, Item=to_item(dict(row)))

    def row(self, eid: str = EID) -> dict[str, Any]:
        """An event's own row, in Python's types; empty when there is none."""
        key: Any = to_item({"eid": eid, "crew_id": "#event"})
        return from_wire(self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {}))

    def entries(self, patron_id: str = "dave", eid: str = EID) -> dict[str, Any]:
        """A patron's entries by payment id, as the table holds them."""
        entries: dict[str, Any] = self.row(eid).get("payments", {}).get(patron_id, {}).get("entries", {})
        return entries

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """The requests to the table inside the block, by operation; to be looked at after it."""
        cost, before = Counter[str](), Counter(self.table_faults.calls)
        yield cost
        cost.update(Counter(self.table_faults.calls) - before)

    def later(self, **passed: float) -> None:
        """Moves the clock on."""
        self.clock.moment += timedelta(**passed)

    def restart(self) -> None:
        """The web Lambda starts anew and remembers nothing."""
        importlib.reload(self.web_function)
        self.web_function.datetime = self.clock  # type: ignore[attr-defined]  # a module takes any attribute


@pytest.fixture(scope="session")
def s3(dynamodb: Engine) -> Iterator[S3Client]:
    """The embedded AWS's S3, past whatever a test lets fail."""
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


def fresh_bucket(endpoint: str) -> str:
    """The name of a new bucket, locked as the template's."""
    name = f"waivers-{os.getpid()}-{next(_numbers)}"
    create_waivers_bucket(endpoint, name)
    return name


@pytest.fixture(scope="session")
def bucket(dynamodb: Engine) -> str:
    """One bucket for all the tests that do not look into it; `pier` has a fresh one for each."""
    return fresh_bucket(dynamodb.endpoint)


@pytest.fixture
def bare_web_world(dynamodb: Engine, events_table: str, s3: S3Client, bucket: str) -> Iterator[WebWorld]:
    """A freshly imported `web_function` over an empty table. Each fault that a test orders is met."""
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
        ) | {"AWS_ENDPOINT_URL_S3": dynamodb.endpoint}
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
def web_world(bare_web_world: WebWorld) -> WebWorld:
    """The web Lambda over a table with one event: Captain Cory's of this afternoon, with Dave and Ana."""
    bare_web_world.put(a_row())
    return bare_web_world


def moment(text: str) -> datetime:
    """An answer's moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def bare_pier(bare_web_world: WebWorld, dynamodb: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pier]:
    """Where patrons sign, over an empty table and an empty bucket. Each fault that a test orders is met."""
    with table_proxy(dynamodb.endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        monkeypatch.setenv("WAIVERS_BUCKET", fresh_bucket(dynamodb.endpoint))
        bare_web_world.restart()
        yield Pier(replace(bare_web_world, bucket=os.environ["WAIVERS_BUCKET"]), proxy)
        assert proxy.unused == {}


@pytest.fixture
def pier(bare_pier: Pier) -> Pier:
    """Where patrons sign for Captain Cory's trip of this afternoon."""
    bare_pier.world.put(a_row())
    return bare_pier
