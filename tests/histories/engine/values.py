"""DynamoDB's values on the wire: their order, their size, and numbers as DynamoDB writes them."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, Final

Wire = dict[str, Any]
Item = dict[str, Wire]

LARGEST: Final = 400 * 1024
_NUMBERS: Final = Context(prec=38)
_ORDERED: Final = frozenset({"S", "N", "B"})


class Invalid(ValueError):  # noqa: N818 - a fact
    """DynamoDB refuses the request as a ValidationException."""


def number(text: str) -> Decimal:
    """Return a number on the wire. Raises Invalid."""
    try:
        found = Decimal(text)
    except ArithmeticError:
        raise Invalid(f"The parameter cannot be converted to a numeric value: {text}") from None
    if not found.is_finite() or len(found.normalize().as_tuple().digits) > _NUMBERS.prec:
        raise Invalid("Attempting to store more than 38 significant digits in a Number")
    return found


def canonical(value: Wire) -> Wire:
    """Return a value as DynamoDB keeps it: numbers without needless zeros. Raises Invalid for what it does not take."""
    if len(value) != 1:
        raise Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return {"N": written(number(content))}
        case "M":
            return {"M": {name: canonical(each) for name, each in content.items()}}
        case "L":
            return {"L": [canonical(each) for each in content]}
        case "SS" | "NS" | "BS":
            if not content or len(set(content)) != len(content):
                raise Invalid("An set may not be empty, and holds each value once")
            return {kind: [written(number(each)) for each in content] if kind == "NS" else sorted(content)}
        case "S" | "B" | "BOOL" | "NULL":
            return value
    raise Invalid(f"Unknown type {kind}")


def written(value: Decimal) -> str:
    """Return a number as DynamoDB writes it: plain, and without zeros at its end."""
    short = value.normalize(_NUMBERS)
    return f"{short:f}" if short else "0"


def equal(left: Wire | None, right: Wire | None) -> bool:  # noqa: PLR0911 - one for each type
    """Return whether two values are the same; sets in any order. Nothing equals a missing value."""
    if left is None or right is None or left.keys() != right.keys():
        return False
    ((kind, content),) = left.items()
    other = right[kind]
    match kind:
        case "N":
            return bool(Decimal(content) == Decimal(other))
        case "M":
            return bool(
                content.keys() == other.keys() and all(equal(each, other[name]) for name, each in content.items())
            )
        case "L":
            return len(content) == len(other) and all(equal(*pair) for pair in zip(content, other, strict=True))
        case "SS" | "BS":
            return set(content) == set(other)
        case "NS":
            return {Decimal(each) for each in content} == {Decimal(each) for each in other}
    return bool(content == other)


def less(left: Wire | None, right: Wire | None) -> bool | None:
    """Return whether one value comes before another one; None where they have no order."""
    if left is None or right is None or left.keys() != right.keys():
        return None
    ((kind, content),) = left.items()
    if kind not in _ORDERED:
        return None
    if kind == "N":
        return bool(Decimal(content) < Decimal(right[kind]))
    return bool(content.encode() < right[kind].encode())


def size_of(value: Wire) -> int:  # noqa: PLR0911 - one for each type
    """Return the size of a value in bytes, as DynamoDB counts it."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(Decimal(content).as_tuple().digits) // 2 + 2
        case "B":
            return len(content) * 3 // 4
        case "M":
            return 3 + sum(len(name.encode()) + size_of(each) + 1 for name, each in content.items())
        case "L":
            return 3 + sum(size_of(each) + 1 for each in content)
        case "SS" | "BS":
            return sum(len(each.encode()) for each in content)
        case "NS":
            return sum(size_of({"N": each}) for each in content)
    return 1


def item_size(item: Item) -> int:
    """Return the size of an item in bytes."""
    return sum(len(name.encode()) + size_of(value) for name, value in item.items())


def length(value: Wire) -> int:
    """Return what `size(path)` is: characters of a text, elements of a collection. Raises Invalid for others."""
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind in {"M", "L", "SS", "NS", "BS", "B"}:
        return len(content)
    raise Invalid(f"size() takes no {kind}")
