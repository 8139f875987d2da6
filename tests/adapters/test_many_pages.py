"""A Query that finds more than a megabyte: every page is read, each from where the last one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.dynamo import queried

if TYPE_CHECKING:
    from tests.conftest import Engine


def test_every_page_of_a_query_is_read(dynamodb: Engine, events_table: str) -> None:
    rows = [{"eid": {"S": "2026-05-23-long"}, "crew_id": {"S": f"#change:{place}"}} for place in range(7)]
    for row in rows:
        dynamodb.client.put_item(TableName=events_table, Item=row)
    found = queried(
        dynamodb.client,
        TableName=events_table,
        KeyConditionExpression="eid = :eid",
        ExpressionAttributeValues={":eid": {"S": "2026-05-23-long"}},
        Limit=3,
    )
    assert list(found) == rows
