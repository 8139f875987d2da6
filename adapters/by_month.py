"""The sparse index `by_month`: which events there are, without a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.dynamo import in_our_words, queried
from adapters.rows import EVENT_ROW, read_listing
from adapters.wire import from_wire
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Patience
    from charter.events import Listing


def listed_in(client: DynamoDBClient, table: str, month: str, *, zone: tzinfo, patience: Patience) -> Iterator[Listing]:
    """The events of one month, `2026-12`, in one Query for each megabyte."""
    found = queried(
        client,
        TableName=table,
        IndexName="by_month",
        KeyConditionExpression="#month = :month",
        ExpressionAttributeNames={"#month": "month"},
        ExpressionAttributeValues={":month": {"S": month}},
    )
    with in_our_words(patience):
        # A crew row that carries a month of its own stands in the index too.
        rows = [from_wire(row) for row in found if row["crew_id"] == {"S": EVENT_ROW}]
    for row in rows:
        try:
            yield read_listing(row, zone=zone)
        except EventUnknown:
            continue  # nothing dates it, so it cannot stand among the coming events
