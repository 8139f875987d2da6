"""charter's Transfers over the events table: a move is one transaction over the rows of both events.

It writes the two entries, the two lines, the signatures and the edits, while all of these are as they were read. So
either everything is moved or nothing is, whatever fails in between.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.boarding_rows import BOARDING_ROW
from adapters.dynamo import TimeBudget, pause
from adapters.event_rows import EventRows, read_beside
from adapters.expressions import Update
from adapters.roster_lines import change_line, join_line, line_of, row_of
from adapters.rows import SIGNATURE_ROW, edit_row, read_event, signature_row
from adapters.shapes import (
    EntryTarget,
    Shape,
    add_entries,
    add_event,
    key,
    own_row,
    update_of_present,
    when_seats_as_read,
)
from charter.event_ids import check_served
from charter.events import Status
from charter.money import ZERO
from charter.moves import Moved
from charter.past import MOVED_FROM, MOVED_TO
from charter.payments import Payment
from charter.refusals import NoRoomToMove, PatronUnknown, RowFull, TableUnavailable
from charter.transfers import copies, moved_by, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import Wire
    from charter.events import Event
    from charter.moves import MovePlan, PatronMove
    from charter.patrons import Patron
    from charter.payments import Entry
    from charter.ports import Ledger
    from charter.signatures import Signature

# Each try that failed was overtaken by another writer of one of the two events.
_TRIES: Final = 6
_KEYS: Final = ("eid", "crew_id")

_Write = tuple["Mapping[str, Any]", Update]


class DynamoTransfers:
    """charter's Transfers. `ledger` reads events that have only crew rows.

    `versions` returns those of the waiver that may be signed now.
    """

    def __init__(  # noqa: PLR0913 - what a table needs, by name
        self,
        client: DynamoDBClient,
        table: str,
        *,
        ledger: Ledger,
        versions: Callable[[], Collection[str]],
        zone: tzinfo,
        currency: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._versions = versions
        self._zone = zone
        self._currency = currency
        self._clock = clock

    def plan(self, move: PatronMove, *, now: datetime) -> MovePlan:
        """Read both events. See charter.transfers.Transfers.plan."""
        budget = TimeBudget(self._clock)
        (source, _), (target, _) = self._read(move.eid, budget), self._read(move.target, budget)
        return plan_of(move, source, target, versions=self._versions(), now=now)

    def move(self, move: PatronMove, *, by: str, now: datetime) -> Moved | MovePlan:
        """Read both events, then write in one transaction. See charter.transfers.Transfers.move."""
        budget = TimeBudget(self._clock)
        for attempt in range(_TRIES):
            if attempt:
                pause()
            (source, own), (target, other) = self._read(move.eid, budget), self._read(move.target, budget)
            if done := self._written(move, source, budget):
                return done
            plan = plan_of(move, source, target, versions=self._versions(), now=now)
            if plan.is_overtaken:
                return plan
            plan.check()
            if self._write(plan, own, other, by=by, now=now, budget=budget):
                return _moved(plan, by=by, now=now)
        raise TableUnavailable

    def _read(self, eid: str, budget: TimeBudget) -> tuple[Event, Wire]:
        """Return an event with its other rows, and its own row, empty where it has none. Raises EventUnknown."""
        trail, rows = self._own.follow(check_served(eid), budget)
        if not rows.own:
            return self._ledger.event(trail.eid), {}
        full = Shape.of(rows.own).full
        event = read_event(from_wire(rows.own), zone=self._zone, currency=self._currency, full=full)
        return read_beside(event, rows), rows.own

    def _written(self, move: PatronMove, source: Event, budget: TimeBudget) -> Moved | None:
        """Return what an earlier sending of the form has done, as both events are now; None where it did nothing."""
        edit = moved_by(source, move.form, MOVED_TO)
        if edit is None:
            return None
        target, _ = self._read(edit.after, budget)
        arrived = moved_by(target, move.form, MOVED_FROM)
        patron, line = source.patron(move.patron_id), target.patron((arrived and arrived.patron_id) or "")
        if patron is None or line is None:
            raise PatronUnknown(move.patron_id)
        entry = target.payment(line.patron_id).entry(move.entry_id)
        amount = entry.amount if entry else ZERO
        return Moved(source=source, target=target, patron=patron, line=line, amount=amount, edit=edit, replayed=True)

    def _write(self, plan: MovePlan, own: Wire, other: Wire, *, by: str, now: datetime, budget: TimeBudget) -> bool:  # noqa: PLR0913 - what one transaction is made of
        entries = plan.entries(by=by, now=now)
        out, into = entries or (None, None)
        here, there = plan.edits(by=by, now=now)
        puts = [edit_row(plan.source.eid, each) for each in here] + [edit_row(plan.target.eid, each) for each in there]
        moved = copies(plan)
        try:
            return self._own.together(
                key(plan.source.eid),
                _leaving(plan, own, out),
                puts,
                budget,
                checks=[*_ashore(plan), *(_still_matched(plan, each) for each in plan.signatures)],
                also=[(key(plan.target.eid), _arriving(plan, other, into)), *(_put(plan, each) for each in moved)],
            )
        except RowFull:
            raise NoRoomToMove(plan.target.title) from None


def _leaving(plan: MovePlan, row: Wire, entry: Entry | None) -> Update:
    """Return the update of the first event, while the patron's line and the sum are as in this row."""
    patron_id = plan.patron.patron_id
    records = from_wire(row.get("payments", {}).get("M", {}))
    update = add_entries([(EntryTarget(patron_id), entry)], Shape.of(row)) if entry else update_of_present()
    record = records.get(patron_id)
    if isinstance(record, dict):
        update.when_still("payments", patron_id, "amount", in_=record)  # every entry changes it
    else:
        update.when_missing("payments", patron_id)
    after = replace(plan.patron, **plan.leaving.values)
    change_line(update, row, plan.leaving.values, after)
    return update


def _arriving(plan: MovePlan, row: Wire, entry: Entry | None) -> Update:
    """Return the update of the other event, while roster and capacity are as in this row, and it takes place."""
    update = _first_row(plan, entry) if not row else _added(plan, row, entry)
    update.when_not("status", value=Status.CANCELLED.value)
    return update


def _first_row(plan: MovePlan, entry: Entry | None) -> Update:
    """Return the update that gives an event with only crew rows a row of its own, with the patron."""
    if entry:
        return add_event(plan.target, _joining(plan.line), entry)
    update = Update()
    update.when_missing("eid")
    lines = {plan.line.patron_id: line_of(plan.line)}
    update.set_all(to={**own_row(plan.target), **row_of(plan.target), "patrons": lines, "payments": {}})
    return update


def _added(plan: MovePlan, row: Wire, entry: Entry | None) -> Update:
    target = EntryTarget(plan.line.patron_id) if plan.arriving else _joining(plan.line)
    update = add_entries([(target, entry)], Shape.of(row)) if entry else update_of_present()
    if plan.arriving:
        # A booked patron without money changes nothing there, but an update has to set something.
        change_line(update, row, plan.arriving.values or {"party": plan.line.party}, plan.line)
    elif not entry:
        join_line(update, row, plan.line)
    update.when_as_read("currency", in_=row)
    if plan.joining and not plan.move.beyond:
        when_seats_as_read(update, row)
    elif not plan.arriving and "M" in row.get("patrons", {}):
        update.when_size("patrons", is_=len(row["patrons"]["M"]))  # nobody of this name has joined since
    return update


def _joining(line: Patron) -> EntryTarget:
    return EntryTarget(
        line.patron_id, line.name, line.party, line.due, admin=True, reason="moved", confirmed=True, line=line_of(line)
    )


def _ashore(plan: MovePlan) -> list[_Write]:
    """Return the conditions that nobody of the party is aboard, and that the other event's list is not frozen."""
    here, there = Update(), Update()
    here.when_missing("aboard", plan.patron.patron_id)
    there.when_missing("aboard", plan.line.patron_id)
    there.when_missing("cast_off")
    return [
        ({"eid": {"S": event.eid}, "crew_id": {"S": BOARDING_ROW}}, condition)
        for event, condition in ((plan.source, here), (plan.target, there))
    ]


def _still_matched(plan: MovePlan, signature: Signature) -> _Write:
    """Return the condition that the signature still belongs to the patron's party, and counts."""
    condition = Update()
    condition.when("patron_id", is_="=", value=plan.patron.patron_id)
    condition.when_missing("set_aside_by")
    return _signature_key(plan.source.eid, signature), condition


def _put(plan: MovePlan, signature: Signature) -> _Write:
    update = Update()
    update.when_missing("eid")
    row = signature_row(plan.target.eid, signature)
    for name, value in row.items():
        if name not in _KEYS:
            update.set(name, to=value)
    return _signature_key(plan.target.eid, signature), update


def _signature_key(eid: str, signature: Signature) -> dict[str, Any]:
    return {"eid": {"S": eid}, "crew_id": {"S": f"{SIGNATURE_ROW}{signature.signature_id}"}}


def _moved(plan: MovePlan, *, by: str, now: datetime) -> Moved:
    """Return both events as the transaction left them."""
    here, there = plan.edits(by=by, now=now)
    out, into = plan.entries(by=by, now=now) or (None, None)
    patron = replace(plan.patron, **plan.leaving.values)
    source = _after(plan.source, patron, out, here)
    target = _after(plan.target, plan.line, into, there)
    moved = {each.signature_id: each for each in copies(plan)}
    target = replace(target, signatures={**(target.signatures or {}), **moved})
    return Moved(source=source, target=target, patron=patron, line=plan.line, amount=plan.amount, edit=here[0])


def _after(event: Event, line: Patron, entry: Entry | None, edits: list[Any]) -> Event:
    payments = dict(event.payments)
    if entry:
        payments[line.patron_id] = Payment((*event.payment(line.patron_id).entries, entry))
    patrons = {**event.patrons, line.patron_id: line}
    return replace(event, patrons=patrons, payments=payments, edits=(*event.edits, *edits))
