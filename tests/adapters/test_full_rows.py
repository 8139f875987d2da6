"""A row near 400 KB refuses new payments with a message; its entries stay readable, replayable and reversible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import to_wire
from adapters.rows import entry_line
from adapters.shapes import LARGEST_ENTRY, Shape
from adapters.sizes import LARGEST_ITEM, RESERVE, item_size
from charter.money import LARGEST
from charter.patrons import LONGEST_NAME
from charter.payments import (
    BEFORE_THE_LEDGER,
    LONGEST_GROUP,
    LONGEST_NOTES,
    LONGEST_PERMALINK,
    LONGEST_REASON,
    Payment,
    Source,
)
from charter.refusals import NoRoomToReverse, RowFull
from tests.builders import DANA, EID, NOW, a_draft, a_refund, a_row, a_void, an_entry

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from charter.payments import Entry, Refund, Void
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

WIDE = "⚓🚤"  # four bytes for the second: as wide as letters get


def _fill(table: Table, *, leaving: int) -> None:
    """Let another writer's attribute grow until the row has `leaving` bytes left below 400 KB."""
    row = table.row()
    row.pop("filler", None)
    used = item_size({name: to_wire(value) for name, value in row.items()})
    table.put(row | {"filler": "x" * (LARGEST_ITEM - used - len("filler") - leaving)})


@pytest.fixture
def paid(table: Table) -> Table:
    """Return a table where Dave has paid 125.00 as p1."""
    table.put(a_row())
    table.ledger().log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)
    return table


def test_a_nearly_full_row_takes_no_new_payment_and_is_not_even_written_to(paid: Table, ledger: DynamoLedger) -> None:
    _fill(paid, leaving=RESERVE + LARGEST_ENTRY - 1)
    before = paid.wire()
    assert ledger.event(EID).full
    paid.calls.clear()

    for draft in (a_draft("p2"), a_draft("p2", "ana"), a_draft("p2", "zoe-1a2b3c", walk_up="Zoë Rey")):
        with pytest.raises(RowFull, match="nothing was saved"):
            ledger.log(draft, by=DANA, source=Source.SLACK, now=NOW)

    assert "UpdateItem" not in paid.calls
    assert paid.wire() == before


def test_a_row_with_room_for_one_more_takes_one_more(paid: Table, ledger: DynamoLedger) -> None:
    _fill(paid, leaving=RESERVE + LARGEST_ENTRY)
    assert not ledger.event(EID).full

    assert ledger.log(a_draft("p2", amount="5"), by=DANA, source=Source.SLACK, now=NOW).event.full


@pytest.mark.parametrize("leaving", [RESERVE, 2000])
@pytest.mark.parametrize("seen", [True, False])
def test_a_full_row_is_read_replayed_voided_and_refunded(
    paid: Table, ledger: DynamoLedger, leaving: int, *, seen: bool
) -> None:
    _fill(paid, leaving=leaving)
    if seen:
        assert ledger.event(EID).payment("dave").amount == 125

    assert ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW).replayed
    ledger.reverse(a_refund(amount="20"), by=DANA, source=Source.SLACK, now=NOW)
    ledger.reverse(a_void("r1"), by=DANA, source=Source.SLACK, now=NOW)
    logged = ledger.reverse(a_void(), by=DANA, source=Source.SLACK, now=NOW)

    assert logged.event.payment("dave").amount == 0
    assert len(paid.row()["payments"]["dave"]["entries"]) == 4


AUTHOR = f"slack:{'U' * 20}"
REASON = WIDE[1] * LONGEST_REASON


def _wire(row: dict[str, Any]) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in row.items()}


def _record(*entries: Entry) -> dict[str, Any]:
    """Return a record of these entries as the ledger writes it."""
    last = entry_line(entries[-1])
    headline = {name: last[name] for name in ("method", "logged_by", "timestamp")}
    lines = {entry.payment_id: entry_line(entry) for entry in entries}
    return {"amount": sum(entry.amount for entry in entries), **headline, "entries": lines}


def _row_full_of_payments() -> dict[str, Any]:
    """Return a row filled with payments, each of another patron and under the longest id."""
    patrons: dict[str, Any] = {}
    payments: dict[str, Any] = {}
    while True:
        for number in range(len(patrons), len(patrons) + 10):
            patrons[f"p{number}"] = {"name": f"Patron {number}", "party": 1, "due": 125}
            payments[f"p{number}"] = _record(replace(an_entry(f"{number:064}", notes="on the dock"), tip=LARGEST))
        ids = {payment_id for record in payments.values() for payment_id in record["entries"]}
        row = a_row(patrons=patrons, payments=payments, payment_ids=ids)
        if Shape.of(_wire(row)).full:
            return row


def _back(kind: str, number: int) -> Void | Refund:
    if kind == "void":
        return a_void(f"{number:064}", f"p{number}", reason=REASON)
    return replace(a_refund(f"r{number:063}", "125.00", f"p{number}", reason=REASON), method="m" * 75)


@pytest.mark.parametrize("kind", ["void", "refund"])
def test_every_payment_of_a_row_that_payments_filled_is_taken_back_for_the_longest_reason(
    table: Table, ledger: DynamoLedger, kind: str
) -> None:
    """All but three were taken back before: the engine of the tests is slow with rows of this size."""
    row, back = _row_full_of_payments(), []
    for number in range(len(row["payments"])):
        payment = Payment((replace(an_entry(f"{number:064}", notes="on the dock"), tip=LARGEST),))
        back.append(_back(kind, number).entry(payment, by=AUTHOR, source=Source.SLACK, now=NOW))
        if number >= 3:
            row["payments"][f"p{number}"] = _record(*payment.entries, back[-1])
            row["payment_ids"].add(back[-1].payment_id)
    table.put(row)

    for number in range(3):
        ledger.reverse(_back(kind, number), by=AUTHOR, source=Source.SLACK, now=NOW)

    assert {record["amount"] for record in table.row()["payments"].values()} == {0}


def test_a_row_takes_the_payments_of_a_large_boat_before_it_is_full() -> None:
    assert len(_row_full_of_payments()["payments"]) > 200


def test_the_reserve_of_a_payment_ends_when_it_is_voided() -> None:
    row = _row_full_of_payments()
    full = Shape.of(_wire(row))
    entry = an_entry(f"{0:064}")
    void = a_void(entry.payment_id, "p0", reason="twice").entry(
        Payment((entry,)), by=DANA, source=Source.SLACK, now=NOW
    )
    row["payments"]["p0"] = _record(entry, void)

    assert Shape.of(_wire(row)).room > full.room


@pytest.mark.parametrize("notes", ["", WIDE[1] * LONGEST_NOTES], ids=["bare", "with notes"])
def test_what_was_paid_before_the_ledger_has_its_reserve_too(table: Table, ledger: DynamoLedger, notes: str) -> None:
    entry = replace(an_entry(BEFORE_THE_LEDGER), notes=notes)
    old = {name: value for name, value in entry_line(entry).items() if name not in {"kind", "source"}}
    payments = {f"p{number}": old for number in range(8)}
    while not Shape.of(_wire(row := a_row(payments=payments))).full:
        payments |= {f"p{len(payments) + number}": old for number in range(8)}
    for patron_id in list(payments)[3:]:
        void = a_void(BEFORE_THE_LEDGER, patron_id, reason=REASON)
        undone = void.entry(Payment((entry,)), by=AUTHOR, source=Source.SLACK, now=NOW)
        row["payments"][patron_id] = _record(entry, undone)
        row.setdefault("payment_ids", set()).update({BEFORE_THE_LEDGER, undone.payment_id})
    table.put(row)

    for patron_id in list(payments)[:3]:
        ledger.reverse(a_void(BEFORE_THE_LEDGER, patron_id, reason=REASON), by=AUTHOR, source=Source.SLACK, now=NOW)

    assert {line["amount"] for line in table.row()["payments"].values()} == {0}


def test_a_reversal_that_does_not_fit_any_more_sends_nobody_to_a_second_event(
    paid: Table, ledger: DynamoLedger
) -> None:
    _fill(paid, leaving=300)
    before = paid.wire()

    for back in (a_void(reason=WIDE[1] * LONGEST_REASON), replace(a_refund(), reason=WIDE[1] * LONGEST_REASON)):
        with pytest.raises(NoRoomToReverse, match="shorter reason") as refused:
            ledger.reverse(back, by=DANA, source=Source.SLACK, now=NOW)
        assert refused.value.field == "reason"
        assert "second event" not in str(refused.value)

    assert paid.wire() == before


def test_dynamodbs_own_refusal_is_the_same_sentence(paid: Table, ledger: DynamoLedger) -> None:
    _fill(paid, leaving=100)
    before = paid.wire()

    with pytest.raises(RowFull, match="nothing was saved"):
        ledger.log(a_draft("p2", notes="x" * LONGEST_NOTES), by=DANA, source=Source.SLACK, now=NOW)

    assert paid.wire() == before
    assert ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW).replayed


def test_a_row_is_called_full_before_the_largest_possible_entry_is_too_large_for_it(table: Table) -> None:
    table.put(a_row())
    before = item_size(table.wire())
    largest = a_draft(
        payment_id="p" * 64,
        patron_id="d" * 64,
        amount=str(LARGEST),
        method="m" * 40,
        notes=WIDE[1] * LONGEST_NOTES,
        walk_up=WIDE[1] * LONGEST_NAME,
    )
    largest = replace(
        largest,
        reason=WIDE[1] * LONGEST_REASON,
        tip=LARGEST,
        group=WIDE[1] * LONGEST_GROUP,
        permalink=WIDE[1] * LONGEST_PERMALINK,
    )

    table.ledger().log(largest, by="slack:" + "U" * 20, source=Source.SLACK, now=NOW, admin=True)

    assert 0.9 * LARGEST_ENTRY < item_size(table.wire()) - before <= LARGEST_ENTRY


@pytest.mark.parametrize(
    "content",
    [
        "x" * 1000,
        WIDE * 100,
        {WIDE: WIDE * 50},
        {f"p{number}": {"amount": number} for number in range(200)},
        [{"a": [1, 2, 3]}, None, True, b"\x00" * 99, -12, 100000] * 20,
        {"a", "bb", WIDE},
        {1, 22, -333, 10**37},
        {key: {} for key in "abc"},
    ],
    ids=lambda content: f"{type(content).__name__}",
)
def test_our_count_of_bytes_is_never_below_the_engines(table: Table, content: Any) -> None:
    """The largest filler that the engine still takes beside `content` leaves, by our count, no room."""
    row = {name: to_wire(value) for name, value in {"eid": EID, "crew_id": "#event", "content": content}.items()}

    def fits(filler: int) -> bool:
        try:
            table.client.put_item(TableName=table.name, Item=row | {"filler": {"S": "x" * filler}})
        except table.client.exceptions.ClientError:
            return False
        return True

    least, most = LARGEST_ITEM - item_size(row) - 3000, LARGEST_ITEM
    assert fits(least)
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if fits(middle) else (least, middle)
    assert item_size(row | {"filler": {"S": "x" * least}}) >= LARGEST_ITEM
