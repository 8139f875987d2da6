"""Values come back from the table unchanged. A value that the table cannot hold is refused before it is sent."""

from __future__ import annotations

from decimal import Decimal, Inexact
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from adapters.attribute_values import from_wire, to_wire

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=2)
scalars = st.none() | st.booleans() | st.text() | numbers | st.integers(-(10**37), 10**37)
sets = st.one_of(*(st.sets(kind, min_size=1, max_size=5) for kind in (st.text(), numbers, st.binary())))
values = st.recursive(
    scalars | sets,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _read_by_boto3(wire: Any) -> Any:
    return TypeDeserializer().deserialize(wire)


@given(st.dictionaries(st.text(), values, max_size=5))
def test_it_speaks_boto3s_own_dialect(row: dict[str, Any]) -> None:
    wire: dict[str, Any] = {name: to_wire(value) for name, value in row.items()}
    assert {name: _read_by_boto3(value) for name, value in wire.items()} == row
    assert from_wire({name: TypeSerializer().serialize(value) for name, value in row.items()}) == row
    assert from_wire(wire) == row


def test_numbers_come_back_as_decimals_whatever_they_were() -> None:
    back = from_wire({"party": to_wire(3), "amount": to_wire(Decimal("125.50"))})
    assert back == {"party": Decimal(3), "amount": Decimal("125.50")}
    assert {type(number) for number in back.values()} == {Decimal}


@pytest.mark.parametrize(
    "value",
    [1.5, object(), {1, "a"}, set(), {True}, float("nan")],
    ids=["float", "object", "mixed-set", "empty-set", "set-of-bool", "nan"],
)
def test_what_has_no_form_on_the_wire_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="the table"):
        to_wire(value)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_what_is_no_number_is_refused(value: Decimal) -> None:
    with pytest.raises(TypeError, match="the table has no form"):
        to_wire(value)


def test_a_number_past_38_digits_is_refused_and_never_rounded() -> None:
    with pytest.raises(Inexact):
        to_wire(Decimal("1" * 39))


def test_zeros_behind_38_digits_are_no_digits_that_would_be_lost() -> None:
    """Check 1E+100 as the table returns it: any other writer may have put it into a row."""
    assert from_wire({"due": {"N": "1" + "0" * 100}}) == {"due": Decimal("1E+100")}
    assert to_wire(10**100) == {"N": str(Decimal("1." + "0" * 37 + "E+100"))}


def test_an_unknown_type_from_the_table_is_named() -> None:
    with pytest.raises(TypeError, match="unknown type, Z"):
        from_wire({"odd": {"Z": "1"}})
