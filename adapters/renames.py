"""charter's Renames over the events table: for the bot within its time budget, for the stream's function step by step.

What moves and how is in adapters.renaming. A rename that does not fit into one transaction is asked for by the row
`#moving` at the new id, which hides that id until the stream's function has carried the rename out (docs/adr/0049).
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.dynamo import TimeBudget, errors_as_refusals, rows_of
from adapters.event_rows import EventRows, read_edits
from adapters.moved import MOVING_ROW, Trail
from adapters.moves import ASKED_AT, ASKED_BY, MOVING_FROM, RenamedElsewhere
from adapters.renaming import EventRenamer
from adapters.transactions import RowChanged, Transactions, TransactionsInTime
from charter.edits import Edit
from charter.event_ids import check_served, parse_event_id
from charter.moments import read_moment, utc
from charter.refusals import NoRoomForId, TableUnavailable, on_field
from charter.renaming import RENAMED, Renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo
    from typing import Any

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire

# Each try that failed has seen the rows, so only writers in the same instants take a third.
_TRIES: Final = 6


class DynamoRenames:
    """charter's Renames. `before_each` is called before each transaction of `carry_out`, and may raise to end it."""

    def __init__(  # noqa: PLR0913 - what a table needs, by name
        self,
        client: DynamoDBClient,
        table: str,
        *,
        zone: tzinfo,
        currency: str,
        clock: Callable[[], float] = time.monotonic,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        self._client, self._table = client, table
        self._own = EventRows(client, table)
        self._zone, self._currency = zone, currency
        self._clock, self._before_each = clock, before_each

    def rename(self, eid: str, new: str, *, by: str, now: datetime) -> Renamed:
        """Read both ids, then write one transaction: the rename, or the request for it. See charter.ports.Renames."""
        on_field("eid", partial(parse_event_id, new))
        budget = TimeBudget(self._clock)
        renaming = self._renaming(budget)
        for _ in range(_TRIES):
            old = self._present(check_served(eid), budget)
            if old == new:
                if eid != new:  # rows may be left at the old id
                    with suppress(RenamedElsewhere):
                        renaming.carry_out(eid, new)
                return Renamed(eid, new, replayed=True)
            try:
                move = renaming.prepare(old, new)
                edit = Edit(RENAMED, before=old, after=new, by=by, at=now)
                if move.there.copies or not renaming.fits(move, edit):
                    renaming.ask(move, by=by, at=utc(now))
                    return Renamed(old, new, finished=False)
                renaming.write_at_once(move, edit)
            except (RowChanged, RenamedElsewhere):
                continue
            return Renamed(old, new)
        raise TableUnavailable

    def carry_out(self, old: str, new: str) -> None:
        """Rename by as many transactions as it takes. See charter.ports.Renames."""
        transactions = Transactions(self._client, self._table, before_each=self._before_each)
        rows = partial(rows_of, self._client, self._table)
        renaming = EventRenamer(rows, transactions, zone=self._zone, currency=self._currency)
        present = self._present(old, TimeBudget(self._clock))
        if present not in {old, new}:
            self._ask_again(renaming, old, present, new)
            return
        try:
            renaming.carry_out(old, new)
        except NoRoomForId:
            renaming.unstage(old, new)
            raise

    def _ask_again(self, renaming: EventRenamer, old: str, present: str, new: str) -> None:
        """Ask for the rename from the id that the event got meanwhile, unless that rename was asked for later."""
        mark = from_wire(rows_of(self._client, self._table, new).get(MOVING_ROW, {}))
        renaming.unstage(old, new)
        asked = read_moment(mark.get(ASKED_AT))
        if asked is None or mark.get(MOVING_FROM) != old:
            return
        edits = read_edits(self._own.rows(present, TimeBudget(self._clock)))
        if all(edit.at <= asked for edit in edits if edit.what == RENAMED):
            renaming.ask(renaming.prepare(present, new), by=str(mark[ASKED_BY]), at=utc(asked))

    def _renaming(self, budget: TimeBudget) -> EventRenamer:
        def rows(eid: str) -> dict[str, Wire]:
            with errors_as_refusals(budget):
                return rows_of(self._client, self._table, eid)

        transactions = TransactionsInTime(self._client, self._table, budget)
        return EventRenamer(rows, transactions, zone=self._zone, currency=self._currency)

    def _present(self, eid: str, budget: TimeBudget) -> str:
        """Return the id that the event has now."""
        trail = Trail(eid)
        while trail.follows(self._own.redirect(trail.eid, budget)):
            pass
        return trail.eid


def request_in(record: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the old and the new id of a rename that a stream record asks for; None for any other record."""
    change = record.get("dynamodb") or {}
    keys, row = change.get("Keys") or {}, change.get("NewImage") or {}
    if keys.get("crew_id") != {"S": MOVING_ROW} or ASKED_AT not in row or MOVING_FROM not in row:
        return None
    return str(row[MOVING_FROM]["S"]), str(keys["eid"]["S"])
