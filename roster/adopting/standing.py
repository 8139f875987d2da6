"""Says of each old payment whether the ledger has it, by the rows of the event alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.moved import earlier_ids
from adapters.rows import EVENT_ROW, read_taking
from charter.kinds import OLD_IDS
from roster.adopting.ids import content_of, place_of, with_content
from roster.adopting.reading import is_nothing, read_amount, read_moment, read_record
from roster.importing.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from adapters.dynamo import Wire
    from charter.payments import Entry, Payment

PAYMENTS: Final = "payments"
_AT_ONCE: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Old:
    """A payment in a row that is not the event's own: the map entry of a patron, in Python's types, as it stands."""

    eid: str
    row: str
    patron_id: str
    record: Any

    @property
    def where(self) -> str:
        """The path of the map entry in its row."""
        return f"{self.row} {PAYMENTS}.{self.patron_id}" if self.patron_id else f"{self.row} {PAYMENTS}"


class AdoptionState(Enum):
    """The state of an old payment in the ledger."""

    NOTHING = auto()
    MISSING = auto()
    LIFTED = auto()
    COPY = auto()
    THERE = auto()
    CHANGED = auto()


def old_payments(row: Wire) -> Iterator[Old]:
    """Yield the payments of a row on the wire; none of an event's own row."""
    if row["crew_id"].get("S") == EVENT_ROW or PAYMENTS not in row:
        return
    found = from_wire({PAYMENTS: row[PAYMENTS]})[PAYMENTS]
    eid, name = row["eid"]["S"], str(row["crew_id"].get("S"))
    if isinstance(found, Mapping):
        yield from (Old(eid, name, patron_id, record) for patron_id, record in sorted(found.items()))
    elif found is not None:
        yield Old(eid, name, "", found)


class AdoptionLedger:
    """The ledger of one event, by its own row on the wire: what it has of old payments."""

    def __init__(self, own: Wire, *, currency: str) -> None:
        taking = read_taking(from_wire(own), currency=currency)
        self.eid, self.first_eid = str(own["eid"]["S"]), (*earlier_ids(own), str(own["eid"]["S"]))[0]
        self.currency = taking.currency
        self._payments: Mapping[str, Payment] = taking.payments
        self.entries = {entry.payment_id: entry for payment in taking.payments.values() for entry in payment.entries}

    def payment_id(self, old: Old) -> str:
        """Return the id that the payment has, or would have, in the ledger. Raises Unreadable."""
        return self._place(old) + content_of(read_record(old.record))

    def lifted_before(self, old: Old) -> list[Entry]:
        """Return what was lifted from the same place with other content and still counts, the earliest first."""
        own, place = self.payment_id(old), self._place(old)
        before = [each for name, each in self.entries.items() if name.startswith(place) and name != own]
        return sorted((each for each in before if not self._reversed(each.payment_id)), key=lambda each: each.timestamp)

    def owner_of(self, payment_id: str) -> str:
        """Return the patron in whose ledger the entry is."""
        return next(patron for patron, payment in self._payments.items() if payment.entry(payment_id))

    def payment(self, patron_id: str) -> Payment | None:
        """Return the patron's payment; None without one."""
        return self._payments.get(patron_id)

    def standing(self, old: Old, *, patron_id: str = "", now: datetime) -> AdoptionState:
        """Return what the ledger has of the payment. `patron_id` is another id than the map's. Raises Unreadable."""
        if is_nothing(old.record):
            return AdoptionState.NOTHING
        own = self.payment_id(old)
        if own in self.entries:
            return AdoptionState.LIFTED
        if self.lifted_before(old):
            return AdoptionState.CHANGED
        if with_content(content_of(old.record), self.entries):
            return AdoptionState.COPY
        return AdoptionState.THERE if self._there(old, patron_id or old.patron_id, now) else AdoptionState.MISSING

    def _there(self, old: Old, patron_id: str, now: datetime) -> bool:
        """Return whether the patron's ledger has the same amount at the same second already, logged otherwise."""
        payment = self._payments.get(patron_id)
        if payment is None:
            return False
        try:
            amount = read_amount(old.record.get("amount"), currency=self.currency)
            moment = read_moment(old.record.get("timestamp"), now=now)
        except Unreadable:
            return False
        return any(
            each.amount == amount and abs(each.timestamp - moment) < _AT_ONCE
            for each in payment.entries
            if not each.payment_id.startswith(OLD_IDS)
        )

    def _place(self, old: Old) -> str:
        return place_of(self.first_eid, old.row, old.patron_id)

    def _reversed(self, payment_id: str) -> bool:
        return any(payment.voided(payment_id) for payment in self._payments.values())
