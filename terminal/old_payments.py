"""The content of an older system's payment, by which both command lines know it again.

`roster payments adopt` ends an entry's id with it, and `infra survey` looks for that end. Pure.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFTED: Final = "old:"
"""The ids of lifted payments begin like this."""
# The fields of an old payment. Whatever else its map entry has does not count.
FIELDS: Final = ("amount", "timestamp", "method", "logged_by", "notes")
_CONTENT: Final = 24  # letters of the hash


def content_of(record: Mapping[str, Any]) -> str:
    """Return the end of the id: the same for the same five fields."""
    return hashed([_plain(record.get(name)) for name in FIELDS])[:_CONTENT]


def hashed(parts: list[Any]) -> str:
    """Return the hash of texts, numbers and lists of them."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return the value as JSON takes it. A number is the same however many zeros it was written with."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return value if value is None or isinstance(value, str | bool) else str(value)
