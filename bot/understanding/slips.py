"""Words that may be money but are no plain number: `62,5`, `125cash`, `cash:120`, `a grand`, `twenties`, `$`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.understanding.vocabulary import a_set
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understanding.words import Word

_PRICE: Final = pattern(r"\(?@[$€£]?[0-9.,]+\)?")
# Numbers that are no money: `3pm`, `1:30`, `2nd`, `#12`, `4pax`, a telephone number, half of something.
_OTHER: Final = pattern(
    r"[0-9]{1,2}(?::[0-9]{2})?(?:am|pm|h)|[0-9]{1,2}:[0-9]{2}|[0-9]+(?:st|nd|rd|th)|#[0-9]+|1/2|"
    r"[0-9]+(?:x|pax|ppl|people|adults?|kids?|min|mins|hrs?|yo|yrs?|ft)|\+?[0-9]{1,3}(?:[-.][0-9]{3,4}){2,3}",
    re.IGNORECASE,
)
_DIGITS_FIRST: Final = pattern(r"[^\w]*\d")
# `I20` and `l20`, typed for 120.
_LETTERS_FOR_DIGITS: Final = pattern(r"[$€£]?[IlO|][0-9IlO.,]+")
_LABELLED: Final = pattern(r"([^\W\d_]{2,})[:=;|/+,]+[$€£]?\.?[0-9].*")
_GLUED: Final = pattern(r"(?:cash|card|venmo|zelle|paid|pays|amount|amt)[-_.]?[$€£]?[0-9].*", re.IGNORECASE)
_SIGNS: Final = frozenset("$€£¥")

# Bank notes, which with a number make an amount.
NOTES: Final = a_set("twenties fifties hundreds tens fives tenner tenners fiver fivers")


def starts_with_digits(word: Word) -> bool:
    """Return whether the word begins with a digit, marks before it ignored."""
    return _DIGITS_FIRST.match(word.bare) is not None


def is_slip(words: Sequence[Word], at: int, *, counted: frozenset[str]) -> bool:
    """Return whether the word may be money but gives no clear amount.

    A number after one of the words in `counted`, as in `seat:12`, is no money.
    """
    bare, key = words[at].bare, words[at].key
    if labelled := _LABELLED.fullmatch(bare):
        return labelled[1].casefold() not in counted
    if key in NOTES or _GLUED.fullmatch(bare):
        return True
    if key == "grand":
        before = words[at - 1] if at else None
        return before is not None and (before.key in {"a", "one", "two"} or starts_with_digits(before))
    looks_numeric = starts_with_digits(words[at]) or (
        _LETTERS_FOR_DIGITS.fullmatch(bare) and any(map(str.isdigit, bare))
    )
    return bool(looks_numeric) and _OTHER.fullmatch(bare) is None


def is_slip_in_words(word: Word) -> bool:
    """Return whether the word may be a slip although it has no digit."""
    return word.bare in _SIGNS or word.key in NOTES or word.key == "grand"


def is_price(word: Word) -> bool:
    """Return whether the word is a price for each, as in `4 seats @125`."""
    return "@" in word.raw and _PRICE.fullmatch(word.raw) is not None


def is_sign_alone(word: Word) -> bool:
    """Return whether the word is a currency's sign without a number."""
    return word.bare in _SIGNS
