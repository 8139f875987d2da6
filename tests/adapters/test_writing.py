"""Logging a payment is one UpdateItem on usual rows, and is correct on unusual ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from charter.events import Status
from charter.payments import Source
from charter.refusals import EventIdMalformed, EventUnknown, PatronExists, PatronUnknown
from tests.builders import DANA, EID, MARCO, NOW, a_crew_row, a_draft, a_row

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb


def test_a_patrons_first_payment_is_one_write_that_reads_nothing(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())

    logged = ledger.log(a_draft(amount="120", notes="on the dock"), by=DANA, source=Source.SLACK, now=NOW)

    assert table.calls == {"UpdateItem": 1}
    assert (logged.replayed, logged.patron.name) == (False, "Dave Kowalski")
    assert logged.event.balance("dave").owed == 5
    headline = {
        "amount": Decimal(120),
        "timestamp": "2026-05-23T20:30:00.000Z",
        "method": "cash",
        "logged_by": "slack:U0DANA",
        "notes": "on the dock",
    }
    entry = {**headline, "kind": "payment", "source": "slack"}
    assert table.row() == a_row(payments={"dave": {**headline, "entries": {"p1": entry}}}, payment_ids={"p1"})


def test_the_fifth_payment_is_one_write_when_the_row_was_seen(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    elsewhere = table.ledger()
    for number in range(1, 5):
        elsewhere.log(a_draft(f"p{number}", amount="10.50", confirmed=True), by=DANA, source=Source.SLACK, now=NOW)
    ledger.event(EID)
    table.calls.clear()

    logged = ledger.log(a_draft("p5", amount="0.01", method="zelle"), by=MARCO, source=Source.WEB, now=NOW)

    assert table.calls == {"UpdateItem": 1}
    assert logged.event.payment("dave").amount == Decimal("42.01")
    record = table.row()["payments"]["dave"]
    assert (record["amount"], record["method"], record["logged_by"]) == (Decimal("42.01"), "zelle", MARCO)
    assert sorted(record["entries"]) == ["p1", "p2", "p3", "p4", "p5"]


def test_a_payment_on_a_row_that_changed_since_it_was_seen_is_written_at_the_second_try(table: Table) -> None:
    table.put(a_row())
    here, there = table.ledger(), table.ledger()
    here.event(EID)
    there.log(a_draft("p1", amount="100"), by=DANA, source=Source.SLACK, now=NOW)
    table.calls.clear()

    logged = here.log(a_draft("p2", amount="25"), by=MARCO, source=Source.SLACK, now=NOW)

    assert table.calls["UpdateItem"] == 2
    assert logged.event.balance("dave").owed == 0


def test_notes_of_an_earlier_payment_do_not_stay_on_the_record_of_a_later_one(
    table: Table, ledger: DynamoLedger
) -> None:
    table.put(a_row())
    ledger.log(a_draft("p1", amount="20", notes="first half"), by=DANA, source=Source.SLACK, now=NOW)
    ledger.log(a_draft("p2", amount="30"), by=DANA, source=Source.SLACK, now=NOW)

    record = table.row()["payments"]["dave"]

    assert "notes" not in record
    assert record["entries"]["p1"]["notes"] == "first half"


@pytest.mark.parametrize("missing", [["payments"], ["waivers", "payments", "price", "currency", "channel"]])
def test_a_row_without_a_payments_map_gets_one(table: Table, ledger: DynamoLedger, missing: list[str]) -> None:
    table.put(a_row(without=missing))

    logged = ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.event.payment("dave").amount == 125
    assert list(table.row()["payments"]) == ["dave"]
    table.calls.clear()
    ledger.log(a_draft("p2", "ana"), by=DANA, source=Source.SLACK, now=NOW)
    assert table.calls == {"UpdateItem": 1}


@pytest.mark.parametrize("missing", [["patrons"], ["patrons", "payments"], ["patrons", "payments", "price"]])
def test_a_walk_up_makes_the_roster_where_there_is_none(table: Table, ledger: DynamoLedger, missing: list[str]) -> None:
    table.put(a_row(without=missing))

    logged = ledger.log(
        a_draft(patron_id="zoe-1a2b3c", amount="50", walk_up="Zoë Rey"), by=DANA, source=Source.SLACK, now=NOW
    )

    due = Decimal(0) if "price" in missing else Decimal(125)
    assert table.row()["patrons"] == {"zoe-1a2b3c": {"name": "Zoë Rey", "party": 1, "due": due}}
    assert logged.event.balance("zoe-1a2b3c").owed == due - 50


def test_a_walk_up_joins_the_roster_and_owes_the_price(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(price=Decimal("99.5")))
    ledger.event(EID)
    table.calls.clear()

    ledger.log(a_draft(patron_id="zoe-1a2b3c", walk_up="Zoë Rey"), by=DANA, source=Source.SLACK, now=NOW)

    assert table.calls == {"UpdateItem": 1}
    assert sorted(table.row()["patrons"]) == ["ana", "dave", "zoe-1a2b3c"]
    assert table.row()["patrons"]["zoe-1a2b3c"]["due"] == Decimal("99.5")


@pytest.mark.parametrize("price", ["80.00", None, ""])
def test_a_walk_up_joins_also_where_another_writer_keeps_the_price_oddly(
    table: Table, ledger: DynamoLedger, price: object
) -> None:
    table.put(a_row(price=price))

    logged = ledger.log(a_draft(patron_id="zoe-1a2b3c", walk_up="Zoë Rey"), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.patron.due == (80 if price == "80.00" else 0)
    assert table.row()["price"] == price


def test_a_walk_up_owes_the_price_as_it_is_now_and_not_as_it_was_seen(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    ledger.event(EID)
    table.put(a_row(price=Decimal(150)))

    logged = ledger.log(a_draft(patron_id="zoe-1a2b3c", walk_up="Zoë Rey"), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.patron.due == 150


@pytest.mark.parametrize("without", [[], ["price"]])
def test_a_walk_up_cannot_take_the_place_of_somebody_on_the_roster(
    table: Table, ledger: DynamoLedger, without: list[str]
) -> None:
    table.put(a_row(without=without))
    before = table.wire()

    with pytest.raises(PatronExists, match="Dave K is already"):
        ledger.log(a_draft(walk_up="Dave K"), by=DANA, source=Source.SLACK, now=NOW)

    assert table.wire() == before


@pytest.mark.parametrize("amount", [Decimal("80.00"), "80.00"])
def test_a_record_older_than_the_ledger_counts_as_one_entry_and_stays_counted(
    table: Table, ledger: DynamoLedger, amount: object
) -> None:
    old = {"amount": amount, "timestamp": "2026-05-01T10:00:00Z", "method": "check", "logged_by": "office"}
    table.put(a_row(payments={"dave": old}))

    logged = ledger.log(a_draft(amount="45"), by=DANA, source=Source.SLACK, now=NOW)

    assert [entry.amount for entry in logged.event.payment("dave").entries] == [80, 45]
    record = table.row()["payments"]["dave"]
    assert (record["amount"], record["method"]) == (125, "cash")
    assert {key: line["amount"] for key, line in record["entries"].items()} == {"before-the-ledger": 80, "p1": 45}
    assert record["entries"]["before-the-ledger"]["logged_by"] == "office"


def test_a_record_that_says_nothing_counts_as_nothing(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(payments={"dave": {}}))

    logged = ledger.log(a_draft(amount="45"), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.event.payment("dave").amount == 45
    assert table.row()["payments"]["dave"]["amount"] == 45


def test_a_ledger_with_no_entry_yet_takes_one(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(payments={"dave": {"entries": {}}, "ana": {"entries": {}, "amount": Decimal(0)}}))

    for payment_id, patron_id in (("p1", "dave"), ("p2", "ana")):
        ledger.log(a_draft(payment_id, patron_id, "45"), by=DANA, source=Source.SLACK, now=NOW)

    assert {key: record["amount"] for key, record in table.row()["payments"].items()} == {"dave": 45, "ana": 45}


def test_whoever_paid_without_being_on_the_roster_can_pay_again(table: Table, ledger: DynamoLedger) -> None:
    old = {"amount": Decimal(10), "timestamp": "2026-05-01T10:00:00Z", "method": "cash", "logged_by": "office"}
    table.put(a_row(payments={"ghost": old}))

    logged = ledger.log(a_draft(patron_id="ghost", amount="5"), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.patron.name == "ghost"
    assert table.row()["payments"]["ghost"]["amount"] == 15
    assert "ghost" not in table.row()["patrons"]


def test_a_walk_up_gives_an_event_known_only_by_its_crew_its_own_row(table: Table, ledger: DynamoLedger) -> None:
    crew = [a_crew_row(), a_crew_row(crew_id="mate-2", role="mate")]
    table.put(*crew)
    before = [table.wire(crew_id=row["crew_id"]) for row in crew]

    logged = ledger.log(a_draft(patron_id="zoe-1a2b3c", walk_up="Zoë Rey"), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.event.title == "Captain Cory, afternoon"
    assert [table.wire(crew_id=row["crew_id"]) for row in crew] == before
    row = table.row()
    assert (row["month"], row["starts_at"], row["status"]) == (
        "2026-05",
        "2026-05-23",
        "scheduled",
    )  # no hour is known
    assert row["payments"]["zoe-1a2b3c"]["amount"] == 125
    (listing,) = ledger.listings([date(2026, 5, 1)])
    assert (listing.eid, listing.title, listing.status) == (EID, "Captain Cory, afternoon", Status.SCHEDULED)
    ledger.log(a_draft("p2", "zoe-1a2b3c", "5"), by=DANA, source=Source.SLACK, now=NOW)
    assert table.row()["payments"]["zoe-1a2b3c"]["amount"] == 130


def test_nobody_is_on_the_roster_of_an_event_known_only_by_its_crew(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row())

    with pytest.raises(PatronUnknown):
        ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)

    assert table.wire() == {}


@pytest.mark.parametrize("walk_up", [None, "Zoë Rey"])
def test_an_event_without_any_row_is_unknown_and_gets_none(
    table: Table, ledger: DynamoLedger, walk_up: str | None
) -> None:
    with pytest.raises(EventUnknown):
        ledger.log(a_draft(walk_up=walk_up), by=DANA, source=Source.SLACK, now=NOW)

    assert table.wire() == {}


def test_a_patron_on_no_roster_is_unknown_and_nothing_is_written(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    before = table.wire()

    with pytest.raises(PatronUnknown):
        ledger.log(a_draft(patron_id="nobody"), by=DANA, source=Source.SLACK, now=NOW)

    assert table.wire() == before


def test_an_id_that_no_event_can_have_is_refused_before_the_table_is_asked(table: Table, ledger: DynamoLedger) -> None:
    with pytest.raises(EventIdMalformed):
        ledger.log(a_draft(eid="2026-05-23/../x"), by=DANA, source=Source.SLACK, now=NOW)

    assert not table.calls


@pytest.mark.parametrize(
    "patron_id", ["size", "keys", "status", "entries", "a.b", "dave@example.com", "+1-555", "-", "#n0", "x" * 64]
)
def test_patron_ids_are_names_and_never_syntax(table: Table, ledger: DynamoLedger, patron_id: str) -> None:
    table.put(a_row(patrons={patron_id: {"name": "Kim", "party": Decimal(1), "due": Decimal(10)}}))

    for number, payment_id in enumerate(("size", "a.b:c", "entries"), start=1):
        ledger.log(a_draft(payment_id, patron_id, "3.50", confirmed=True), by=DANA, source=Source.SLACK, now=NOW)
        assert len(table.row()["payments"][patron_id]["entries"]) == number

    assert list(table.row()["payments"]) == [patron_id]
