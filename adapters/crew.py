"""Crew assignments, which another program writes: they are read and never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.attribute_values import from_wire
from adapters.dynamo import TimeBudget, errors_as_refusals
from charter.passengers import CrewMember

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def captain_of(client: DynamoDBClient, table: str, eid: str, budget: TimeBudget) -> str | None:
    """Return the name of the first crew row whose role is captain, or None. One short Query."""
    return next((member.name for member in crew_of(client, table, eid, budget) if member.is_captain), None)


def crew_of(client: DynamoDBClient, table: str, eid: str, budget: TimeBudget) -> list[CrewMember]:
    """Return the crew rows that have a name, in the order of their ids. One short Query."""
    with errors_as_refusals(budget):
        answer = client.query(
            TableName=table,
            KeyConditionExpression="#eid = :eid AND #crew > :own",  # past this project's rows, which begin with `#`
            ExpressionAttributeNames={"#eid": "eid", "#crew": "crew_id", "#role": "role", "#name": "name"},
            ExpressionAttributeValues={":eid": {"S": eid}, ":own": {"S": "$"}},
            ProjectionExpression="#crew, #role, #name",
        )
    rows = [from_wire(row) for row in answer["Items"]]
    return [
        CrewMember(str(row["crew_id"]), str(row["name"]), str(row.get("role", ""))) for row in rows if row.get("name")
    ]


def assigned_to(client: DynamoDBClient, table: str, eid: str, budget: TimeBudget) -> dict[str, str]:
    """Return everybody who is assigned to the event: the name by the id of the row, or the id itself. A short Query."""
    with errors_as_refusals(budget):
        answer = client.query(
            TableName=table,
            KeyConditionExpression="#eid = :eid AND #crew > :own",
            ExpressionAttributeNames={"#eid": "eid", "#crew": "crew_id", "#name": "name"},
            ExpressionAttributeValues={":eid": {"S": eid}, ":own": {"S": "$"}},
            ProjectionExpression="#crew, #name",
        )
    rows = [from_wire(row) for row in answer["Items"]]
    return {str(row["crew_id"]): str(row.get("name") or row["crew_id"]) for row in rows}


def has_crew(client: DynamoDBClient, table: str, eid: str, budget: TimeBudget) -> bool:
    """Return whether anybody is assigned to the event. One short Query."""
    with errors_as_refusals(budget):
        answer = client.query(
            TableName=table,
            KeyConditionExpression="#eid = :eid AND #crew > :own",
            ExpressionAttributeNames={"#eid": "eid", "#crew": "crew_id"},
            ExpressionAttributeValues={":eid": {"S": eid}, ":own": {"S": "$"}},
            ConsistentRead=True,
            Limit=1,
        )
    return bool(answer["Items"])
