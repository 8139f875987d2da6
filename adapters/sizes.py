"""Item sizes by DynamoDB's published rules. Numbers are rounded up, so a size is never too small."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST_ITEM: Final = 400 * 1024

# The least that is kept free below the limit: for voids and refunds, and for what other writers add.
RESERVE: Final = 16 * 1024

# Kept free for each entry that can still be reversed, with the longest reason in the widest letters and a method of 75
# letters: measured, and proven by a test that fills a row and takes everything back. Without its ids for a reversal,
# whose id, made of the entry's, is in the row twice, and names the entry once more; with the longest id for a refund.
LARGEST_VOID: Final = 1048
LARGEST_REFUND: Final = 1212
_IDS: Final = 3

# Kept free beside that, where the entries need more than RESERVE: for refunds of a part, and for what others add.
_BESIDE: Final = RESERVE // 2

_CONTAINER: Final = 3


class Arrived(dict[str, Any]):
    """An item as it came on the wire, in an answer of so many bytes. By DynamoDB's rules it has at most as many."""

    __slots__ = ("answer_bytes",)

    def __init__(self, item: Mapping[str, Any], answer_bytes: int) -> None:
        """Take the item of an answer."""
        super().__init__(item)
        self.answer_bytes = answer_bytes


def item_size(item: Mapping[str, Any]) -> int:
    """Return the bytes of an item on the wire: its names and its values."""
    return sum(_text_size(name) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:  # noqa: PLR0911 - one return a kind of value
    """Return the bytes of one attribute value, as `{"S": "text"}`."""
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


def reserved(records: Iterable[Mapping[str, Any]]) -> int:
    """Return the bytes to keep free so that each entry of these records, as they are on the wire, can be reversed."""
    return max(RESERVE, sum(map(_reversals_size, records)) + _BESIDE)


def surely_within(most: int, item: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> bool:
    """Return True if the item with what is reserved for its records surely has at most so many bytes.

    False says nothing: measure then. As JSON on the wire each name, value and container is longer than by DynamoDB's
    rules. The length of the answer in which an item came is known; writing an item as JSON takes a tenth of the time
    that measuring takes.
    """
    try:
        whole = item.answer_bytes if isinstance(item, Arrived) else len(json.dumps(item))
    except TypeError:  # bytes, which are text only on the wire
        return False
    kept = _BESIDE
    for record in records:
        entries = record.get("entries", {}).get("M", {})
        kept += (1 + len(entries)) * LARGEST_REFUND + _IDS * sum(map(len, entries)) + (0 if entries else whole)
    return whole + max(RESERVE, kept) <= most


def _reversals_size(record: Mapping[str, Any]) -> int:
    """Return the bytes of the reversals that a record may still get: of what is neither a void nor voided."""
    entries = {name: line.get("M", {}) for name, line in record.get("entries", {}).get("M", {}).items()}
    if not entries:
        # Older than the ledger: it counts as one entry, which its reversal writes out.
        return LARGEST_REFUND + _map_size(record)
    voided = {line["reverses"].get("S") for line in entries.values() if "reverses" in line}
    left = (name for name, line in entries.items() if "reverses" not in line and name not in voided)
    return sum(max(LARGEST_VOID + _IDS * len(name), LARGEST_REFUND) for name in left)


def _map_size(content: Mapping[str, Any]) -> int:
    """Return the bytes of a map. Rows are mostly maps of texts and measured at each read, hence the plain loop."""
    size = _CONTAINER
    for name, part in content.items():
        text = part.get("S")
        size += 1 + _text_size(name) + (value_size(part) if text is None else _text_size(text))
    return size


def _text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _number_size(number: str) -> int:
    return min(len(number) // 2 + 2, 21)
