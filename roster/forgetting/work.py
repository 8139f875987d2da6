"""Forgets people at one event: all rows in one transaction where they fit, else step by step behind a journal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.boarding_rows import BOARDING_ROW, FROZEN_ROW, read_frozen
from adapters.dynamo import rows_of
from adapters.moved import MOVING_ROW, earlier_ids, moved_to
from adapters.renaming import OURS
from adapters.rows import EVENT_ROW
from adapters.sizes import LARGEST_ITEM, item_size
from adapters.transactions import LARGEST, MOST_ACTIONS, Action, RowChanged, as_read, size_of
from charter.late import LOOKED_BACK
from charter.moments import utc
from roster.forgetting.journal import ForgettingJournal
from roster.forgetting.people import event_of, people_of, pseudonyms_for
from roster.forgetting.rows import Rewriting, counterparts, with_counterparts
from roster.walking import MOST_STEPS
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire
    from charter.events import Event
    from charter.pseudonyms import Pseudonym
    from roster.transactions import OperatorTransactions

_TRIES: Final = 40
_AT_ONCE: Final = 200  # people in one journal, which is a row like any other


class EventGone(Stopped):
    """The table has no row of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventToForget:
    """An event with its rows, as they were read. `event` is None where nothing says when it was."""

    eid: str
    rows: Mapping[str, Wire]
    event: Event | None

    @property
    def first_eid(self) -> str:
        """The first id of the event, by which evidence and announcements are kept."""
        return next(iter(earlier_ids(self.rows.get(EVENT_ROW, {}))), self.eid)


class Forgetting:
    """Forgets people of one table. `filed` returns whether a frozen list is in the evidence bucket, None if unknown."""

    def __init__(  # noqa: PLR0913 - what a table needs, by name
        self,
        client: DynamoDBClient,
        transactions: OperatorTransactions,
        *,
        zone: tzinfo,
        currency: str,
        now: datetime,
        filed: Callable[[str, str], bool | None],
    ) -> None:
        self._client, self._transactions = client, transactions
        self._zone, self._currency = zone, currency
        self._now, self._filed = now, filed

    def find(self, eid: str) -> EventToForget:
        """Return an event by any of its ids. Raises Stopped while it is being renamed, or where there is none."""
        for _ in range(MOST_STEPS):
            rows = rows_of(self._client, self._transactions.table, eid)
            further = moved_to(rows.get(EVENT_ROW, {}))
            if MOVING_ROW in rows:
                raise Stopped(f"An event is being renamed to {eid}. Finish that first: events rename.")
            if not rows:
                raise EventGone(f"There is no event “{eid}” in the table. Check the id.")
            if further is None:
                return EventToForget(
                    eid=eid, rows=rows, event=event_of(eid, rows, zone=self._zone, currency=self._currency)
                )
            eid = further
        raise Stopped(f"{eid} redirects in a circle. `verify` lists the ids.")

    def forget(self, eid: str, keys: Sequence[str]) -> bool:
        """Forget the people of these keys at an event. Return False where a frozen list has to wait to be filed."""
        done = True
        for start in range(0, len(keys), _AT_ONCE):
            done &= self._repeat(partial(self._begin, eid, keys[start : start + _AT_ONCE]))
        return done

    def go_on(self, journal: ForgettingJournal) -> bool:
        """Finish what an earlier run began. Return as `forget` does."""
        return self._repeat(partial(self._rest, journal))

    def _repeat(self, do: Callable[[], ForgettingJournal | bool]) -> bool:
        for _ in range(_TRIES):
            try:
                done = do()
            except RowChanged:
                continue
            if isinstance(done, bool):
                return done
            do = partial(self._rest, done)
        raise Stopped("An event is being changed constantly. Finished steps are kept. Run the same command again.")

    def _begin(self, eid: str, keys: Collection[str]) -> ForgettingJournal | bool:
        """Write everything in one transaction, or the journal with the event's own row. Return what is left to do."""
        found = self.find(eid)
        if found.event is None:
            raise Stopped(f"Nothing says when {found.eid} was, so it is left as it is. Give it a date first.")
        people = [person for person in people_of(found.event) if person.key in keys]
        if not people:
            return True
        pseudonyms = tuple(pseudonyms_for(found.event, people))
        ids = tuple(each.new_id for each in pseudonyms if each.new_id)
        journal = ForgettingJournal(
            eid=found.first_eid,
            token=secrets.token_hex(4),
            at=utc(self._now),
            patrons=ids,
            people=len(people),
            under_way=pseudonyms,
        )
        changed, waits = self._changed(found, journal)
        write = self._transactions
        last = replace(journal, under_way=())
        elsewhere = self._elsewhere(found, pseudonyms)
        whole = [write.put(last.row), *changed.values(), *elsewhere]
        if not waits and len(whole) <= MOST_ACTIONS and sum(map(size_of, whole)) <= LARGEST:
            write.write(whole)
            return True
        first = [changed[name] for name in (EVENT_ROW, BOARDING_ROW) if name in changed] + elsewhere
        write.write([write.put(journal.row), *first])
        return journal

    def _elsewhere(self, found: EventToForget, pseudonyms: Sequence[Pseudonym]) -> list[Action]:
        """Return the writes of events to or from which money of these people was moved: their entries name the ids."""
        event = found.event
        if event is None:
            return []
        named = {f"{eid}/{who.old_id}": f"{eid}/{who.new_id}" for who in pseudonyms if who.old_id for eid in event.eids}
        writes = []
        for eid in dict.fromkeys(counterparts(found.rows.get(EVENT_ROW, {}), {each.old_id for each in pseudonyms})):
            try:
                other = self.find(eid)
            except EventGone:
                continue
            row = other.rows.get(EVENT_ROW, {})
            new = with_counterparts(row, named)
            if other.eid != found.eid and new != row:
                writes.append(self._transactions.put(new, only_if=as_read(row, without=OURS)))
        return writes

    def _rest(self, journal: ForgettingJournal) -> bool:
        """Rewrite the rows that are left, then take the names out of the journal. Return as `forget` does."""
        changed, waits = self._changed(self.find(journal.eid), journal)
        self._transactions.write_all([action] for action in changed.values())
        if waits:
            return False
        ended = replace(journal, under_way=())
        self._transactions.write([self._transactions.put(ended.row, only_if=as_read(journal.row))])
        return True

    def _changed(self, found: EventToForget, journal: ForgettingJournal) -> tuple[dict[str, Action], bool]:
        """Return the rows to write, by their sort keys, and whether a frozen list waits for its copy in the bucket."""
        rewriting, changed, waits = Rewriting(journal.under_way, journal.at), dict[str, Action](), False
        for name, row in found.rows.items():
            new = rewriting.row(row)
            if new is None:
                continue
            if name.startswith(FROZEN_ROW) and not self._is_filed(found.first_eid, row):
                waits = True
                continue
            if item_size(new) > LARGEST_ITEM:
                raise Stopped(f"{found.eid} is left as it is: without the names a row would exceed 400 KB.")
            without = OURS if name == EVENT_ROW else ()
            changed[name] = self._transactions.put(new, only_if=as_read(row, without=without))
        return changed, waits

    def _is_filed(self, first_eid: str, row: Wire) -> bool:
        """Return whether the bucket has a list, so that its text here may change. An old one was filed or given up."""
        frozen = read_frozen(from_wire(row))
        if frozen.redacted:
            return True
        filed = self._filed(first_eid, frozen.list_id)
        return frozen.at < self._now - LOOKED_BACK - timedelta(days=1) if filed is None else filed
