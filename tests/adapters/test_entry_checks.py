"""The checks of an entry before its write, by the row and by its shape. No table is needed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.attribute_values import to_wire
from adapters.entry_checks import already_written, check, logged, may_be_refused, payment_in, seems_repeated, walking_up
from adapters.rows import entry_line
from adapters.shapes import EntryTarget, Shape
from adapters.sizes import LARGEST_ITEM, RESERVE
from charter.kinds import Kind
from charter.payments import Entry, Payment
from charter.refusals import (
    BoatFull,
    NoRoomForAll,
    PatronExists,
    PatronUnknown,
    PaymentIdReused,
    PossibleDuplicate,
    RowFull,
)
from tests.builders import EID, MARCO, NOW, a_patron, a_payment, an_entry, an_event

DAVE = EntryTarget("dave")
WALK_UP = EntryTarget("wendy-1", walk_up="Wendy", party=2)


def wire(**row: Any) -> dict[str, Any]:
    """A row on the wire."""
    return {name: to_wire(value) for name, value in {"eid": EID, **row}.items()}


def a_record(*entries: Entry) -> dict[str, Any]:
    """A patron's record in Python's types."""
    return {
        "amount": sum((entry.amount for entry in entries), Decimal(0)),
        "entries": {entry.payment_id: entry_line(entry) for entry in entries},
    }


def shape(**row: Any) -> Shape:
    """The shape of a row that has a roster of Dave, payments and their ids, unless it says otherwise."""
    usual = {"patrons": {"dave": {"name": "Dave Kowalski"}}, "payments": {}, "payment_ids": {"x"}, "price": Decimal(60)}
    return Shape.of(wire(**{name: value for name, value in {**usual, **row}.items() if value is not None}))


def test_a_payment_that_seems_repeated_is_looked_up_first() -> None:
    row = shape(payments={"dave": a_record(an_entry("p0"))})
    new = an_entry("p1", minutes=5)

    assert seems_repeated(row, DAVE, new)
    assert not seems_repeated(row, replace(DAVE, confirmed=True), new)
    assert not seems_repeated(row, DAVE, replace(new, method="venmo"))
    assert not seems_repeated(row, EntryTarget("ana"), new)
    assert seems_repeated(row, replace(WALK_UP, walk_up="DAVE kowalski"), new)
    assert not seems_repeated(row, WALK_UP, new)
    odd = shape(patrons={"x": {}, "y": "text"})
    assert not seems_repeated(odd, WALK_UP, new)
    assert may_be_refused(row, [(DAVE, new)])
    assert not may_be_refused(row, [(EntryTarget("ana"), new)])
    assert may_be_refused(replace(row, whole=wire(x="a" * LARGEST_ITEM), roomy=False), [(EntryTarget("ana"), new)])
    assert may_be_refused(replace(row, seats=1), [(WALK_UP, new)])


def test_the_same_entries_again_are_a_success_and_others_under_their_ids_are_not() -> None:
    event = an_event(payments={"dave": a_payment("60.00", "65.00")})
    [first, second] = event.payment("dave").entries

    assert not already_written(event, [(DAVE, an_entry("p9"))])
    assert already_written(event, [(DAVE, replace(first, timestamp=NOW))])
    with pytest.raises(PaymentIdReused) as reused:
        already_written(event, [(DAVE, replace(first, amount=Decimal(1)))])
    assert str(reused.value) == str(PaymentIdReused("$60.00 for Dave Kowalski"))
    with pytest.raises(PaymentIdReused):
        already_written(event, [(EntryTarget("ana"), first)])
    grouped = (replace(first, group="p1"), replace(second, group="p1"))
    group = an_event(
        a_patron(), a_patron("ana", name="Ana"), payments={"dave": Payment(grouped[:1]), "ana": Payment(grouped[1:])}
    )
    assert already_written(group, [(DAVE, grouped[0]), (EntryTarget("ana"), grouped[1])])
    with pytest.raises(PaymentIdReused) as part:
        already_written(group, [(DAVE, grouped[0])])
    assert str(part.value) == str(PaymentIdReused("$125.00 for Dave Kowalski and Ana"))
    refund = an_event(payments={"dave": Payment((an_entry("r1", "-5.00", kind=Kind.REFUND),))})
    with pytest.raises(PaymentIdReused, match=r"\$5\.00 for Dave"):
        already_written(refund, [(DAVE, an_entry("r1"))])


def test_an_entry_that_the_row_cannot_take_is_refused() -> None:
    event = an_event(payments={"dave": a_payment("125.00")})
    new = an_entry("p9", "60.00")

    check(event, [(DAVE, new)], Shape())
    refused: list[tuple[type[Exception], Any, EntryTarget, Entry]] = [
        (PatronExists, event, EntryTarget("dave", walk_up="Dave"), new),
        (PatronUnknown, event, EntryTarget("nobody"), new),
        (RowFull, replace(event, full=True), DAVE, new),
        (PossibleDuplicate, event, DAVE, an_entry("p9", minutes=2)),
        (BoatFull, replace(event, capacity=1), WALK_UP, new),
    ]
    for refusal, where, target, entry in refused:
        with pytest.raises(refusal):
            check(where, [(target, entry)], Shape())
    check(replace(event, full=True), [(DAVE, replace(new, kind=Kind.REFUND))], Shape())
    check(event, [(replace(DAVE, confirmed=True), an_entry("p9", minutes=2))], Shape())
    for admin, field in ((False, "patron"), (True, None)):
        with pytest.raises(BoatFull) as full:
            check(replace(event, capacity=1), [(replace(WALK_UP, admin=admin), new)], Shape())
        assert full.value.field == (field or BoatFull("x", 1, 2, admin=True).field)
    check(replace(event, capacity=1), [(replace(WALK_UP, admin=True), replace(new, reason="x"))], Shape())


def test_refusals_of_several_patrons_come_together_each_on_its_share() -> None:
    event = an_event(a_patron(), a_patron("ana", name="Ana"), payments={"dave": a_payment("125.00")})
    both = [(DAVE, an_entry("g1", minutes=2)), (EntryTarget("gone"), an_entry("g1.2"))]

    with pytest.raises(ExceptionGroup) as several:
        check(event, both, Shape())
    fields = [(type(each).__name__, getattr(each, "field", "")) for each in several.value.exceptions]
    assert fields == [("PossibleDuplicate", "share.dave"), ("PatronGone", "share.gone")]
    check(event, [(DAVE, an_entry("g1", "1.00")), (EntryTarget("ana"), an_entry("g1.2"))], Shape())
    tight = Shape(whole={"x": {"S": "a" * (LARGEST_ITEM - RESERVE - 7 * 1024 - 1)}})
    with pytest.raises(NoRoomForAll):
        check(event, both, tight)
    with pytest.raises(RowFull):
        check(replace(event, full=True), both, tight)
    refunds = [(target, replace(entry, kind=Kind.REFUND, amount=-entry.amount)) for target, entry in both[:1]]
    check(event, [*refunds, (EntryTarget("ana"), refunds[0][1])], tight)


def test_what_was_logged_is_read_from_the_row() -> None:
    event = an_event(payments={"dave": a_payment("125.00")})
    sent = replace(event.payment("dave").entries[0], logged_by=MARCO)
    [found] = logged(event, [(DAVE, sent)], replayed=True)

    assert (found.entry, found.patron.patron_id, found.replayed) == (event.payment("dave").entries[0], "dave", True)
    assert logged(event, [(DAVE, an_entry("p9"))])[0].entry.payment_id == "p9"
    assert not logged(event, [(DAVE, sent)])[0].replayed
    with pytest.raises(PatronUnknown):
        logged(event, [(EntryTarget("nobody"), sent)])
    assert walking_up([(WALK_UP, sent)]) == (WALK_UP, sent)
    with pytest.raises(PatronUnknown, match="dave"):
        walking_up([(DAVE, sent)])
    row = wire(payments={"dave": a_record(an_entry("p1"))})
    assert payment_in(row, "dave").amount == 125
    assert payment_in(row, "ana") == payment_in({}, "dave") == Payment()
