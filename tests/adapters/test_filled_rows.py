"""A row filled with payments by the ledger alone: the next one is refused, and each of them can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.sizes import LARGEST_ITEM, item_size
from charter.patrons import LONGEST_NAME
from charter.payments import LONGEST_NOTES, LONGEST_REASON, Source
from charter.refusals import RowFull
from tests.builders import EID, NOW, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

WIDE = "🚤"  # four bytes, as wide as letters get
BY = f"slack:{'U' * 20}"
METHOD = "m" * 75
LONG_ID = 64


def _filled(ledger: DynamoLedger) -> list[tuple[str, str]]:
    """Log payments of walk-ups until the row takes no more; return each patron and payment."""
    logged: list[tuple[str, str]] = []
    while True:
        number = len(logged)
        draft = a_draft(
            f"p{number}".rjust(LONG_ID, "x"),
            f"w{number}",
            "100000.00",
            method=METHOD,
            notes=WIDE * LONGEST_NOTES,
            walk_up=WIDE * (LONGEST_NAME - 4) + f"{number:04}",
        )
        try:
            ledger.log(draft, by=BY, source=Source.SLACK, now=NOW)
        except RowFull:
            return logged
        logged.append((draft.patron_id, draft.payment_id))


@pytest.mark.parametrize("back", ["void", "refund"])
def test_a_row_filled_to_the_refusal_takes_back_every_payment_for_the_longest_reason(
    table: Table, ledger: DynamoLedger, back: str
) -> None:
    table.put(a_row(patrons={}))
    logged = _filled(ledger)
    assert len(logged) > 60
    assert ledger.event(EID).full

    for number, (patron_id, payment_id) in enumerate(logged):
        reason = WIDE * LONGEST_REASON
        refund = replace(a_refund(f"r{number}".rjust(LONG_ID, "y"), "100000.00", patron_id), method=METHOD)
        undo = a_void(payment_id, patron_id, reason=reason) if back == "void" else replace(refund, reason=reason)
        ledger.reverse(undo, by=BY, source=Source.SLACK, now=NOW)

    assert {record["amount"] for record in table.row()["payments"].values()} == {0}
    assert item_size(table.wire()) <= LARGEST_ITEM
