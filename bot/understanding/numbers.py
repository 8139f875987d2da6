"""Numbers in words, up to a thousand: `sixty`, `a hundred`, `one hundred twenty five`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


def _in_order(words: str) -> list[str]:
    return words.split()


_ONES: Final = {
    name: number
    for number, name in enumerate(_in_order("one two three four five six seven eight nine"), start=1)
}  # fmt: skip
_TEENS: Final = {
    name: number
    for number, name in enumerate(
        _in_order("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"), start=10
    )
}
_TENS: Final = {
    name: 10 * number
    for number, name in enumerate(_in_order("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
} | {"fourty": 40}
_SCALES: Final = frozenset({"hundred", "thousand"})
_NUMBERS: Final = {**_ONES, **_TEENS, **_TENS}

LARGEST: Final = 1000


def is_number_word(word: str) -> bool:
    """Return whether a folded word is a number or part of one; of `sixty five`, each."""
    return word in _NUMBERS or word in _SCALES


def read_number(words: Sequence[str]) -> int | None:
    """Return the number that all the folded words name together, up to a thousand; None if they name none."""
    left = [word for word in words if word != "and"]
    if left[-1:] == ["thousand"]:
        return LARGEST if left[:-1] in (["one"], ["a"], []) else None
    if "hundred" not in left:
        return _below_a_hundred(left)
    at = left.index("hundred")
    hundreds = 1 if left[:at] in ([], ["a"]) else _ONES.get(left[0]) if at == 1 else None
    beyond = 0 if not left[at + 1 :] else _below_a_hundred(left[at + 1 :])
    return None if hundreds is None or beyond is None else 100 * hundreds + beyond


def _below_a_hundred(words: Sequence[str]) -> int | None:
    match words:
        case [word]:
            return _NUMBERS.get(word)
        case [ten, one] if ten in _TENS and one in _ONES:
            return _TENS[ten] + _ONES[one]
        case _:
            return None
