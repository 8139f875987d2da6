"""Number of people in a party, from the words: `party of 4`, `4 people`, `2 adults 2 kids`, `4x125`."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.understanding.numbers import read_number
from bot.understanding.vocabulary import a_set
from charter.parties import LARGEST_PARTY
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understanding.words import Word

    _Pairs = list[tuple[int, str]]

_GROUPS: Final = a_set("party group family")
_PEOPLE: Final = a_set("people persons person ppl pax guests guest passengers tickets tix seats spots")
# Kinds of people that are counted separately and added up.
_KINDS: Final = a_set("adult adults kid kids child children")
_COUNTED: Final = _PEOPLE | _KINDS
_GLUED: Final = pattern(r"([0-9]{1,3})(people|ppl|pax|adults?|kids?)", re.IGNORECASE)
_TIMES: Final = frozenset({"x", "×", "*", "@"})
_PRODUCT: Final = pattern(r"([0-9]{1,2})[x×*@][$€£]?([0-9.,]+)", re.IGNORECASE)
# `4x125` is four people and `60x2` two; of numbers that are both small or both large neither surely counts people.
_MOST_TIMES: Final = 12


def party_in(words: Sequence[Word]) -> int:
    """Return the number of people in the party, this one included; 1 if the words do not clearly give it."""
    pairs = _pairs(words)
    said = {count for count in (_grouped(words), _counted(pairs), _together(pairs), _multiplied(words)) if count}
    (count,) = said if len(said) == 1 else (1,)
    return count if 1 <= count <= LARGEST_PARTY else 1


def _grouped(words: Sequence[Word]) -> int | None:
    """Return the number in `party of 4`, `family of five`."""
    for at in range(len(words) - 2):
        if words[at].key in _GROUPS and words[at + 1].key == "of":
            return _number(words[at + 2])
    return None


def _counted(pairs: _Pairs) -> int | None:
    """Return the number in `4 people`, `4pax`, `four tickets`."""
    return next((count for count, kind in pairs if kind in _PEOPLE), None)


def _together(pairs: _Pairs) -> int | None:
    """Return the sum of `2 adults 2 kids`."""
    return sum(count for count, kind in pairs if kind in _KINDS) or None


def _multiplied(words: Sequence[Word]) -> int | None:
    for at, word in enumerate(words):
        joined = word.bare
        if at + 2 < len(words) and words[at + 1].bare.casefold() in _TIMES:
            joined = "".join(each.bare for each in words[at : at + 3])
        if found := _PRODUCT.fullmatch(joined):
            other = found[2].replace(",", "").partition(".")[0]
            if 0 < int(found[1]) <= _MOST_TIMES and other.isdecimal() and int(other) > _MOST_TIMES:
                return int(found[1])
    return None


def _pairs(words: Sequence[Word]) -> _Pairs:
    """Return each number of people with the word for them."""
    glued = [(int(found[1]), found[2].casefold()) for word in words if (found := _GLUED.fullmatch(word.bare))]
    beside = [(_number(word), after.key) for word, after in pairwise(words) if after.key in _COUNTED]
    return glued + [(count, kind) for count, kind in beside if count is not None]


def _number(word: Word) -> int | None:
    if word.bare.isascii() and word.bare.isdigit() and len(word.bare) <= len(str(LARGEST_PARTY)):
        return int(word.bare)
    return read_number(word.key.split())
