"""Builders of made-up trips, patrons and payments. Every argument has a default: a test names only relevant ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from charter.events import Event, Listing, Status
from charter.group_payments import GroupDraft, PatronShare
from charter.patrons import Patron
from charter.payments import Draft, Entry, Kind, Payment, Refund, Source, Void
from charter.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ZONE = ZoneInfo("America/Los_Angeles")
EID = "2026-05-23-captain-cory-afternoon"
NOW = datetime(2026, 5, 23, 20, 30, tzinfo=UTC)  # 13:30 on the boat
DANA, MARCO = "slack:U0DANA", "slack:U0MARCO"


def a_patron(patron_id: str = "dave", *, name: str = "Dave Kowalski", due: str = "125.00", party: int = 1) -> Patron:
    """One line of the roster."""
    return Patron(patron_id=patron_id, name=name, due=Decimal(due), party=party)


def an_entry(
    payment_id: str = "p1",
    amount: str = "125.00",
    *,
    kind: Kind = Kind.PAYMENT,
    method: str = "cash",
    by: str = DANA,
    minutes: int = 0,
    notes: str = "",
    reverses: str | None = None,
) -> Entry:
    """One line of a ledger, logged `minutes` after NOW; `amount` is signed."""
    return Entry(
        payment_id=payment_id,
        kind=kind,
        amount=Decimal(amount),
        method=method,
        logged_by=by,
        timestamp=NOW + timedelta(minutes=minutes),
        source=Source.SLACK,
        notes=notes,
        reverses=reverses,
    )


def a_payment(*amounts: str) -> Payment:
    """Build a patron's payment: an entry `p1`, `p2`, … for each amount, a minute apart; one of 125.00 by default."""
    return Payment(
        tuple(
            an_entry(f"p{place}", amount, minutes=place, kind=Kind.REFUND if amount.startswith("-") else Kind.PAYMENT)
            for place, amount in enumerate(amounts or ("125.00",), start=1)
        )
    )


def a_signature(
    signature_id: str = "s1",
    *,
    name: str = "Dave Kowalski",
    patron_id: str | None = "dave",
    minors: tuple[str, ...] = (),
    matched_by: str | None = "name",
) -> Signature:
    """A signed waiver, matched to a patron unless `patron_id` is None."""
    matched = patron_id is not None
    return Signature(
        signature_id=signature_id,
        name=name,
        signed_at="2026-05-22T18:00:00.000Z",
        patron_id=patron_id,
        minors=minors,
        matched_at="2026-05-22T18:00:00.000Z" if matched else None,
        matched_by=matched_by if matched else None,
    )


def a_listing(
    eid: str = EID,
    *,
    starts_at: datetime = datetime(2026, 5, 23, 13, tzinfo=ZONE),
    status: Status = Status.SCHEDULED,
    channel: str | None = None,
) -> Listing:
    """Build the attributes of an event that the index holds."""
    return Listing(eid=eid, title="Captain Cory, afternoon", starts_at=starts_at, status=status, channel=channel)


def an_event(
    *patrons: Patron,
    payments: Mapping[str, Payment] | None = None,
    signatures: Iterable[Signature] = (),
    price: str | None = "125.00",
) -> Event:
    """An event with these people on its roster, or with Dave alone."""
    return Event(
        eid=EID,
        title="Captain Cory, afternoon",
        starts_at=datetime(2026, 5, 23, 13, tzinfo=ZONE),
        price=None if price is None else Decimal(price),
        patrons={patron.patron_id: patron for patron in patrons or (a_patron(),)},
        payments=payments or {},
        signatures={signature.signature_id: signature for signature in signatures},
    )


def a_draft(
    payment_id: str = "p1",
    patron_id: str = "dave",
    amount: str = "125.00",
    *,
    eid: str = EID,
    method: str = "cash",
    notes: str = "",
    walk_up: str | None = None,
    confirmed: bool = False,
    tip: str | None = None,
) -> Draft:
    """A payment as a form holds it."""
    return Draft(
        payment_id=payment_id,
        eid=eid,
        patron_id=patron_id,
        amount=Decimal(amount),
        method=method,
        notes=notes,
        walk_up=walk_up,
        confirmed=confirmed,
        tip=Decimal(tip) if tip else None,
    )


def a_void(reverses: str = "p1", patron_id: str = "dave", *, eid: str = EID, reason: str = "wrong patron") -> Void:
    """Build a request to undo one entry."""
    return Void(eid=eid, patron_id=patron_id, reverses=reverses, reason=reason)


def a_refund(
    payment_id: str = "r1", amount: str = "25.00", patron_id: str = "dave", *, eid: str = EID, reason: str = "seasick"
) -> Refund:
    """Build a request to give money back."""
    return Refund(
        payment_id=payment_id, eid=eid, patron_id=patron_id, amount=Decimal(amount), method="cash", reason=reason
    )


def a_row(eid: str = EID, *, without: Iterable[str] = (), **attributes: Any) -> dict[str, Any]:
    """An event's own row in Python's types, with Dave and Ana on the roster; `attributes` replace or add."""
    row = {
        "eid": eid,
        "crew_id": "#event",
        "title": "Captain Cory, afternoon",
        "starts_at": f"{eid[:10]}T13:00:00-07:00",
        "status": "scheduled",
        "channel": "C0CORY",
        "month": eid[:7],
        "price": Decimal("125.00"),
        "currency": "USD",
        "patrons": {
            "dave": {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal("125.00")},
            "ana": {"name": "Ana Lima", "party": Decimal(2), "due": Decimal("250.00")},
        },
        "payments": {},
        **attributes,
    }
    return {name: value for name, value in row.items() if name not in set(without)}


def a_signature_row(
    signature_id: str = "s1", *, eid: str = EID, without: Iterable[str] = (), **attributes: Any
) -> dict[str, Any]:
    """The row of Dave's own signature, in Python's types; `attributes` replace or add."""
    row = {
        "eid": eid,
        "crew_id": f"#signature:{signature_id}",
        "name": "Dave Kowalski",
        "minors": [],
        "version": "2026-11-23-1a2b3c4d",
        "signed_at": "2026-05-22T18:00:00.000Z",
        "patron_id": "dave",
        "matched_at": "2026-05-22T18:00:00.000Z",
        "matched_by": "name",
        **attributes,
    }
    return {name: value for name, value in row.items() if value is not None and name not in set(without)}


def a_crew_row(eid: str = EID, crew_id: str = "cory", **attributes: Any) -> dict[str, Any]:
    """A crew assignment, which is another writer's."""
    return {
        "eid": eid,
        "crew_id": crew_id,
        "role": "captain",
        "call_time": "12:15",
        "pay": Decimal(180),
    } | attributes


def a_group(
    payment_id: str = "g1",
    *,
    method: str = "venmo",
    notes: str = "",
    tip: str | None = None,
    confirmed: bool = False,
    eid: str = EID,
    **amounts: str,
) -> GroupDraft:
    """A payment for several patrons as a form holds it: an amount for each patron id, Dave and Ana by default."""
    return GroupDraft(
        payment_id=payment_id,
        eid=eid,
        shares=tuple(
            PatronShare(patron_id, Decimal(amount))
            for patron_id, amount in (amounts or {"dave": "125.00", "ana": "250.00"}).items()
        ),
        method=method,
        notes=notes,
        tip=None if tip is None else Decimal(tip),
        confirmed=confirmed,
    )
