"""The rows of events for an export, from the whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster.walking import by_id, is_event, leading, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire


class WalkedRows:
    """adapters.exported.EventRowSource, without a limit of time."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def one(self, eid: str) -> Wire | None:
        """Return the row of an event, also if it was renamed."""
        return leading(self._client, self._table, [eid]).get(eid)

    def all(self) -> Iterator[Wire]:
        """Yield the rows by a Scan."""
        return filter(is_event, walk(self._client, self._table))

    def some(self, eids: Collection[str]) -> Iterator[Wire]:
        """Yield the rows of these ids, a few at once."""
        return by_id(self._client, self._table, eids, at_once=10)
