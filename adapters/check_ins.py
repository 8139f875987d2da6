"""charter's CheckIns over the events table: each change of a boarding is one transaction.

The transaction writes `#boarding` while it is as it was read, and checks that the event still takes place under its id
and still expects the patron. So of a check-in and a cast-off at the same moment one is written, and the other reads
again and meets it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from adapters import crew
from adapters.boarding_rows import BOARDING_ROW, aboard_lines, cast_off_line, frozen_row
from adapters.dynamo import TimeBudget, pause
from adapters.event_rows import EventRows
from adapters.expressions import Update
from adapters.moved import MOVED_TO
from adapters.rows import edit_row
from adapters.shapes import key
from charter import check_ins
from charter.events import Status
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.boarding import Boarding, CheckIn
    from charter.check_ins import BoardingChange
    from charter.events import Event
    from charter.passengers import CrewMember
    from charter.ports import Ledger

# Each try that failed was overtaken by another writer. A whole crew may press within the same second.
_TRIES = 8


class DynamoCheckIns:
    """charter's CheckIns over one table. `ledger` reads the events."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, ledger: Ledger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._table = table
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._clock = clock

    def crew(self, eid: str) -> list[CrewMember]:
        """Return the crew of an event by one Query. See charter.ports.CheckIns.crew."""
        return crew.crew_of(self._client, self._table, eid, TimeBudget(self._clock))

    def check_in(self, request: CheckIn, *, by: str, admin: bool, now: datetime) -> Event:
        """Read, then write in one transaction. See charter.ports.CheckIns.check_in."""
        return self._write(
            request.eid,
            lambda event: check_ins.check_in(event, request, by=by, admin=admin, now=now),
            _takes_place(request.patron_id),
        )

    def take_back(self, eid: str, patron_id: str, *, seen: str, by: str, now: datetime) -> Event:
        """Read, then write in one transaction. See charter.ports.CheckIns.take_back."""
        return self._write(eid, lambda event: check_ins.take_back(event, patron_id, seen=seen, by=by, now=now))

    def cast_off(
        self,
        eid: str,
        *,
        seen: str,
        by: str,
        now: datetime,
        name_of: Callable[[str], str | None] = check_ins.nameless,
    ) -> Event:
        """Read the event and its crew, then write in one transaction. See charter.ports.CheckIns.cast_off."""
        members = self.crew(eid)
        return self._write(
            eid,
            lambda event: check_ins.cast_off(event, seen=seen, crew=members, by=by, now=now, name_of=name_of),
            _takes_place(),
        )

    def reopen(self, eid: str, *, seen: str, reason: str, by: str, now: datetime) -> Event:
        """Read, then write in one transaction. See charter.ports.CheckIns.reopen."""
        return self._write(eid, lambda event: check_ins.reopen(event, seen=seen, reason=reason, by=by, now=now))

    def _write(self, eid: str, rule: Callable[[Event], BoardingChange], still: Update | None = None) -> Event:
        """Write what the rule says of the event as it is, and return the event after it.

        `still` is a condition on the event's own row.
        """
        budget = TimeBudget(self._clock)
        for attempt in range(_TRIES):
            if attempt:
                pause()
            event = self._ledger.event(eid)
            change = rule(event)
            if change.replayed:
                return event
            puts: list[Any] = [edit_row(event.eid, edit) for edit in change.edits]
            if change.frozen:
                puts.append(frozen_row(event.eid, change.frozen))
            where = {"eid": {"S": event.eid}, "crew_id": {"S": BOARDING_ROW}}
            checks = [(key(event.eid), still or _is_here())]
            if self._own.together(where, _update(event.boarding, change.after), puts, budget, checks=checks):
                return change.result
        raise TableUnavailable


def _update(before: Boarding, after: Boarding) -> Update:
    """Return the update from one boarding to the next, while the row is as it was read."""
    update = Update()
    if before.aboard:
        update.when("aboard", is_="=", value=aboard_lines(before))
    else:
        update.when_empty_map("aboard")
    if before.cast_off is None:
        update.when_missing("cast_off")
    else:
        update.when("cast_off", "list_id", is_="=", value=before.cast_off.list_id)
    update.set("aboard", to=aboard_lines(after))
    update.set_all(to={"cast_off": cast_off_line(after.cast_off) if after.cast_off else ""})
    return update


def _is_here() -> Update:
    """Return the condition that the event has its row and was not renamed."""
    condition = Update()
    condition.when_exists("eid")
    condition.when_missing(MOVED_TO)
    return condition


def _takes_place(patron_id: str | None = None) -> Update:
    """Return the condition that the event is here and not cancelled, and still expects the patron."""
    condition = _is_here()
    condition.when_not("status", value=Status.CANCELLED.value)
    if patron_id is not None:
        condition.when_missing("patrons", patron_id, "state")
    return condition
