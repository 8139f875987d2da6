"""Reads the ledgers for an export over the web, which has seconds: charter's Exported.

A table of a few megabytes is scanned, and the file is the operator's to the byte. The export of a month from a larger
table reads only the events that may have such entries, so that it costs the same with ten years of events behind it:

- Entries that were logged in a month: the books of that month name their events. They are a moment behind the ledgers,
  so the events around today are read beside them for the month that is going on.
- Events that start in a month: the index lists them. It omits rows that lack `month`, but the books have what each
  event contributes under its id, which begins with its day. Ids without a day are read too.

Books that were never compared with all ledgers name too few. Then the table is scanned to its end.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from adapters.books import BOOKS, COMPARED, EVENT, row_key
from adapters.dynamo import TimeBudget, errors_as_refusals, pause, queried
from adapters.exported import Ledgers
from adapters.rows import EVENT_ROW
from adapters.shapes import key
from charter.books import BY_EVENT
from charter.months import next_to
from charter.refusals import ExportTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.exported import Wire
    from charter.exported import Choice, ExportedLedger

# Megabytes that are scanned for a month before its events are sought by name: some 2,000 events.
_PAGES: Final = 8
_AT_ONCE: Final = 50  # rows by one BatchGetItem; 16 MB fit into its answer


class TableLarge(Exception):  # noqa: N818 - a fact
    """The table has more megabytes than are scanned for one month."""


class BoundedRows:
    """An EventRowSource that stops in time: it raises ExportTooLarge after so many seconds, between two reads."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, seconds: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client, self._table = client, table
        self._clock = clock
        self._ends = clock() + seconds

    def one(self, eid: str) -> Wire | None:
        """Return the row of this very id. See EventRowSource.one."""
        return next(self.some([eid]), None)

    def all(self, *, pages: int | None = None) -> Iterator[Wire]:
        """Yield the rows by a Scan, in the order in which `roster` reads them. See EventRowSource.all.

        Raises TableLarge where the table has more `pages`.
        """
        scan: Any = {
            "TableName": self._table,
            "ConsistentRead": True,
            "FilterExpression": "crew_id = :own",
            "ExpressionAttributeValues": {":own": {"S": EVENT_ROW}},
        }
        read = 0
        while read != pages:
            self._check()
            with errors_as_refusals(TimeBudget(self._clock)):
                answer = self._client.scan(**scan)
            yield from (dict(row) for row in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            scan["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            read += 1
        raise TableLarge

    def some(self, eids: Collection[str]) -> Iterator[Wire]:
        """Yield the rows that exist, by one BatchGetItem for fifty, in the order asked for. See EventRowSource.some."""
        wanted = list(eids)
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            found = {str(row["eid"]["S"]): row for row in self._batch(part)}
            yield from (found[eid] for eid in part if eid in found)

    def of_month(self, choice: Choice, *, now_in: str) -> Iterator[Wire] | None:
        """Return the rows of the events that may have entries of that choice; None where nobody knows which.

        `now_in` is the month of today.
        """
        with errors_as_refusals(TimeBudget(self._clock)):
            keys: Any = [row_key(name) for name in (COMPARED, choice.logged) if name]
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        books = {str(row["crew_id"]["S"]): row for row in answer["Responses"].get(self._table, ())}
        if COMPARED not in books or answer.get("UnprocessedKeys"):
            return None
        if choice.logged:
            eids = _events_in(books.get(choice.logged, {}))
            months = [next_to(now_in, -1), now_in, next_to(now_in, 1)] if choice.logged == now_in else []
        else:
            eids, months = set(self._contributing(str(choice.month))), [str(choice.month)]
        eids.update(eid for month in months if month for eid in self._listed_in(month))
        return self.some(sorted(eids))

    def _batch(self, eids: list[str]) -> Iterator[Wire]:
        """Yield those rows. What does not fit into one answer is asked for again."""
        asked: Any = {self._table: {"Keys": [key(eid) for eid in eids], "ConsistentRead": True}}
        while asked:
            self._check()
            with errors_as_refusals(TimeBudget(self._clock)):
                answer = self._client.batch_get_item(RequestItems=asked)
            yield from (dict(row) for row in answer["Responses"].get(self._table, ()))
            asked = answer.get("UnprocessedKeys")
            if asked:
                pause()

    def _listed_in(self, month: str) -> Iterator[str]:
        """Yield the ids that the index has for a month, those of crew rows among them."""
        self._check()
        found = queried(
            self._client,
            TableName=self._table,
            IndexName="by_month",
            KeyConditionExpression="#month = :month",
            ExpressionAttributeNames={"#month": "month"},
            ExpressionAttributeValues={":month": {"S": month}},
            ProjectionExpression="eid",
        )
        with errors_as_refusals(TimeBudget(self._clock)):
            yield from (str(row["eid"]["S"]) for row in found)

    def _contributing(self, month: str) -> Iterator[str]:
        """Yield the ids of events in the books that begin with that month, or with no digit of a year."""
        for first, last in (("", "/\uffff"), (month, f"{month}\uffff"), (":", "\uffff")):
            self._check()
            found = queried(
                self._client,
                TableName=self._table,
                KeyConditionExpression="eid = :books AND crew_id BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":books": {"S": BOOKS},
                    ":first": {"S": EVENT + first},
                    ":last": {"S": EVENT + last},
                },
                ProjectionExpression="crew_id",
                ConsistentRead=True,
            )
            with errors_as_refusals(TimeBudget(self._clock)):
                yield from (str(row["crew_id"]["S"]).removeprefix(EVENT) for row in found)

    def _check(self) -> None:
        if self._clock() > self._ends:
            raise ExportTooLarge


class WebLedgers(Ledgers):
    """Reads the ledgers once, a month of a large table by its events. `now_in` is the month of today."""

    def __init__(self, rows: BoundedRows, *, zone: tzinfo, currency: str, now_in: str) -> None:
        super().__init__(rows, zone=zone, currency=currency)
        self._bounded, self._now_in = rows, now_in

    def read(self, choice: Choice) -> Iterator[ExportedLedger]:
        """Yield the ledger of each event with chosen entries. See charter.exported.Exported.read."""
        if choice.event is not None or not (choice.month or choice.logged):
            return super().read(choice)
        try:
            return iter(list(self.read_rows(self.each_once(self._bounded.all(pages=_PAGES)), choice)))
        except TableLarge:
            self.wrong, self.wrong_count = [], 0
        rows = self._bounded.of_month(choice, now_in=self._now_in)
        return super().read(choice) if rows is None else self.read_rows(self.each_once(rows), choice)


def _events_in(month: Wire) -> set[str]:
    """Return the ids of the events with entries in a month's row of the books."""
    currencies = month.get(BY_EVENT, {}).get("M", {}).values()
    return {eid for events in currencies for eid in events.get("M", ())}
