"""The same payment twice, over a real table: the second one needs a confirmation, from any Lambda, form or person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from charter.payments import Source
from charter.refusals import PossibleDuplicate
from tests.builders import DANA, EID, MARCO, NOW, a_crew_row, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from charter.payments import Draft
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb


def log(ledger: DynamoLedger, draft: Draft, *, minutes: float = 0, by: str = DANA) -> Logged:
    return ledger.log(draft, by=by, source=Source.SLACK, now=NOW + timedelta(minutes=minutes))


def test_it_is_a_question_in_every_lambda_and_nothing_is_written(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    elsewhere, never_looked = table.ledger(), table.ledger()
    elsewhere.event(EID)  # as its form read it, before the payment
    log(ledger, a_draft("p1"))
    before = table.wire()

    for other in (ledger, elsewhere, never_looked):
        for minutes in (2, -2):  # the clock of another Lambda may be behind
            with pytest.raises(PossibleDuplicate) as refused:
                log(other, a_draft("p2"), minutes=minutes, by=MARCO)
            assert (refused.value.by, refused.value.field) == (DANA, "amount")
    assert table.wire() == before

    with pytest.raises(PossibleDuplicate, match=r"\$125.00 by cash for Dave Kowalski was logged 2 minutes ago"):
        log(ledger, a_draft("p2"), minutes=2.5)
    for number, other in enumerate((ledger, elsewhere, never_looked)):
        assert not log(other, a_draft(f"c{number}", confirmed=True), minutes=2).replayed
    assert log(ledger, a_draft("p1"), minutes=3).replayed, "the same form again is no other payment"
    assert log(ledger, a_draft("c1", confirmed=True), minutes=3).replayed
    assert table.row()["payments"]["dave"]["amount"] == 500


def test_another_amount_method_patron_or_time_is_another_payment(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    log(ledger, a_draft("p1"))

    for number, draft in enumerate((a_draft(amount="125.01"), a_draft(method="venmo"), a_draft(patron_id="ana"))):
        log(ledger, replace(draft, payment_id=f"other{number}"), minutes=1)
    log(table.ledger(), a_draft("p2"), minutes=10)

    assert len(table.row()["payments"]["dave"]["entries"]) == 4


def test_what_was_voided_or_refunded_is_paid_again_without_a_question(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    elsewhere = table.ledger()
    log(ledger, a_draft("p1"))
    elsewhere.event(EID)  # this one remembers the payment and not its void
    ledger.reverse(a_void("p1"), by=DANA, source=Source.SLACK, now=NOW)

    log(elsewhere, a_draft("p2"), minutes=1)
    for number in (1, 2):
        ledger.reverse(a_refund(f"r{number}"), by=DANA, source=Source.SLACK, now=NOW + timedelta(minutes=2))

    assert table.row()["payments"]["dave"]["amount"] == 75


def test_a_record_of_another_writer_counts_too(table: Table) -> None:
    old = {"amount": Decimal(125), "method": "cash", "timestamp": "2026-05-23T20:29:00Z", "logged_by": "office"}
    table.put(a_row(payments={"dave": old}))
    looked = table.ledger()
    looked.event(EID)

    for ledger in (looked, table.ledger()):
        with pytest.raises(PossibleDuplicate):
            log(ledger, a_draft())
    assert not log(table.ledger(), a_draft(confirmed=True)).replayed


def test_two_crew_who_add_one_walk_up_are_asked_and_namesakes_may_be_confirmed(
    table: Table, ledger: DynamoLedger
) -> None:
    table.put(a_row())
    elsewhere, never_looked = table.ledger(), table.ledger()
    elsewhere.event(EID)
    log(ledger, a_draft("p1", "zoe-111111", walk_up="Zoë Rey"))
    again = a_draft("p2", "zoe-222222", walk_up="REY, Zoe")

    for other in (ledger, elsewhere, never_looked):
        with pytest.raises(PossibleDuplicate, match="for Zoë Rey"):
            log(other, again, minutes=1)
    assert table.row()["patrons"].keys() == {"dave", "ana", "zoe-111111"}

    log(elsewhere, replace(again, payment_id="p3", patron_id="zoe-333333", walk_up="Zoe Reyes"), minutes=1)
    log(elsewhere, replace(again, confirmed=True), minutes=1)
    assert len(table.row()["patrons"]) == 5


@pytest.mark.parametrize("walks_up", [False, True])
@pytest.mark.parametrize("start", ["a row", "a paid row", "its crew only"])
def test_of_two_phones_at_the_same_moment_one_writes_and_the_other_is_asked(
    table: Table, start: str, *, walks_up: bool
) -> None:
    table.put(a_crew_row() if start == "its crew only" and walks_up else a_row())
    if start == "a paid row":
        log(table.ledger(), a_draft("p0", amount="1"))
    ledgers, gate = (table.ledger(client=table.client), table.ledger(client=table.client)), Barrier(2)

    def press(number: int) -> bool:
        ledgers[number].event(EID)
        draft = a_draft(f"p{number}", f"zed-{number}", walk_up="Zed") if walks_up else a_draft(f"p{number}")
        gate.wait(10)
        try:
            log(ledgers[number], replace(draft, payment_id=f"n{number}"))
        except PossibleDuplicate:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [False, True]
    assert sum(record["amount"] for record in table.row()["payments"].values()) in {125, 126}
