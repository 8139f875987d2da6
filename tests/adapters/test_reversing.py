"""A mistake is undone by an entry that reverses it; nothing is removed, and nobody gets back more than was paid."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from charter.payments import BEFORE_THE_LEDGER, Kind, Source
from charter.refusals import (
    AmountOutOfRange,
    EntryReversed,
    EntryUnknown,
    EventUnknown,
    NothingToReverse,
    PaidTooLittle,
    PatronUnknown,
    PaymentIdReused,
    Refusal,
)
from tests.builders import DANA, EID, MARCO, NOW, a_crew_row, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from charter.payments import Refund, Void
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb


@pytest.fixture
def paid(table: Table, ledger: DynamoLedger) -> Table:
    """Return a table where Dave has paid 100.00 as p1."""
    table.put(a_row())
    ledger.log(a_draft(amount="100"), by=DANA, source=Source.SLACK, now=NOW)
    return table


def _reverse(ledger: DynamoLedger, reversal: Void | Refund, *, by: str = MARCO) -> Logged:
    return ledger.reverse(reversal, by=by, source=Source.SLACK, now=NOW)


def test_a_void_takes_back_the_whole_entry_and_leaves_it_readable(paid: Table, ledger: DynamoLedger) -> None:
    written = paid.row()["payments"]["dave"]["entries"]["p1"]

    logged = _reverse(ledger, a_void())

    assert (logged.entry.kind, logged.entry.amount, logged.entry.reverses) == (Kind.VOID, Decimal(-100), "p1")
    record = paid.row()["payments"]["dave"]
    assert record["amount"] == 0
    assert record["entries"]["p1"] == written
    assert record["entries"]["void:p1"]["reason"] == "wrong patron"
    assert record["logged_by"] == MARCO


def test_a_void_costs_one_read_and_one_write(paid: Table, ledger: DynamoLedger) -> None:
    paid.calls.clear()
    _reverse(ledger, a_void())
    assert paid.calls == {"Query": 1, "UpdateItem": 1}


def test_the_same_void_again_is_the_success_it_was(paid: Table, ledger: DynamoLedger) -> None:
    assert not _reverse(ledger, a_void()).replayed
    before = paid.wire()

    assert _reverse(paid.ledger(), a_void()).replayed

    assert paid.wire() == before


@pytest.mark.parametrize(
    ("reversal", "refusal"),
    [
        (a_void(reason="another reason"), EntryReversed),
        (a_void("void:p1"), NothingToReverse),
        (a_void("p9"), EntryUnknown),
        (a_void("p1", "ana"), EntryUnknown),
        (a_void("p1", "nobody"), PatronUnknown),
        (a_void(eid="2026-05-24-nothing-here"), EventUnknown),
        (a_refund("p1", "1"), PaymentIdReused),
    ],
    ids=str,
)
def test_what_cannot_be_reversed_after_a_void_is_refused_and_nothing_is_written(
    paid: Table, ledger: DynamoLedger, reversal: Void | Refund, refusal: type[Refusal]
) -> None:
    _reverse(ledger, a_void())
    before = paid.wire()

    with pytest.raises(refusal):
        _reverse(ledger, reversal)

    assert paid.wire() == before


@pytest.mark.usefixtures("paid")
def test_two_people_who_void_one_entry_void_it_once(ledger: DynamoLedger) -> None:
    _reverse(ledger, a_void(), by=DANA)
    with pytest.raises(EntryReversed):
        _reverse(ledger, a_void(), by=MARCO)


@pytest.mark.parametrize(
    ("reversal", "refusal"),
    [
        (a_refund(amount="100.01"), PaidTooLittle),
        (a_refund(amount="0"), AmountOutOfRange),
        (a_refund(amount="-5"), AmountOutOfRange),
        (a_refund(patron_id="ana", amount="1"), PaidTooLittle),
        (a_refund(patron_id="nobody"), PatronUnknown),
        (a_refund(eid="2026-05-24-nothing-here"), EventUnknown),
    ],
    ids=str,
)
def test_a_refund_that_cannot_be_is_refused_and_nothing_is_written(
    paid: Table, ledger: DynamoLedger, reversal: Refund, refusal: type[Refusal]
) -> None:
    before = paid.wire()

    with pytest.raises(refusal):
        _reverse(ledger, reversal)

    assert paid.wire() == before


def test_all_that_was_paid_can_go_back_in_parts(paid: Table, ledger: DynamoLedger) -> None:
    for payment_id, amount in (("r1", "99.99"), ("r2", "0.01")):
        _reverse(ledger, a_refund(payment_id, amount))
    assert paid.row()["payments"]["dave"]["amount"] == 0


def test_a_payment_partly_refunded_cannot_be_voided_until_the_refund_is(paid: Table, ledger: DynamoLedger) -> None:
    _reverse(ledger, a_refund(amount="30"))

    with pytest.raises(PaidTooLittle, match=r"Only 70\.00 is paid"):
        _reverse(ledger, a_void())
    assert paid.row()["payments"]["dave"]["amount"] == 70

    _reverse(ledger, a_void("r1"))
    assert _reverse(ledger, a_void()).event.payment("dave").amount == 0


def test_a_refund_sent_again_is_a_success_also_when_nothing_is_left(paid: Table, ledger: DynamoLedger) -> None:
    _reverse(ledger, a_refund(amount="100"))
    assert _reverse(paid.ledger(), a_refund(amount="100")).replayed
    assert paid.row()["payments"]["dave"]["amount"] == 0


def test_a_refund_that_lost_a_race_for_the_money_is_refused(paid: Table, ledger: DynamoLedger) -> None:
    """Another Lambda gives the money back between this one's read and its write."""
    read, other = ledger._own.rows, paid.ledger()

    def read_then_lose(*arguments: object) -> object:
        seen = read(*arguments)  # type: ignore[arg-type]
        ledger._own.rows = read  # type: ignore[method-assign]
        _reverse(other, a_refund("r1", "90"))
        return seen

    ledger._own.rows = read_then_lose  # type: ignore[method-assign, assignment]
    with pytest.raises(PaidTooLittle, match=r"Only 10\.00"):
        _reverse(ledger, a_refund("r2", "20"))
    assert paid.row()["payments"]["dave"]["amount"] == 10


def test_a_refund_reaches_the_event_that_was_renamed_after_it_was_read(paid: Table, ledger: DynamoLedger) -> None:
    read, new = ledger._own.rows, "2026-05-23-captain-cory-evening"

    def read_before_the_rename(*arguments: object) -> object:
        seen = read(*arguments)  # type: ignore[arg-type]
        ledger._own.rows = read  # type: ignore[method-assign]
        paid.put({**paid.row(), "eid": new, "renamed_from": [EID]}, {"eid": EID, "crew_id": "#event", "moved_to": new})
        return seen

    ledger._own.rows = read_before_the_rename  # type: ignore[method-assign, assignment]
    assert _reverse(ledger, a_refund("r1", "90")).event.eid == new
    assert paid.row(new)["payments"]["dave"]["amount"] == 10


def test_each_patrons_record_from_before_the_ledger_can_be_voided(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(payments={"dave": {"amount": Decimal(80)}, "ana": {"amount": Decimal(20)}}))

    for patron_id in ("dave", "ana"):
        logged = _reverse(ledger, a_void(BEFORE_THE_LEDGER, patron_id))
        assert logged.event.payment(patron_id).amount == 0
        assert _reverse(ledger, a_void(BEFORE_THE_LEDGER, patron_id)).replayed

    for record in table.row()["payments"].values():
        assert (len(record["entries"]), record["amount"]) == (2, Decimal(0))


def test_a_void_that_somebody_wrote_under_another_id_counts(table: Table, ledger: DynamoLedger) -> None:
    line = {"method": "cash", "logged_by": DANA, "timestamp": "2026-05-23T10:00:00Z", "source": "slack"}
    entries = {
        "p1": {**line, "kind": "payment", "amount": Decimal(80)},
        "p2": {**line, "kind": "payment", "amount": Decimal(80)},
        "hand-made": {**line, "kind": "void", "amount": Decimal(-80), "reverses": "p1"},
    }
    table.put(a_row(payments={"dave": {**line, "amount": Decimal(80), "entries": entries}}))

    with pytest.raises(EntryReversed):
        _reverse(ledger, a_void("p1"))


def test_nothing_can_be_reversed_on_an_event_known_only_by_its_crew(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row())
    with pytest.raises(PatronUnknown):
        _reverse(ledger, a_refund())
    assert table.wire() == {}


def test_after_a_reversal_the_next_payment_is_one_write(paid: Table, ledger: DynamoLedger) -> None:
    _reverse(ledger, a_void())
    paid.calls.clear()
    ledger.log(a_draft("p2", amount="55"), by=DANA, source=Source.SLACK, now=NOW)
    assert paid.calls == {"UpdateItem": 1}
    assert ledger.event(EID).payment("dave").amount == 55
