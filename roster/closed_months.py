"""The frozen summaries of closed months: read, checked by their hashes, and brought back by `restore`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.books import BOOKS, CLOSED
from adapters.dynamo import is_condition_failure, queried
from adapters.months import read_closed
from charter.moments import utc
from charter.months import sha256_of
from roster.merging import same_row
from roster.verifying.findings import BY, Finding, broken, in_utc, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire

_BY: Final = re.compile(BY)


def closed_months(client: DynamoDBClient, table: str) -> dict[str, Wire]:
    """Return the rows of closed months on the wire, by month."""
    rows = queried(
        client,
        TableName=table,
        KeyConditionExpression="eid = :books AND begins_with(crew_id, :closed)",
        ExpressionAttributeValues={":books": {"S": BOOKS}, ":closed": {"S": CLOSED}},
        ConsistentRead=True,
    )
    return {row["crew_id"]["S"].removeprefix(CLOSED): row for row in rows}


def check_closed_months(client: DynamoDBClient, table: str) -> Iterator[Finding]:
    """Report each summary that is not as it was frozen, or that nobody can read."""
    for month, row in closed_months(client, table).items():
        yield from (Finding(BOOKS, broken(CLOSED + month, what)) for what in _faults(month, row))


def lost_months(client: DynamoDBClient, table: str, restored: str) -> tuple[list[Wire], list[str]]:
    """Return the closed months that only the restored table has, and the months that differ in the two tables."""
    living, before = closed_months(client, table), closed_months(client, restored)
    lost = [row for month, row in before.items() if month not in living]
    return lost, [month for month, row in before.items() if month in living and not same_row(row, living[month])]


def bring_back(client: DynamoDBClient, table: str, rows: Sequence[Wire]) -> None:
    """Write the rows that the table lacks. One that is there meanwhile is kept."""
    for row in rows:
        try:
            client.put_item(TableName=table, Item=row, ConditionExpression="attribute_not_exists(crew_id)")
        except ClientError as error:
            if not is_condition_failure(error):
                raise


def _faults(month: str, row: Mapping[str, Any]) -> Iterator[str]:
    closed = read_closed(row)
    at, content = row.get("at", {}).get("S"), _content(closed.text)
    if closed.sha256 != sha256_of(closed.text):
        yield "sha256 is not the hash of its summary: one of them was changed."
    if in_utc(at) is None:
        yield f"at is {shown(at)}, not a moment in UTC."
    if not _BY.fullmatch(closed.by):
        yield f"by is {shown(closed.by)}, neither slack:… nor web:…."
    try:
        readable = bool(content) and closed.sums is not None
    except ValueError:
        readable = False
    if not readable:
        yield "summary is not readable."
    elif content.get("month") != month or content.get("closed") != {"at": utc(closed.at), "by": closed.by}:
        yield "summary names another month, person or moment than its row."


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
