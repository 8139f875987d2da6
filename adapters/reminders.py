"""charter's Reminders over the events table: each reminder is one row, written once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from adapters.dynamo import TimeBudget, pause
from adapters.edit_rows import write_edit
from adapters.event_rows import EventRows
from charter.refusals import TableUnavailable
from charter.reminders import remind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.ports import Ledger
    from charter.reminders import Reminded

_TRIES: Final = 6


class DynamoReminders:
    """charter's Reminders over one table. `ledger` reads the events."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, ledger: Ledger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._clock = clock

    def remind(self, eid: str, *, by: str, now: datetime, seen: str = "") -> Reminded:
        """Read, then write the row. See charter.reminders.Reminders.remind."""
        budget = TimeBudget(self._clock)
        for attempt in range(_TRIES):
            if attempt:
                pause()
            wanted = remind(self._ledger.event(eid), by=by, now=now, seen=seen)
            event = wanted.event
            if wanted.replayed or write_edit(self._own, event.eid, wanted.edit, row_id=wanted.row_id, budget=budget):
                return replace(wanted, event=replace(event, edits=(*event.edits, wanted.edit)))
        raise TableUnavailable
