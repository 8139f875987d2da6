"""The announcements table: where each announcement was posted, one item for each (PK `id`, TTL `expiration`).

| attribute | type | meaning |
|---|---|---|
| state | S | claimed, done |
| claimed_at | S | when it was begun, ISO 8601 |
| holder, lease | S, N | the claiming process, and until when (Unix seconds) no other may claim it |
| channel, ts | S | its message in Slack, once it is done |
| content, wanted | S | a card's: hash of its content, and the channel and request for which it was posted |
| old_channel, old_ts | S | the message that it replaces and that is still to be deleted |
| expiration | N | Unix seconds |
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.attribute_values import from_wire, to_wire
from adapters.dynamo import TimeBudget, errors_as_refusals, is_condition_failure
from adapters.whole_answers import item_in
from charter.records import MessagePlace, Record, Turn
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from mypy_boto3_dynamodb import DynamoDBClient

CLAIMED: Final = "claimed"
DONE: Final = "done"

_READS: Final = 3

# Attributes that are compared to see whether a record has changed since it was read.
_SEEN: Final = ("state", "claimed_at", "channel", "ts", "content", "wanted", "old_channel", "old_ts")


class DynamoPosted:
    """charter's Posted. `time_left` returns the seconds that the process still has. A claim ends a little later."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        time_left: Callable[[], float],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._table = table
        self._time_left = time_left
        self._clock = clock
        self._held: dict[str, str] = {}

    def find(self, key: str) -> Record | None:
        """Read the record, consistently. See charter.announce_ports.Posted.find."""
        item = self._read(key)
        return _record(item) if item else None

    def find_many(self, keys: Sequence[str]) -> dict[str, Record]:
        """Read consistently with one request. Keys that the table postpones are asked for again.

        See charter.announce_ports.Posted.find_many.
        """
        found: dict[str, Record] = {}
        left: Any = {self._table: {"Keys": [{"id": {"S": key}} for key in keys], "ConsistentRead": True}}
        for _ in range(_READS):
            with self._patiently():
                answer = self._client.batch_get_item(RequestItems=left)
            items = map(from_wire, answer["Responses"].get(self._table, []))
            found |= {item["id"]: _record(item) for item in items}
            left = answer.get("UnprocessedKeys")
            if not left:
                return found
        raise TableUnavailable

    def claim(self, key: str, *, now: datetime, until: datetime, wanted: str = "") -> tuple[Turn, Record]:
        """Claim by one conditional put. One more write takes over a record whose claim has ended.

        See charter.announce_ports.Posted.claim.
        """
        holder = uuid.uuid4().hex
        record = Record(claimed_at=now, wanted=wanted)
        item = {**_item(key, record, until), "holder": holder, "lease": self._lease()}
        there = self._put(item, only_if="attribute_not_exists(#id)", names={"#id": "id"})
        if there is None or there.get("holder") == holder:  # the SDK's retry found its own first try
            self._held[key] = holder
            return Turn.FIRST, record
        if there.get("state") == DONE:
            return Turn.DONE, _record(there)
        if float(there.get("lease", 0)) > self._clock() or not self._take_over(key, there, holder):
            return Turn.IN_HAND, _record(there)
        self._held[key] = holder
        return Turn.AGAIN, _record(there)

    def done(self, key: str, record: Record, *, until: datetime) -> None:
        """Put the record, if the claim is still this process's. See charter.announce_ports.Posted.done."""
        holder = self._held.pop(key, "")
        self._put(
            {**_item(key, record, until), "holder": holder},
            only_if="#holder = :holder",
            names={"#holder": "holder"},
            values={":holder": holder},
        )

    def give_up(self, key: str, *, unsure: bool) -> None:
        """End this process's claim: its lease, or all of it. See charter.announce_ports.Posted.give_up."""
        condition: dict[str, Any] = {
            "TableName": self._table,
            "Key": {"id": {"S": key}},
            "ConditionExpression": "#holder = :holder",
            "ExpressionAttributeNames": {"#holder": "holder"},
            "ExpressionAttributeValues": {":holder": {"S": self._held.pop(key, "")}},
        }
        try:
            with self._patiently():
                if not unsure:
                    self._client.delete_item(**condition)
                    return
                condition["ExpressionAttributeNames"]["#lease"] = "lease"
                condition["ExpressionAttributeValues"][":ended"] = {"N": "0"}
                self._client.update_item(**condition, UpdateExpression="SET #lease = :ended")
        except ClientError as error:
            if not is_condition_failure(error):
                raise

    def change(self, key: str, seen: Record, record: Record, *, until: datetime) -> bool:
        """Put the record on a condition. See charter.announce_ports.Posted.change."""
        before = _item(key, seen, until)
        names = {f"#{name}": name for name in _SEEN}
        values = {f":{name}": before[name] for name in _SEEN if name in before}
        same = " AND ".join(
            f"#{name} = :{name}" if name in before else f"attribute_not_exists(#{name})" for name in _SEEN
        )
        return self._put(_item(key, record, until), only_if=same, names=names, values=values) is None

    def _take_over(self, key: str, there: Mapping[str, Any], holder: str) -> bool:
        try:
            with self._patiently():
                self._client.update_item(
                    TableName=self._table,
                    Key={"id": {"S": key}},
                    UpdateExpression="SET #holder = :mine, #lease = :lease",
                    ConditionExpression="#state = :claimed AND "
                    + ("#holder = :theirs" if "holder" in there else "attribute_not_exists(#holder)"),
                    ExpressionAttributeNames={"#holder": "holder", "#lease": "lease", "#state": "state"},
                    ExpressionAttributeValues={
                        ":mine": to_wire(holder),
                        ":lease": to_wire(self._lease()),
                        ":claimed": to_wire(CLAIMED),
                        **({":theirs": to_wire(there["holder"])} if "holder" in there else {}),
                    },
                )
        except ClientError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def _put(
        self,
        item: Mapping[str, object],
        *,
        only_if: str,
        names: dict[str, str],
        values: Mapping[str, object] | None = None,
    ) -> dict[str, Any] | None:
        """Return None when it was written, else the item that is there, empty when there is none."""
        # An empty map of values is refused, so it is left out.
        compared: Any = {"ExpressionAttributeValues": {name: to_wire(value) for name, value in (values or {}).items()}}
        try:
            with self._patiently():
                self._client.put_item(
                    TableName=self._table,
                    Item={name: to_wire(value) for name, value in item.items()},
                    ConditionExpression=only_if,
                    ExpressionAttributeNames=names,
                    **(compared if values else {}),
                )
        except ClientError as error:
            if is_condition_failure(error):
                return self._read(str(item["id"]))
            raise
        return None

    def _read(self, key: str) -> dict[str, Any]:
        with self._patiently():
            answer = self._client.get_item(TableName=self._table, Key={"id": {"S": key}}, ConsistentRead=True)
            item = item_in(answer)
        return from_wire(item)

    def _patiently(self) -> AbstractContextManager[None]:
        return errors_as_refusals(TimeBudget(time.monotonic))

    def _lease(self) -> int:
        """Return a moment a little after the end of this process, in whole Unix seconds."""
        return int(self._clock() + self._time_left()) + 5


def _item(key: str, record: Record, until: datetime) -> dict[str, Any]:
    """Return the record as the table keeps it, without holder and lease. Empty fields are left out."""
    place, old = record.place, record.instead_of
    item = {
        "id": key,
        "state": DONE if record.done else CLAIMED,
        "claimed_at": record.claimed_at.astimezone(UTC).isoformat(),
        "channel": place.channel if place else "",
        "ts": place.ts if place else "",
        "content": record.content,
        "wanted": record.wanted,
        "old_channel": old.channel if old else "",
        "old_ts": old.ts if old else "",
        "expiration": int(until.timestamp()),
    }
    return {name: value for name, value in item.items() if value != ""}


def _record(item: Mapping[str, Any]) -> Record:
    return Record(
        claimed_at=datetime.fromisoformat(item["claimed_at"]),
        done=item["state"] == DONE,
        place=MessagePlace(item["channel"], item["ts"]) if "ts" in item else None,
        content=item.get("content", ""),
        wanted=item.get("wanted", ""),
        instead_of=MessagePlace(item["old_channel"], item["old_ts"]) if "old_ts" in item else None,
    )
