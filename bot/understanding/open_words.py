"""Words behind `/payment-status open`: a month, words of an event's id, and the name of a patron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.understanding.vocabulary import FILLERS, MONTHS
from bot.understanding.words import split_words
from charter.frozen import dataclass
from charter.moments import months_from
from charter.names import ascii_words
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.understanding.words import Word

OPEN: Final = "open"

_YEAR_FIRST: Final = pattern(r"(20[0-9]{2})[-/.](0?[1-9]|1[0-2])")
_YEAR_LAST: Final = pattern(r"(0?[1-9]|1[0-2])[-/.](20[0-9]{2})")
_YEAR: Final = pattern(r"20[0-9]{2}")
_STEPS: Final = {"last": -1, "this": 0, "next": 1}
_DATE: Final = len("2026-05-23")
_SHORTEST_BEGINNING: Final = 3


@dataclass(frozen=True, slots=True)
class OpenWords:
    """The filter that the words ask for. `year` and `month` are of the event's day; without a year, of every year."""

    year: int | None = None
    month: int | None = None
    month_said: str = ""
    words: tuple[Word, ...] = ()
    """The other words, which name an event or a patron."""

    def takes(self, day: date | None) -> bool:
        """Return whether an event of that day is of the month, if one is asked for."""
        wanted = ((self.year, day and day.year), (self.month, day and day.month))
        return all(value is None or value == of for value, of in wanted)


def asks_for_open(text: str) -> bool:
    """Return whether the words of a command begin with `open`."""
    return [word.key for word in split_words(text)[:1]] == [OPEN]


def read_open(text: str, today: date) -> OpenWords:
    """Return what the words behind `open` ask for. A quoted word is never a month."""
    words = [word for word in split_words(text)[1:] if word.quoted or word.key not in FILLERS - _STEPS.keys()]
    for place in range(len(words)):
        for length in (2, 1):
            said = words[place : place + length]
            found = None if len(said) < length or any(word.quoted for word in said) else _month(said, today)
            if found is not None:
                rest = (*words[:place], *words[place + length :])
                return OpenWords(found[0], found[1], " ".join(word.bare for word in said), rest)
    return OpenWords(words=tuple(words))


def fits_event(word: Word, eid: str) -> bool:
    """Return whether the word is the id, its date, or begins one of its other words."""
    typed, parts = (word.eid or word.bare).casefold(), ascii_words(eid[_DATE:])
    if len(typed) >= _DATE and eid.casefold().startswith(typed):
        return True
    return any(begins(key, parts) for key in word.keys)


def begins(key: str, parts: Sequence[str]) -> bool:
    """Return whether a folded word begins one of the parts. A short word must be a whole part."""
    return key in parts or (len(key) >= _SHORTEST_BEGINNING and any(part.startswith(key) for part in parts))


def _month(said: Sequence[Word], today: date) -> tuple[int | None, int | None] | None:
    """Return year and month that one word or two mean; None where they mean no month."""
    keys = [word.bare.casefold() for word in said]
    if len(keys) == 1:
        for pattern, year, month in ((_YEAR_FIRST, 1, 2), (_YEAR_LAST, 2, 1)):
            if dated := pattern.fullmatch(keys[0]):
                return int(dated[year]), int(dated[month])
        if _YEAR.fullmatch(keys[0]):
            return int(keys[0]), None
        return (None, MONTHS[keys[0]]) if keys[0] in MONTHS else None
    if keys[1] == "month" and keys[0] in _STEPS:
        (first,) = months_from(today, (_STEPS[keys[0]],))
        return first.year, first.month
    for name, year_said in (keys, keys[::-1]):
        if name in MONTHS and _YEAR.fullmatch(year_said):
            return int(year_said), MONTHS[name]
    return None
