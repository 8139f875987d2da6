"""Make rows of the `events` table from short descriptions of patrons. The product's own writers make their parts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.rows import entry_line, signature_row
from charter.moments import month_of, utc
from charter.payments import HEADLINE, Entry, Kind, Source
from charter.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from charter.patrons import PatronState

ZONE = ZoneInfo("America/Los_Angeles")
DANA, MARCO, OLIVIA = "slack:U0DANA", "slack:U0MARCO", "slack:U0OLIVIA"
OFFICE = "web:U0OLIVIA"
WAIVER_VERSION = "2026-04"

Row = dict[str, Any]

_NAMESPACE = uuid.UUID("5ca1ab1e-0000-4000-8000-000000000000")  # fixed, so that ids are the same in every season


@dataclass(frozen=True)
class SampleEntry:
    """One entry of a patron's ledger. `undoes` is the index of the entry that it reverses."""

    amount: Decimal
    method: str
    by: str
    kind: Kind = Kind.PAYMENT
    notes: str = ""
    undoes: int | None = None
    reason: str = ""


def day(today: date, days: int) -> date:
    """Return the day that many days after `today`."""
    return today + timedelta(days=days)


def pays(amount: str, method: str = "cash", *, by: str = DANA, notes: str = "") -> SampleEntry:
    """Return a payment."""
    return SampleEntry(Decimal(amount), method, by, notes=notes)


def gets_back(amount: str, method: str = "cash", *, reason: str, by: str = OLIVIA) -> SampleEntry:
    """Return a refund of `amount`."""
    return SampleEntry(-Decimal(amount), method, by, kind=Kind.REFUND, reason=reason)


def undone(line: SampleEntry, *, at: int, reason: str) -> SampleEntry:
    """Return the void of `line`, which is at that index of the ledger."""
    return SampleEntry(-line.amount, line.method, OLIVIA, kind=Kind.VOID, undoes=at, reason=reason)


@dataclass(frozen=True)
class Booked:
    """A patron with payments and signatures. `due` defaults to the price for the party.

    `others` are people of the party who signed through its personal link.
    """

    name: str
    patron_id: str = ""
    lines: tuple[SampleEntry, ...] = ()
    party: int = 1
    due: str | None = None
    signed: bool = False
    minors: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    state: PatronState | None = None

    @property
    def key(self) -> str:
        """The patron id: the one given, or `first.last`."""
        return self.patron_id or ".".join(self.name.lower().split())


@dataclass(frozen=True)
class SampleEvent:
    """One event of the season. `words` is the part of its id after the date.

    `unmatched` are the names of signers who are not matched to a party. With `cast_off` those who came are aboard, and
    the list is frozen.
    """

    day: date
    words: str
    title: str
    starts: time
    price: str = "125.00"
    channel: str | None = None
    status: str = "scheduled"
    patrons: tuple[Booked, ...] = ()
    unmatched: tuple[str, ...] = ()
    crew: tuple[Row, ...] = ()
    boat: str = ""
    capacity: int = 0
    cast_off: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of the event's row that other programs wrote."""

    @property
    def eid(self) -> str:
        """The id by the rule, or the date alone without `words`."""
        return f"{self.day.isoformat()}-{self.words}" if self.words else self.day.isoformat()

    @property
    def starts_at(self) -> datetime:
        """The start, in the home port's time zone."""
        return datetime.combine(self.day, self.starts, ZONE)


def event_row(event: SampleEvent, *, today: date) -> Row:
    """Return the `#event` row. Payments and signatures are before the event's start and before `today`."""
    latest = _latest(event, today)
    row: Row = {
        **event.extra,
        "eid": event.eid,
        "crew_id": "#event",
        "title": event.title,
        "starts_at": event.starts_at.isoformat(),
        "status": event.status,
        "price": Decimal(event.price),
        "currency": "USD",
        "month": month_of(event.day),
        "patrons": {booked.key: _roster_line(booked, Decimal(event.price)) for booked in event.patrons},
        "payments": {
            booked.key: payment(f"{event.eid}/{booked.key}", booked.lines, latest=latest - timedelta(minutes=7 * place))
            for place, booked in enumerate(event.patrons)
            if booked.lines
        },
    }
    optional = {"channel": event.channel, "boat": event.boat, "capacity": Decimal(event.capacity)}
    return row | {name: value for name, value in optional.items() if value}


def signature_rows(event: SampleEvent, *, today: date) -> list[Row]:
    """Return the signatures' rows: each patron's own, those of their party, and unmatched ones."""
    signed_at = utc(_latest(event, today) - timedelta(hours=26))
    rows = []
    for booked in event.patrons:
        matched = {"patron_id": booked.key, "matched_at": signed_at}
        own = [(booked.name, booked.minors, {**matched, "matched_by": "name"})] if booked.signed else []
        others = [(name, (), {**matched, "matched_by": "link"}) for name in booked.others]
        rows += [_signature(event, *each, signed_at=signed_at) for each in (*own, *others)]
    return rows + [_signature(event, name, (), {}, signed_at=signed_at) for name in event.unmatched]


def crew_rows(event: SampleEvent) -> list[Row]:
    """Return the crew assignments of an event. Each may have attributes of its own."""
    return [{"eid": event.eid, **assignment} for assignment in event.crew]


def payment(seed: str, lines: tuple[SampleEntry, ...], *, latest: datetime) -> Row:
    """Return the record of one patron: the ledger, and the four fields that other readers rely on.

    `amount` is the sum of the entries; the other three are those of the last one.
    """
    ids = [payment_id(seed, place) for place in range(len(lines))]
    entries: dict[str, Row] = {}
    for place, line in enumerate(lines):
        reverses = None if line.undoes is None else ids[line.undoes]
        entry = Entry(
            payment_id=f"void:{reverses}" if line.kind is Kind.VOID else ids[place],
            kind=line.kind,
            amount=line.amount,
            method=line.method,
            logged_by=line.by,
            timestamp=latest - timedelta(hours=5 * (len(lines) - place)),
            source=Source(line.by.partition(":")[0]),
            notes=line.notes,
            reverses=reverses,
            reason=line.reason,
        )
        entries[entry.payment_id] = entry_line(entry)
    last = list(entries.values())[-1]
    record: Row = {name: last[name] for name in HEADLINE if name in last}
    return {**record, "amount": sum((line.amount for line in lines), Decimal(0)), "entries": entries}


def without_entries(row: Row) -> Row:
    """Return the row as older writers wrote it, without entries."""
    bare = {
        key: {name: value for name, value in record.items() if name != "entries"}
        for key, record in row["payments"].items()
    }
    return {**row, "payments": bare}


def without(row: Row, *names: str) -> Row:
    """Return the row without some attributes."""
    return {name: value for name, value in row.items() if name not in names}


def payment_id(seed: str, place: int) -> str:
    """Return 32 hexadecimal digits like those of uuid4().hex, but always the same."""
    return uuid.uuid5(_NAMESPACE, f"{seed}/{place}").hex


def _roster_line(booked: Booked, price: Decimal) -> Row:
    due = price * booked.party if booked.due is None else Decimal(booked.due)
    line: Row = {"name": booked.name, "party": Decimal(booked.party), "due": due}
    more = {"email": booked.email, "phone": booked.phone, "state": booked.state.value if booked.state else ""}
    return line | {name: value for name, value in more.items() if value}


def _signature(event: SampleEvent, name: str, minors: tuple[str, ...], matched: Row, *, signed_at: str) -> Row:
    seed = f"{event.eid}/{matched.get('patron_id', '')}/{name}/signature"
    signature = Signature(
        uuid.uuid5(_NAMESPACE, seed).hex, name, signed_at, minors=minors, version=WAIVER_VERSION, **matched
    )
    return signature_row(event.eid, signature)


def _latest(event: SampleEvent, today: date) -> datetime:
    """Return the time before which everything was paid and signed; the last of it was yesterday."""
    return min(event.starts_at, datetime.combine(today, time(5), ZONE))
