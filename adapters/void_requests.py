"""charter's VoidRequests over the events table: each request is one row, written once.

The transaction checks that the event still has its row under its id, so a request never lands beside a renamed event.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from adapters.dynamo import TimeBudget, pause
from adapters.event_rows import EventRows
from adapters.expressions import Update
from adapters.rows import CHANGE_ROW, edit_row
from adapters.shapes import key, update_of_present
from charter.refusals import TableUnavailable
from charter.void_requests import request_void

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.ports import Ledger
    from charter.void_requests import Requested

_TRIES: Final = 6
_KEYS: Final = ("eid", "crew_id")


class DynamoVoidRequests:
    """charter's VoidRequests over one table. `ledger` reads the events."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, ledger: Ledger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._clock = clock

    def ask(self, eid: str, patron_id: str, payment_id: str, *, by: str, now: datetime) -> Requested:
        """Read, then write the row. See charter.ports.VoidRequests.ask."""
        budget = TimeBudget(self._clock)
        for attempt in range(_TRIES):
            if attempt:
                pause()
            wanted = request_void(self._ledger.event(eid), patron_id, payment_id, by=by, now=now)
            if wanted.replayed:
                return wanted
            event, crew_id = wanted.event, f"{CHANGE_ROW}{wanted.row_id}"
            update = Update()
            update.when_missing("eid")
            for name, value in edit_row(event.eid, wanted.edit).items():
                if name not in _KEYS:
                    update.set(name, to=value)
            where = {"eid": {"S": event.eid}, "crew_id": {"S": crew_id}}
            if self._own.together(where, update, [], budget, checks=[(key(event.eid), update_of_present())]):
                return replace(wanted, event=replace(event, edits=(*event.edits, wanted.edit)))
        raise TableUnavailable
