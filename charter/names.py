"""Names as people's eyes compare them: one normaliser for every place that compares or searches names.

Two names that fold alike look alike to a person. They may still belong to two people, so a caller that finds several
must ask and never pick one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Apostrophes of every kind, and the accents that people type in their place.
_APOSTROPHES: Final = "'’‘‛ʼʻʹʽˈ`´′＇՚Ꞌꞌ׳"
# Letters that Unicode does not decompose into a plain letter and a mark. `casefold` has already turned ß into ss.
_LETTERS: Final = {
    "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ȷ": "j",
    "ŋ": "n", "ĸ": "k", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ə": "e",
}  # fmt: skip
_BEFORE: Final = str.maketrans(dict.fromkeys(_APOSTROPHES))
_AFTER: Final = str.maketrans(_LETTERS)
# Marks that a reader may leave out: accents, Hebrew points, Arabic vowels. Vowel signs of Indic scripts and the voicing
# marks of Japanese make other names, so they stay.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_NOT_WORD: Final = re.compile(r"[^\w\u0900-\u0d7f\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3099\u309a]+|_")
# Letters by their category that show nothing: Hangul fillers, the braille blank, and their kin.
_BLANK: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# What stands behind a comma without being a first name.
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "esq", "md", "phd"})


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return `text` as it is compared: lower case, one space between words, without accents and punctuation.

    `O’Hara, Pat` and `PAT O'HARA` fold alike, and so do `Łukasz` and `lukasz`, `Anne–Marie` and `anne marie`. Invisible
    and direction marks count for nothing. Returns an empty text where nothing is left.
    """
    last, comma, first = text.partition(",")
    if comma and "," not in first:
        given, family = _folded(first), _folded(last)
        ordered = [family, given] if given in _SUFFIXES else [given, family]
        return " ".join(part for part in ordered if part)
    return _folded(text)


def same(one: str, other: str) -> bool:
    """Return whether two names look alike. Names of which nothing is left look like no other."""
    return bool(fold(one)) and fold(one) == fold(other)


def parts(text: str) -> list[str]:
    """Return the words of a folded name."""
    return fold(text).split()


def contains(query: str, text: str) -> bool:
    """Return whether each word of `query` stands somewhere in `text`, as a type-ahead searches."""
    folded = fold(text)
    return all(word in folded for word in parts(query))


def is_visible(text: str) -> bool:
    """Return whether a reader sees anything of `text`: a letter, digit, punctuation mark or sign that shows."""
    return any(unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK for letter in text)


def _folded(text: str) -> str:
    if text.isascii():
        plain = text.lower().translate(_BEFORE)
    else:
        shown = "".join(
            letter
            for letter in text.translate(_BEFORE)
            if letter not in _BLANK and unicodedata.category(letter) not in {"Cf", "Cs"}
        )
        lower = unicodedata.normalize("NFKC", shown).casefold().translate(_AFTER)
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", lower)).translate(_AFTER).translate(_BEFORE)
        plain = unicodedata.normalize("NFC", bare)
    return " ".join(_NOT_WORD.sub(" ", plain).split())
