"""The announce function's entry: records of the stream and other invocations, made hostile, and result checks.

A record that cannot be read is set aside: it is logged, a letter of it is put into the queue, and it does not come
again. It never keeps the other records of its batch from being announced.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import traceback
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from devkit.functions import LambdaContext
from devkit.season.planting import to_item
from tests.builders import NOW, a_row
from tests.fuzz.cases import Case
from tests.fuzz.hostile import any_value
from tests.fuzz.steps import Step, a_step, changed, some_steps

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from tests.fuzz.world import World

ARN: Final = "arn:aws:dynamodb:us-west-2:0:table/events/stream/1"
OTHER: Final = "2026-05-24-captain-cory-morning"
_ENTRY: Final = {"amount": Decimal("125.00"), "timestamp": "2026-05-23T20:30:00.000Z", "method": "cash"}
_LOGGED: Final = {**_ENTRY, "logged_by": "slack:U0DANA"}
_PAID: Final = {"dave": {**_LOGGED, "entries": {"p1": {**_LOGGED, "kind": "payment", "source": "slack"}}}}
GOOD: Final = "100000000000000000999"
"""The number of the record that is as it should be, at the end of each batch."""
ORDERS: Final[tuple[dict[str, Any], ...]] = (
    *({"digest": "morning"}, {"digest": "now"}, {"remind": "patrons"}, {"canary": True}),
    *({"sweep": "late"}, {"sweep": "now"}, {"sweep": "waiting"}, {}),
    {"Records": [{"messageId": "1", "receiptHandle": "x", "body": "{}", "eventSource": "aws:sqs"}]},
    {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{}"}}]},
    {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "resources": []},
    {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/", "headers": {}, "body": "{}"},
)


@dataclass
class Announce:
    """Batches of the stream's records, and orders of the schedules."""

    world: World
    name: str = "announce"
    share: float = 4.0
    shapes: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for (table, key), row in sorted(self.world.tables._base.items()):
            if table == self.world.events and key[1].startswith("#"):
                self.shapes += _records(key, row)
        small, paid = to_item(a_row(OTHER)), to_item(a_row(OTHER, payments=_PAID, payment_ids={"p1"}))
        self._good = list(_records((OTHER, "#event"), paid, older=small))[1][1]
        self._records = len(self.shapes)
        self.shapes += [(f"order {json.dumps(order)[:40]}", order) for order in ORDERS]

    def draw(self, rng: random.Random) -> Case:
        """Return a record or an order with steps in it."""
        place = rng.randrange(self._records)
        if rng.random() < 0.05:
            place = rng.randrange(self._records, len(self.shapes))
        name, shape = self.shapes[place]
        kind = rng.random()
        if kind < 0.9 or "dynamodb" not in shape:
            steps = some_steps(rng, "payload", shape)
        elif kind < 0.95:
            steps = [Step("event", "replace", (), any_value(rng))]
        else:
            steps = [a_step(rng, "event", {"Records": [shape]})]
        return Case(self.name, place, name, tuple(steps))

    def run(self, case: Case) -> list[str]:
        """Invoke the function and check the result."""
        shape = self.shapes[case.shape][1]
        payload = changed(shape, [step for step in case.steps if step.where == "payload"])
        is_record = "dynamodb" in shape
        event = {"Records": [payload, self._numbered(GOOD)]} if is_record else payload
        event = json.loads(json.dumps(changed(event, [step for step in case.steps if step.where == "event"])))
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                answer = self.world.announce.lambda_handler(event, LambdaContext("announce", timeout=60.0))
            findings = [*self._findings(event, json.loads(json.dumps(answer)), is_record=is_record)]
        except Exception as error:  # noqa: BLE001 - the finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            findings = [f"raised {type(error).__name__}: {error} at {where.filename}:{where.lineno}"]
        finally:
            self.world.reset()
        return findings

    def _numbered(self, number: str) -> Any:
        record = copy.deepcopy(self._good)
        record["dynamodb"]["SequenceNumber"] = number
        return record

    def _findings(self, event: Any, answer: Any, *, is_record: bool) -> Iterator[str]:
        world = self.world
        failed = [each["itemIdentifier"] for each in answer.get("batchItemFailures", ())]
        if failed:
            yield f"{failed} come again, although nothing is out of order"
        for line in world.errors.lines:
            if not _is_of_content(line):
                yield f"logged {line}"
        yield from world.slack.mistakes
        if world.slack.workspace.pings:
            yield f"pinged a channel: {world.slack.workspace.pings[0]}"
        records = event.get("Records") if isinstance(event, dict) else None
        whole = isinstance(records, list) and records and records[-1] == self._numbered(GOOD)
        if is_record and whole and not world.slack.workspace.board.posts:
            yield "a good record in the same batch was not announced"
        wrong = [key for table, key in world.tables.written if table == world.events and not _may_write(key)]
        if wrong:
            yield f"wrote {wrong}"


_OF_CONTENT: Final = ("ChangeUnreadable", "RecordUnreadable", "InvocationUnknown", "EventIdMalformed", "EventUnknown")


def _is_of_content(line: str) -> bool:
    """Return whether a record or an invocation is reported as one that cannot be read."""
    return any(f"'why': '{why}'" in line for why in _OF_CONTENT)


def _may_write(key: Sequence[str]) -> bool:
    return key[0] in {"#books", "#canary", "#mail"} or key[1] == "#moving"


def _before(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it may have been one write before: without one patron's payments, or unmatched."""
    older = copy.deepcopy(dict(row))
    for name in ("patron_id", "matched_at", "matched_by", "cast_off", "accepted_at", "accepted_by"):
        older.pop(name, None)
    if payments := older.get("payments", {}).get("M"):
        payments.popitem()
    return older


def _records(
    key: Sequence[str], row: Mapping[str, Any], *, older: Mapping[str, Any] | None = None
) -> Iterator[tuple[str, Any]]:
    """Yield the records of a row: as it was made, changed and removed."""
    bare = {**row, "payments": {"M": {}}} if key[1] == "#event" else row
    images = (("INSERT", bare, None), ("MODIFY", row, older or _before(row)), ("REMOVE", None, row))
    for count, (kind, new, old) in enumerate(images):
        change = {
            "ApproximateCreationDateTime": NOW.timestamp(),
            "Keys": {"eid": {"S": key[0]}, "crew_id": {"S": key[1]}},
            **({"NewImage": new} if new else {}),
            **({"OldImage": old} if old else {}),
            "SequenceNumber": f"10000000000000000000{count}",
            "SizeBytes": 1000,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        record = {
            "eventID": f"e{count}",
            "eventName": kind,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-west-2",
            "dynamodb": change,
            "eventSourceARN": ARN,
        }
        yield f"{kind} {key[0]} {key[1].partition(':')[0]}", record
