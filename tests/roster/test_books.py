"""`verify` compares the books with the ledgers, and `rebuild` makes them anew."""

from __future__ import annotations

from decimal import Decimal
from functools import partialmethod
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import from_wire, to_wire
from adapters.books import DynamoBooks
from adapters.ledger import DynamoLedger
from charter import folding
from charter.payments import Source
from roster import bookkeeping
from tests.builders import DANA, EID, NOW, ZONE, a_draft, a_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

SUNSET = "2026-06-24-cory-sunset"


@pytest.fixture
def boat(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """A table with two events of which payments were logged, and no books yet."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    operator.put(a_row(), a_row(SUNSET, title="Sunset"))
    for number, (eid, amount) in enumerate([(EID, "125.00"), (SUNSET, "40.00"), (SUNSET, "60.00")]):
        pay(operator, f"p{number}", eid, amount)
    return operator


def pay(operator: Operator, payment_id: str, eid: str, amount: str) -> None:
    """Log a payment of cash, as Dana does."""
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    wanted = a_draft(payment_id, "dave", amount, eid=eid, confirmed=True)
    ledger.log(wanted, by=DANA, source=Source.SLACK, now=NOW)


def rows(operator: Operator) -> dict[str, dict[str, Any]]:
    """Return the rows of the books by name, without versions."""
    query: Any = {"TableName": operator.table, "KeyConditionExpression": "eid = :b", "ConsistentRead": True}
    found = operator.client.query(**query, ExpressionAttributeValues={":b": {"S": "#books"}})["Items"]
    ours = {"eid", "crew_id", "version"}
    return {row["crew_id"]: {name: row[name] for name in row.keys() - ours} for row in map(from_wire, found)}


def test_books_that_nobody_keeps_yet_are_no_fault_and_rebuild_makes_them(boat: Operator) -> None:
    assert "The books were not checked" in boat.done("verify").output
    assert "2 events entered anew, 0 totals corrected" in boat.done("rebuild").output
    assert rows(boat)[f"hand:{DANA}"]["taken"]["USD"]["cash"] == {EID: 125, SUNSET: 100}
    assert "0 broken" in boat.done("verify").output
    again = boat.done("rebuild").output
    assert "0 events entered anew, 0 totals corrected" in again


def test_an_event_that_the_books_lack_is_found_and_entered(boat: Operator) -> None:
    boat.done("rebuild")
    pay(boat, "p9", EID, "5.00")  # the stream did not deliver it
    result = boat.run("verify")
    assert result.exit_code == 1
    assert f"{EID}" in result.output
    assert "counted otherwise than its ledgers say" in " ".join(result.output.split())
    assert "1 event entered anew" in boat.done("rebuild").output
    assert boat.done("verify")


def test_a_total_that_does_not_add_up_is_found_and_corrected(boat: Operator) -> None:
    boat.done("rebuild")
    before = rows(boat)
    wrong: tuple[dict[str, Any], ...] = (
        {"owed": {"USD": {EID: Decimal(9)}}},
        {"by_event": {"USD": {"x": {"payment": Decimal(1)}}}},
    )
    for name, change in zip(("open", "2026-07"), wrong, strict=True):
        item = {"eid": "#books", "crew_id": name, **change}
        boat.client.put_item(TableName=boat.table, Item={key: to_wire(value) for key, value in item.items()})
    result = boat.run("verify").output
    assert result.count("is not the sum") == 2
    assert "2 totals corrected" in boat.done("rebuild").output
    assert {name: row for name, row in rows(boat).items() if row} == before


def test_an_event_that_is_gone_leaves_the_books(boat: Operator) -> None:
    boat.done("rebuild")
    boat.client.delete_item(TableName=boat.table, Key={"eid": {"S": SUNSET}, "crew_id": {"S": "#event"}})
    assert boat.run("verify").exit_code == 1
    boat.done("rebuild")
    assert rows(boat)["open"] == {"owed": {"USD": {EID: 250}}}
    assert f"event:{SUNSET}" not in rows(boat)


def test_an_interrupted_rebuild_goes_on_where_it_stopped(boat: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = DynamoBooks.refresh, list[str]()

    def once(books: DynamoBooks, eid: str) -> bool:
        calls.append(eid)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(books, eid)

    monkeypatch.setattr(DynamoBooks, "refresh", once)
    assert boat.run("rebuild").exit_code != 0
    monkeypatch.setattr(DynamoBooks, "refresh", real)
    assert "1 event entered anew" in boat.done("rebuild").output
    assert "0 broken" in boat.done("verify").output


def test_the_books_are_no_event(boat: Operator) -> None:
    before = [boat.done(*command).stdout for command in (("events", "lint"), ("export", "payments"))]
    boat.done("rebuild")
    assert [boat.done(*command).stdout for command in (("events", "lint"), ("export", "payments"))] == before


def test_the_old_months_of_a_hand_become_one_number_each_and_stay_right(
    boat: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who takes cash for years would fill the row of their hand."""
    monkeypatch.setattr(folding, "MOST", 3)
    monkeypatch.setattr(DynamoBooks, "__init__", partialmethod(DynamoBooks.__init__, now=lambda: NOW))
    old = [f"{year}-0{month}-01-cory" for year in (2021, 2022) for month in (5, 6)]
    boat.put(*(a_row(eid) for eid in old))
    for number, eid in enumerate(old):
        pay(boat, f"old{number}", eid, "10.00")
    boat.done("rebuild")

    def cash() -> dict[str, int]:
        return {name: int(each) for name, each in rows(boat)[f"hand:{DANA}"]["taken"]["USD"]["cash"].items()}

    assert cash() == {"2021": 20, "2022": 20, EID: 125, SUNSET: 100}
    assert "0 broken" in boat.done("verify").output
    pay(boat, "late", old[0], "5.00")
    assert boat.run("verify").exit_code == 1
    assert "1 event entered anew, 0 totals corrected" in boat.done("rebuild").output
    assert cash() == {"2021": 25, "2022": 20, EID: 125, SUNSET: 100}
    assert "0 broken" in boat.done("verify").output
    boat.client.delete_item(TableName=boat.table, Key={"eid": {"S": "#books"}, "crew_id": {"S": f"hand:{DANA}"}})
    assert "1 total corrected" in boat.done("rebuild").output
    assert cash() == {"2021": 25, "2022": 20, EID: 125, SUNSET: 100}
