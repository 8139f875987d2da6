"""charter's Settlements over the events table: decisions are edits, and as many as fit are one transaction."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.dynamo import TimeBudget, pause
from adapters.event_rows import EventRows
from adapters.expressions import Update
from adapters.rows import edit_row
from adapters.shapes import key, update_of_present
from charter.events import Status
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.edits import Edit
    from charter.events import Event
    from charter.ports import Ledger
    from charter.settling import Settlement

_AT_ONCE: Final = 90  # of the 100 rows of a transaction
_TRIES: Final = 6
_KEYS: Final = ("eid", "crew_id")


class DynamoSettlements:
    """charter's Settlements. `ledger` reads the events."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, ledger: Ledger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._clock = clock

    def decide(self, settlement: Settlement, *, by: str) -> Event:
        """Write what is missing, in a transaction for each ninety. See charter.settling.Settlements.decide.

        An edit's row follows from the form, so a part that was written before an interruption is found there.
        """
        budget = TimeBudget(self._clock)
        event = self._ledger.event(settlement.eid)
        for attempt in range(_TRIES):
            if attempt:
                pause()
                event = self._ledger.event(event.eid)
            edits = settlement.edits(event, by=by)
            parts = [edits[start : start + _AT_ONCE] for start in range(0, len(edits), _AT_ONCE)]
            written = 0
            while written < len(parts) and self._write(event.eid, parts[written], budget):
                written += 1
            if written == len(parts):
                return replace(event, edits=(*event.edits, *edits))
        raise TableUnavailable

    def _write(self, eid: str, edits: Sequence[Edit], budget: TimeBudget) -> bool:
        """Write the edits while the event is here and cancelled. Return False where it is not, or has one of them."""
        rows: list[tuple[Any, Update]] = []
        for edit in edits:
            update, row = Update(), edit_row(eid, edit)
            update.when_missing("eid")
            for name, value in row.items():
                if name not in _KEYS:
                    update.set(name, to=value)
            rows.append(({name: {"S": str(row[name])} for name in _KEYS}, update))
        here = update_of_present()
        here.when("status", is_="=", value=Status.CANCELLED.value)
        (where, first), *others = rows
        return self._own.together(where, first, [], budget, checks=[(key(eid), here)], also=others)
