"""Reading a row again takes time in proportion to its changes, and most rows are not measured for their size."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import event_rows, rereading, shapes
from adapters.attribute_values import to_wire
from adapters.rows import read_payment, read_signature
from adapters.sizes import item_size, reserved, surely_within
from adapters.whole_answers import BYTES, attributes_in
from charter.payments import Source
from tests.builders import DANA, EID, NOW, a_draft, a_row, a_signature_row

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table


@pytest.mark.dynamodb
def test_a_row_is_read_anew_where_it_changed_and_nowhere_else(
    table: Table, ledger: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    monkeypatch.setattr(rereading, "read_payment", lambda *given: read.append(given) or read_payment(*given))  # type: ignore[func-returns-value]
    table.put(a_row())
    ledger.log(a_draft("p1", "dave", "100"), by=DANA, source=Source.SLACK, now=NOW)
    ledger.log(a_draft("p2", "ana", "50"), by=DANA, source=Source.SLACK, now=NOW)
    read.clear()
    before = ledger.event(EID)
    assert ledger.event(EID) == before == table.ledger().event(EID)
    assert len(read) == 2, "by the fresh ledger alone"

    row = table.row()  # another program corrects an entry, and nothing beside it
    row["payments"]["dave"]["entries"]["p1"]["notes"] = "by check"
    table.put(row)
    read.clear()
    after = ledger.event(EID)
    assert after.payments["dave"].entries[0].notes == "by check"
    assert after.payments["ana"] is before.payments["ana"]
    assert len(read) == 1
    assert after == table.ledger().event(EID)


@pytest.mark.dynamodb
def test_signatures_are_read_anew_where_one_changed_and_nowhere_else(
    table: Table, ledger: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    monkeypatch.setattr(event_rows, "read_signature", lambda row: read.append(row) or read_signature(row))  # type: ignore[func-returns-value]
    table.put(a_row(), a_signature_row("s1"), a_signature_row("s2"))
    before = ledger.event(EID)
    assert ledger.event(EID) is before
    assert len(read) == 2

    ledger.log(a_draft("p1", "dave", "100"), by=DANA, source=Source.SLACK, now=NOW)
    paid = ledger.event(EID)
    assert paid.payments.keys() == {"dave"}
    assert paid.signatures == before.signatures
    assert len(read) == 2, "a payment changes no signature"

    table.put(a_signature_row("s2", patron_id="ana"), a_signature_row("s3"))
    after = ledger.event(EID)
    assert {key: signature.patron_id for key, signature in (after.signatures or {}).items()} == {
        "s1": "dave",
        "s2": "ana",
        "s3": "dave",
    }
    assert after == table.ledger().event(EID)


@pytest.mark.dynamodb
def test_a_row_that_is_again_as_it_was_is_written_at_the_first_try(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    ledger.event(EID)
    ledger.log(a_draft("p1", "dave", "100"), by=DANA, source=Source.SLACK, now=NOW)
    table.put(a_row())  # the table was restored
    assert ledger.event(EID).payments == {}
    table.calls.clear()
    ledger.log(a_draft("p2", "dave", "90"), by=DANA, source=Source.SLACK, now=NOW)
    assert table.calls == {"UpdateItem": 1}


def test_a_row_of_usual_size_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(shapes, "item_size")
    entries = {f"p{number:031}": {"amount": 1, "method": "cash", "notes": "x" * 60} for number in range(60)}
    row = a_row(payments={"dave": {"amount": 60, "entries": entries}})
    assert not shapes.Shape.of({name: to_wire(value) for name, value in row.items()}).full


texts = st.text(st.characters(codec="utf-8"), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | texts
    | st.binary(max_size=4)
    | st.integers(-(10**9), 10**9)
    | st.sets(texts, min_size=1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
entries = st.dictionaries(texts, st.fixed_dictionaries({}, optional={"reverses": texts, "notes": texts}), max_size=4)
record = st.fixed_dictionaries({"amount": st.integers(0, 9)}, optional={"entries": entries, "other": values})


@given(item=st.dictionaries(texts, values, max_size=5), payments=st.dictionaries(texts, record, max_size=4))
def test_what_is_surely_within_a_limit_is_within_it(item: dict[str, Any], payments: dict[str, Any]) -> None:
    wire = {name: to_wire(value) for name, value in (item | {"payments": payments}).items()}
    records = [line["M"] for line in wire["payments"]["M"].values()]
    exactly = item_size(wire) + reserved(records)
    assert not surely_within(exactly - 1, wire, records)
    if "B" not in str(wire):  # nothing of ours is bytes, which the wire has as text
        answer = {"Attributes": wire, "ResponseMetadata": {BYTES: len(_on_the_wire({"Attributes": wire}))}}
        assert not surely_within(exactly - 1, attributes_in(answer), records)


def _on_the_wire(answer: dict[str, Any]) -> bytes:
    """Return an answer in as few bytes as possible."""
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.dynamodb
def test_an_entry_is_read_anew_where_it_changed_and_nowhere_else(
    table: Table, ledger: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[str]] = []
    monkeypatch.setattr(
        rereading,
        "read_payment",
        lambda record, *known: read.append([*record["entries"]]) or read_payment(record, *known),  # type: ignore[func-returns-value]
    )
    table.put(a_row())
    for number in range(3):
        ledger.log(a_draft(f"p{number}", "dave", f"{number + 1}"), by=DANA, source=Source.SLACK, now=NOW)
    assert read == [["p0"], ["p1"], ["p2"]]
    assert [entry.payment_id for entry in ledger.event(EID).payments["dave"].entries] == ["p0", "p1", "p2"]

    row = table.row()  # another program changes one entry, takes one out, and renames the trip
    row["payments"]["dave"]["entries"]["p1"]["amount"] = Decimal(7)
    del row["payments"]["dave"]["entries"]["p2"]
    table.put({**row, "title": "Sunset"})
    after = ledger.event(EID)
    assert read[3:] == [["p1"]]
    assert after.title == "Sunset"
    assert {entry.payment_id: int(entry.amount) for entry in after.payments["dave"].entries} == {"p0": 1, "p1": 7}
    assert after == table.ledger().event(EID)
