"""Every event's payments, for the digest: all money counts, also of an event without a proper id, date or month."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.dynamo import TimeBudget, errors_as_refusals
from adapters.moved import MOVED_TO, RENAMED_FROM
from adapters.rows import EVENT_ROW, read_taking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.events import Taking

_READ: Final = {"#eid": "eid", "#payments": "payments", "#currency": "currency", "#from": RENAMED_FROM}


def takings(client: DynamoDBClient, table: str, *, currency: str) -> Iterator[Taking]:
    """Yield the payments of each event's own row, in one Scan, a page of which is in memory. Raises TableUnavailable.

    The index by month has no row without a month, and no row's entries. An event that is renamed during the Scan may be
    seen under both its ids; it counts once.
    """
    met: set[str] = set()
    for item in _rows(client, table):
        taking = read_taking(from_wire(item), currency=currency)
        if taking.first_eid not in met:
            met.add(taking.first_eid)
            yield taking


def _rows(client: DynamoDBClient, table: str) -> Iterator[Any]:
    request: dict[str, Any] = {
        "TableName": table,
        "FilterExpression": "#crew_id = :own AND attribute_not_exists(#moved) AND attribute_exists(#payments)",
        "ProjectionExpression": ", ".join(_READ),
        "ExpressionAttributeNames": {**_READ, "#crew_id": "crew_id", "#moved": MOVED_TO},
        "ExpressionAttributeValues": {":own": {"S": EVENT_ROW}},
    }
    while True:
        with errors_as_refusals(TimeBudget(time.monotonic)):
            page = client.scan(**request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
