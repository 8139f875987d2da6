"""Write the sample season into a table without overwriting anything."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import to_wire
from devkit.season.events import season

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from mypy_boto3_dynamodb import DynamoDBClient

    from devkit.season.rows import Row

_BATCH = 25  # BatchWriteItem's own limit
_READS = 100  # BatchGetItem's own limit
_TRIES = 8


Key = tuple[str, str]


class NotPlanted(RuntimeError):  # noqa: N818  # a fact, as the refusals are named
    """The table left reads or writes undone, also after retries."""


def plant(client: DynamoDBClient, table: str, today: date, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Write the missing rows of the season around `today`. Return the number of new events.

    A row of an event or signature that exists is not overwritten, so that payments and matches are kept. Crew rows
    are always written, since they never change. No one else may write meanwhile. Raises NotPlanted.
    """
    items = _season_items(today)
    kept = _present(client, table, [key for key in items if key[1].startswith("#")], sleep=sleep)
    missing = [key for key in items if key not in kept]
    _write_all(client, table, [items[key] for key in missing], sleep=sleep)
    return sum(crew_id == "#event" for _eid, crew_id in missing)


@lru_cache(maxsize=2)
def _season_items(today: date) -> dict[Key, dict[str, Any]]:
    """Return the season in DynamoDB's types, by key. Kept, since tests plant the same season hundreds of times."""
    return {(row["eid"], row["crew_id"]): to_item(row) for row in season(today)}


def _present(client: DynamoDBClient, table: str, keys: Sequence[Key], *, sleep: Callable[[float], None]) -> set[Key]:
    """Return the keys of existing rows."""
    present: set[Key] = set()
    pending: list[Any] = [to_item({"eid": eid, "crew_id": crew_id}) for eid, crew_id in keys]
    for attempt in range(_TRIES + len(pending) // _READS):
        if not pending:
            break
        batch, pending = pending[:_READS], pending[_READS:]
        request: Any = {"Keys": batch, "ProjectionExpression": "eid, crew_id", "ConsistentRead": True}
        answer: Any = client.batch_get_item(RequestItems={table: request})
        present.update((item["eid"]["S"], item["crew_id"]["S"]) for item in answer["Responses"].get(table, ()))
        left = answer["UnprocessedKeys"].get(table, {}).get("Keys", [])
        if left:
            sleep(min(0.05 * 2**attempt, 1.0))
        pending += left
    if pending:
        raise NotPlanted(f"The table {table} left {len(pending)} reads of the sample season undone.")
    return present


def _write_all(
    client: DynamoDBClient, table: str, items: Sequence[dict[str, Any]], *, sleep: Callable[[float], None]
) -> None:
    pending: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
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
    """Return a row in DynamoDB's types. Raises TypeError for a float, which money must never be."""
    return {name: to_wire(value) for name, value in row.items()}
