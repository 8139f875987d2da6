"""The stage for announcements: writes to a real table, the records of its stream, and the messages in Slack."""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import os
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from adapters.attribute_values import from_wire
from adapters.signatures import DynamoSignatures
from charter.payments import Source
from charter.signatures import SignatureMatch
from devkit.batches import Batch, first_failure, payload
from devkit.season.planting import to_item
from tests.announce.process import Clock, Invocation, Killed, Output
from tests.builders import EID, a_draft, a_refund, a_signature, a_void

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from devkit.proxy import Proxy
    from devkit.slack import Message, Workspace

OPS = "C0OFFICE"


@dataclass
class AnnounceStage:
    """A table whose stream a freshly imported `announce_function` announces in a strict Slack."""

    slack: Workspace
    client: DynamoDBClient
    """A client that bypasses the proxy: a test's own calls are not counted and never fail."""
    table: str
    announcements: str
    faults: Proxy
    clock: Clock
    ledger: DynamoLedger
    stream: Any
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    function: ModuleType = field(init=False)
    _iterator: str = field(init=False)
    _metrics: list[dict[str, Any]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        arn = self.client.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]
        (shard,) = self.stream.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._iterator = self.stream.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        self.restart()

    # The process

    def restart(self, **environment: str | None) -> None:
        """Start a new process with these variables changed; None removes one."""
        for name, value in environment.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)
        sys.modules.pop("announce_function", None)
        logging.Logger.manager.loggerDict.pop("announce", None)  # a new process has a new one
        self.function = importlib.import_module("announce_function")
        self.function.log.logger_handler.setStream(Output())
        self.function.datetime = self.clock  # type: ignore[attr-defined]  # a module takes any attribute
        self.function.poster._clock = self.clock
        self.function.poster._sleep = self.clock.sleep
        self.function.posted._clock = self.clock

    def invocation(self) -> Invocation:
        """Lambda's context of a new invocation."""
        return Invocation(self.clock)

    def anew(self) -> AnnounceStage:
        """Empty the table and Slack."""
        for table, names in ((self.table, ("eid", "crew_id")), (self.announcements, ("id",))):
            for item in self.client.scan(TableName=table, ConsistentRead=True)["Items"]:
                self.client.delete_item(TableName=table, Key={name: item[name] for name in names})
        self.slack.board.posts.clear()
        self.records()
        self.restart()
        return self

    @property
    def slack_url(self) -> str:
        """The URL of the workspace."""
        return os.environ["ANNOUNCE_TESTS_SLACK"]

    def await_posts(self, count: int) -> None:
        """Wait, in real time, until the workspace has so many messages."""
        ends = time.monotonic() + 10
        while len(self.slack.board.posts) < count:
            assert time.monotonic() < ends, "no such post came"
            time.sleep(0.02)

    def die(self) -> None:
        """End the process."""
        raise Killed

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.seconds += seconds

    # The table and its stream

    @property
    def signatures(self) -> DynamoSignatures:
        """The table's signatures."""
        return DynamoSignatures(self.client, self.table, ledger=self.ledger)

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Write whole rows."""
        for row in rows:
            self.client.put_item(TableName=self.table, Item=to_item(dict(row)))

    def row(self, eid: str = EID) -> dict[str, Any]:
        """Return an event's own row, in Python's types."""
        key: Any = to_item({"eid": eid, "crew_id": "#event"})
        return from_wire(self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)["Item"])

    def log(
        self, payment_id: str = "p1", patron: str = "dave", amount: str = "125.00", *, eid: str = EID, **draft: Any
    ) -> Logged:
        """Log a payment of cash, by Dana in Slack unless `draft` says otherwise. It may repeat another one."""
        by, source = draft.pop("by", "slack:U0DANA"), draft.pop("source", Source.SLACK)
        wanted = a_draft(payment_id, patron, amount, eid=eid, confirmed=True, **draft)
        return self.ledger.log(wanted, by=by, source=source, now=self.clock.now())

    def void(self, reverses: str = "p1", patron: str = "dave", **request: Any) -> Logged:
        """Void an entry, by Olivia."""
        return self._reverse(a_void(reverses, patron, **request))

    def refund(self, payment_id: str = "r1", amount: str = "25.00", patron: str = "dave") -> Logged:
        """Refund money, by Olivia."""
        return self._reverse(a_refund(payment_id, amount, patron))

    def _reverse(self, request: Any) -> Logged:
        return self.ledger.reverse(request, by="slack:U0OLIVIA", source=Source.SLACK, now=self.clock.now())

    def sign(self, signature_id: str = "s1", *, eid: str = EID, **signature: Any) -> None:
        """Sign the waiver, as Dave unless `signature` says otherwise."""
        self.signatures.sign(self.ledger.event(eid).eid, a_signature(signature_id, **signature))

    def match(self, signature_id: str, patron_id: str, *, by: str = "slack:U0DANA", seen: str | None = None) -> None:
        """Match a signature to a patron."""
        match = SignatureMatch(EID, a_signature(signature_id).ref, patron_id, seen)
        self.signatures.match(match, by=by, now=self.clock.now())

    def records(self) -> list[dict[str, Any]]:
        """Return the stream's new records in Lambda's form, made at the clock's time."""
        records: list[dict[str, Any]] = []
        while True:  # a page holds one megabyte at most
            answer = self.stream.get_records(ShardIterator=self._iterator)
            self._iterator = answer["NextShardIterator"]
            if not answer["Records"]:
                return records
            for record in answer["Records"]:
                read = payload(record, stream="arn:aws:dynamodb:us-west-2:0:table/x/stream/1")
                read["dynamodb"]["ApproximateCreationDateTime"] = self.clock.seconds
                records.append(read)

    def invoke(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Invoke once. Return the records that come again: by Lambda's rule the first that failed and all after it."""
        if not records:
            return []  # Lambda does not invoke without records
        batch = Batch(tuple(records))
        answer = self.function.lambda_handler(json.loads(json.dumps({"Records": records})), Invocation(self.clock))
        first = first_failure(json.loads(json.dumps(answer)), batch)
        return [] if first is None else records[max(first, 0) :]

    def deliver(self, records: list[dict[str, Any]] | None = None, *, tries: int = 12, wait: float = 10.0) -> int:
        """Invoke with the new records until all are done. Return the number of tries; fail after too many."""
        left = self.records() if records is None else records
        for tried in range(1, tries + 1):
            left = self.invoke(left)
            if not left:
                return tried
            self.later(wait)
        raise AssertionError(f"{len(left)} records still fail: {self.troubles}")

    def kept(self) -> dict[str, dict[str, Any]]:
        """Return the announcements table by id."""
        rows = self.client.scan(TableName=self.announcements, ConsistentRead=True)["Items"]
        return {item["id"]: item for item in map(from_wire, rows)}

    # The results

    def posts(self, channel: str = "C0CORY", *, replies: bool = False) -> list[str]:
        """Return the channel's posts without cards and *Undo* buttons, as read; or the replies in its threads."""
        return [
            message.text.removesuffix("\nUndo")
            for message in self.messages(channel)
            if not message.text.endswith("keeps itself up to date.") and (message.thread_ts is not None) == replies
        ]

    def cards(self, channel: str = "C0CORY") -> list[str]:
        """Return the boarding cards in the channel."""
        return [message.text for message in self.messages(channel) if message.text.endswith("keeps itself up to date.")]

    def messages(self, channel: str = "C0CORY") -> list[Message]:
        """Return all messages in the channel."""
        return self.slack.as_("U0OLIVIA").sees(channel)

    def asked(self, method: str) -> int:
        """Return the number of calls of a Slack method."""
        return sum(call.method == method for call in self.slack.api_calls)

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """The metrics until now: name, value and dimensions, from the log as CloudWatch reads it."""
        self._read_log()
        return self._metrics

    def counted(self, name: str) -> list[dict[str, Any]]:
        """Return the dimensions of each count of a metric."""
        return [metric["dimensions"] for metric in self.metrics if metric["name"] == name]

    @property
    def troubles(self) -> list[str]:
        """The reasons of failed records."""
        return [dimensions["why"] for dimensions in self.counted("RecordFailed")]

    def _read_log(self) -> None:
        for line in self.capture.readouterr().out.splitlines():
            entry = json.loads(line)  # each line is JSON
            for of in entry.get("_aws", {}).get("CloudWatchMetrics", []):
                for metric in of["Metrics"]:
                    names = [name for name in of["Dimensions"][0] if name not in {"service", "stack"}]
                    value = entry[metric["Name"]]
                    self._metrics.append(
                        {
                            "name": metric["Name"],
                            "value": value[0] if isinstance(value, list) else value,
                            "dimensions": {name: entry[name] for name in names},
                        }
                    )

    @contextmanager
    def failing_after(self, step: str, **fault: Any) -> Iterator[None]:
        """Let the table fail right after the first call of a method, such as `posted.claim`."""
        what, method = step.split(".")
        target = getattr(self.function, what)
        real: Callable[..., Any] = getattr(target, method)
        left = [fault]

        def then(*args: Any, **named: Any) -> Any:
            answer = real(*args, **named)
            if left:
                self.faults.fail_next(**left.pop())
            return answer

        with mock.patch.object(target, method, then):
            yield

    @contextmanager
    def dying(self, what: str, method: str, *, after: bool, call: int = 1) -> Iterator[None]:
        """End the process right before or after a call of a method, such as `posted.claim`; then start a new one.

        Its claims live on until it would have timed out.
        """
        target = getattr(self.function, what)
        real: Callable[..., Any] = getattr(target, method)
        calls = itertools.count(1)

        def deadly(*args: Any, **named: Any) -> Any:
            mine = next(calls) == call
            if mine and not after:
                raise Killed
            answer = real(*args, **named)
            if mine:
                raise Killed
            return answer

        with mock.patch.object(target, method, deadly), pytest.raises(Killed):
            yield
        self.restart()


def paid(announce_stage: AnnounceStage, channel: str = "C0CORY") -> Counter[str]:
    """Return how often each payment was announced, by its amount."""
    return Counter(line.split(" paid ")[1].split(" ")[0] for line in announce_stage.posts(channel) if " paid $" in line)
