"""A due is adjusted within its bounds, and the explanation of a balance adds up after any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter import books
from charter.adjusting import adjusted
from charter.edits import Adjustment, Edit
from charter.events import Taking
from charter.explaining import explained
from charter.money import CENT, LARGEST
from charter.payments import Kind, Payment
from charter.refusals import AmountOutOfRange, CompIsWhole, DiscountTooLarge, NothingToTakeOff, Refusal
from tests.builders import DANA, EID, NOW, ZONE, a_patron, an_entry, an_event

if TYPE_CHECKING:
    from charter.events import Event

AMOUNTS = st.integers(0, 20_000).map(lambda cents: Decimal(cents) * CENT)
MINUTES = st.integers(0, 60)


@st.composite
def adjusted_events(draw: st.DrawFn) -> Event:
    """An event with dues that people adjusted, edited, and at times another program changed without an edit."""
    due, edits = draw(AMOUNTS), list[Edit]()
    for minute in sorted(draw(st.sets(MINUTES, max_size=6))):
        what = draw(st.sampled_from(["due", "elsewhere", *Adjustment]))
        amount = draw(AMOUNTS.filter(bool))
        try:
            after = adjusted(due, Adjustment(what), None if what == "comp" else amount, currency="USD")
        except ValueError:
            after = amount
        except Refusal:
            continue
        if what != "elsewhere":
            edits.append(Edit(what, f"{due}", f"{after}", DANA, NOW + timedelta(minutes=minute), "dave", "why"))
        due = after
    entries = [
        an_entry(f"p{n}", f"{amount}", minutes=draw(MINUTES), kind=draw(st.sampled_from(Kind)))
        for n, amount in enumerate(draw(st.lists(AMOUNTS.map(lambda each: each - 50), max_size=5)))
    ]
    event = an_event(
        a_patron(due=f"{due}", party=draw(st.integers(1, 4))),
        payments={"dave": Payment(tuple(entries))},
        price=draw(st.sampled_from([None, "125.00", "33.33"])),
    )
    return replace(event, edits=tuple(edits))


@given(adjusted_events())
def test_the_usual_price_with_every_line_adds_up_to_the_balance(event: Event) -> None:
    found = explained(event, event.patrons["dave"])
    balance = event.balance("dave")

    at_first = found.due if found.usual is None else found.usual + found.beside_usual
    assert at_first + sum(line.effect for line in found.lines) == balance.owed
    assert balance.due >= 0
    running = at_first
    for line in found.lines:
        running += line.effect
        assert line.owed == running
    entries = [line.what for line in found.lines if line.what in event.payment("dave").entries]
    assert len(entries) == len(event.payment("dave").entries)


@given(adjusted_events())
def test_the_books_have_each_adjustment_by_its_kind_in_its_month(event: Event) -> None:
    taking = Taking(first_eid=EID, currency="USD", payments=event.payments)
    sums = books.contribution(taking, eid=EID, event=event, zone=ZONE)
    found = books.totals({key[1:]: value for key, value in sums.items() if key[0] == "2026-05"}, books.ADJUSTMENTS)

    made = [edit for edit in event.edits if edit.what != "due"]
    assert {kind: total.entries for kind, total in found.get("USD", {}).items()} == {
        kind: len([edit for edit in made if edit.what == kind]) for kind in {edit.what for edit in made}
    }
    assert sum(total.net for total in found.get("USD", {}).values()) == sum(edit.effect for edit in made)


@given(AMOUNTS, AMOUNTS, st.sampled_from(Adjustment))
def test_a_due_is_never_negative_and_moves_by_the_amount(due: Decimal, amount: Decimal, kind: Adjustment) -> None:
    try:
        after = adjusted(due, kind, amount, currency="USD")
    except Refusal:
        return
    assert after >= 0
    assert after - due == {"discount": -amount, "comp": -due, "surcharge": amount}[kind]


def test_a_due_goes_to_its_bounds_and_a_refusal_names_it_in_its_currency() -> None:
    assert str(adjusted(Decimal(100), Adjustment.DISCOUNT, Decimal(100), currency="USD")) == "0.00"
    assert adjusted(LARGEST - 1, Adjustment.SURCHARGE, Decimal(1), currency="USD") == LARGEST
    with pytest.raises(DiscountTooLarge) as large:
        adjusted(Decimal(100), Adjustment.DISCOUNT, Decimal(101), currency="SEK")
    with pytest.raises(CompIsWhole) as part:
        adjusted(Decimal(100), Adjustment.COMP, Decimal(99), currency="SEK")
    assert [str(each.value) for each in (large, part)] == [
        str(DiscountTooLarge("100.00 SEK")),
        str(CompIsWhole("100.00 SEK")),
    ]


@pytest.mark.parametrize(
    ("due", "kind", "amount", "refusal", "field"),
    [
        ("100.00", "discount", "100.01", DiscountTooLarge, "amount"),
        ("100.00", "comp", "99.00", CompIsWhole, "amount"),
        ("0.00", "comp", None, NothingToTakeOff, "kind"),
        ("0.00", "discount", "5.00", NothingToTakeOff, "kind"),
        ("100.00", "surcharge", None, AmountOutOfRange, "amount"),
        (f"{LARGEST}", "surcharge", "0.01", AmountOutOfRange, "amount"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(
    due: str, kind: str, amount: str | None, refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        adjusted(Decimal(due), Adjustment(kind), Decimal(amount) if amount else None, currency="USD")
    assert refused.value.field == field
