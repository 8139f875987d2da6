"""How large DynamoDB counts an item, by its published rules; numbers are rounded up, so the sum is never too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_ITEM: Final = 400 * 1024

# Kept free below the limit: for voids and refunds, and for what other writers add.
RESERVE: Final = 16 * 1024

_CONTAINER: Final = 3


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item in the wire's shape: its names and its values."""
    return sum(_text_size(name) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:  # noqa: PLR0911 - one return a kind of value
    """Bytes of one attribute value, as `{"S": "text"}`."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return _text_size(content)
        case "N":
            return _number_size(content)
        case "B":
            return len(content)
        case "SS":
            return sum(_text_size(text) for text in content)
        case "NS":
            return sum(_number_size(number) for number in content)
        case "BS":
            return sum(len(part) for part in content)
        case "L":
            return _CONTAINER + sum(1 + value_size(part) for part in content)
        case "M":
            return _map_size(content)
        case _:  # BOOL and NULL
            return 1


def _map_size(content: Mapping[str, Any]) -> int:
    """Bytes of a map. Rows are almost all maps of texts, and measured at each read: hence the plain loop."""
    size = _CONTAINER
    for name, part in content.items():
        text = part.get("S")
        size += 1 + _text_size(name) + (value_size(part) if text is None else _text_size(text))
    return size


def _text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _number_size(number: str) -> int:
    return min(len(number) // 2 + 2, 21)
