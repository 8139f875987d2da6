"""Conversion of rows into charter's types and back; odd values are read as a person would understand them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.rows import (
    edit_row,
    entry_line,
    number,
    read_edit,
    read_event,
    read_listing,
    read_payment,
    read_signature,
    read_taking,
    signature_row,
)
from charter.edits import Edit
from charter.events import Status
from charter.kinds import Kind
from charter.patrons import Patron, PatronState
from charter.payments import Entry, Source
from charter.refusals import EventUnknown
from charter.signatures import Signature
from tests.builders import DANA, EID, NOW, ZONE, an_entry

NOON = datetime(2026, 5, 23, 12, tzinfo=ZONE)


def listing(**row: Any) -> Any:
    """The listing of a row with these attributes."""
    return read_listing({"eid": EID, **row}, zone=ZONE)


def event(**row: Any) -> Any:
    """The event of a row with these attributes."""
    return read_event({"eid": EID, **row}, zone=ZONE, currency="USD")


def test_a_listing_is_read_from_the_row_and_else_from_the_id() -> None:
    full = listing(title="Whales", starts_at="2026-05-24T12:00:00", status="cancelled", channel="C1")
    bare = listing()

    assert (full.eid, full.title, full.channel, full.status) == (EID, "Whales", "C1", Status.CANCELLED)
    assert full.starts_at == NOON.replace(day=24)
    assert (bare.title, bare.channel, bare.status) == ("Captain Cory, afternoon", None, Status.SCHEDULED)
    assert bare.starts_at == NOON.replace(hour=13)
    assert listing(starts_at="2026-05-24T12:00:00+00:00").starts_at == datetime(2026, 5, 24, 12, tzinfo=UTC)
    for odd in ("0001-06-01T00:00:00", "9999-06-01T00:00:00", "soon", 5):
        assert listing(starts_at=odd).starts_at == bare.starts_at
    assert listing(starts_at="0002-06-01T00:00:00").starts_at.year == 2
    assert listing(starts_at="9998-06-01T00:00:00").starts_at.year == 9998
    with pytest.raises(EventUnknown):
        read_listing({"eid": "no-day"}, zone=ZONE)


def test_an_event_is_read_with_its_people_and_payments() -> None:
    found = event(
        price="60",
        capacity=Decimal(1),
        boat="Osprey",
        currency=" sek ",
        card_asked_at="2026-05-01",
        renamed_from=["first", 5, "second"],
        patrons={
            "dave": {
                "name": "Dave",
                "due": Decimal(5),
                "party": Decimal(3),
                "email": "e",
                "phone": "p",
                "state": "no_show",
            },
            "ana": {"party": Decimal("0.5")},
            "odd": "text",
        },
        payments={"dave": {"entries": {"p1": {"amount": Decimal(7)}}}},
    )

    assert (found.price, found.capacity, found.boat, found.currency) == (60, 1, "Osprey", "SEK")
    assert (found.card_asked_at, found.renamed_from, found.full) == ("2026-05-01", ("first", "second"), False)
    assert found.patrons == {
        "dave": Patron("dave", "Dave", Decimal(5), 3, "e", "p", PatronState.NO_SHOW),
        "ana": Patron("ana", "ana", Decimal(60), 1),
    }
    assert found.payment("dave").amount == 7
    assert (found.signatures, found.boarding_read) == (None, None)
    bare = event(capacity=Decimal("0.9"), currency="dollars", renamed_from="first", boat="", price="x")
    assert (bare.capacity, bare.currency, bare.renamed_from, bare.boat, bare.price) == (None, "USD", (), None, None)
    assert (bare.card_asked_at, bare.patrons, bare.payments) == (None, {}, {})
    assert event(patrons={"dave": {}}).patrons["dave"].due == 0
    assert event(patrons={"dave": {"party": Decimal(1), "state": "gone"}}).patrons["dave"].state is None
    assert read_event({"eid": EID}, zone=ZONE, currency="USD", full=True).full


def test_the_payments_of_a_row_are_read_without_its_date() -> None:
    row = {"eid": "no-day", "currency": "eur", "payments": {"dave": {"amount": Decimal(5)}}}
    taking = read_taking(row, currency="USD")

    assert (taking.first_eid, taking.currency, taking.payments["dave"].amount) == ("no-day", "EUR", Decimal(5))
    renamed = read_taking({**row, "currency": "?", "renamed_from": ["first", "second"]}, currency="USD")
    assert (renamed.first_eid, renamed.currency) == ("first", "USD")


def test_an_entry_is_stored_and_read_as_it_was() -> None:
    entry = replace(an_entry(notes="half", minutes=3), tip=Decimal("5.00"), counterpart="x/y", group="g", permalink="l")
    line = entry_line(entry)

    assert set(line) == {
        *("kind", "amount", "method", "logged_by", "timestamp", "source", "notes", "tip", "counterpart", "group"),
        "permalink",
    }
    assert read_payment({"entries": {"p1": line}}).entries == (entry,)


def test_an_odd_entry_is_a_payment_of_an_unknown_moment() -> None:
    [entry] = read_payment({"entries": {"p1": {"logged_by": DANA, "kind": "gift", "amount": "x", "tip": "x"}}}).entries

    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    assert entry == Entry("p1", Kind.PAYMENT, Decimal(0), "other", DANA, long_ago, Source.SLACK)
    [web] = read_payment({"entries": {"p1": {"logged_by": "web:U1"}}}).entries
    assert (web.source, read_payment({"entries": {"p": {"source": "slack"}}}).entries[0].source) == ("web", "slack")
    [old] = read_payment({"amount": Decimal(5), "kind": "void", "method": "venmo"}).entries
    assert (old.payment_id, old.kind, old.amount, old.method) == (
        "before-the-ledger",
        Kind.PAYMENT,
        Decimal(5),
        "venmo",
    )
    assert read_payment({"entries": {}}).entries == ()
    assert read_payment({"entries": "x", "amount": Decimal(1)}).amount == 1


def test_entries_stand_in_the_order_of_their_time_and_a_reversal_behind_what_it_undoes() -> None:
    same = "2026-05-23T12:00:00"
    lines = {
        "a": {"timestamp": same, "kind": "void", "reverses": "b"},
        "c": {"timestamp": same},
        "b": {"timestamp": same},
        "z": {"timestamp": "2026-05-22T12:00:00"},
    }

    assert [entry.payment_id for entry in read_payment({"entries": lines}).entries] == ["z", "b", "c", "a"]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Decimal("1.005"), "1.00"),
        ("7", "7.00"),
        ("x", None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (5, None),
        (None, None),
        (Decimal("1e40"), None),
    ],
    ids=str,
)
def test_a_number_is_read_also_from_a_text(value: object, read: str | None) -> None:
    found = number({"a": value}, "a")
    assert (None if found is None else str(found)) == read


def test_a_signature_is_stored_and_read_as_it_was() -> None:
    whole = Signature(
        signature_id="s1",
        name="Dave",
        signed_at="2026-05-22T18:00:00.000Z",
        patron_id="dave",
        minors=("Kim",),
        version="v1",
        language="es",
        booked_by="Ana",
        matched_at="2026-05-22T19:00:00.000Z",
        matched_by=DANA,
        companion=True,
        party_link=True,
        for_captain=True,
        set_aside_at="2026-05-23T18:00:00.000Z",
        set_aside_by=DANA,
        signed_for=("e1",),
    )
    row = signature_row(EID, whole)

    assert (row["eid"], row["crew_id"], read_signature(row)) == (EID, "#signature:s1", whole)
    bare = Signature(signature_id="s2", name="Ana", signed_at="2026-05-22T18:00:00.000Z")
    assert signature_row(EID, bare) == {
        "eid": EID,
        "crew_id": "#signature:s2",
        "name": "Ana",
        "minors": [],
        "version": "",
        "signed_at": "2026-05-22T18:00:00.000Z",
    }
    assert read_signature(signature_row(EID, bare)) == bare
    odd = read_signature({"crew_id": "#signature:s3", "minors": "x", "companion": "yes", "for_captain": 1})
    assert odd == Signature(signature_id="s3", name="", signed_at="")
    assert read_signature({"crew_id": "#signature:s4", "matched_by": "link", "minors": [5]}).party_link
    assert read_signature({"crew_id": "#signature:s4", "minors": [5]}).minors == ("5",)


def test_an_edit_is_stored_and_read_as_it_was() -> None:
    whole = Edit("due", "1", "2", DANA, NOW, "dave", "ill", "f1")
    row = edit_row(EID, whole)

    assert row == {
        "eid": EID,
        "crew_id": f"#change:{whole.edit_id}",
        "what": "due",
        "patron_id": "dave",
        "from": "1",
        "to": "2",
        "by": DANA,
        "at": "2026-05-23T20:30:00.000Z",
        "reason": "ill",
        "form": "f1",
    }
    assert read_edit(row) == whole
    bare = Edit("title", "", "", DANA, NOW)
    assert set(edit_row(EID, bare)) == {"eid", "crew_id", "what", "from", "to", "by", "at"}
    assert read_edit(edit_row(EID, bare)) == bare
    assert read_edit({}) == Edit("", "", "", "", datetime(1970, 1, 1, tzinfo=UTC))
