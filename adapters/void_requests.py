"""charter's VoidRequests over the events table: each request is one row, written once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from adapters.dynamo import TimeBudget, pause
from adapters.edit_rows import write_edit
from adapters.event_rows import EventRows
from charter.refusals import TableUnavailable
from charter.void_requests import request_void

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.ports import Ledger
    from charter.void_requests import Requested

_TRIES: Final = 6


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
            event = wanted.event
            if write_edit(self._own, event.eid, wanted.edit, row_id=wanted.row_id, budget=budget):
                return replace(wanted, event=replace(event, edits=(*event.edits, wanted.edit)))
        raise TableUnavailable
