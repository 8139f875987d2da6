"""Transactions: TransactWriteItems of up to a hundred actions, and the conditions of their rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.sizes import item_size
from roster.failures import CONFLICTS, TOO_BUSY
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.expressions import Update
    from roster.walking import Wire

# One action of a transaction, as TransactWriteItems takes it.
Action = dict[str, Any]

MOST_ACTIONS: Final = 100
LARGEST: Final = 3_500_000  # bytes, of DynamoDB's 4 MB

_TRIES: Final = 8
_AGAIN: Final = {
    "TransactionConflictException",
    "TransactionInProgressException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}


class RowChanged(Exception):  # noqa: N818 - a fact
    """A row was no longer as it was read, so nothing was written. Read it again."""


class Transactions:
    """Transactions over one table. `sleep` waits between attempts, in seconds."""

    def __init__(self, client: DynamoDBClient, table: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self.table, self._sleep = client, table, sleep

    def write(self, actions: Sequence[Action]) -> None:
        """Write all actions or none. Raises RowChanged, and Stopped after half a minute of conflicts."""
        for attempt in range(_TRIES):
            try:
                self._client.transact_write_items(TransactItems=list(actions))  # type: ignore[arg-type]  # built below
            except ClientError as error:
                if not _may_retry(error):
                    raise
            else:
                return
            self._sleep(min(0.1 * 2**attempt, 8.0))
        raise Stopped(TOO_BUSY)

    def write_all(self, groups: Iterable[Sequence[Action]]) -> None:
        """Write groups of actions in as few transactions as possible. A group is never split."""
        for batch in _batches(groups):
            self.write(batch)

    def put(self, row: Wire, *, only_if: Mapping[str, Any] | None = None) -> Action:
        """Return the action that writes a whole row, by default only where there is none."""
        return {"Put": {"TableName": self.table, "Item": row, **(missing() if only_if is None else only_if)}}

    def delete(self, row: Wire, *, only_if: Mapping[str, Any] | None = None) -> Action:
        """Return the action that removes a row, by default only if it is still as it was read."""
        return {
            "Delete": {"TableName": self.table, "Key": key_of(row), **(as_read(row) if only_if is None else only_if)}
        }

    def update(self, key: Wire, update: Update) -> Action:
        """Return the action that changes a row, on the update's own conditions."""
        return {"Update": {"TableName": self.table, "Key": key, **update.request()}}


def missing() -> dict[str, Any]:
    """Return the condition that there is no row under the key."""
    return {"ConditionExpression": "attribute_not_exists(#eid)", "ExpressionAttributeNames": {"#eid": "eid"}}


def as_read(row: Mapping[str, Any], *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return the condition that every attribute is as it was read, and that missing ones of `without` still are."""
    names, values, conditions = {"#eid": "eid"}, {}, ["attribute_exists(#eid)"]
    for place, (name, value) in enumerate((name, value) for name, value in row.items() if name not in key_of(row)):
        names[f"#a{place}"], values[f":a{place}"] = name, value
        conditions.append(f"#a{place} = :a{place}")
    for place, name in enumerate(name for name in without if name not in row):
        names[f"#w{place}"] = name
        conditions.append(f"attribute_not_exists(#w{place})")
    condition: dict[str, Any] = {"ConditionExpression": " AND ".join(conditions), "ExpressionAttributeNames": names}
    return {**condition, **({"ExpressionAttributeValues": values} if values else {})}


def holds(name: str, text: str) -> dict[str, Any]:
    """Return the condition that the attribute `name` is this text."""
    return {
        "ConditionExpression": "#name = :text",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": {":text": {"S": text}},
    }


def key_of(row: Mapping[str, Any]) -> Wire:
    """Return the row's key."""
    return {"eid": row["eid"], "crew_id": row["crew_id"]}


def size_of(action: Action) -> int:
    """Return about how much of a transaction's 4 MB an action takes: the content that it writes and compares."""
    ((_, parameters),) = action.items()
    return item_size(parameters.get("Item", parameters.get("Key", {}))) + item_size(
        parameters.get("ExpressionAttributeValues", {})
    )


def _batches(groups: Iterable[Sequence[Action]]) -> Iterator[list[Action]]:
    batch: list[Action] = []
    size = 0
    for group in groups:
        more = sum(size_of(action) for action in group)
        if batch and (len(batch) + len(group) > MOST_ACTIONS or size + more > LARGEST):
            yield batch
            batch, size = [], 0
        batch += group
        size += more
    if batch:
        yield batch


def _may_retry(error: ClientError) -> bool:
    """Return whether another attempt may succeed. Raises RowChanged if a condition did not hold."""
    code = error.response["Error"].get("Code", "")
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons} - {None, "None"}
    if code == "TransactionCanceledException" and "ConditionalCheckFailed" in codes:
        raise RowChanged from error
    return code in _AGAIN or (code == "TransactionCanceledException" and bool(codes) and codes <= CONFLICTS)
