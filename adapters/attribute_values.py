"""Conversion between DynamoDB's values on the wire, `{"S": "text"}`, and Python's.

boto3.dynamodb.types does the same, but its import would bring all of boto3 into the cold start.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Underflow
from typing import Any, Final

# DynamoDB keeps 38 digits. A number that would lose a digit is refused, never rounded.
_NUMBERS: Final = Context(Emin=-128, Emax=126, prec=38, traps=[Clamped, Overflow, Inexact, Underflow])


def to_wire(value: object) -> dict[str, Any]:  # noqa: PLR0911 - one for each type
    """Return one value for the wire. Raises TypeError for a type that DynamoDB lacks, floats included."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": _digits(value)}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {name: to_wire(each) for name, each in value.items()}}
        case list() | tuple():
            return {"L": [to_wire(each) for each in value]}
        case AbstractSet():
            return _set_to_wire(value)
    raise TypeError(f"the table has no form for {type(value).__name__}")


def from_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole item in Python's types. Every number is a Decimal."""
    return {name: _value(each) for name, each in item.items()}


def _value(wire: Mapping[str, Any]) -> Any:  # noqa: ANN401, PLR0911 - a value of any type; one return for each
    ((kind, value),) = wire.items()
    match kind:
        case "S" | "BOOL" | "B":
            return value
        case "N":
            return _NUMBERS.create_decimal(value)
        case "M":
            return {name: _value(each) for name, each in value.items()}
        case "L":
            return [_value(each) for each in value]
        case "NULL":
            return None
        case "SS" | "BS":
            return set(value)
        case "NS":
            return {_NUMBERS.create_decimal(each) for each in value}
    raise TypeError(f"the table answered with an unknown type, {kind}")


def _digits(number: int | Decimal) -> str:
    digits = _NUMBERS.create_decimal(number)
    if not digits.is_finite():
        raise TypeError(f"the table has no form for {digits}")
    return str(digits)


def _set_to_wire(values: AbstractSet[object]) -> dict[str, Any]:
    """Return a set for the wire. All its values must be of one type."""
    kinds = {next(iter(to_wire(each))) for each in values}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise TypeError("the table keeps sets of texts, of numbers or of bytes")
    return {f"{kinds.pop()}S": [next(iter(to_wire(each).values())) for each in values]}
