"""Parses the size of a party: `4`, `4 adults`, `2 adults, 1 child`, `Adult x 2`, `party of 4`, `4 pax`."""

from __future__ import annotations

import re
from typing import Final

from charter.parties import check_party
from roster.importing.problems import Unreadable

_ALL: Final = (
    "people|persons?|pax|guests?|passengers?|customers?|participants?|attendees?|tickets?|seats?|in party|total"
)
_SOME: Final = (
    r"adults?|child(?:ren)?|kids?|infants?|bab(?:y|ies)|toddlers?|seniors?|youths?|teens?|students?|juniors?|minors?"
)
_COUNT_FIRST: Final = re.compile(rf"(?:party of |group of )?(\d{{1,4}})(?:\.0+)?\s*[x×]?\s*({_ALL}|{_SOME})?")
_COUNT_LAST: Final = re.compile(rf"({_ALL}|{_SOME})\s*[x×:=]?\s*(\d{{1,4}})")
_WITH_PARTS: Final = re.compile(r"([^()]*\d[^()]*)\(([^()]*\d[^()]*)\)")
_AND: Final = re.compile(r"\s*(?:[,;&/\n]|\+(?=\s*\d+\s*[a-z])|\band\b)\s*")


def read_party(text: str) -> int:
    """Return the number of people in a cell, children included. Raises Unreadable and PartyMalformed."""
    bare = " ".join(text.casefold().split())
    count = _counted(re.sub(r"(?<=[a-z])\s*\([^()]*\)", "", bare))
    if count is None and (parts := _WITH_PARTS.fullmatch(bare)):
        whole, named = _counted(parts[1].strip()), _counted(parts[2].strip())
        count = whole if whole == named else None
    if count is None:
        raise Unreadable(f"“{text.strip()[:40]}” is not a number of people. Write one like 4.")
    return check_party(str(count))


def _counted(text: str) -> int | None:
    parts = _AND.split(text)
    counts, kinds = [], []
    for part in parts:
        first, last = _COUNT_FIRST.fullmatch(part), _COUNT_LAST.fullmatch(part)
        if first:
            counts.append(int(first[1]))
            kinds.append(first[2] or "")
        elif last:
            counts.append(int(last[2]))
            kinds.append(last[1])
        else:
            return None
    # `4 people, 2 adults` may be 4 or 6.
    clear = len(parts) == 1 or (all(re.fullmatch(_SOME, kind) for kind in kinds) and len(set(kinds)) == len(kinds))
    return sum(counts) if clear else None
