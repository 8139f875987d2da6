"""Books for the sample season. Its rows are written directly, so the stream does not enter them in the books."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from adapters.books import DynamoBooks
from charter.moments import utc
from charter.settings import DEFAULT_CURRENCY
from devkit.environment import TIMEZONE
from devkit.season import plant, season

if TYPE_CHECKING:
    from datetime import date

    from mypy_boto3_dynamodb import DynamoDBClient


def plant_with_books(client: DynamoDBClient, table: str, today: date) -> int:
    """Write the missing events of the season around `today`, and enter them in the books. Return their number."""
    new = plant(client, table, today)
    books = DynamoBooks(client, table, zone=ZoneInfo(TIMEZONE), currency=DEFAULT_CURRENCY, clock=lambda: 0.0)
    for eid in dict.fromkeys(row["eid"] for row in season(today)):
        books.refresh(eid)
    books.mark_compared(utc(datetime.now(UTC)))
    return new
