"""charter's Months over the events table: the rows of `eid` `#books`, and the summaries of closed months among them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters import crew
from adapters.attribute_values import from_wire, to_wire
from adapters.books import BOOKS, CLOSED, COMPARED, EVENT, row_key, sums_in
from adapters.dynamo import TimeBudget, errors_as_refusals, is_condition_failure
from charter import books
from charter.moments import month_of, utc
from charter.months import BookedMonth, Closed, Overview, freeze, next_to, waiting_in
from charter.open_money import OpenBooks
from charter.refusals import BooksMissing, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class DynamoMonths:
    """charter's Months over one table."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def month(self, month: str) -> BookedMonth:
        """Return a month by one consistent read. See charter.bookkeeping.Months.month."""
        return self._month(month, TimeBudget(self._clock))

    def overview(self, now: datetime) -> Overview:
        """Return this month by one consistent read. See charter.bookkeeping.Months.overview."""
        budget, this = TimeBudget(self._clock), month_of(now)
        waiting = [books.WAITING + each for each in (next_to(this, -1), this, next_to(this, 1))]
        rows = self._read([this, books.OPEN, COMPARED, *waiting], budget)
        self._check(rows, budget)
        sums = {name: sums_in(row) for name, row in rows.items()}
        return Overview(
            month=this,
            sums=sums.get(this, {}),
            open=sums.get(books.OPEN, {}),
            waiting=waiting_in(sums),
            compared=COMPARED in rows,
        )

    def open_money(self) -> OpenBooks:
        """Return what is open by one consistent read. See charter.bookkeeping.Months.open_money."""
        budget = TimeBudget(self._clock)
        rows = self._read([books.OPEN, COMPARED], budget)
        self._check(rows, budget)
        return OpenBooks(sums_in(rows.get(books.OPEN, {})), compared=COMPARED in rows)

    def close(self, month: str, *, by: str, now: datetime) -> BookedMonth:
        """Put the summary once: one read and one write. See charter.bookkeeping.Months.close."""
        budget = TimeBudget(self._clock)
        found = self._month(month, budget)
        if found.closed is None:
            self._put(freeze(found, at=now, by=by), budget)
            found = self._month(month, budget)
        return found

    def crew_of(self, eids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the crew by one short Query for each event. See charter.bookkeeping.Months.crew_of."""
        budget = TimeBudget(self._clock)
        return {eid: crew.assigned_to(self._client, self._table, eid, budget) for eid in eids}

    def _month(self, month: str, budget: TimeBudget) -> BookedMonth:
        before, closed = next_to(month, -1) or month, CLOSED + month
        rows = self._read({month, before, books.OPEN, closed, COMPARED}, budget)
        self._check(rows, budget)
        return BookedMonth(
            month=month,
            sums=sums_in(rows.get(month, {})),
            before=sums_in(rows.get(before, {})) if before != month else {},
            open=sums_in(rows.get(books.OPEN, {})),
            closed=read_closed(rows[closed]) if closed in rows else None,
            compared=COMPARED in rows,
        )

    def _read(self, names: Iterable[str], budget: TimeBudget) -> dict[str, Mapping[str, Any]]:
        """Return those of these rows that exist, by their names, on the wire."""
        keys: list[Any] = [row_key(name) for name in sorted(set(names))]
        with errors_as_refusals(budget):
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        if answer.get("UnprocessedKeys") or self._table not in answer["Responses"]:
            raise TableUnavailable
        return {str(row["crew_id"]["S"]): row for row in answer["Responses"][self._table]}

    def _check(self, rows: Mapping[str, object], budget: TimeBudget) -> None:
        """Raise BooksMissing where there are no books at all. Only rows of which none has sums cost a second read."""
        if any(not name.startswith(CLOSED) for name in rows):
            return
        with errors_as_refusals(budget):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="eid = :books AND begins_with(crew_id, :event)",
                ExpressionAttributeValues={":books": {"S": BOOKS}, ":event": {"S": EVENT}},
                ConsistentRead=True,
                Limit=1,
            )
        if not answer["Items"]:
            raise BooksMissing

    def _put(self, closed: Closed, budget: TimeBudget) -> None:
        """Write a summary once. Where another one is there already, that one counts."""
        item: Any = {name: to_wire(value) for name, value in closed_row(closed).items()}
        try:
            with errors_as_refusals(budget):
                self._client.put_item(
                    TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(crew_id)"
                )
        except ClientError as error:
            if not is_condition_failure(error):
                raise


def closed_row(closed: Closed) -> dict[str, Any]:
    """Return the row of a closed month."""
    return {
        "eid": BOOKS,
        "crew_id": CLOSED + closed.month,
        "at": utc(closed.at),
        "by": closed.by,
        "sha256": closed.sha256,
        "summary": closed.text,
    }


def read_closed(wire: Mapping[str, Any]) -> Closed:
    """Return the closed month of a row. What another program spoiled is read as far as it goes."""
    row = from_wire(wire)
    try:
        at = datetime.fromisoformat(str(row.get("at")))
    except ValueError:
        at = _LONG_AGO
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    texts = (str(row.get(name, "")) for name in ("by", "summary", "sha256"))
    return Closed(str(row["crew_id"]).removeprefix(CLOSED), at, *texts)
