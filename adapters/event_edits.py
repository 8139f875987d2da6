"""charter's EventEdits over the events table: each form is one transaction, of the event's row and its edits."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.dynamo import TimeBudget
from adapters.event_rows import EventRows, read_beside
from adapters.expressions import Update
from adapters.roster_lines import row_of
from adapters.rows import edit_row, number, read_event
from adapters.shapes import Shape, key, update_of_present, when_seats_as_read
from charter.editing import FIELDS, EventOvertaken, EventSaved
from charter.event_ids import check_served
from charter.moments import month_of
from charter.refusals import TableUnavailable
from charter.starts import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import RowsOfEvent
    from charter.editing import EventChange
    from charter.events import Event
    from charter.ports import Ledger

# Each try that failed has seen the row, so only other writers in the same instants take a third.
_TRIES: Final = 6


class DynamoEventEdits:
    """charter's EventEdits over one table. `ledger` reads events that have only crew rows."""

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
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._zone = zone
        self._currency = currency
        self._clock = clock

    def edit(self, change: EventChange, *, by: str, now: datetime) -> EventSaved | EventOvertaken:
        """Read once, then write in one transaction. See charter.editing.EventEdits.edit."""
        budget, eid = TimeBudget(self._clock), check_served(change.eid)
        for _ in range(_TRIES):
            trail, rows = self._own.follow(eid, budget)
            eid = trail.eid
            event = self._read(rows) if rows.own else self._ledger.event(eid)
            if written := change.written_in(event):
                return EventSaved(event, written, replayed=True)
            edits = change.edits(event, by=by, now=now)
            if not edits:
                return EventSaved(event)
            if change.is_overtaken(event):
                return EventOvertaken(event)
            change.check(event)
            update = _update(rows.own, change, event)
            if self._own.together(key(eid), update, [edit_row(eid, each) for each in edits], budget):
                return EventSaved(replace(change.made_to(event), edits=(*event.edits, *edits)), edits)
        raise TableUnavailable

    def _read(self, rows: RowsOfEvent) -> Event:
        full = Shape.of(rows.own).full
        event = read_event(from_wire(rows.own), zone=self._zone, currency=self._currency, full=full)
        return read_beside(event, rows)


def _update(row: Mapping[str, Any], change: EventChange, event: Event) -> Update:
    """Return the update that writes the change while the fields, and the lines that it changes, are as in this row."""
    after = change.made_to(event)
    if not row:  # only crew rows have the id so far
        update = Update()
        update.when_missing("eid")
        update.set_all(to={**row_of(after), "patrons": {}, "payments": {}})
        return update
    update = update_of_present()
    for name in FIELDS:
        update.when_as_read(name, in_=row)
    update.set_all(to=_attributes(change, after))
    if lines := _lines(row, change, event):
        update.when_as_read("patrons", in_=row)
        update.set("patrons", to=lines)
    elif change.values.get("capacity") is not None and not change.reason:
        when_seats_as_read(update, row)
    return update


def _attributes(change: EventChange, after: Event) -> dict[str, object]:
    """Return the attributes that the change sets, an empty text for one that it removes."""
    stored: dict[str, object] = {name: getattr(after, name) for name in change.values}
    if "starts_at" in stored:
        stored |= {"starts_at": written(after.starts_at), "month": month_of(after.starts_at)}
    if "status" in stored:
        stored["status"] = after.status.value
    return {name: "" if value is None else value for name, value in stored.items()}


def _lines(row: Mapping[str, Any], change: EventChange, event: Event) -> dict[str, Any]:
    """Return the whole roster with the dues that change; empty where none does.

    A line without a due owes the price. Under a new price it gets the due that it had, unless its due is to follow.
    """
    if "price" not in change.values or "M" not in row.get("patrons", {}):
        return {}
    repriced, before = change.repriced(event), from_wire({"patrons": row["patrons"]})["patrons"]
    dues = {
        patron_id: repriced.get(patron_id, patron).due
        for patron_id, patron in event.patrons.items()
        if patron_id in repriced or number(before[patron_id], "due") is None
    }
    return (
        {**before, **{patron_id: {**before[patron_id], "due": due} for patron_id, due in dues.items()}} if dues else {}
    )
