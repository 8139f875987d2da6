"""A row near 400 KB refuses new payments in words; what is there stays readable, replayable and reversible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.shapes import LARGEST_ENTRY
from adapters.sizes import LARGEST_ITEM, RESERVE, item_size
from adapters.wire import to_wire
from charter.money import LARGEST
from charter.patrons import LONGEST_NAME
from charter.payments import LONGEST_NOTES, Source
from charter.refusals import RowFull
from tests.builders import DANA, EID, NOW, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

WIDE = "⚓🚤"  # four bytes for the second: as wide as letters get


def _fill(table: Table, *, leaving: int) -> None:
    """Lets another writer's attribute grow until the row has `leaving` bytes left below 400 KB."""
    row = table.row()
    row.pop("filler", None)
    used = item_size({name: to_wire(value) for name, value in row.items()})
    table.put(row | {"filler": "x" * (LARGEST_ITEM - used - len("filler") - leaving)})


@pytest.fixture
def paid(table: Table) -> Table:
    """A table where Dave has paid 125.00 as p1."""
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

    assert ledger.log(a_draft("p2"), by=DANA, source=Source.SLACK, now=NOW).event.full


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

    table.ledger().log(largest, by="slack:" + "U" * 20, source=Source.SLACK, now=NOW)

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
