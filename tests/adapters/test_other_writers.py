"""The table is shared: attributes of other writers in our rows, and their own rows, are never changed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from tests.builders import DANA, NOW, a_crew_row, a_draft, a_row

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb


def test_what_other_writers_keep_stays_byte_for_byte(table: Table, ledger: DynamoLedger) -> None:
    ours = {"payments", "payment_ids"}
    theirs: dict[str, Any] = {
        "skipper_note": "⚓ bring <ice> & cups",
        "manifest": {"pets": [Decimal("2.50"), None, True], "raw": b"\x00\xff"},
        "tags": {"vip", "anniversary"},
        "legs": {Decimal(1), Decimal("2.5")},
        "waivers": {"s1": {"name": "Ana Lima", "their_own": Decimal(7)}},
    }
    table.put(a_row(**theirs, without=["payments"]), a_crew_row())
    before, crew = table.wire(), table.wire(crew_id="cory")

    ledger.log(a_draft("p1"), by=DANA, source=Source.SLACK, now=NOW)
    ledger.log(a_draft("p2", amount="5"), by=DANA, source=Source.SLACK, now=NOW)

    after = table.wire()
    assert {name: _in_order(value) for name, value in after.items() if name not in ours} == {
        name: _in_order(value) for name, value in before.items() if name not in ours
    }
    assert table.wire(crew_id="cory") == crew


def _in_order(value: dict[str, object]) -> dict[str, object]:
    """A set has no order, so engines may hand it back in any."""
    return {kind: sorted(held) if kind in {"SS", "NS"} else held for kind, held in value.items()}  # type: ignore[call-overload]


def test_fields_that_others_added_to_a_record_stay_there(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(payments={"dave": {"amount": Decimal(5), "receipt_no": "A-17", "method": "card"}}))

    ledger.log(a_draft("p1"), by=DANA, source=Source.SLACK, now=NOW)
    ledger.log(a_draft("p2", amount="5"), by=DANA, source=Source.SLACK, now=NOW)

    assert table.row()["payments"]["dave"]["receipt_no"] == "A-17"
