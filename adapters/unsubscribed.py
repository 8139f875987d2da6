"""Addresses to which no mail is sent, each a row of its own in the events table.

`eid` is `#mail:` and the address's mark, so no row names an address, and no event's rows are touched. Only the holder
of a link in one of our mails writes a row, and always the same one, so there are never more rows than addresses.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from adapters.dynamo import TimeBudget, errors_as_refusals
from adapters.whole_answers import item_in
from charter.moments import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

MAIL_ROW: Final = "#mail:"
_UNSUBSCRIBED: Final = "#unsubscribed"


class DynamoUnsubscribed:
    """charter's Unsubscribed over the events table."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def has(self, mark: str) -> bool:
        """Read the row, consistently. See charter.mail_links.Unsubscribed.has."""
        with errors_as_refusals(TimeBudget(self._clock)):
            row = item_in(self._client.get_item(TableName=self._table, Key=_key(mark), ConsistentRead=True))
        return bool(row.get("ended", {}).get("BOOL"))

    def add(self, mark: str, *, now: datetime) -> None:
        """Put the row. See charter.mail_links.Unsubscribed.add."""
        self._put(mark, ended=True, now=now)

    def remove(self, mark: str, *, now: datetime) -> None:
        """Put the row. See charter.mail_links.Unsubscribed.remove."""
        self._put(mark, ended=False, now=now)

    def _put(self, mark: str, *, ended: bool, now: datetime) -> None:
        row = {**_key(mark), "ended": {"BOOL": ended}, "at": {"S": utc(now)}}
        with errors_as_refusals(TimeBudget(self._clock)):
            self._client.put_item(TableName=self._table, Item=row)


def _key(mark: str) -> Any:  # noqa: ANN401 - botocore's own
    return {"eid": {"S": f"{MAIL_ROW}{mark}"}, "crew_id": {"S": _UNSUBSCRIBED}}
