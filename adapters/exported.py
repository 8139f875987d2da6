"""Reads the ledgers of the table, event by event, with the entries that are chosen: charter's Exported.

Rows come from a Scan, also for one month: the index omits rows that lack `month`, and their money must not be omitted.
One row at a time is in memory. A ledger whose entries and amount disagree is reported and not exported. On the web a
month of a table of many megabytes is read by the events that the books and the index name: see adapters/month_rows.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from adapters.attribute_values import from_wire
from adapters.moved import RENAMED_FROM, moved_to
from adapters.rows import read_event
from adapters.sums import disagreements
from charter.exported import ExportedLedger, posted
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from charter.exported import Choice

Wire = dict[str, Any]

_MOST_KEPT: Final = 100


class EventRowSource(Protocol):
    """The own rows of events, on the wire."""

    def one(self, eid: str) -> Wire | None:
        """Return the row of an event, by its present or an earlier id; None where there is none."""
        ...

    def all(self) -> Iterator[Wire]:
        """Yield the row of each id as it is when it is read, redirects too."""
        ...

    def some(self, eids: Collection[str]) -> Iterator[Wire]:
        """Yield the rows of these ids that exist."""
        ...


class Ledgers:
    """Reads the ledgers once. `wrong` collects disagreements and is complete when the reading has ended."""

    def __init__(
        self,
        rows: EventRowSource,
        *,
        zone: tzinfo,
        currency: str,
        advance: Callable[[int], object] = lambda _rows: None,
    ) -> None:
        self._rows = rows
        self._zone, self._currency = zone, currency
        self._advance = advance
        self.wrong: list[str] = []
        self.wrong_count = 0

    def read(self, choice: Choice) -> Iterator[ExportedLedger]:
        """Yield the ledger of each event with chosen entries. Raises EventUnknown if the event does not exist."""
        return self.read_rows(self._chosen(choice.event), choice)

    def read_rows(self, rows: Iterable[Wire], choice: Choice) -> Iterator[ExportedLedger]:
        """Yield the ledger of each of these rows with chosen entries."""
        for wire in rows:
            self._advance(1)
            row = from_wire(wire)
            try:
                event = read_event(row, zone=self._zone, currency=self._currency)
            except EventUnknown:
                if row.get("payments"):
                    self._add_wrong(f"{row['eid']}: its day is unknown, so its payments cannot be exported.")
                continue
            if choice.has(event) and not self._disagrees(event.eid, row.get("payments")):
                lines = tuple(line for line in posted(event) if choice.picks(line, self._zone))
                if lines:
                    yield ExportedLedger(event, lines)

    def _chosen(self, eid: str | None) -> Iterator[Wire]:
        if eid is not None:
            row = self._rows.one(eid)
            if row is None:
                raise EventUnknown(eid)
            yield row
            return
        yield from self.each_once(self._rows.all())

    def each_once(self, rows: Iterable[Wire]) -> Iterator[Wire]:
        """Yield the rows of events, each event once, those to which redirects lead too."""
        # An event that is renamed during the reading may be read twice, or under neither of its ids.
        met: set[str] = set()
        targets: set[str] = set()
        for row in rows:
            if target := moved_to(row):
                targets.add(target)
            elif met.isdisjoint(_ids(row)):
                met.update(_ids(row))
                yield row
        for row in self._rows.some(targets - met):
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
    earlier = row.get(RENAMED_FROM, {}).get("L", [])
    return {row["eid"]["S"], *(each["S"] for each in earlier if "S" in each)}
