"""Moves between two events on a real table with faults: all of a move is written once, or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.transfers import DynamoTransfers
from charter.moves import Moved, PatronMove
from charter.payments import Source
from charter.refusals import NoRoomToMove, Refusal, TableUnavailable
from tests.builders import DANA, EID, NOW, ZONE, a_crew_row, a_draft, a_refund, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.adapters.conftest import Table

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]

LATER = "2026-05-30-captain-cory-sunset"
TODAYS = "2026-11-23-1a2b3c4d"
NUMBERS = count()


def transfers(table: Table, *, patient: bool = True) -> DynamoTransfers:
    """The moves, as in a Lambda that just started; with a time budget that never ends."""
    clock: Any = {"clock": lambda: 0.0} if patient else {}
    return DynamoTransfers(
        table.through_proxy,
        table.name,
        ledger=table.ledger(),
        versions=lambda: {TODAYS},
        zone=ZONE,
        currency="USD",
        **clock,
    )


def move(table: Table, form: str, source: str = EID, target: str = LATER) -> Moved:
    """Move Dave, by the office."""
    asked = PatronMove(form=form, eid=source, patron_id="dave", target=target, reason="wind")
    moved = transfers(table).move(asked, by="slack:U0OLIVIA", now=NOW)
    assert isinstance(moved, Moved)
    return moved


def paid(table: Table, eid: str) -> Decimal:
    """Dave's net paid on an event, which is the sum of the entries."""
    record = table.row(eid).get("payments", {}).get("dave", {"amount": Decimal(0), "entries": {}})
    assert record["amount"] == sum(entry["amount"] for entry in record["entries"].values())
    return Decimal(record["amount"])


def test_a_lost_answer_and_four_presses_at_once_move_once(table: Table) -> None:
    table.put(a_row(), a_row(LATER, patrons={}), a_signature_row())
    table.ledger().log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)
    table.proxy.fail_next("TransactWriteItems", drop_answer=True, times=2)
    with suppress(TableUnavailable):
        move(table, "f1")
    assert move(table, "f1").replayed
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: move(table, "f2", LATER, EID), range(4)))
    assert sorted(each.replayed for each in found) == [False, True, True, True]
    assert [paid(table, eid) for eid in (EID, LATER)] == [125, 0]
    assert len(table.row(LATER)["payments"]["dave"]["entries"]) == 2
    assert [row["signed_for"] for row in table.signed(LATER)] == [[EID]]
    assert "signed_for" not in table.signed(EID)[0], "it came home to its own row, which stayed"


def test_an_event_with_crew_rows_alone_gets_a_row_and_a_full_one_refuses(table: Table) -> None:
    table.put(a_row(), a_crew_row(LATER))
    table.ledger().log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)
    assert move(table, "f1").amount == 125
    assert table.row(LATER)["patrons"]["dave"] == {"name": "Dave Kowalski", "party": 1, "due": 125}
    assert paid(table, LATER) == 125

    table.put(a_row(padding="x" * 390_000))
    with pytest.raises(NoRoomToMove, match="Captain Cory, afternoon is full"):
        move(table, "f2", LATER, EID)
    assert paid(table, LATER) == 125


STEPS = st.lists(
    st.tuples(st.sampled_from(["pay", "refund", "move", "lost move", "again"]), st.booleans(), st.integers(1, 9000)),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_history_of_payments_and_moves_makes_or_loses_money(
    table: Table, steps: list[tuple[str, bool, int]]
) -> None:
    number = next(NUMBERS)
    eids = [f"{eid}-{number}" for eid in (EID, LATER)]
    table.put(a_row(eids[0]), a_row(eids[1]))
    handed = Decimal(0)
    forms: list[tuple[str, str, str]] = []
    for place, (what, is_second, cents) in enumerate(steps):
        here, there = eids[is_second], eids[not is_second]
        amount = Decimal(cents).scaleb(-2)
        with suppress(Refusal):
            if what == "pay":
                draft = a_draft(f"p{place}", amount=str(amount), eid=here, confirmed=True)
                table.ledger().log(draft, by=DANA, source=Source.SLACK, now=NOW)
                handed += amount
            elif what == "refund":
                asked = a_refund(f"r{place}", str(amount), eid=here)
                table.ledger().reverse(asked, by=DANA, source=Source.SLACK, now=NOW)
                handed -= amount
            else:
                if what == "again" and forms:
                    form = forms[cents % len(forms)]
                else:
                    forms.append(form := (f"f{place}", here, there))
                if what == "lost move" and table.row(form[1])["patrons"]["dave"].get("state") is None:
                    table.proxy.fail_next("TransactWriteItems", drop_answer=True)
                move(table, *form)
        assert paid(table, eids[0]) + paid(table, eids[1]) == handed
        assert min(paid(table, eid) for eid in eids) >= 0
    table.proxy.forget_faults()
