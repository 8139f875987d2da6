"""Events with recent news. No index finds them, so the whole table is read page by page."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.boarding_rows import FROZEN_ROW, read_frozen
from adapters.dynamo import TimeBudget, errors_as_refusals
from adapters.moved import MOVED_TO, moved_to
from adapters.rows import CHANGE_ROW, EVENT_ROW, SIGNATURE_ROW, read_edit, read_payment, read_signature
from charter.event_news import is_news
from charter.records import TablePage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES: Final = ("eid", "crew_id", "payments", "signed_at", "at", "what", "form", MOVED_TO)


class DynamoHistory:
    """announce.services' TableHistory over the events table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def pages(self, since: datetime, *, after: str) -> Iterator[TablePage]:
        """Read the table from the position `after`. See announce.services.TableHistory.pages."""
        aliases = {f"#n{place}": name for place, name in enumerate(_NAMES)}
        scan: dict[str, Any] = {
            "TableName": self._table,
            "ProjectionExpression": ", ".join(aliases),
            "ExpressionAttributeNames": aliases,
        }
        position = after
        while True:
            start = {"ExclusiveStartKey": json.loads(position)} if position else {}
            with errors_as_refusals(TimeBudget(time.monotonic)):
                answer = self._client.scan(**scan, **start)
            found = (row["eid"]["S"] for row in answer["Items"] if _is_of(row, since))
            last = answer.get("LastEvaluatedKey")
            position = json.dumps(last) if last else ""
            yield TablePage(tuple(dict.fromkeys(found)), position)
            if not position:
                return


def _is_of(row: Mapping[str, Any], since: datetime) -> bool:
    """Return whether the row holds an entry, or is a signature, a frozen list or an edit of the event, made since."""
    name = str(row["crew_id"].get("S", ""))
    if name.startswith(SIGNATURE_ROW):
        moment = read_signature(from_wire(row)).moment
        return moment is not None and moment >= since
    if name.startswith(FROZEN_ROW):
        return read_frozen(from_wire(row)).at >= since
    if name.startswith(CHANGE_ROW):
        edit = read_edit(from_wire(row))
        return is_news(edit) and edit.at >= since
    if name != EVENT_ROW or moved_to(row):
        return False
    records = row.get("payments", {}).get("M", {})
    return any(
        entry.timestamp >= since
        for record in records.values()
        if "M" in record
        for entry in read_payment(from_wire(record["M"])).entries
    )
