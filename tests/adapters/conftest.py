"""The ledger over a real table, with a proxy that counts each request and makes the faults that a test orders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from adapters import dynamo
from adapters.attribute_values import from_wire, to_wire
from adapters.dynamo import connect
from adapters.ledger import DynamoLedger
from adapters.roster import DynamoRoster
from adapters.signatures import DynamoSignatures
from devkit.aws import CREDENTIALS, REGION
from devkit.proxy import Proxy, table_proxy
from tests.builders import EID, ZONE

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.conftest import Engine


@dataclass(frozen=True)
class Table:
    """One fresh events table. The test's own reads and writes bypass the proxy: they are not counted and never fail."""

    name: str
    client: DynamoDBClient
    proxy: Proxy
    through_proxy: DynamoDBClient

    def ledger(self, *, clock: Callable[[], float] | None = None, client: DynamoDBClient | None = None) -> DynamoLedger:
        """Return a ledger that has read nothing yet, as in a Lambda that just started."""
        clocks = {} if clock is None else {"clock": clock}
        return DynamoLedger(client or self.through_proxy, self.name, zone=ZONE, currency="USD", **clocks)

    def signatures(self) -> DynamoSignatures:
        """Return the signatures of the table, in a process that has read nothing yet."""
        return DynamoSignatures(self.through_proxy, self.name, ledger=self.ledger())

    @property
    def calls(self) -> Counter[str]:
        """The ledger's requests by operation, each try of the SDK."""
        return self.proxy.calls

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Write whole rows, given in Python's types."""
        for row in rows:
            self.client.put_item(TableName=self.name, Item={name: to_wire(value) for name, value in row.items()})

    def wire(self, eid: str = EID, crew_id: str = "#event") -> dict[str, Any]:
        """Return one row as it is on the wire; empty when there is none."""
        key = {"eid": {"S": eid}, "crew_id": {"S": crew_id}}
        answer = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))

    def row(self, eid: str = EID, crew_id: str = "#event") -> dict[str, Any]:
        """Return one row in Python's types."""
        return from_wire(self.wire(eid, crew_id))

    def edits(self, eid: str = EID) -> list[dict[str, Any]]:
        """Return the rows of an event's edits, in Python's types and in their order."""
        return self._beginning(eid, "#change:")

    def signed(self, eid: str = EID) -> list[dict[str, Any]]:
        """Return the rows of an event's signatures, in Python's types."""
        return self._beginning(eid, "#signature:")

    def _beginning(self, eid: str, prefix: str) -> list[dict[str, Any]]:
        answer = self.client.query(
            TableName=self.name,
            KeyConditionExpression="eid = :eid AND begins_with(crew_id, :prefix)",
            ExpressionAttributeValues={":eid": {"S": eid}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
        )
        return [from_wire(row) for row in answer["Items"]]


@dataclass(frozen=True)
class Counted:
    """The proxy before the engine, and two clients on it: with the ledger's timeouts on Lambda, and with long ones."""

    proxy: Proxy
    hasty: DynamoDBClient
    patient: DynamoDBClient


@pytest.fixture(scope="session")
def counted(dynamodb: Engine) -> Iterator[Counted]:
    """Yield the proxy before the engine with its clients."""
    with table_proxy(dynamodb.endpoint) as proxy, at_endpoint(proxy.url):
        hasty, patient = connect(), connect(connect_timeout=10, read_timeout=20)
        yield Counted(proxy, hasty, patient)
        hasty.close()
        patient.close()


@pytest.fixture
def table(
    dynamodb: Engine,
    events_table: str,
    counted: Counted,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Table]:
    """Yield a new table and new counters. Every fault that a test orders must have hit a request.

    Time-outs are long, so that a busy machine is not an outage, except in tests of time-outs, marked `hasty`.
    """
    proxy = counted.proxy
    proxy.calls.clear()
    client = counted.hasty
    if not request.node.get_closest_marker("hasty"):
        client = counted.patient
        monkeypatch.setattr(dynamo, "TIME_BUDGET", 20.0)
    yield Table(events_table, dynamodb.client, proxy, client)
    unused = proxy.unused
    proxy.forget_faults()
    assert unused == {}


@pytest.fixture
def ledger(table: Table) -> DynamoLedger:
    """Return a ledger on the table that has read nothing yet."""
    return table.ledger()


@pytest.fixture
def roster(table: Table) -> DynamoRoster:
    """Return a roster over the table, its calls counted."""
    return DynamoRoster(table.through_proxy, table.name, ledger=table.ledger(), zone=ZONE, currency="USD")


def meanwhile(roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Let `deed` happen between the roster's next read of a row and its write."""
    look = roster._own.rows

    def look_and_then(*args: Any) -> Any:
        monkeypatch.setattr(roster._own, "rows", look)
        seen = look(*args)
        deed()
        return seen

    monkeypatch.setattr(roster._own, "rows", look_and_then)


def at_endpoint(url: str) -> Any:
    """Set the endpoint of `connect()` in the environment, as for boto3."""
    region = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    return mock.patch.dict(os.environ, {**CREDENTIALS, **region, "AWS_ENDPOINT_URL": url})
