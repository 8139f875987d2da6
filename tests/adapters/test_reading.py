"""Reading is one request, finds events by the index alone, and accepts rows that other writers changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from charter.balances import BalanceState
from charter.events import Status
from charter.guessing import guess
from charter.payments import Kind, Source
from charter.refusals import EventIdMalformed, EventUnknown, TableUnavailable
from tests.builders import EID, ZONE, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

MAY = date(2026, 5, 1)


def test_an_event_is_one_consistent_read(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(), a_signature_row(minors=["Mia"]), a_crew_row())

    event = ledger.event(EID)

    assert table.calls == {"Query": 1}
    assert (event.title, event.price, event.currency, event.channel) == (
        "Captain Cory, afternoon",
        Decimal(125),
        "USD",
        "C0CORY",
    )
    assert event.starts_at == datetime(2026, 5, 23, 20, tzinfo=UTC)
    assert [patron.name for patron in event.people] == ["Ana Lima", "Dave Kowalski"]
    assert (event.signed("dave"), event.signed("ana")) == (True, False)
    assert [signature.minors for signature in event.signatures_of("dave")] == [("Mia",)]


def test_an_event_with_only_crew_rows_follows_from_its_id(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row())

    event = ledger.event(EID)

    assert (event.title, event.starts_at) == ("Captain Cory, afternoon", datetime(2026, 5, 23, 13, tzinfo=ZONE))
    assert not event.people
    assert "Scan" not in table.calls
    assert table.wire() == {}


@pytest.mark.parametrize("eid", ["2026-05-24-nothing-here", "2026-02-30-no-such-day"])
def test_an_event_that_no_row_speaks_of_is_unknown(ledger: DynamoLedger, eid: str) -> None:
    with pytest.raises(EventUnknown):
        ledger.event(eid)


def test_crew_on_a_day_that_is_not_in_the_calendar_make_no_event(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row("2026-02-30-no-such-day"))
    with pytest.raises(EventUnknown):
        ledger.event("2026-02-30-no-such-day")


@pytest.mark.parametrize("eid", ["", "..", "2026-05-23-a/b", "2026-05-23-a%2fb", "2026-05-23-\x00", "x" * 3000])
def test_an_id_that_no_event_can_have_is_not_even_looked_up(table: Table, ledger: DynamoLedger, eid: str) -> None:
    with pytest.raises(EventIdMalformed):
        ledger.event(eid)
    assert not table.calls


def test_events_whose_ids_break_the_rule_are_served_with_a_warning(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row("2026-05-23"), a_row("2026-05-24-Captain_Cory"))

    assert ledger.event("2026-05-23").warnings == ["is a bare date: it needs a name after the date"]
    assert [bool(listing.warnings) for listing in ledger.listings([MAY])] == [True, True]


def test_listings_come_from_the_index_alone_in_order_of_their_start(table: Table, ledger: DynamoLedger) -> None:
    table.put(
        a_row("2026-06-01-june-trip"),
        a_row("2026-05-23-late", starts_at="2026-05-23T18:00:00-07:00"),
        a_row("2026-05-23-early", starts_at="2026-05-23T15:00:00Z"),
        a_row("2026-07-04-fireworks"),
        a_row("2026-05-30-hidden", without=["month"]),
        a_crew_row("2026-05-23-early", month="2026-05"),
    )

    listings = ledger.listings([date(2026, 6, 30), MAY, date(2026, 5, 31)])

    assert [listing.eid for listing in listings] == ["2026-05-23-early", "2026-05-23-late", "2026-06-01-june-trip"]
    assert table.calls == {"Query": 2}


ODD: dict[str, dict[str, Any]] = {
    "no time": {"without": ["starts_at"]},
    "a time without offset": {"starts_at": "2026-05-23T13:00:00"},
    "a time that is none": {"starts_at": "early afternoon"},
    "a time that is a number": {"starts_at": Decimal(1716470000)},
    "the end of the calendar": {"starts_at": "9999-12-31T23:59:59Z"},
    "the start of the calendar": {"starts_at": "0001-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_time_is_read_as_local_or_by_the_id(table: Table, ledger: DynamoLedger, odd: str) -> None:
    table.put(a_row(**ODD[odd]))

    (listing,) = ledger.listings([MAY])

    assert listing.starts_at == ledger.event(EID).starts_at == datetime(2026, 5, 23, 13, tzinfo=ZONE)
    assert guess([listing], now=datetime(2026, 5, 23, 9, tzinfo=ZONE)) == listing


@pytest.mark.parametrize(
    ("status", "read"),
    [
        ("cancelled", Status.CANCELLED),
        ("CANCELLED?", Status.SCHEDULED),
        (Decimal(1), Status.SCHEDULED),
        (None, "scheduled"),
    ],
)
def test_an_odd_status_is_read_as_taking_place(
    table: Table, ledger: DynamoLedger, status: object, read: Status
) -> None:
    table.put(a_row(status=status))
    assert ledger.event(EID).status == ledger.listings([MAY])[0].status == read


def test_an_event_that_nothing_dates_is_not_listed_and_spoils_no_list(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(), a_row("someday", month="2026-05", without=["starts_at"]))
    assert [listing.eid for listing in ledger.listings([MAY])] == [EID]


def test_odd_money_and_rosters_are_read_as_a_person_would(table: Table, ledger: DynamoLedger) -> None:
    table.put(
        a_row(
            price="80.00",
            currency=None,
            channel=Decimal(5),
            title="",
            waivers=[],
            patrons={
                "plain": {},
                "text": {"name": "Text", "due": "99.50", "party": "2"},
                "bad": {"name": None, "due": "soon", "party": Decimal(-1)},
                "nan": {"due": "NaN"},
                "inf": {"due": "Infinity"},
                "null": None,
                "number": Decimal(3),
            },
            payments={"text": {"amount": "20"}, "odd": {"amount": [], "entries": "none"}, "null": None},
        )
    )

    event = ledger.event(EID)

    assert (event.price, event.currency, event.channel, event.title) == (
        Decimal("80.00"),
        "USD",
        None,
        "Captain Cory, afternoon",
    )
    assert {patron.patron_id: (patron.name, patron.due, patron.party) for patron in event.people} == {
        "bad": ("bad", Decimal(80), 1),
        "inf": ("inf", Decimal(80), 1),
        "nan": ("nan", Decimal(80), 1),
        "plain": ("plain", Decimal(80), 1),
        "text": ("Text", Decimal("99.5"), 2),
        "odd": ("odd", Decimal(80), 1),
    }
    assert event.balance("text").owed == Decimal("79.5")
    assert event.balance("odd").state is BalanceState.UNPAID
    assert event.outstanding == 80 * 5 + Decimal("79.5")


def test_odd_entries_are_read_and_stand_in_the_order_of_their_time(table: Table, ledger: DynamoLedger) -> None:
    entries = {
        "b": {"amount": Decimal(30), "kind": "gift", "timestamp": "2026-05-23T10:00:00", "logged_by": "slack:U0DANA"},
        "a": {"amount": "12.50", "timestamp": "2026-05-23T09:00:00-07:00", "source": "fax"},
        "c": {"kind": "void", "amount": Decimal(-30), "reverses": "b", "timestamp": "2026-05-23T10:00:00Z"},
        "d": None,
        "e": {},
    }
    table.put(a_row(payments={"dave": {"amount": Decimal("12.50"), "entries": entries}}))

    payment = ledger.event(EID).payment("dave")

    assert [entry.payment_id for entry in payment.entries] == ["e", "b", "c", "a"]
    assert [entry.kind for entry in payment.entries] == [Kind.PAYMENT, Kind.PAYMENT, Kind.VOID, Kind.PAYMENT]
    assert [entry.source for entry in payment.entries] == [Source.WEB, Source.SLACK, Source.WEB, Source.WEB]
    assert payment.entries[0].timestamp.astimezone(ZONE).year < 2000  # a step into a zone of the west must not fail
    assert payment.amount == Decimal("12.50")


def test_a_void_comes_after_the_entry_it_undoes_also_within_one_moment(table: Table, ledger: DynamoLedger) -> None:
    moment = {"timestamp": "2026-05-23T10:00:00.000Z", "method": "cash", "logged_by": "slack:U0DANA"}
    entries = {
        "void:zz": {**moment, "kind": "void", "amount": Decimal(-30), "reverses": "zz"},
        "zz": {**moment, "kind": "payment", "amount": Decimal(30)},
    }
    table.put(a_row(payments={"dave": {**moment, "amount": Decimal(0), "entries": entries}}))

    assert [entry.payment_id for entry in ledger.event(EID).payment("dave").entries] == ["zz", "void:zz"]


def test_many_events_are_a_read_each_in_the_order_asked_for(table: Table, ledger: DynamoLedger) -> None:
    ids = [f"2026-05-{day:02}-{name}" for name in "ab" for day in range(1, 29)]
    table.put(*[a_row(eid) for eid in ids if eid != "2026-05-09-b"], a_signature_row(eid=ids[3]))
    table.calls.clear()

    events = ledger.events([*reversed(ids), ids[0], "2026-05-09-unknown"])

    assert [event.eid for event in events] == [eid for eid in [*reversed(ids), ids[0]] if eid != "2026-05-09-b"]
    assert [event.eid for event in events if event.signed("dave")] == [ids[3]]
    assert table.calls == {"Query": len(ids) + 1}
    assert ledger.events([]) == []


def test_an_outage_in_the_middle_of_many_events_is_an_outage(table: Table, ledger: DynamoLedger) -> None:
    ids = [f"2026-05-{day:02}-a" for day in range(1, 9)]
    table.put(*map(a_row, ids))
    table.proxy.fail_next("Query", throttle=True, times=16)

    with pytest.raises(TableUnavailable):
        ledger.events(ids)

    table.proxy.forget_faults()


def test_an_event_of_many_signatures_is_read_whole(table: Table, ledger: DynamoLedger) -> None:
    """A page of a Query ends at 1 MB."""
    row = a_row(ballast="x" * 380_000)
    signatures = [a_signature_row(f"s{number:03}", booked_by="y" * 70_000) for number in range(12)]
    table.put(row, *signatures)

    event = ledger.event(EID)

    assert len(event.signatures_of("dave")) == 12
