"""Months as people write them: `2026-11`, `11/2026`, `november`, `nov 2025`, `last month`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from bot.understanding.vocabulary import MONTHS
from charter.moments import month_of, months_from
from charter.patterns import pattern
from charter.refusals import MonthMalformed

if TYPE_CHECKING:
    from datetime import date

_YEAR_FIRST: Final = pattern(r"(20[0-9]{2})[-/. ](0?[1-9]|1[0-2])")
_YEAR_LAST: Final = pattern(r"(0?[1-9]|1[0-2])[-/. ](20[0-9]{2})")
_YEAR: Final = pattern(r"20[0-9]{2}")
_SMALL: Final = frozenset({"month", "the", "of", "in", "for"})
_STEPS: Final = {"this": 0, "current": 0, "now": 0, "last": -1, "previous": -1, "prev": -1, "next": 1}
_MARKS: Final = ".,;:!?`'\"*_"


def asks_for_month(text: str) -> bool:
    """Return whether a command's words ask for a month: they begin with `month`, or are `last month`."""
    words = _words(text)
    return words[:1] == ["month"] or (words[1:] == ["month"] and words[0] in _STEPS)


def read_month(text: str, today: date) -> str:
    """Return the month that the words mean, `2026-11`; this one if they name none.

    A month without a year is the latest one that has begun. Raises MonthMalformed.
    """
    words = [word for word in _words(text) if word not in _SMALL]
    if not words:
        return month_of(today)
    said = " ".join(words)
    if said in _STEPS:
        return _of_step(_STEPS[said], today)
    if dated := _YEAR_FIRST.fullmatch(said):
        return f"{dated[1]}-{int(dated[2]):02}"
    if dated := _YEAR_LAST.fullmatch(said):
        return f"{dated[2]}-{int(dated[1]):02}"
    names = [MONTHS[word] for word in words if word in MONTHS]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    others = [word for word in words if word not in MONTHS and not _YEAR.fullmatch(word)]
    if len(names) != 1 or len(years) > 1 or others not in ([], ["last"]):
        raise MonthMalformed(" ".join(text.split()[1:] if _words(text)[0] == "month" else text.split()))
    if years:
        return f"{years[0]}-{names[0]:02}"
    begun = names[0] < today.month or (names[0] == today.month and not others)
    return f"{today.year if begun else today.year - 1}-{names[0]:02}"


def _of_step(step: int, today: date) -> str:
    return month_of(months_from(today, (step,))[0])


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [bare for word in plain.split() if (bare := word.strip(_MARKS))]
