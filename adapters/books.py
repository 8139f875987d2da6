"""charter's Books over the events table: the rows of `eid` `#books`.

A total changes only in the transaction that replaces the contribution of one source, and each of these rows has a
`version` that is new with each write. So an update that was overtaken is refused, and reads again. The contribution is
computed from the row of the event or hand-over as it is now, not from what changed. So a change that is delivered
twice, late, in another order or never is no fault of the books once any later one arrives.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.attribute_values import from_wire, to_wire
from adapters.cash import CASH, HAND_OVER_ROW, read_hand_over
from adapters.dynamo import TimeBudget, errors_as_refusals, is_condition_failure, pause, queried, written_together
from adapters.event_rows import EventRows, read_beside
from adapters.moved import RENAMED_FROM
from adapters.rows import read_event, read_taking
from adapters.whole_answers import item_in
from charter import books, cash
from charter.folding import folded
from charter.frozen import dataclass
from charter.refusals import EventUnknown, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import RowsOfEvent
    from charter.books import Sums

BOOKS: Final = "#books"
# The beginnings of the names of what one source contributes. The id of the event or of the hand-over follows.
EVENT: Final = "event:"
HAND_OVER: Final = "handover:"
CLOSED: Final = "closed:"  # the frozen summary of a month, which follows
COMPARED: Final = "compared"  # when all ledgers were first compared with the books

_SUMS: Final = "sums"
_OWN: Final = ("eid", "crew_id", "version")

_utc_now: Final = partial(datetime.now, UTC)

# Each try that failed was overtaken by another writer of the same month.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class BooksRow:
    """A row of the books as it was read. `version` is None where there is none. The keys are without the row's name."""

    version: str | None = None
    sums: Sums = field(default_factory=dict)


class DynamoBooks:
    """charter's Books over one table. `zone` says which month a moment is in, `currency` is that of older events."""

    def __init__(  # noqa: PLR0913 - what a table needs, by name
        self,
        client: DynamoDBClient,
        table: str,
        *,
        zone: tzinfo,
        currency: str,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client = client
        self._table = table
        self._own = EventRows(client, table)
        self._zone, self._currency = zone, currency
        self._clock, self._now = clock, now

    def row(self, name: str) -> Sums:
        """Return the sums of one row, by one consistent read. See charter.bookkeeping.Books.row."""
        return self._read({name}, TimeBudget(self._clock))[name].sums

    def refresh(self, eid: str) -> bool:
        """Replace the contribution of an event by what its row says now. See charter.bookkeeping.Books.refresh."""
        return self._refresh(partial(self._event, eid))

    def refresh_hand_over(self, hand_over_id: str) -> bool:
        """Replace the contribution of a hand-over in the same way. See charter.bookkeeping.Books.refresh_hand_over."""
        return self._refresh(partial(self._hand_over, hand_over_id))

    def replace(self, source: str, new: Sums, kept: Mapping[str, BooksRow], budget: TimeBudget) -> bool | None:
        """Write `new` as the contribution of `source` instead of all in `kept`, and change the totals by it.

        Return whether anything had to be written; None where another writer came first.
        """
        change = books.difference(new, books.added(*(each.sums for each in kept.values())))
        actions = [self._delete(name, each) for name, each in kept.items() if each.version and name != source]
        if new and new != kept[source].sums:
            actions.append(self._put(source, {(_SUMS, *key): value for key, value in new.items()}, kept[source]))
        elif not new and kept[source].version:
            actions.append(self._delete(source, kept[source]))
        if not actions:
            return False
        before = self._read(books.rows_in(change), budget)
        actions += [self._put(name, self._after(name, each.sums, change), each) for name, each in before.items()]
        return written_together(self._client, actions, budget) or None

    def contribution_of(self, eid: str) -> Sums:
        """Return what an event contributes by its row as it is now."""
        return self._event(eid, TimeBudget(self._clock))[1]

    def contribution_of_hand_over(self, hand_over_id: str) -> Sums:
        """Return what a hand-over contributes by its row as it is now; nothing for one that is gone."""
        return self._hand_over(hand_over_id, TimeBudget(self._clock))[1]

    def contribution_in(self, rows: RowsOfEvent, eid: str) -> Sums:
        """Return what an event contributes by these rows of it."""
        row = from_wire(rows.own)
        taking = read_taking(row, currency=self._currency)
        try:
            event = read_beside(read_event(row, zone=self._zone, currency=self._currency), rows)
        except EventUnknown:
            event = None
        return books.contribution(taking, eid=eid, event=event, zone=self._zone)

    def read(self, names: Collection[str]) -> dict[str, BooksRow]:
        """Return these rows by their names, at most 100, one that does not exist included, by one consistent read."""
        return self._read(names, TimeBudget(self._clock))

    def all_rows(self) -> Iterator[tuple[str, BooksRow]]:
        """Yield every row with sums and its name, by a consistent Query for each megabyte."""
        query: Any = {
            "TableName": self._table,
            "KeyConditionExpression": "eid = :books",
            "ExpressionAttributeValues": {":books": {"S": BOOKS}},
            "ConsistentRead": True,
        }
        named = ((str(row["crew_id"]["S"]), row) for row in queried(self._client, **query))
        return ((name, _kept(row)) for name, row in named if name != COMPARED and not name.startswith(CLOSED))

    def mark_compared(self, at: str) -> None:
        """Write once, as ISO 8601, when all ledgers were first compared with the books."""
        item: Any = {**row_key(COMPARED), "at": {"S": at}}
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(crew_id)")
        except ClientError as error:
            if not is_condition_failure(error):
                raise

    def correct(self, name: str, sums: Sums, read: BooksRow) -> bool:
        """Write a total anew. Return False where it was changed since it was read."""
        anew = self._put(name, self._after(name, sums, {}), read)
        return written_together(self._client, [anew], TimeBudget(self._clock))

    def _refresh(self, read: Callable[[TimeBudget], tuple[tuple[str, ...], Sums]]) -> bool:
        """Write what `read` returns: the names of a source's contributions, the present one first, and its sums."""
        for attempt in range(_TRIES):
            if attempt:
                pause()
            budget = TimeBudget(self._clock)
            asked, _ = read(budget)
            kept = self._read(asked, budget)
            # Read after the contributions: whoever replaces them from a newer row changes their versions.
            names, new = read(budget)
            if names == asked:
                written = self.replace(names[0], new, kept, budget)
                if written is not None:
                    return written
        raise TableUnavailable

    def _hand_over(self, hand_over_id: str, budget: TimeBudget) -> tuple[tuple[str, ...], Sums]:
        key: Any = {"eid": {"S": CASH}, "crew_id": {"S": f"{HAND_OVER_ROW}{hand_over_id}"}}
        with errors_as_refusals(budget):
            wire = item_in(self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True))
        sums = cash.contribution(read_hand_over(from_wire(wire)), zone=self._zone) if wire else {}
        return (f"{HAND_OVER}{hand_over_id}",), sums

    def _event(self, eid: str, budget: TimeBudget) -> tuple[tuple[str, ...], Sums]:
        """Return the names of what every id of the event contributes, and its sums; nothing for one that is gone."""
        try:
            trail, rows = self._own.follow(eid, budget)
        except EventUnknown:  # redirects in a circle
            return (EVENT + eid,), {}
        if not rows.own:
            return _names((trail.eid, eid)), {}
        earlier = from_wire(rows.own).get(RENAMED_FROM)
        eids = (trail.eid, *(str(each) for each in (earlier if isinstance(earlier, list) else ())), eid)
        return _names(eids), self.contribution_in(rows, trail.eid)

    def _read(self, names: Collection[str], budget: TimeBudget) -> dict[str, BooksRow]:
        """Return these rows by their names, one that does not exist included, by one consistent read."""
        if not names:
            return {}
        keys: list[Any] = [row_key(name) for name in sorted(names)]
        with errors_as_refusals(budget):
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        if answer.get("UnprocessedKeys") or self._table not in answer["Responses"]:
            raise TableUnavailable
        found = {str(row["crew_id"]["S"]): _kept(row) for row in answer["Responses"][self._table]}
        return {name: found.get(name, BooksRow()) for name in names}

    def _after(self, name: str, before: Sums, change: Sums) -> Sums:
        after = books.added(before, {key[1:]: value for key, value in change.items() if key[0] == name})
        return folded(name, after, today=self._now().astimezone(self._zone).date())

    def _put(self, name: str, sums: Sums, read: BooksRow) -> dict[str, Any]:
        item = {"eid": BOOKS, "crew_id": name, "version": uuid.uuid4().hex, **books.nested(sums)}
        wire = {attribute: to_wire(value) for attribute, value in item.items()}
        return {"Put": {"TableName": self._table, "Item": wire, **_still(read)}}

    def _delete(self, name: str, read: BooksRow) -> dict[str, Any]:
        return {"Delete": {"TableName": self._table, "Key": row_key(name), **_still(read)}}


def is_contribution(name: str) -> bool:
    """Return whether a row of the books holds what one source contributes. All others are totals."""
    return name.startswith((EVENT, HAND_OVER))


def _names(eids: Iterable[str]) -> tuple[str, ...]:
    return tuple(EVENT + eid for eid in dict.fromkeys(eids))


def sums_in(row: Mapping[str, Any]) -> Sums:
    """Return the sums of a row on the wire by the rest of their keys. A row that is no total and no part has none."""
    tree = {name: value for name, value in from_wire(row).items() if name not in _OWN}
    return dict(books.flat(tree.get(_SUMS, tree)))


def _kept(row: Mapping[str, Any]) -> BooksRow:
    version = from_wire({"version": row["version"]})["version"] if "version" in row else None
    return BooksRow(version if isinstance(version, str) else "", sums_in(row))


def _still(read: BooksRow) -> dict[str, Any]:
    """Return the condition that a row is as it was read."""
    if read.version is None:
        return {"ConditionExpression": "attribute_not_exists(crew_id)"}
    if not read.version:  # another program wrote it
        return {"ConditionExpression": "attribute_not_exists(version)"}
    return {
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":read": {"S": read.version}},
    }


def row_key(name: str) -> dict[str, Any]:
    """Return the key of a row of the books."""
    return {"eid": {"S": BOOKS}, "crew_id": {"S": name}}
