"""An event's own row in the table: read, followed where the event was renamed, and written on a condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from adapters.dynamo import in_our_words, is_condition_failure
from adapters.moved import Trail
from adapters.shapes import key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Patience
    from adapters.expressions import Update

# An item on the wire: {"title": {"S": "…"}}.
Wire = Mapping[str, Any]


class EventRows:
    """The rows `#event` of one table. Its calls raise TableUnavailable and RowFull."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def row(self, eid: str, patience: Patience) -> Wire:
        """The row as it is now, by one consistent read; an empty one when the event has none."""
        with in_our_words(patience):
            answer = self._client.get_item(TableName=self._table, Key=key(eid), ConsistentRead=True)
        return answer.get("Item", {})

    def follow(self, eid: str, patience: Patience) -> tuple[Trail, Wire]:
        """Where the event stands, and its row there; an empty one when it has none. One read unless it was renamed."""
        trail = Trail(eid)
        while trail.follows(wire := self.row(trail.eid, patience)):
            pass
        return trail, wire

    def attempt(self, eid: str, update: Update, patience: Patience) -> tuple[bool, Wire]:
        """Whether the update was written, and the row as it is now; an empty one when the event has none."""
        try:
            with in_our_words(patience):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=key(eid),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **update.request(),
                )
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            # Not every engine shows the row in its refusal; one consistent read is right anyway.
            shown: Any = error.response.get("Item")
            return False, shown or self.row(eid, patience)
        return True, answer["Attributes"]
