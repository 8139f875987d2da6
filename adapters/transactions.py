"""Transactions: TransactWriteItems of up to a hundred actions, and the conditions of their rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.dynamo import pause, written_together
from adapters.sizes import item_size
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import TimeBudget, Wire
    from adapters.expressions import Update

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


# Reasons for which DynamoDB cancels a transaction that may succeed later.
CONFLICTS: Final = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class RowChanged(Exception):  # noqa: N818 - a fact
    """A row was no longer as it was read, so nothing was written. Read it again."""


class TransactionWriter:
    """Builds the actions of transactions over one table, and writes them in as few transactions as possible."""

    def __init__(self, table: str) -> None:
        self.table = table

    def write(self, actions: Sequence[Action]) -> None:
        """Write all actions or none. Raises RowChanged and TableUnavailable."""
        raise NotImplementedError

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

    def check(self, key: Wire, condition: Mapping[str, Any]) -> Action:
        """Return the action that writes nothing, and lets the transaction fail where the condition does not hold."""
        return {"ConditionCheck": {"TableName": self.table, "Key": key, **condition}}


class Transactions(TransactionWriter):
    """Transactions of somebody who can wait. `sleep` waits between attempts, in seconds.

    `before_each` is called before each attempt, and may raise to end the work.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(table)
        self._client, self._sleep, self._before_each = client, sleep, before_each

    def write(self, actions: Sequence[Action]) -> None:
        """Write all actions or none. Raises RowChanged, and TableUnavailable after half a minute of conflicts."""
        for attempt in range(_TRIES):
            self._before_each()
            try:
                self._client.transact_write_items(TransactItems=list(actions))  # type: ignore[arg-type]  # built below
            except ClientError as error:
                if not _may_retry(error):
                    raise
            else:
                return
            self._sleep(min(0.1 * 2**attempt, 8.0))
        raise TableUnavailable


class TransactionsInTime(TransactionWriter):
    """Transactions within a time budget, for requests that somebody waits for."""

    def __init__(self, client: DynamoDBClient, table: str, budget: TimeBudget) -> None:
        super().__init__(table)
        self._client, self._budget = client, budget

    def write(self, actions: Sequence[Action]) -> None:
        """Write all actions or none, in one attempt. Raises RowChanged, RowFull and TableUnavailable."""
        if not written_together(self._client, list(actions), self._budget):
            pause()
            raise RowChanged


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
