"""The shape of an event's row, and the one conditional UpdateItem that adds an entry to a row of that shape.

Every write carries the condition that the row still has the shape it was made for and was not renamed. Where a shape is
out of date or was only assumed, DynamoDB refuses the whole write.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.expressions import Update
from adapters.moved import MOVED_TO
from adapters.rows import EVENT_ROW, entry_line, number, read_payment
from adapters.sizes import LARGEST_ITEM, item_size, reserved, surely_within
from charter.duplicates import WINDOW
from charter.frozen import dataclass
from charter.moments import month_of, utc
from charter.money import ZERO
from charter.payments import HEADLINE, REVERSALS, Kind, reversal_id
from charter.starts import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from charter.events import Event
    from charter.payments import Entry, Payment

# A walk-up's first payment with the longest texts in the widest letters. Notes are stored twice.
LARGEST_ENTRY: Final = 7 * 1024

# The attributes of a row on which it depends how many more people the boat takes.
ON_BOARD: Final = ("capacity", "patrons")


@dataclass(frozen=True, slots=True)
class EntryTarget:
    """Target of an entry: the patron's ledger, and the name, party and due with which a walk-up joins the roster.

    Without a due the party owes the event's price for each. An `admin` with a `reason` may exceed the capacity. A
    `confirmed` payment may look like another one. `line` is the whole line of a patron from another event.
    """

    patron_id: str
    walk_up: str | None = None
    party: int = 1
    due: Decimal | None = None
    admin: bool = False
    reason: str = ""
    confirmed: bool = False
    line: Mapping[str, Any] | None = None

    @property
    def beyond(self) -> bool:
        """True if a walk-up may exceed the capacity."""
        return self.admin and bool(self.reason)


@dataclass(frozen=True, slots=True)
class Shape:
    """Facts about a row that a write depends on. The defaults are assumed for a row that was not read yet.

    `seats` is how many more people the boat takes, None without a capacity; it follows from `on_board`, on the wire.
    """

    roster: bool = True
    payments: bool = True
    payment_ids: bool = True
    price: Mapping[str, Any] = field(default_factory=dict)  # {"price": as the row keeps it}; empty when it has none
    whole: Mapping[str, Any] = field(default_factory=dict)  # the row on the wire
    listed: frozenset[str] = frozenset()
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # patron_id → its record, on the wire
    on_board: Mapping[str, Any] = field(default_factory=dict)
    seats: int | None = None
    payments_read: Mapping[str, Payment] = field(default_factory=dict)  # patron_id → what `records` were read as
    roomy: bool = False  # it surely takes one more payment

    @classmethod
    def of(cls, wire: Mapping[str, Any]) -> Shape:
        """Return the shape of a row on the wire."""
        roster, payments = wire.get("patrons", {}).get("M"), wire.get("payments", {}).get("M")
        records = {patron_id: line["M"] for patron_id, line in (payments or {}).items() if "M" in line}
        return cls(
            roster=roster is not None,
            payments=payments is not None,
            payment_ids="payment_ids" in wire,
            price=from_wire({"price": wire["price"]}) if "price" in wire else {},
            whole=wire,
            listed=frozenset(roster or ()),
            records=records,
            roomy=surely_within(LARGEST_ITEM - LARGEST_ENTRY, wire, records.values()),
            on_board={name: wire[name] for name in ON_BOARD if name in wire},
        )

    def refuses(self, target: EntryTarget) -> bool:
        """Return whether the boat takes no such walk-up any more."""
        limited = target.walk_up is not None and not target.beyond
        return limited and self.seats is not None and target.party > self.seats

    @property
    def entry_ids(self) -> set[str]:
        """The payment ids of all entries in the row."""
        return {each for record in self.records.values() for each in record.get("entries", {}).get("M") or ()}

    @property
    def size(self) -> int:
        """The row's bytes by DynamoDB's rules."""
        return item_size(self.whole)

    @property
    def room(self) -> int:
        """Number of bytes that may be added so that one more payment fits, and a reversal of each entry after it."""
        return LARGEST_ITEM - reserved(self.records.values()) - LARGEST_ENTRY - self.size

    @property
    def full(self) -> bool:
        """True if the row takes no further payment."""
        return not self.takes(1)

    def takes(self, number: int) -> bool:
        """Return whether the row takes so many payments at once."""
        return (self.roomy and number == 1) or self.room >= (number - 1) * LARGEST_ENTRY


# An entry with the ledger that it belongs to. Several of one write are of different patrons.
Addition = tuple[EntryTarget, "Entry"]


def add_entries(additions: Sequence[Addition], shape: Shape) -> Update:
    """Return the one update that adds all of these entries, and their amounts, to a row of this shape.

    The caller has checked that none of them repeats a payment that the shape shows. The update is on the condition that
    no other one has come since.
    """
    update = _once([entry for _, entry in additions], shape)
    for target, _ in additions:
        _join_roster(update, target, shape)
    if not shape.payments:
        update.when_exists("eid")
        update.when_empty("payments")
        update.set("payments", to={target.patron_id: _first_record(entry) for target, entry in additions})
        return update
    for target, entry in additions:
        _add_entry(update, target, entry, shape)
    return update


def _add_entry(update: Update, target: EntryTarget, entry: Entry, shape: Shape) -> None:
    """Add one entry to the row's payments."""
    record = shape.records.get(target.patron_id)
    here = ("payments", target.patron_id)
    if record is None:
        update.when_exists("payments")
        update.when_empty(*here)
        update.set(*here, to=_first_record(entry))
    elif "M" in record.get("entries", {}) and "N" in record.get("amount", {}):
        update.when_missing(*here, "entries", entry.payment_id)
        update.when_exists(*here, "entries")
        if entry.kind is Kind.PAYMENT and not target.confirmed:
            update.when_size(
                *here,
                "entries",
                is_=len(record["entries"]["M"]),
                or_before=("timestamp", utc(entry.timestamp - WINDOW)),
            )
        if entry.reverses:  # at most one reversal of an entry, of whatever kind
            for kind in REVERSALS - {entry.kind}:
                update.when_missing(*here, "entries", reversal_id(kind, entry.reverses, target.patron_id))
        if entry.amount < 0:
            update.when(*here, "amount", is_=">=", value=-entry.amount)
        line = entry_line(entry)
        update.set(*here, "entries", entry.payment_id, to=line)
        update.increase(*here, "amount", by=entry.amount)
        update.set_all(*here, to=_headline(line))
    else:
        _repair(update, here, from_wire(record), entry)


def add_event(event: Event, target: EntryTarget, entry: Entry) -> Update:
    """Return the update that gives an event its own row with a walk-up's first payment, if it still has none."""
    update = _once([entry], Shape(payments=False))
    update.when_missing("eid")
    update.set_all(
        to={
            **own_row(event),
            "patrons": {target.patron_id: _roster_line(target, ZERO)},
            "payments": {target.patron_id: _first_record(entry)},
        }
    )
    return update


def update_of_present() -> Update:
    """Return an update on the condition that the event has a row and was not renamed."""
    update = Update()
    update.when_exists("eid")
    update.when_missing(MOVED_TO)
    return update


def key(eid: str) -> dict[str, Any]:
    """Return the key of an event's own row."""
    return {"eid": {"S": eid}, "crew_id": {"S": EVENT_ROW}}


def own_row(event: Event) -> dict[str, Any]:
    """Return the attributes of the event itself in an own row that is first written."""
    return {
        "title": event.title,
        "starts_at": written(event.starts_at),
        "month": month_of(event.starts_at),
        "status": event.status.value,
        "currency": event.currency,
    }


def when_seats_as_read(update: Update, wire: Mapping[str, Any]) -> None:
    """Write only if the boat takes as many more people as by this row: capacity and roster are as they were read.

    A row without a capacity takes any number.
    """
    update.when_as_read("capacity", in_=wire)
    if "capacity" in wire:
        update.when_as_read("patrons", in_=wire)


def _once(entries: Sequence[Entry], shape: Shape) -> Update:
    """Return an update that holds only while no patron of the event has an entry under one of these payment ids.

    A row that another program wrote may have entries and no `payment_ids`: its first write here brings them all.
    """
    update = Update()
    update.when_missing(MOVED_TO)
    ids = {entry.payment_id for entry in entries}
    if shape.records and not shape.payment_ids and not ids & shape.entry_ids:
        update.when_missing("payment_ids")
        update.add_texts("payment_ids", texts=ids | shape.entry_ids)
        return update
    if shape.payments:
        update.when_exists_or_nothing_in("payment_ids", of="payments")
    for payment_id in sorted(ids):
        update.when_without("payment_ids", text=payment_id)
    update.add_texts("payment_ids", texts=ids)
    return update


def _repair(update: Update, here: tuple[str, str], record: Mapping[str, Any], entry: Entry) -> None:
    """Add `entry` to a record that lacks its entries or their sum, and write both."""
    before = read_payment(record)
    update.when_still(*here, "amount", in_=record)  # every write of an entry changes it
    if isinstance(record.get("entries"), dict):
        update.when_exists(*here, "entries")
        update.when_missing(*here, "entries", entry.payment_id)
        update.set(*here, "entries", entry.payment_id, to=entry_line(entry))
    else:
        update.when_still(*here, "entries", in_=record)
        update.set(*here, "entries", to={each.payment_id: entry_line(each) for each in (*before.entries, entry)})
    update.set_all(*here, to={"amount": before.amount + entry.amount, **_headline(entry_line(entry))})


def _join_roster(update: Update, target: EntryTarget, shape: Shape) -> None:
    if target.walk_up is None:
        # A patron may have paid without being on the roster. One who did neither is unknown.
        stranger = target.patron_id in shape.records and target.patron_id not in shape.listed
        update.when_exists("payments" if stranger else "patrons", target.patron_id)
        return
    if target.due is None:
        update.when_still("price", in_=shape.price)
    if not target.beyond:
        when_seats_as_read(update, shape.on_board)
    if shape.roster and not target.confirmed:  # nobody has joined since, so nobody of this name either
        update.when_size("patrons", is_=len(shape.on_board.get("patrons", {}).get("M", ())))
    roster_line = _roster_line(target, number(shape.price, "price") or ZERO)
    if shape.roster:
        update.when_exists("patrons")
        update.when_empty("patrons", target.patron_id)
        update.set("patrons", target.patron_id, to=roster_line)
    else:
        update.when_empty("patrons")
        update.set("patrons", to={target.patron_id: roster_line})


def _roster_line(target: EntryTarget, price: Decimal) -> Mapping[str, Any]:
    if target.line is not None:
        return target.line
    due = price * target.party if target.due is None else target.due
    return {"name": target.walk_up, "party": target.party, "due": due}


def _first_record(entry: Entry) -> dict[str, Any]:
    line = entry_line(entry)
    headline = {name: value for name, value in _headline(line).items() if value != ""}
    return {"amount": entry.amount, **headline, "entries": {entry.payment_id: line}}


def _headline(line: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that a record repeats from its latest entry; an empty text for a field that it leaves out."""
    return {name: line.get(name, "") for name in HEADLINE}
