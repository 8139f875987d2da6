"""Payments: balances, and the entries made of drafts, voids and refunds."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.balances import Balance, BalanceState
from charter.frozen import dataclass
from charter.payments import (
    BEFORE_THE_LEDGER,
    LONGEST_GROUP,
    LONGEST_NOTES,
    LONGEST_REASON,
    Entry,
    Kind,
    Payment,
    Source,
    check_method,
    check_notes,
    check_payment_id,
    check_reason,
)
from charter.refusals import (
    AmountOutOfRange,
    AmountTooFine,
    EntryReversed,
    EntryUnknown,
    MethodUnknown,
    MoneyMoved,
    NotesTooLong,
    NothingToReverse,
    PaidTooLittle,
    PaymentIdMalformed,
    ReasonMissing,
    Refusal,
)
from tests.builders import DANA, MARCO, NOW, a_draft, a_payment, a_refund, a_void, an_entry

if TYPE_CHECKING:
    from charter.payments import Refund, Void

METHODS = ("cash", "venmo", "zelle")


@pytest.mark.parametrize(
    ("due", "paid", "state", "owed"),
    [
        ("125", "0", BalanceState.UNPAID, "125"),
        ("125", "0.01", BalanceState.PARTIAL, "124.99"),
        ("125", "124.99", BalanceState.PARTIAL, "0.01"),
        ("125", "125.00", BalanceState.PAID, "0"),
        ("125", "125.01", BalanceState.OVERPAID, "-0.01"),
        ("0", "0", BalanceState.PAID, "0"),
        ("0", "5", BalanceState.OVERPAID, "-5"),
        ("125", "-5", BalanceState.UNPAID, "130"),
    ],
)
def test_a_balance_is_due_minus_paid_and_has_a_name(due: str, paid: str, state: BalanceState, owed: str) -> None:
    balance = Balance(due=Decimal(due), paid=Decimal(paid))

    assert (balance.state, balance.owed) == (state, Decimal(owed))
    assert balance.cleared == (state in {BalanceState.PAID, BalanceState.OVERPAID})


def test_a_payment_is_the_sum_of_its_entries_and_speaks_by_the_latest() -> None:
    payment = a_payment("0.10", "0.20", "-0.05")

    assert payment.amount == Decimal("0.25")
    assert payment.latest == payment.entry("p3")
    assert (Payment().amount, type(Payment().amount)) == (Decimal(0), Decimal)
    assert Payment().latest is Payment().entry("p1") is None


def test_a_draft_becomes_an_entry_by_somebody_at_a_time() -> None:
    entry = a_draft(amount="12.50", method="venmo", notes="half").entry(by=DANA, source=Source.WEB, now=NOW)

    assert entry == Entry("p1", Kind.PAYMENT, Decimal("12.5"), "venmo", DANA, NOW, Source.WEB, "half")
    full = replace(a_draft(tip="2.00"), reason="again", group="g1", permalink="https://trips.slack.com/archives/C0/p1")
    entry = full.entry(by=DANA, source=Source.SLACK, now=NOW)
    shared = ("notes", "reason", "tip", "group", "permalink")
    assert [getattr(entry, name) for name in shared] == [getattr(full, name) for name in shared]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"timestamp": NOW + timedelta(hours=1)}, True),
        ({"amount": Decimal("125.000")}, True),
        ({"amount": Decimal("125.01")}, False),
        ({"payment_id": "p2"}, False),
        ({"kind": Kind.REFUND}, False),
        ({"method": "venmo"}, False),
        ({"logged_by": MARCO}, False),
        ({"source": Source.WEB}, False),
        ({"notes": "half"}, False),
        ({"reverses": "p0"}, False),
        ({"reason": "mistake"}, False),
    ],
    ids=str,
)
def test_only_the_clock_may_move_between_a_try_and_its_retry(other: dict[str, Any], *, same: bool) -> None:
    assert an_entry().says_the_same_as(replace(an_entry(), **other)) == same


@pytest.mark.parametrize("name", [each.name for each in fields(Entry) if each.name != "timestamp"])
def test_a_field_that_differs_makes_another_entry_whatever_field_it_is(name: str) -> None:
    other: dict[str, Any] = {name: object()}
    assert not an_entry().says_the_same_as(replace(an_entry(), **other))


def test_a_field_that_entries_get_one_day_is_compared_too() -> None:
    @dataclass(frozen=True, slots=True)
    class Later(Entry):
        tip: Decimal = Decimal(0)

    entry = Later(**{each.name: getattr(an_entry(), each.name) for each in fields(Entry)})
    assert entry.says_the_same_as(replace(entry, timestamp=NOW + timedelta(hours=1)))
    assert not entry.says_the_same_as(replace(entry, tip=Decimal(5)))


def _entry(reversal: Void | Refund, payment: Payment, by: str = DANA) -> Entry:
    return reversal.entry(payment, by=by, source=Source.SLACK, now=NOW)


def _after(payment: Payment, *reversals: Void | Refund) -> Payment:
    for reversal in reversals:
        payment = Payment((*payment.entries, _entry(reversal, payment)))
    return payment


def test_a_void_is_minus_what_it_undoes_and_says_which_and_why() -> None:
    void = _entry(a_void("p2"), a_payment("100", "25.50"))

    assert (void.kind, void.amount, void.reverses) == (Kind.VOID, Decimal("-25.50"), "p2")
    assert (void.method, void.reason) == ("cash", "wrong patron")


def test_voiding_a_refund_gives_the_money_back_to_the_boat() -> None:
    payment = _after(a_payment("100"), a_refund(amount="30"), a_void("r1"))

    assert payment.amount == 100
    assert payment.voided("r1")
    assert not payment.voided("p1")


@pytest.mark.parametrize(
    ("reversal", "payment", "refusal"),
    [
        (a_void("p9"), a_payment(), EntryUnknown),
        (a_void(), Payment(), EntryUnknown),
        (a_void(reason="other"), _after(a_payment(), a_void()), EntryReversed),
        (a_void("void:p1"), _after(a_payment(), a_void()), NothingToReverse),
        (a_void(), a_payment("100", "-30"), PaidTooLittle),
        (a_refund(amount="125.01"), a_payment(), PaidTooLittle),
        (a_refund(amount="0.01"), Payment(), PaidTooLittle),
        (a_refund(amount="0"), a_payment(), AmountOutOfRange),
        (a_refund(amount="-1"), a_payment(), AmountOutOfRange),
        (a_refund(amount="100000.01"), a_payment(), AmountOutOfRange),
        (a_refund(amount="1.001"), a_payment(), AmountTooFine),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_cannot_be_undone_is_refused(reversal: Void | Refund, payment: Payment, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        _entry(reversal, payment)


def test_a_void_or_refund_sent_again_is_the_entry_it_was() -> None:
    payment = _after(a_payment("100"), a_refund(amount="40"), a_refund("r2", "60"))
    assert _entry(a_refund("r2", "60"), payment).says_the_same_as(payment.entries[-1])

    payment = _after(a_payment("100"), a_void())
    assert _entry(a_void(), payment).says_the_same_as(payment.entries[-1])
    with pytest.raises(EntryReversed):
        _entry(a_void(), payment, by=MARCO)


def test_a_reversal_is_of_whoever_took_the_money_and_nothing_else_is_attributed_to_another() -> None:
    taken = an_entry("p1", by=MARCO)
    void = an_entry("void:p1", "-125.00", kind=Kind.VOID, reverses="p1")
    odd = an_entry("p2", reverses="p1")  # by another program
    payment = Payment((taken, void, odd))

    assert [payment.holder_of(each) for each in payment.entries] == [MARCO, MARCO, DANA]


def test_money_that_was_moved_to_another_trip_is_why_there_is_too_little() -> None:
    paid, refund = an_entry("p1"), a_refund(amount="10.00")
    moved_here = (an_entry("transfer:a", "0.50", kind=Kind.TRANSFER), an_entry("transfer:b", "0", kind=Kind.TRANSFER))
    moved_away = an_entry("transfer:c", "-125.00", kind=Kind.TRANSFER)
    given_back = an_entry("p3", "-125.00", kind=Kind.REFUND)

    with pytest.raises(MoneyMoved):
        refund.entry(Payment((paid, *moved_here, moved_away)), by=DANA, source=Source.SLACK, now=NOW)
    with pytest.raises(PaidTooLittle):
        refund.entry(Payment((paid, *moved_here, given_back)), by=DANA, source=Source.SLACK, now=NOW)


def test_the_plain_fields_of_an_entry_are_texts_and_amounts_alone() -> None:
    plain = an_entry(notes="half").plain()

    assert {type(value) for value in plain.values()} == {str, Decimal, type(None)}
    assert (plain["kind"], plain["source"], plain["reason"]) == ("payment", "slack", None)


def test_voids_of_two_patrons_records_from_before_the_ledger_have_two_ids() -> None:
    old = Payment((an_entry(BEFORE_THE_LEDGER),))
    ids = {_entry(a_void(BEFORE_THE_LEDGER, patron_id), old).payment_id for patron_id in ("dave", "ana")}
    assert len(ids) == 2


@given(st.lists(st.decimals("0.01", "100000", places=2), min_size=1, max_size=8), st.data())
def test_whatever_is_undone_nobody_ends_below_zero(amounts: list[Decimal], data: st.DataObject) -> None:
    payment = a_payment(*map(str, amounts))
    for number in range(6):
        reversal = data.draw(
            st.sampled_from([entry.payment_id for entry in payment.entries]).map(a_void)
            | st.decimals("0.01", "100000", places=2).map(lambda amount: a_refund(f"r{number}", str(amount)))  # noqa: B023 - drawn at once
        )
        try:
            entry = _entry(reversal, payment)
        except Refusal:
            continue
        if payment.entry(entry.payment_id) is None:
            payment = Payment((*payment.entries, entry))
        assert payment.amount >= 0
    assert len({entry.payment_id for entry in payment.entries}) == len(payment.entries)


@pytest.mark.parametrize("text", ["p1", "0" * 64, "018f-uuid.like:this_one", "avoid:it", "before"])
def test_a_payment_id_is_what_clients_mint(text: str) -> None:
    assert check_payment_id(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "a#b", "ä", "٣", "p\n", "x" * 65, "void:p1", BEFORE_THE_LEDGER, f"{BEFORE_THE_LEDGER}:x"]
)
def test_a_payment_id_that_is_malformed_or_the_ledgers_own_is_refused(text: str) -> None:
    with pytest.raises(PaymentIdMalformed):
        check_payment_id(text)


def test_a_group_has_the_id_of_a_payment_so_it_is_as_long_as_one_at_most() -> None:
    assert check_payment_id("g" * LONGEST_GROUP)
    with pytest.raises(PaymentIdMalformed):
        check_payment_id("g" * (LONGEST_GROUP + 1))


def test_a_method_is_one_of_those_of_the_house_in_any_case() -> None:
    assert check_method(" Venmo ", METHODS) == "venmo"
    with pytest.raises(MethodUnknown, match=r"“cheque” is not a method here\. Choose one of: cash, venmo, zelle\."):
        check_method("Cheque", METHODS)
    with pytest.raises(MethodUnknown, match=r"^Choose how it was paid: cash, venmo, zelle\.$"):
        check_method("", METHODS)


def test_notes_keep_their_lines_and_have_a_limit() -> None:
    assert check_notes("  half now\nhalf later ") == "half now\nhalf later"
    assert check_notes(" ") == ""
    assert check_notes("x" * LONGEST_NOTES) == "x" * LONGEST_NOTES
    with pytest.raises(NotesTooLong, match=str(LONGEST_NOTES)):
        check_notes("x" * (LONGEST_NOTES + 1))


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST_REASON + 1)])
def test_a_reversal_needs_a_reason(text: str) -> None:
    assert check_reason(" wrong\n patron ") == "wrong patron"
    assert check_reason("x") == "x"
    with pytest.raises(ReasonMissing):
        check_reason(text)
