"""The ledger over the `events` table: each payment is one conditional UpdateItem that writes entry and amount together.

What shape the write must take depends on the row: is there a `payments` map yet, has this patron a record, does the
record have entries. A submit does not read the row to find out. The ledger remembers the shape from when it last saw
the row (when the form was filled, say), and every shape carries its own condition, so a wrong memory costs a second
write and never a wrong one: DynamoDB refuses it, shows the row as it is, and the ledger writes by that.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from adapters.answers import already_written, check, logged, payment_in, walking_up
from adapters.by_month import listed_in
from adapters.crew import has_crew
from adapters.dynamo import Patience, in_our_words
from adapters.event_rows import EventRows, read_edits, read_signatures
from adapters.moved import Trail
from adapters.rows import read_event
from adapters.shapes import Line, Shape, add_entry, add_event, ask_card, ask_card_of_new, key
from adapters.takings import takings
from adapters.whole_answers import item_in
from adapters.wire import from_wire
from charter.event_ids import check_served
from charter.events import known_by_id
from charter.moments import utc
from charter.payments import Payment, check_payment_id
from charter.refusals import EventUnknown, NoRoomToReverse, PatronUnknown, RowFull, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import Rows, Wire
    from charter.events import Event, Listing
    from charter.payments import Draft, Entry, Refund, Source, Void
    from charter.ports import Logged, Taking

# Tries at one entry. Each failed one has seen the row, so only other writers in the same instants take a third.
_TRIES: Final = 6
_AT_ONCE: Final = 10  # Queries, each over a connection of its own
_REMEMBERED: Final = 64  # a season of coming events; a shape holds the records of its row


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
        self._shapes: dict[str, Shape] = {}

    def check(self) -> None:
        """One GetItem of a row that is not there: half a read unit. See charter.ports.Ledger.check."""
        with in_our_words(Patience(self._clock)):
            item_in(self._client.get_item(TableName=self._table, Key=key("health"), ProjectionExpression="eid"))

    def event(self, eid: str) -> Event:
        """One event with its signatures and edits, in one Query; more if it was renamed or has only crew rows."""
        patience = Patience(self._clock)
        trail, rows = self._own.follow(check_served(eid), patience)
        return self._found(trail.eid, rows, patience)

    def events(self, eids: Sequence[str]) -> list[Event]:
        """Those of the events that have a row of their own, in the order asked for; a Query each, several at a time.

        A list may be older than a rename, so an event that is named by both its ids comes once.
        """
        patience, wanted = Patience(self._clock), list(dict.fromkeys(eids))

        def read(eid: str) -> Event | None:
            with suppress(EventUnknown):
                _, rows = self._own.follow(eid, patience)
                return self._whole(rows) if rows.own else None
            return None

        if len(wanted) == 1:
            found = {wanted[0]: read(wanted[0])}
        else:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                found = dict(zip(wanted, pool.map(read, wanted), strict=True))
        events = ((eid, found[eid]) for eid in eids)
        return [event for eid, event in events if event and (event.eid == eid or not found.get(event.eid))]

    def listings(self, months: Iterable[date]) -> list[Listing]:
        """The events of each month that the dates fall in, from the sparse index; a Query a month, never a Scan."""
        patience = Patience(self._clock)
        rows = [
            listing
            for month in sorted({f"{day:%Y-%m}" for day in months})
            for listing in listed_in(self._client, self._table, month, zone=self._zone, patience=patience)
        ]
        return sorted(rows, key=lambda listing: (listing.starts_at, listing.eid))

    def takings(self) -> list[Taking]:
        """One Scan. See charter.ports.Ledger.takings."""
        return takings(self._client, self._table, currency=self._currency)

    def log(self, draft: Draft, *, by: str, source: Source, now: datetime) -> Logged:
        """Writes a payment once: one UpdateItem as a rule. See charter.ports.Ledger.log."""
        check_payment_id(draft.payment_id)  # under an id of the ledger's own it would take another entry's place
        patience, entry = Patience(self._clock), draft.entry(by=by, source=source, now=now)
        trail = Trail(check_served(draft.eid))
        seen: Wire | None = None
        if self._remembered(draft.eid).full:
            trail, rows = self._own.follow(draft.eid, patience)
            seen = rows.own
        line = Line(trail.eid, draft.patron_id, draft.walk_up, draft.party, draft.due)
        return self._write(trail, line, lambda _payment: entry, seen=seen, patience=patience)

    def reverse(self, wish: Void | Refund, *, by: str, source: Source, now: datetime) -> Logged:
        """Reads the row, then writes what undoes or gives back once. See charter.ports.Ledger.reverse."""
        patience = Patience(self._clock)
        trail, rows = self._own.follow(check_served(wish.eid), patience)
        if self._found(trail.eid, rows, patience).patron(wish.patron_id) is None:
            raise PatronUnknown(wish.patron_id)
        try:
            return self._write(
                trail,
                Line(trail.eid, wish.patron_id),
                lambda payment: wish.entry(payment, by=by, source=source, now=now),
                seen=rows.own,
                patience=patience,
            )
        except RowFull as full:
            raise NoRoomToReverse from full

    def ask_for_card(self, eid: str, *, now: datetime) -> None:
        """One UpdateItem as a rule. See charter.ports.Ledger.ask_for_card."""
        patience, moment = Patience(self._clock), utc(now)
        seen: Wire | None = None
        trail = Trail(check_served(eid))
        for _ in range(_TRIES):
            new = seen == {}
            update = ask_card_of_new(self._known_by_crew(trail.eid, patience), moment) if new else ask_card(moment)
            written, seen = self._own.attempt(trail.eid, update, patience)
            if written:
                return
            if trail.follows(seen):
                seen = None
        raise TableUnavailable

    def _write(
        self, trail: Trail, line: Line, entry_for: Callable[[Payment], Entry], *, seen: Wire | None, patience: Patience
    ) -> Logged:
        """Tries by what is remembered or `seen` of the row and, where refused, by the row that the refusal shows."""
        for _ in range(_TRIES):
            entry = entry_for(payment_in(seen or {}, line.patron_id))
            if seen:
                event = self._read(seen)
                if already_written(event, line, entry):
                    return logged(event, line, entry, replayed=True)
                check(event, line, entry)
            update = (
                add_event(self._known_by_crew(line.eid, patience), walking_up(line), entry)
                if seen == {}
                else add_entry(line, entry, self._remembered(line.eid))
            )
            written, row = self._own.attempt(line.eid, update, patience)
            if written:
                return logged(self._read(row), line, entry)
            seen = row
            if trail.follows(row):
                line, seen = replace(line, eid=trail.eid), None
        raise TableUnavailable

    def _found(self, eid: str, rows: Rows, patience: Patience) -> Event:
        """The event of rows that were just read. Raises EventUnknown when the table knows nothing of it."""
        return self._whole(rows) if rows.own else self._known_by_crew(eid, patience)

    def _whole(self, rows: Rows) -> Event:
        """The event of its own row, with its signatures and edits."""
        return replace(self._read(rows.own), signatures=read_signatures(rows), edits=read_edits(rows))

    def _known_by_crew(self, eid: str, patience: Patience) -> Event:
        """The event as its id says, if crew are assigned to it. Raises EventUnknown otherwise."""
        if not has_crew(self._client, self._table, eid, patience):
            raise EventUnknown(eid)
        rows = self._own.rows(eid, patience)
        if rows.own:  # it was written since it was looked for
            return self._whole(rows)
        if rows.moving:  # another event's rename has put the crew's rows here: they belong to nobody yet
            raise EventUnknown(eid)
        try:
            event = known_by_id(eid, zone=self._zone, currency=self._currency)
        except ValueError:
            raise EventUnknown(eid) from None
        return replace(event, signatures=read_signatures(rows), edits=read_edits(rows))

    def _read(self, wire: Wire) -> Event:
        """The event in a row that was just seen; what shape the row has is remembered for the next write."""
        item, shape = from_wire(wire), Shape.of(wire)
        if len(self._shapes) >= _REMEMBERED:
            self._shapes.clear()
        self._shapes[item["eid"]] = shape
        return read_event(item, zone=self._zone, currency=self._currency, full=shape.full)

    def _remembered(self, eid: str) -> Shape:
        return self._shapes.get(eid, Shape())
