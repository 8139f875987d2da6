"""The one conditional write of an entry, by the shape of its row. No table is needed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import to_wire
from adapters.rows import entry_line
from adapters.shapes import EntryTarget, Shape, add_entries, add_event, key, own_row, update_of_present
from adapters.sizes import LARGEST_ITEM, RESERVE
from charter.kinds import Kind
from tests.builders import EID, an_entry, an_event

if TYPE_CHECKING:
    from adapters.expressions import Update
    from charter.payments import Entry

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


def parts_of(update: Update) -> tuple[list[str], list[str], dict[str, Any]]:
    """Return the conditions of an update with their names filled in, its write expression, and its values by alias."""
    request = update.request()
    texts = [request["ConditionExpression"], request["UpdateExpression"]]
    for alias, name in sorted(request["ExpressionAttributeNames"].items(), key=lambda each: -len(each[0])):
        texts = [text.replace(alias, name) for text in texts]
    return texts[0].split(" AND "), [texts[1]], request["ExpressionAttributeValues"]


def test_the_shape_of_a_row_is_what_a_write_depends_on() -> None:
    found = shape(payments={"dave": a_record(an_entry("p1")), "odd": "x"}, capacity=Decimal(6))

    assert (found.roster, found.payments, found.payment_ids, found.listed) == (True, True, True, frozenset({"dave"}))
    assert (found.price, set(found.records), set(found.on_board)) == ({"price": 60}, {"dave"}, {"capacity", "patrons"})
    assert (found.entry_ids, found.seats) == ({"p1"}, None)
    bare = Shape.of(wire())
    assert (bare.roster, bare.payments, bare.payment_ids, bare.price, bare.records) == (False, False, False, {}, {})
    assert (bare.listed, bare.on_board, bare.entry_ids) == (frozenset(), {}, set())
    assert bare.size == len("eid") + len(EID)
    assert (Shape().roster, Shape().payments, Shape().payment_ids) == (True, True, True)


def sized(size: int) -> Shape:
    """The shape of a row of so many bytes."""
    return Shape(whole={"x": {"S": "a" * (size - 1)}})


def test_a_row_has_room_until_the_largest_payment_and_its_reversals_do_not_fit() -> None:
    most = LARGEST_ITEM - RESERVE - 7 * 1024

    assert [sized(most + more).full for more in (0, 1)] == [False, True]
    assert sized(most).room == 0
    roomy = sized(most - 2 * 7 * 1024)
    assert [roomy.takes(number) for number in (1, 3, 4)] == [True, True, False]
    assert not replace(sized(most + 1), roomy=True).full
    assert not replace(sized(most + 1), roomy=True).takes(2)
    assert shape().roomy


def test_a_walk_up_is_refused_where_the_boat_is_full_unless_the_office_has_a_reason() -> None:
    full = replace(Shape(), seats=1)

    assert full.refuses(WALK_UP)
    assert not full.refuses(replace(WALK_UP, party=1))
    assert not Shape().refuses(WALK_UP)
    assert not full.refuses(DAVE)
    assert [replace(WALK_UP, admin=admin, reason=reason).beyond for admin, reason in ((True, "x"), (True, ""))] == [
        *(True, False)
    ]
    assert not replace(WALK_UP, reason="x").beyond
    assert not full.refuses(replace(WALK_UP, admin=True, reason="x"))


def test_a_first_payment_makes_the_patrons_record() -> None:
    conditions, [writes], values = parts_of(add_entries([(DAVE, an_entry("p1", notes="half"))], shape()))

    assert conditions == [
        "attribute_not_exists(moved_to)",
        "(attribute_exists(payment_ids) OR size(payments) = :v0)",
        "NOT contains(payment_ids, :v1)",
        "attribute_exists(patrons.dave)",
        "attribute_exists(payments)",
        "(attribute_not_exists(payments.dave) OR attribute_type(payments.dave, :v3))",
    ]
    assert writes == "SET payments.dave = :v4 ADD payment_ids :v2"
    assert (values[":v1"], values[":v2"]) == ({"S": "p1"}, {"SS": ["p1"]})
    record = values[":v4"]["M"]
    assert (record["amount"], record["notes"], record["method"]) == ({"N": "125.00"}, {"S": "half"}, {"S": "cash"})
    assert set(record["entries"]["M"]) == {"p1"}
    assert "notes" not in parts_of(add_entries([(DAVE, an_entry())], shape()))[2][":v4"]["M"]


def test_a_further_payment_is_written_where_no_other_has_come() -> None:
    row = shape(payments={"dave": a_record(an_entry("p0"))})
    conditions, [writes], values = parts_of(add_entries([(DAVE, an_entry("p1"))], row))

    assert conditions[4:] == [
        "attribute_not_exists(payments.dave.entries.p1)",
        "attribute_exists(payments.dave.entries)",
        "(size(payments.dave.entries) = :v3 OR payments.dave.timestamp < :v4)",
    ]
    assert values[":v4"] == {"S": "2026-05-23T20:20:00.000Z"}
    assert writes == (
        "SET payments.dave.entries.p1 = :v5, payments.dave.amount = payments.dave.amount + :v6, "
        "payments.dave.timestamp = :v7, payments.dave.method = :v8, payments.dave.logged_by = :v9 "
        "REMOVE payments.dave.notes ADD payment_ids :v2"
    )
    assert values[":v6"] == {"N": "125.00"}
    sure = parts_of(add_entries([(replace(DAVE, confirmed=True), an_entry("p1"))], row))[0]
    assert sure == conditions[:6]


def test_a_reversal_is_the_only_one_and_takes_no_more_than_is_there() -> None:
    row = shape(payments={"dave": a_record(an_entry("p0"))})
    void = an_entry("void:p0", "-125.00", kind=Kind.VOID, reverses="p0")
    conditions, _, values = parts_of(add_entries([(DAVE, void)], row))

    assert sorted(conditions[6:8]) == [
        "attribute_not_exists(payments.dave.entries.bounced:p0)",
        "attribute_not_exists(payments.dave.entries.chargeback:p0)",
    ]
    assert conditions[8].startswith("payments.dave.amount >= :v")
    assert values[conditions[8].rpartition(" ")[2]] == {"N": "125.00"}
    assert len(conditions) == 9


def test_a_record_that_another_program_wrote_is_repaired_by_the_write() -> None:
    sumless = shape(payments={"dave": {"entries": {"p0": entry_line(an_entry("p0"))}}})
    conditions, [writes], values = parts_of(add_entries([(DAVE, an_entry("p1"))], sumless))

    assert conditions[4:] == [
        "attribute_not_exists(payments.dave.amount)",
        "attribute_exists(payments.dave.entries)",
        "attribute_not_exists(payments.dave.entries.p1)",
    ]
    assert "payments.dave.amount = :v4" in writes
    assert values[":v4"] == {"N": "250.00"}
    old = shape(payments={"dave": {"amount": Decimal(5), "method": "venmo"}})
    conditions, [writes], values = parts_of(add_entries([(DAVE, an_entry("p1"))], old))
    assert conditions[4:] == ["payments.dave.amount = :v3", "attribute_not_exists(payments.dave.entries)"]
    assert values[":v3"] == {"N": "5"}
    assert set(values[":v4"]["M"]) == {"before-the-ledger", "p1"}
    assert values[":v5"] == {"N": "130.00"}
    odd = shape(payments={"dave": {"amount": "5", "entries": {}}})
    assert "payments.dave.amount = :v3" in parts_of(add_entries([(DAVE, an_entry("p1"))], odd))[0]
    assert (
        "payments.dave.entries = :v4"
        in parts_of(
            add_entries([(DAVE, an_entry("p1"))], shape(payments={"dave": {"amount": Decimal(5), "entries": "x"}}))
        )[0]
    )


def test_the_first_write_to_a_foreign_row_brings_all_ids() -> None:
    foreign = shape(payments={"ana": a_record(an_entry("p0"))}, payment_ids=None)
    conditions, [writes], values = parts_of(add_entries([(DAVE, an_entry("p1"))], foreign))

    assert conditions[:2] == ["attribute_not_exists(moved_to)", "attribute_not_exists(payment_ids)"]
    assert writes.endswith("ADD payment_ids :v0")
    assert values[":v0"] == {"SS": ["p0", "p1"]}
    again = parts_of(add_entries([(DAVE, an_entry("p0"))], foreign))[0]
    assert "NOT contains(payment_ids, :v1)" in again


def test_a_row_without_payments_gets_them_with_all_entries_of_the_write() -> None:
    both = [(DAVE, an_entry("g1")), (EntryTarget("ana"), an_entry("g1.2"))]
    conditions, [writes], values = parts_of(add_entries(both, shape(payments=None, payment_ids=None)))

    assert conditions == [
        "attribute_not_exists(moved_to)",
        "NOT contains(payment_ids, :v0)",
        "NOT contains(payment_ids, :v1)",
        "attribute_exists(patrons.dave)",
        "attribute_exists(patrons.ana)",
        "attribute_exists(eid)",
        "(attribute_not_exists(payments) OR attribute_type(payments, :v3))",
    ]
    assert writes == "SET payments = :v4 ADD payment_ids :v2"
    assert set(values[":v4"]["M"]) == {"dave", "ana"}


def test_a_stranger_who_paid_is_found_among_the_payments() -> None:
    row = shape(payments={"eve": a_record(an_entry("p0"))})

    assert "attribute_exists(payments.eve)" in parts_of(add_entries([(EntryTarget("eve"), an_entry("p1"))], row))[0]
    listed = shape(payments={"dave": a_record(an_entry("p0"))})
    assert "attribute_exists(patrons.dave)" in parts_of(add_entries([(DAVE, an_entry("p1"))], listed))[0]


def test_a_walk_up_joins_the_roster_that_was_read() -> None:
    row = shape(capacity=Decimal(6))
    conditions, [writes], values = parts_of(add_entries([(WALK_UP, an_entry("p1"))], row))

    assert conditions[3:9] == [
        "price = :v3",
        "capacity = :v4",
        "patrons = :v5",
        "size(patrons) = :v6",
        "attribute_exists(patrons)",
        "(attribute_not_exists(patrons.wendy-1) OR attribute_type(patrons.wendy-1, :v7))",
    ]
    assert values[":v6"] == {"N": "1"}
    assert values[":v8"] == {"M": {"name": {"S": "Wendy"}, "party": {"N": "2"}, "due": {"N": "120.00"}}}
    assert writes.startswith("SET patrons.wendy-1 = :v8, payments.wendy-1 = ")
    due = replace(WALK_UP, due=Decimal(5), confirmed=True, admin=True, reason="x")
    conditions, _, values = parts_of(add_entries([(due, an_entry("p1"))], row))
    assert conditions[3] == "attribute_exists(patrons)"
    assert values[":v4"]["M"]["due"] == {"N": "5"}
    moved = replace(due, line={"name": "W", "email": "e"})
    assert parts_of(add_entries([(moved, an_entry("p1"))], row))[2][":v4"] == {
        "M": {"name": {"S": "W"}, "email": {"S": "e"}}
    }
    no_roster = shape(patrons=None, price=None)
    conditions, [writes], values = parts_of(add_entries([(WALK_UP, an_entry("p1"))], no_roster))
    assert conditions[3:6] == [
        "attribute_not_exists(price)",
        "attribute_not_exists(capacity)",
        "(attribute_not_exists(patrons) OR attribute_type(patrons, :v3))",
    ]
    assert values[":v4"]["M"]["wendy-1"]["M"]["due"] == {"N": "0"}


def test_an_event_without_a_row_gets_one_with_the_walk_up() -> None:
    conditions, [writes], values = parts_of(add_event(an_event(), WALK_UP, an_entry("p1")))

    assert conditions == [
        "attribute_not_exists(moved_to)",
        "NOT contains(payment_ids, :v0)",
        "attribute_not_exists(eid)",
    ]
    assert "title = :v2, starts_at = :v3, month = :v4, status = :v5, currency = :v6" in writes
    assert [values[f":v{number}"] for number in (3, 4, 5, 6)] == [
        {"S": "2026-05-23T13:00:00-07:00"},
        {"S": "2026-05"},
        {"S": "scheduled"},
        {"S": "USD"},
    ]
    assert values[":v7"]["M"]["wendy-1"]["M"]["due"] == {"N": "0"}
    assert set(values[":v8"]["M"]["wendy-1"]["M"]["entries"]["M"]) == {"p1"}
    assert own_row(an_event())["title"] == "Captain Cory, afternoon"
    assert key(EID) == {"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    assert parts_of(_with_set(update_of_present()))[0] == ["attribute_exists(eid)", "attribute_not_exists(moved_to)"]


def _with_set(update: Update) -> Update:
    update.set("x", to=1)
    return update
