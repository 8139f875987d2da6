"""The ids of an older system's payments in the ledger. They follow from the place and the content of each payment.

So a repeat writes nothing twice, and finds by the place what has changed since. The rows of the older system are never
altered, so nothing marks them as done (docs/adr/0056).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.kinds import OLD_IDS
from terminal.old_payments import content_of as content_of  # noqa: PLC0414 - the other half of the id
from terminal.old_payments import hashed

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLACE = 16  # letters of the hash


def place_of(first_eid: str, row: str, patron_id: str) -> str:
    """Return the beginning of the ids of whatever is logged in that place. `first_eid` stays through every rename."""
    return f"{OLD_IDS}{hashed([first_eid, row, patron_id])[:_PLACE]}:"


def with_content(content: str, ids: Iterable[str]) -> list[str]:
    """Return the ids of lifted payments that have this content, from whatever place."""
    return [each for each in ids if each.startswith(OLD_IDS) and each.endswith(f":{content}")]
