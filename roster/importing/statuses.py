"""Recognises bookings that were cancelled, refunded or never made."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from roster.importing.headings import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BACK: Final = r"cancel\w*|void(?:ed)?|refund(?:ed|s)?|charge(?:d)?[ -]?back|reversed"
_MONEY_BACK: Final = re.compile(rf"\b(?:{_BACK})\b")
_GONE: Final = re.compile(
    rf"\b(?:{_BACK}|deleted|removed|declined|rejected|abandoned|expired|failed|no[ -]?show(?:ed|s)?|stop|draft|quote"
    r"|[ei]nquiry|wait(?:ing)?[ -]?list(?:ed)?|not (?:attending|coming|going)|did(?: not|n['’]t) (?:attend|show)\w*)\b"
)
_STAYS: Final = re.compile(
    r"\b(?:part(?:ial(?:ly)?|ly)?|un(?:cancel|refund)\w*|not (?:cancel|refund|void)\w*|non[ -]?refund\w*|no refund\w*"
    r"|refundable|(?:refund|cancel\w*) (?:requested|pending)|pending cancel\w*)\b"
)
_FLAGS: Final = frozenset(("cancelled", "canceled", "cancellation", "refunded", "void", "voided", "noshow"))
_NO_FLAG: Final = frozenset(
    ("policy", "fee", "fees", "reason", "amount", "protection", "insurance", "terms", "by", "total", "number", "status")
)
_NO: Final = frozenset(("no", "n", "false", "f", "0", "-", "–", "—", "none", "n/a", "na", "never", "active", "open"))
_REPLIES: Final = frozenset(("attending", "attend", "rsvp", "coming", "going", "joining"))
_NO_REPLY: Final = re.compile(r"no\b.*|n|not .*|false|declined?|regrets|can(?:not|['’]?t) .*")
_NUMBER: Final = re.compile(r"[^\d\w]*\d[\d.,]*[^\d]{0,4}")


class Statuses:
    """The columns with the state of each line's booking."""

    def __init__(self, headings: Sequence[str], *, named: Iterable[str] = (), chosen: int | None = None) -> None:
        known = {("state",), *(words(name) for name in named)}
        self._headings = headings
        self._states = [
            place
            for place, heading in enumerate(headings)
            if place == chosen or words(heading)[-1:] == ("status",) or words(heading) in known
        ]
        self._flags = [
            place for place, heading in enumerate(headings) if place not in self._states and _is_flag(words(heading))
        ]

        self._replies = [
            place
            for place, heading in enumerate(headings)
            if _REPLIES & set(words(heading)) and not {"how", "number", "many", "status"} & set(words(heading))
        ]

    def against(self, cells: Sequence[str]) -> str | None:
        """Return why a line's booking no longer exists, as the end of a sentence; None where it does."""
        for place in self._states:
            text = cells[place].casefold().replace("_", " ")
            money = {"payment", "paid"} & set(words(self._headings[place]))
            if (_MONEY_BACK if money else _GONE).search(text) and not _STAYS.search(text):
                return self._reason(cells, place)
        for place in self._flags:
            text = cells[place].casefold()
            if text and text not in _NO and not _STAYS.search(text) and not _amount_like(text):
                return self._reason(cells, place)
        return next(
            (self._reason(cells, at) for at in self._replies if _NO_REPLY.fullmatch(cells[at].casefold())), None
        )

    def _reason(self, cells: Sequence[str], place: int) -> str:
        return f"its “{self._headings[place]}” is “{cells[place][:40]}”"


def _is_flag(found: tuple[str, ...]) -> bool:
    marked = bool(_FLAGS & set(found)) or ("no", "show") in itertools.pairwise(found)
    return marked and not _NO_FLAG & set(found)


def _amount_like(text: str) -> bool:
    """Return whether a cell is an amount, as in a column `Refunded`, and not a mark or a date."""
    return text != "1" and _NUMBER.fullmatch(text) is not None
