"""The ledger over the `events` table: each payment is one conditional UpdateItem that writes entry and amount together.

The form of the write depends on the row: is there a `payments` map yet, has this patron a record, does the record have
entries. A submit does not read the row first. The ledger remembers the row's shape from the last read, for example when
the form was filled. Every write carries the condition that the shape still holds. Where it does not, DynamoDB refuses
the write and returns the row, and the ledger writes again by that row.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.card_requests import ask_card, ask_card_of_new, take_back_card
from adapters.crew import has_crew
from adapters.dynamo import TimeBudget, errors_as_refusals, queried
from adapters.entry_checks import already_written, check, logged, may_be_refused, payment_in, walking_up
from adapters.event_rows import EventRows, read_beside
from adapters.moved import Trail
from adapters.rereading import RowReader
from adapters.rows import EVENT_ROW, read_listing
from adapters.shapes import EntryTarget, add_entries, add_event, key
from adapters.takings import takings
from adapters.whole_answers import item_in
from charter.event_ids import check_served
from charter.events import known_by_id
from charter.moments import month_of, utc
from charter.payments import check_payment_id
from charter.refusals import EntryUnknown, EventUnknown, NoRoomToReverse, PatronUnknown, RowFull, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import RowsOfEvent, Wire
    from adapters.shapes import Addition
    from charter.events import Event, Listing, Logged, Taking
    from charter.group_payments import GroupDraft
    from charter.group_undo import GroupUndo
    from charter.payments import Draft, Refund, Source, Void
    from charter.returned import Returned
    from charter.undoing import Undo

# Tries at one entry. Each failed one has seen the row, so only writers in the same instants take a third. The time
# budget ends first, unless a whole crowd writes at once.
_TRIES: Final = 40
_AT_ONCE: Final = 10  # Queries, each over a connection of its own


class DynamoLedger:
    """charter's Ledger over one DynamoDB table. Safe to share between threads: what it remembers is only a hint."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        zone: tzinfo,
        currency: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._table = table
        self._own = EventRows(client, table)
        self._zone = zone
        self._currency = currency
        self._clock = clock
        self._rows = RowReader(zone=zone, currency=currency)

    def check(self) -> None:
        """Read a row and a month of the index that are not there: one read unit. See charter.ports.Ledger.check."""
        with errors_as_refusals(budget := TimeBudget(self._clock)):
            item_in(self._client.get_item(TableName=self._table, Key=key("health"), ProjectionExpression="eid"))
        list(self._listed_in("health", budget))

    def event(self, eid: str) -> Event:
        """Return one event with signatures and edits, in one Query; more if it was renamed or has only crew rows."""
        budget = TimeBudget(self._clock)
        trail, rows = self._own.follow(check_served(eid), budget)
        return self._found(trail.eid, rows, budget)

    def events(self, eids: Sequence[str]) -> list[Event]:
        """Return those events that have a row of their own, in the order asked for; a Query each, several at a time.

        A list may be older than a rename, so an event that is named by both its ids is returned once.
        """
        budget, wanted = TimeBudget(self._clock), list(dict.fromkeys(eids))

        def read(eid: str) -> Event | None:
            with suppress(EventUnknown):
                _, rows = self._own.follow(eid, budget)
                return self._rows.whole(rows) if rows.own else None
            return None

        if len(wanted) == 1:
            found = {wanted[0]: read(wanted[0])}
        else:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                found = dict(zip(wanted, pool.map(read, wanted), strict=True))
        events = ((eid, found[eid]) for eid in eids)
        return [event for eid, event in events if event and (event.eid == eid or not found.get(event.eid))]

    def listings(self, months: Iterable[date]) -> list[Listing]:
        """Return the events of each month that the dates fall in, by one Query of the index per month."""
        budget = TimeBudget(self._clock)
        rows = [
            listing for month in sorted({month_of(day) for day in months}) for listing in self._listed_in(month, budget)
        ]
        return sorted(rows, key=lambda listing: (listing.starts_at, listing.eid))

    def takings(self) -> Iterator[Taking]:
        """Yield the payments of every event, in one Scan. See charter.ports.Ledger.takings."""
        return takings(self._client, self._table, currency=self._currency)

    def log(self, draft: Draft, *, by: str, source: Source, now: datetime, admin: bool = False) -> Logged:
        """Write a payment once: one UpdateItem as a rule. See charter.ports.Ledger.log."""
        check_payment_id(draft.payment_id)  # under an id of the ledger's own it would take another entry's place
        budget, entry = TimeBudget(self._clock), draft.entry(by=by, source=source, now=now)
        target = EntryTarget(
            draft.patron_id,
            draft.walk_up,
            draft.party,
            draft.due,
            admin=admin,
            reason=draft.reason,
            confirmed=draft.confirmed,
        )
        trail = Trail(check_served(draft.eid))
        return self._write(trail, lambda _row: [(target, entry)], seen=None, budget=budget)[0]

    def log_group(self, draft: GroupDraft, *, by: str, source: Source, now: datetime) -> tuple[Logged, ...]:
        """Write the payments of several patrons, all or none: one UpdateItem. See charter.ports.Ledger.log_group."""
        budget, trail = TimeBudget(self._clock), Trail(check_served(draft.eid))
        additions = [
            (EntryTarget(each.patron_id, confirmed=each.confirmed), each.entry(by=by, source=source, now=now))
            for each in draft.drafts
        ]
        return self._write(trail, lambda _row: additions, seen=None, budget=budget)

    def reverse(self, request: Void | Refund | Returned | Undo, *, by: str, source: Source, now: datetime) -> Logged:
        """Read the row, then write the reversal once. See charter.ports.Ledger.reverse."""
        budget = TimeBudget(self._clock)
        trail, rows = self._own.follow(check_served(request.eid), budget)
        if self._found(trail.eid, rows, budget).patron(request.patron_id) is None:
            raise PatronUnknown(request.patron_id)
        target = EntryTarget(request.patron_id)

        def addition(row: Wire) -> list[Addition]:
            payment = payment_in(row or self._own.row(trail.eid, budget), request.patron_id)
            return [(target, request.entry(payment, by=by, source=source, now=now))]

        with _room_to_reverse():
            return self._write(trail, addition, seen=rows.own, budget=budget)[0]

    def undo_group(self, request: GroupUndo, *, by: str, source: Source, now: datetime) -> tuple[Logged, ...]:
        """Read the row, then write all voids in one UpdateItem. See charter.ports.Ledger.undo_group."""
        budget = TimeBudget(self._clock)
        trail, rows = self._own.follow(check_served(request.eid), budget)

        def additions(row: Wire) -> list[Addition]:
            row = row or self._own.row(trail.eid, budget)
            if not row:
                raise EntryUnknown
            entries = request.entries(self._read(row), by=by, source=source, now=now)
            return [(EntryTarget(patron_id), entry) for patron_id, entry in entries]

        with _room_to_reverse():
            return self._write(trail, additions, seen=rows.own, budget=budget)

    def ask_for_card(self, eid: str, *, now: datetime) -> None:
        """Write the request: one UpdateItem as a rule. See charter.ports.Ledger.ask_for_card."""
        budget, moment = TimeBudget(self._clock), utc(now)
        seen: Wire | None = None
        trail = Trail(check_served(eid))
        for _ in range(_TRIES):
            new = seen == {}
            update = ask_card_of_new(self._known_by_crew(trail.eid, budget), moment) if new else ask_card(moment)
            written, seen = self._own.attempt(trail.eid, update, budget)
            if written:
                return
            if trail.follows(seen):
                seen = None
        raise TableUnavailable

    def take_back_card(self, eid: str, *, asked_at: datetime) -> bool:
        """Take the request back: one UpdateItem as a rule. See charter.ports.Ledger.take_back_card."""
        budget, trail = TimeBudget(self._clock), Trail(check_served(eid))
        for _ in range(_TRIES):
            written, seen = self._own.attempt(trail.eid, take_back_card(utc(asked_at)), budget)
            if written or not trail.follows(seen):
                return written or seen.get("card_asked_at") == {"S": ""}  # also if an earlier try wrote it
        raise TableUnavailable

    def _listed_in(self, month: str, budget: TimeBudget) -> Iterator[Listing]:
        """Yield the events of one month, `2026-12`, in one Query for each megabyte."""
        found = queried(
            self._client,
            TableName=self._table,
            IndexName="by_month",
            KeyConditionExpression="#month = :month",
            ExpressionAttributeNames={"#month": "month"},
            ExpressionAttributeValues={":month": {"S": month}},
        )
        with errors_as_refusals(budget):
            # A crew row that has a month of its own is in the index too.
            rows = [from_wire(row) for row in found if row["crew_id"] == {"S": EVENT_ROW}]
        for row in rows:
            try:
                yield read_listing(row, zone=self._zone)
            except EventUnknown:
                continue  # without a date it has no place among the coming events

    def _write(
        self,
        trail: Trail,
        additions_for: Callable[[Wire], Sequence[Addition]],
        *,
        seen: Wire | None,
        budget: TimeBudget,
    ) -> tuple[Logged, ...]:
        """Write by the remembered shape or the row `seen`; after a refused write, by the row that the refusal shows.

        `additions_for` returns what is added to a row; to an empty one where the row was not read.
        What is remembered may refuse nothing: where it would, the row is read first.
        """
        for _ in range(_TRIES):
            shape, additions = self._rows.shape(trail.eid), additions_for(seen or {})
            if seen is None and may_be_refused(shape, additions):
                trail, rows = self._own.follow(trail.eid, budget)
                seen = rows.own
            if seen:
                event, shape = self._rows.read(seen)
                if already_written(event, additions):
                    return logged(event, additions, replayed=True)
                check(event, additions, shape)
            update = (
                add_event(self._known_by_crew(trail.eid, budget), *walking_up(additions))
                if seen == {}
                else add_entries(additions, shape)
            )
            written, row = self._own.attempt(trail.eid, update, budget)
            if written:
                return logged(self._read(row), additions)
            seen = None if trail.follows(row) else row
        raise TableUnavailable

    def _found(self, eid: str, rows: RowsOfEvent, budget: TimeBudget) -> Event:
        """Return the event of rows that were just read. Raises EventUnknown when the table knows nothing of it."""
        return self._rows.whole(rows) if rows.own else self._known_by_crew(eid, budget)

    def _known_by_crew(self, eid: str, budget: TimeBudget) -> Event:
        """Return the event as its id names it, if crew are assigned to it. Raises EventUnknown otherwise."""
        if not has_crew(self._client, self._table, eid, budget):
            raise EventUnknown(eid)
        rows = self._own.rows(eid, budget)
        if rows.own:  # it was written after the first read
            return self._rows.whole(rows)
        if rows.moving:  # another event's rename has put the crew's rows here: they belong to nobody yet
            raise EventUnknown(eid)
        try:
            event = known_by_id(eid, zone=self._zone, currency=self._currency)
        except ValueError:
            raise EventUnknown(eid) from None
        return read_beside(event, rows)

    def _read(self, wire: Wire) -> Event:
        """Return the event in a row, and remember the row's shape for the next write."""
        return self._rows.read(wire)[0]


@contextmanager
def _room_to_reverse() -> Iterator[None]:
    """Raise a full row as NoRoomToReverse."""
    try:
        yield
    except RowFull as full:
        raise NoRoomToReverse from full
