"""charter's Roster over the events table: new events and lines of their rosters, each in one conditional write.

Payments and signatures are never written here. A line is written only while the row is as it was read, so that two
people in the office cannot overwrite each other unseen. An event that was renamed is followed to its new id.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.boarding_rows import BOARDING_ROW
from adapters.crew import captain_of
from adapters.dynamo import TimeBudget
from adapters.event_rows import EventRows, read_beside
from adapters.expressions import Update
from adapters.moved import moved_to
from adapters.roster_lines import as_read, change_line, join_line, line_of, row_of, with_list
from adapters.rows import edit_row, read_event
from adapters.shapes import Shape, key, update_of_present, when_seats_as_read
from charter.boarding_edits import check_aboard_at_most, check_ashore
from charter.capacity import check_seats, is_beyond
from charter.enrolling import Added, Changed, Overtaken, fingerprint_of
from charter.event_ids import check_served
from charter.new_events import Created
from charter.pasting import Enrolled, Fate, plan_for, written_before
from charter.refusals import EventExists, EventUnknown, PatronAdded, PatronUnknown, RowFull, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.enrolling import NewPatron, PatronChange
    from charter.events import Event
    from charter.new_events import NewEvent
    from charter.pasting import PastedList, PastePlan
    from charter.patrons import Patron
    from charter.ports import Ledger

# Each try that failed has seen the row, so only other writers in the same instants take a third.
_TRIES: Final = 6
_SMALL: Final = {"party", "due", "state"}


class DynamoRoster:
    """charter's Roster. `ledger` reads events that have only crew rows."""

    def __init__(  # noqa: PLR0913 - what a table needs, by name
        self,
        client: DynamoDBClient,
        table: str,
        *,
        ledger: Ledger,
        zone: tzinfo,
        currency: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._table = table
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._zone = zone
        self._currency = currency
        self._clock = clock

    def create(self, new: NewEvent) -> Created:
        """Write the row by one UpdateItem. See charter.ports.Roster.create."""
        update = Update()
        update.when_missing("eid")
        update.set_all(to={**row_of(new.event), "patrons": {}, "payments": {}})
        written, row = self._own.attempt(new.eid, update, TimeBudget(self._clock))
        if written:
            return Created(self._read(row))
        if target := moved_to(row):
            raise EventExists(new.eid, self._title_of(target), new.another_id)
        event = self._read(row)
        if not new.is_written_as(event):
            raise EventExists(new.eid, event.title, new.another_id)
        return Created(event, replayed=True)

    def add(self, new: NewPatron, *, by: str, now: datetime) -> Added:
        """Add the line: one read and one UpdateItem as a rule; beyond the capacity a transaction, with the edit.

        See charter.ports.Roster.add.
        """
        budget, patron = TimeBudget(self._clock), new.patron
        trail, rows = self._own.follow(check_served(new.eid), budget)
        row = rows.own
        for _ in range(_TRIES):
            if row:
                event = self._read(row)
                if event.patrons.get(patron.patron_id) == patron:
                    return Added(event, patron, replayed=True)
                if earlier := _by_the_same_form(event, patron):
                    raise PatronAdded(earlier.name)
                _check_room(event)
                check_seats(event, patron.party, admin=True, reason=new.reason)
                update = _join(row, patron)
                when_seats_as_read(update, row)
                if is_beyond(event, patron.party):
                    edit = edit_row(event.eid, new.edit(event, by=by, now=now))
                    if self._own.together(key(event.eid), update, [edit], budget):
                        return Added(replace(event, patrons={**event.patrons, patron.patron_id: patron}), patron)
                    trail, rows = self._own.follow(trail.eid, budget)
                    row = rows.own
                    continue
            else:
                update = _join_new(self._ledger.event(trail.eid), patron)
            written, row = self._own.attempt(trail.eid, update, budget)
            if written:
                event = self._read(row)
                return Added(event, event.patrons[patron.patron_id])
            if trail.follows(row):
                trail, rows = self._own.follow(trail.eid, budget)
                row = rows.own
        raise TableUnavailable

    def change(self, change: PatronChange, *, by: str, now: datetime) -> Changed | Overtaken:
        """Read once, then write the line and the edits in one transaction. See charter.ports.Roster.change.

        A mark, or another number of people, is written only while as many of the party are aboard as were read.
        """
        budget, eid = TimeBudget(self._clock), check_served(change.eid)
        for _ in range(_TRIES):
            trail, rows = self._own.follow(eid, budget)
            row, eid = rows.own, trail.eid
            event = read_beside(self._read(row), rows) if row else None
            before = event.patron(change.patron_id) if event else None
            if event is None or before is None:
                raise PatronUnknown(change.patron_id)
            if change.is_written_in(event):
                return Changed(event, before, before, replayed=True)
            after, overtaken = change.made_to(before), fingerprint_of(before) != change.seen
            if after == before and not change.form:
                return Changed(event, before, after, replayed=overtaken and bool(change.values))
            if overtaken:
                return Overtaken(event, before)
            if after.state is None:
                check_seats(event, after.party - before.party, admin=True, reason=change.reason)
            if set(change.values) - _SMALL:  # a mark or a number of people fits into any row
                _check_room(event)
            edits = change.edits(before, by=by, now=now)
            checks = _still_aboard(event, change, before, now)
            puts = [edit_row(eid, each) for each in edits]
            if self._own.together(key(eid), _change_line(row, change, after), puts, budget, checks=checks):
                patrons = {**event.patrons, change.patron_id: after}
                return Changed(replace(event, patrons=patrons, edits=(*event.edits, *edits)), before, after)
        raise TableUnavailable

    def put_list(self, pasted: PastedList, *, by: str, now: datetime) -> Enrolled | PastePlan:
        """Read once, then write the whole list and its edits in one transaction. See charter.ports.Roster.put_list."""
        budget, eid = TimeBudget(self._clock), check_served(pasted.eid)
        for _ in range(_TRIES):
            trail, rows = self._own.follow(eid, budget)
            eid = trail.eid
            event = read_beside(self._read(rows.own), rows) if rows.own else self._ledger.event(eid)
            plan = plan_for(event, pasted.lines, form=pasted.form)
            if pasted.is_written_in(event):
                return written_before(event, plan, pasted.form)
            if plan.mark != pasted.seen or not plan.written:
                return plan
            plan.check_size()
            check_seats(event, plan.people, admin=True, reason=pasted.reason)
            edits = plan.edits(by=by, now=now, form=pasted.form, reason=pasted.reason)
            update, puts = with_list(rows.own, plan), [edit_row(eid, each) for each in edits]
            if self._own.together(key(eid), update, puts, budget, checks=as_read(rows.boarding, plan)):
                after = replace(event, patrons={**event.patrons, **plan.patrons}, edits=(*event.edits, *edits))
                added, changed = (
                    tuple(each.after for each in plan.of(fate) if each.after) for fate in (Fate.NEW, Fate.CHANGED)
                )
                return Enrolled(after, added, changed, tuple(plan.of(Fate.LEFT_OUT)))
        raise TableUnavailable

    def captains(self, eids: Sequence[str]) -> dict[str, str]:
        """Return the captains, by a short Query each while there is time. See charter.ports.Roster.captains."""
        budget, found = TimeBudget(self._clock), dict[str, str]()
        with suppress(TableUnavailable):
            for eid in eids:
                if name := captain_of(self._client, self._table, eid, budget):
                    found[eid] = name
        return found

    def _title_of(self, eid: str) -> str:
        with suppress(EventUnknown):
            return self._ledger.event(eid).title
        return eid  # a redirect to nowhere takes the id all the same

    def _read(self, row: Mapping[str, Any]) -> Event:
        return read_event(from_wire(row), zone=self._zone, currency=self._currency, full=Shape.of(row).full)


def _join(row: Mapping[str, Any], patron: Patron) -> Update:
    """Return the update that adds the line to a row without it."""
    update = update_of_present()
    join_line(update, row, patron)
    return update


def _join_new(event: Event, patron: Patron) -> Update:
    """Return the update that gives an event with only crew rows a row of its own, with the line."""
    update = Update()
    update.when_missing("eid")
    lines = {patron.patron_id: line_of(patron)}
    update.set_all(to={**row_of(event), "patrons": lines, "payments": {}})
    return update


def _change_line(row: Mapping[str, Any], change: PatronChange, after: Patron) -> Update:
    """Return the update that changes a line, while the fields that admins may edit are as in this row."""
    update = update_of_present()
    if "party" in change.values and not change.reason and change.patron_id in row.get("patrons", {}).get("M", {}):
        when_seats_as_read(update, row)
    change_line(update, row, change.values, after)
    return update


def _still_aboard(
    event: Event, change: PatronChange, before: Patron, now: datetime
) -> list[tuple[Mapping[str, Any], Update]]:
    """Return the condition that as many people of the party are aboard as were read, where the change depends on it.

    Raises AboardAlready and ListFrozen, as the rules of boarding do.
    """
    if change.values.get("state") is not None:
        check_ashore(event, before, now)
    elif "party" in change.values:
        check_aboard_at_most(event, before, change.values["party"])
    else:
        return []
    condition, aboard = Update(), event.boarding.aboard.get(before.patron_id)
    if aboard is None:
        condition.when_missing("aboard", before.patron_id)
    else:
        condition.when("aboard", before.patron_id, "count", is_="=", value=aboard.count)
    return [({"eid": {"S": event.eid}, "crew_id": {"S": BOARDING_ROW}}, condition)]


def _by_the_same_form(event: Event, patron: Patron) -> Patron | None:
    """Return the patron whom an earlier sending of the form added. Ids of new patrons end in the mark of their form."""
    mark = patron.patron_id.rpartition("-")[2]
    return next((each for each in event.patrons.values() if each.patron_id.rpartition("-")[2] == mark), None)


def _check_room(event: Event) -> None:
    if event.full:
        raise RowFull
