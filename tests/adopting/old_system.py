"""An old system: one table with crew rows, payments wherever its Lambda put them, and ids that break the rule.

The old Lambda knows nothing of `#event` rows, of an index or of a stream. It stays in service for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

CORY: Final = "2026-05-23-captain-cory-afternoon"
BARE: Final = "2026-05-30"
TIMED: Final = "2026-06-06-captain-ana-sunset"
UNDATED: Final = "summer-party"

# As the old Lambda wrote: one map entry for each patron of an event.
PAID: Final = {"amount": Decimal(125), "timestamp": "2026-05-20T18:00:00Z", "method": "venmo", "logged_by": "cb"}


def crew_row(eid: str, crew_id: str = "cory", **more: object) -> dict[str, Any]:
    """Return a crew assignment as the old system has it."""
    return {"eid": eid, "crew_id": crew_id, "role": "captain", "name": crew_id.title(), **more}


# A season of the old system: four trips, of which none has a row of its own.
SEASON: Final = (
    crew_row(CORY, payments={"dave": PAID}),
    crew_row(CORY, "marco", role="deckhand"),
    crew_row(BARE, "ana"),
    {"eid": BARE, "crew_id": "payments", "payments": {"gil": {**PAID, "amount": "60.00", "method": "Cash"}}},
    crew_row(TIMED, "ana", starts_at="2026-06-06T18:30:00-07:00", title="Sunset with Ana"),
    crew_row(UNDATED, "cory"),
)


@dataclass(frozen=True)
class OldSystem:
    """An old system's table, and the Lambda that writes to it."""

    client: DynamoDBClient
    table: str

    def make_table(self) -> None:
        """Make the table as a console makes it: two keys and a fixed capacity, nothing else."""
        self.client.create_table(
            TableName=self.table,
            KeySchema=[
                {"AttributeName": "eid", "KeyType": "HASH"},
                {"AttributeName": "crew_id", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "eid", "AttributeType": "S"},
                {"AttributeName": "crew_id", "AttributeType": "S"},
            ],
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        )

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Write whole rows, by default none: see SEASON."""
        for row in rows:
            self.client.put_item(TableName=self.table, Item={name: to_wire(value) for name, value in row.items()})

    def log_payment(self, eid: str, patron_id: str, record: Mapping[str, Any] = PAID, *, row: str = "cory") -> None:
        """Write a payment as the old Lambda does: it overwrites the map's entry for this patron."""
        key: Any = {"eid": {"S": eid}, "crew_id": {"S": row}}
        found = from_wire(self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)["Item"])
        self.client.update_item(
            TableName=self.table,
            Key=key,
            UpdateExpression="SET payments = :payments",
            ExpressionAttributeValues={":payments": to_wire({**found.get("payments", {}), patron_id: dict(record)})},
        )

    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return every row by its keys."""
        items = self.client.scan(TableName=self.table, ConsistentRead=True)["Items"]
        return {(row["eid"], row["crew_id"]): row for row in map(from_wire, items)}

    def theirs(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the rows that are not ours, which nothing may change."""
        return {key: row for key, row in self.rows().items() if not key[1].startswith("#") and key[0][:1] != "#"}
