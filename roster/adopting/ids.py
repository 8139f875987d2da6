"""The ids of an older system's payments in the ledger. They follow from the place and the content of each payment.

So a repeat writes nothing twice, and finds by the place what has changed since. The rows of the older system are never
altered, so nothing marks them as done (docs/adr/0056).
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from charter.kinds import OLD_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The fields of an old payment. Whatever else its map entry has does not count.
FIELDS: Final = ("amount", "timestamp", "method", "logged_by", "notes")
_PLACE, _CONTENT = 16, 24  # letters of each hash


def place_of(first_eid: str, row: str, patron_id: str) -> str:
    """Return the beginning of the ids of whatever is logged in that place. `first_eid` stays through every rename."""
    return f"{OLD_IDS}{_hash([first_eid, row, patron_id])[:_PLACE]}:"


def content_of(record: Mapping[str, Any]) -> str:
    """Return the end of the id: the same for the same five fields."""
    return _hash([_plain(record.get(name)) for name in FIELDS])[:_CONTENT]


def with_content(content: str, ids: Iterable[str]) -> list[str]:
    """Return the ids of lifted payments that have this content, from whatever place."""
    return [each for each in ids if each.startswith(OLD_IDS) and each.endswith(f":{content}")]


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return the value as JSON takes it. A number is the same however many zeros it was written with."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return value if value is None or isinstance(value, str | bool) else str(value)
