"""Write the sample season into a table, and nothing over what is there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeSerializer

from devkit.season.events import season

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from mypy_boto3_dynamodb import DynamoDBClient

    from devkit.season.rows import Row

_BATCH = 25  # BatchWriteItem's own limit
_TRIES = 8
_SERIALIZER = TypeSerializer()


class NotPlanted(RuntimeError):  # noqa: N818  # a fact, as the refusals are named
    """The table kept putting writes off."""


def plant(client: DynamoDBClient, table: str, today: date, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Write what the season around `today` lacks; returns how many events are new.

    An event's own row, and each signature's, is written only where there is none, so what was logged or matched
    meanwhile stays. Crew rows are the same each time and are simply written. Raises NotPlanted when the table leaves
    writes undone time and again.
    """
    rows = season(today)
    new = 0
    for row in rows:
        if row["crew_id"].startswith("#"):
            new += _put_new(client, table, row) and row["crew_id"] == "#event"
    _write_all(client, table, [row for row in rows if not row["crew_id"].startswith("#")], sleep=sleep)
    return new


def _put_new(client: DynamoDBClient, table: str, row: Row) -> bool:
    try:
        client.put_item(TableName=table, Item=to_item(row), ConditionExpression="attribute_not_exists(eid)")
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _write_all(client: DynamoDBClient, table: str, rows: Sequence[Row], *, sleep: Callable[[float], None]) -> None:
    pending: list[Any] = [{"PutRequest": {"Item": to_item(row)}} for row in rows]
    for attempt in range(_TRIES + len(pending) // _BATCH):
        if not pending:
            return
        batch, pending = pending[:_BATCH], pending[_BATCH:]
        left = client.batch_write_item(RequestItems={table: batch})["UnprocessedItems"].get(table, [])
        if left:
            sleep(min(0.05 * 2**attempt, 1.0))
        pending += left
    if pending:
        raise NotPlanted(f"The table {table} left {len(pending)} writes of the sample season undone.")


def to_item(row: Row) -> dict[str, Any]:
    """A row in the wire's types. Raises TypeError for a float, which money must never be."""
    return {name: _SERIALIZER.serialize(value) for name, value in row.items()}
