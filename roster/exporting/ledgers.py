"""Reads the ledgers of the table, event by event, with the entries that the options choose.

Rows come from a Scan, also for one month: the index omits rows that lack `month`, and their money must not be omitted.
One row at a time is in memory. A ledger whose entries and amount disagree is reported and not exported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.moved import moved_to
from adapters.rows import read_event
from charter.moments import month_of
from charter.refusals import EventUnknown
from roster.sums import disagreements
from roster.walking import by_id, earlier_ids, is_event, leading, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.events import Event
    from charter.payments import Entry

_MOST_KEPT: Final = 100


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry of a patron. `holder` took the money. A void is attributed to the person who took the voided money."""

    patron_id: str
    patron: str
    entry: Entry
    holder: str


@dataclass(frozen=True, slots=True)
class EventLedger:
    """The entries of one event, patron by patron, and of each patron in the order in which they were logged."""

    event: Event
    lines: tuple[Posted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen entries: of one event, of a month's events, logged in a month (both `2026-05`), by method, by crew."""

    event: str | None = None
    month: str | None = None
    logged: str | None = None
    method: str | None = None
    crew: str | None = None

    @property
    def in_words(self) -> str:
        """The choice in words; empty where it is everything."""
        parts = {
            "of event": self.event,
            "of events in": self.month,
            "logged in": self.logged,
            "by method": self.method,
            "taken by": self.crew,
        }
        return ", ".join(f"{what} {value}" for what, value in parts.items() if value)

    def has(self, event: Event) -> bool:
        """Return whether the event is chosen."""
        return self.month is None or month_of(event.starts_at) == self.month

    def picks(self, posted: Posted, zone: tzinfo) -> bool:
        """Return whether the entry is chosen. `crew` chooses by its holder."""
        entry = posted.entry
        return (
            (self.logged is None or month_of(entry.timestamp.astimezone(zone)) == self.logged)
            and (self.method is None or entry.method.casefold() == self.method.casefold())
            and (self.crew is None or self.crew in {posted.holder, posted.holder.partition(":")[2]})
        )


class Ledgers:
    """Reads the ledgers once. `wrong` collects disagreements and is complete when the reading has ended."""

    def __init__(self, client: DynamoDBClient, table: str, *, zone: tzinfo, currency: str) -> None:
        self._client, self._table = client, table
        self._zone, self._currency = zone, currency
        self.wrong: list[str] = []
        self.wrong_count = 0

    def read(self, choice: Choice, advance: Callable[[int], object]) -> Iterator[EventLedger]:
        """Yield the ledger of each event with chosen entries. Raises EventUnknown if the event does not exist."""
        for wire in self._rows(choice.event):
            advance(1)
            row = from_wire(wire)
            try:
                event = read_event(row, zone=self._zone, currency=self._currency)
            except EventUnknown:
                if row.get("payments"):
                    self._add_wrong(f"{row['eid']}: its day is unknown, so its payments cannot be exported.")
                continue
            if choice.has(event) and not self._disagrees(event.eid, row.get("payments")):
                lines = tuple(line for line in _posted(event) if choice.picks(line, self._zone))
                if lines:
                    yield EventLedger(event, lines)

    def _rows(self, eid: str | None) -> Iterator[dict[str, Any]]:
        if eid is not None:
            row = leading(self._client, self._table, [eid]).get(eid)
            if row is None:
                raise EventUnknown(eid)
            yield row
            return
        # An event that is renamed during the Scan may be read twice, or under neither of its ids.
        met: set[str] = set()
        targets: set[str] = set()
        for row in walk(self._client, self._table):
            if not is_event(row):
                continue
            if target := moved_to(row):
                targets.add(target)
            elif met.isdisjoint(_ids(row)):
                met.update(_ids(row))
                yield row
        for row in by_id(self._client, self._table, targets - met, at_once=10):
            if not moved_to(row) and met.isdisjoint(_ids(row)):
                met.update(_ids(row))
                yield row

    def _disagrees(self, eid: str, payments: object) -> bool:
        if payments is None:
            return False
        records = payments if isinstance(payments, dict) else {"payments": payments}
        before = self.wrong_count
        for patron_id, record in records.items():
            if record is not None:
                for reason in disagreements(record):
                    self._add_wrong(f"{eid}, {patron_id}: {reason}")
        return self.wrong_count > before

    def _add_wrong(self, reason: str) -> None:
        self.wrong_count += 1
        if len(self.wrong) < _MOST_KEPT:
            self.wrong.append(reason)


def _ids(row: Mapping[str, Any]) -> set[str]:
    """Return every id that the event has or had."""
    return {row["eid"]["S"], *earlier_ids(row)}


def _posted(event: Event) -> Iterator[Posted]:
    for patron_id in sorted(event.payments):
        payment = event.payments[patron_id]
        patron = event.patron(patron_id)
        for entry in payment.entries:
            yield Posted(patron_id, patron.name if patron else patron_id, entry, payment.holder_of(entry))
