"""The ledger over the `events` table: each payment is one conditional UpdateItem that writes entry and amount together.

What shape the write must take depends on the row: is there a `payments` map yet, has this patron a record, does the
record have entries. A submit does not read the row to find out. The ledger remembers the shape from when it last saw
the row (when the form was filled, say), and every shape carries its own condition, so a wrong memory costs a second
write and never a wrong one: DynamoDB refuses it, shows the row as it is, and the ledger writes by that.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.answers import already_written, check, logged, payment_in, walking_up
from adapters.by_month import listed_in
from adapters.crew import captain_of
from adapters.dynamo import Patience, in_our_words
from adapters.event_rows import EventRows
from adapters.moved import MOVING_ROW, Trail, moved_to
from adapters.rows import EVENT_ROW, read_event
from adapters.shapes import (
    Line,
    Shape,
    add_entry,
    add_event,
    add_signature,
    add_signed_event,
    ask_card,
    ask_card_of_new,
    key,
)
from adapters.wire import from_wire
from charter.event_ids import check_served
from charter.events import known_by_id
from charter.payments import Payment, check_payment_id
from charter.refusals import (
    EventUnknown,
    PatronUnknown,
    RowFull,
    SignatureReused,
    SignaturesFull,
    TableUnavailable,
)
from charter.waivers import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import Wire
    from charter.events import Event, Listing
    from charter.payments import Draft, Entry, Refund, Source, Void
    from charter.ports import Logged
    from charter.waivers import Signature

# Tries at one entry. Each failed one has seen the row, so only other writers in the same instants take a third.
_TRIES: Final = 6
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
            self._client.get_item(TableName=self._table, Key=key("health"), ProjectionExpression="eid")

    def event(self, eid: str) -> Event:
        """One event, in one GetItem; one more where it was renamed, or where crew rows alone may know it."""
        patience = Patience(self._clock)
        trail, wire = self._own.follow(check_served(eid), patience)
        return self._found(trail.eid, wire, patience)

    def events(self, eids: Sequence[str]) -> list[Event]:
        """Those of the events that have a row of their own, in the order asked for; one read for each hundred.

        A list may be older than a rename, so an event that is named by both its ids comes once.
        """
        patience, wanted = Patience(self._clock), list(dict.fromkeys(eids))
        found: dict[str, Event] = {}
        for start in range(0, len(wanted), 100):
            for wire in self._rows(wanted[start : start + 100], patience):
                with suppress(EventUnknown):
                    found[wire["eid"]["S"]] = self.event(target) if (target := moved_to(wire)) else self._read(wire)
        return [found[eid] for eid in eids if eid in found and (found[eid].eid == eid or found[eid].eid not in found)]

    def listings(self, months: Iterable[date]) -> list[Listing]:
        """The events of each month that the dates fall in, from the sparse index; a Query a month, never a Scan."""
        patience = Patience(self._clock)
        rows = [
            listing
            for month in sorted({f"{day:%Y-%m}" for day in months})
            for listing in listed_in(self._client, self._table, month, zone=self._zone, patience=patience)
        ]
        return sorted(rows, key=lambda listing: (listing.starts_at, listing.eid))

    def log(self, draft: Draft, *, by: str, source: Source, now: datetime) -> Logged:
        """Writes a payment once: one UpdateItem as a rule. See charter.ports.Ledger.log."""
        check_payment_id(draft.payment_id)  # under an id of the ledger's own it would take another entry's place
        patience, entry = Patience(self._clock), draft.entry(by=by, source=source, now=now)
        trail, seen = Trail(check_served(draft.eid)), None
        if self._remembered(draft.eid).full:
            trail, seen = self._own.follow(draft.eid, patience)
        line = Line(trail.eid, draft.patron_id, draft.walk_up)
        return self._write(trail, line, lambda _payment: entry, seen=seen, patience=patience)

    def reverse(self, wish: Void | Refund, *, by: str, source: Source, now: datetime) -> Logged:
        """Reads the row, then writes what undoes or gives back once. See charter.ports.Ledger.reverse."""
        patience = Patience(self._clock)
        trail, seen = self._own.follow(check_served(wish.eid), patience)
        if self._found(trail.eid, seen, patience).patron(wish.patron_id) is None:
            raise PatronUnknown(wish.patron_id)
        return self._write(
            trail,
            Line(trail.eid, wish.patron_id),
            lambda payment: wish.entry(payment, by=by, source=source, now=now),
            seen=seen,
            patience=patience,
        )

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

    def captain(self, eid: str) -> str | None:
        """The name in the crew row whose role is captain; the first one's where there are several."""
        return captain_of(self._client, self._table, check_served(eid), Patience(self._clock))

    def sign(self, eid: str, signature: Signature) -> None:
        """Writes the entry of one signature once: one UpdateItem as a rule. See charter.ports.Signatures.sign."""
        patience, trail = Patience(self._clock), Trail(eid)
        seen: Wire | None = None
        for _ in range(_TRIES):
            written_before = self._read(seen).waivers.get(signature.signature_id) if seen else None
            if written_before == signature:
                return
            if written_before is not None:
                raise SignatureReused
            update = (
                add_signed_event(self._known_by_crew(trail.eid, patience), signature)
                if seen == {}
                else add_signature(signature, self._remembered(trail.eid))
            )
            try:
                written, seen = self._own.attempt(trail.eid, update, patience)
            except RowFull:
                raise SignaturesFull from None
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

    def _rows(self, eids: Sequence[str], patience: Patience) -> Iterator[Wire]:
        keys: Any = [key(eid) for eid in eids]
        for _ in range(_TRIES):
            with in_our_words(patience):
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
            yield from answer["Responses"].get(self._table, [])
            left = answer.get("UnprocessedKeys", {})
            if self._table not in left:
                return
            keys = left[self._table]["Keys"]
        raise TableUnavailable

    def _found(self, eid: str, wire: Wire, patience: Patience) -> Event:
        """The event of a row that was just looked up. Raises EventUnknown when the table knows nothing of it."""
        return self._read(wire) if wire else self._known_by_crew(eid, patience)

    def _known_by_crew(self, eid: str, patience: Patience) -> Event:
        """The event as its id tells of it, if crew are assigned to it. Raises EventUnknown otherwise."""
        with in_our_words(patience):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#eid = :eid",
                ExpressionAttributeNames={"#eid": "eid"},
                ExpressionAttributeValues={":eid": {"S": eid}},
                ConsistentRead=True,
                Limit=1,
            )
        first = next((row["crew_id"].get("S") for row in answer["Items"]), MOVING_ROW)
        if first == MOVING_ROW:  # what another event's rename has put here belongs to nobody yet
            raise EventUnknown(eid)
        if first == EVENT_ROW:  # it was written since it was looked for
            return self.event(eid)
        try:
            return known_by_id(eid, zone=self._zone, currency=self._currency)
        except ValueError:
            raise EventUnknown(eid) from None

    def _read(self, wire: Wire) -> Event:
        """The event in a row that was just seen; what shape the row has is remembered for the next write."""
        item, shape = from_wire(wire), Shape.of(wire)
        if len(self._shapes) >= _REMEMBERED:
            self._shapes.clear()
        self._shapes[item["eid"]] = shape
        return read_event(item, zone=self._zone, currency=self._currency, full=shape.full)

    def _remembered(self, eid: str) -> Shape:
        return self._shapes.get(eid, Shape())
