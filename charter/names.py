"""Names as people compare them: one normaliser for every comparison and search of names.

Two names that fold alike are the same to a reader. They may still belong to two people, so a caller that finds several
must ask and never pick one. `web/dispatch/names.js` does the same on the dispatch page; a test compares the two.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

# Apostrophes of every kind, and the accents that people type in their place.
_APOSTROPHES: Final = "'`´’‘‚‛′‵❛❜＇｀ʹʻʼʽʾʿˈˊˋ՚׳ߴߵꞋꞌ\u0384\u1fbd\u1fbf\u1fcd\u1fce\u1fcf\u1fdd\u1fde\u1fdf\u1ffd\u1ffe"
# Letters that Unicode does not decompose into a plain letter and a mark. `casefold` has already turned ß into ss.
_LETTERS: Final = {
    "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ȷ": "j",
    "ŋ": "n", "ĸ": "k", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o",
    "ɵ": "o", "ɨ": "i", "ʉ": "u", "ƀ": "b", "ȼ": "c", "ɇ": "e", "ǥ": "g", "ƚ": "l", "ɫ": "l", "ɍ": "r", "ⱥ": "a",
    "ⱦ": "t", "ƶ": "z", "ɏ": "y", "ی": "ي", "ى": "ي", "ک": "ك",
}  # fmt: skip
# Letters and signs by their category that show an empty place, as a space does: Hangul fillers, the braille blank.
_BLANKS: Final = "\u115f\u1160\u2800\u3164\uffa0\ufffc\U00013441\U00013442\U0001d159"
# Letters by their category that show nothing and take no place.
_UNSEEN: Final = "\u17b4\u17b5"
_LONGER: Final = "\u0640"  # the Arabic stroke that only makes a word longer
_COMMAS: Final = "，﹐︐،、､︑﹑"

_BEFORE: Final = str.maketrans(dict.fromkeys(_APOSTROPHES + _UNSEEN + _LONGER) | dict.fromkeys(_BLANKS, " "))
_AFTER: Final = str.maketrans(_LETTERS)
_ONE_COMMA: Final = str.maketrans(dict.fromkeys(_COMMAS, ","))
# Marks that a reader may leave out: accents, Hebrew points, Arabic vowels, choices between forms of one sign. Vowel
# signs of Indic scripts and the voicing marks of Japanese make other names, so they stay.
_MARKS: Final = pattern(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u180b-\u180d\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
# Letters that show nothing by themselves and have their place behind letters of some scripts, or in an emoji.
_JOINERS: Final = "\u034f\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
# A run of what shows nothing, which pushes the words behind it out of sight.
_FILLERS: Final = pattern(rf"[{_JOINERS}\u00ad\u061c\u200b\u200e\u200f\u2060-\u2065\ufeff]{{2}}")
# What joins or chooses nothing: behind a space, or behind a letter of Europe.
_STRAY: Final = pattern(rf"(?:^|[\s!-~\u00a1-\u052f\u1e00-\u1fff])[{_JOINERS}]")
# What no name holds: tags, controls of scripts and of music, places that Unicode keeps for what shows nothing, and a
# run of letters of one font's own, which show nothing in another.
_FOREIGN: Final = pattern(
    "[\u2065\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\U00013430-\U00013440\U00013447-\U00013455\U00016fe4"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    "|[\ue000-\uf8ff\U000f0000-\U0010ffff]{4}"
)
# So many accents on one letter reach into the lines above and below.
_MOST_MARKS: Final = 8
_COPIED: Final = pattern("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_FILLED: Final = str.maketrans(dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_UNSEEN))
# Signs that separate the facts of a line, as this product's own lines do, and two letters like them between spaces.
_SEPARATORS: Final = pattern("[|¦·•‣․‧∙⋅∘●◦◉⚬⚫⬤⦁⦿⁃⁌⁍▪・･ꞏ᛫⸱⸳│┃┆┇┊┋╎╏║∣⏐❘❙❚‖｜￨︱\u0387\U00010101]|\\s[ǀᐧ]\\s")
_LINK: Final = pattern(r"[:\u02d0\u05c3\u2236\ua789]\s*(?:[/\\\u2044\u2215\u29f8]\s*){2}|\bwww\.", re.IGNORECASE)
_NAME_DOTS: Final = pattern(
    "(?<=[lL])·(?=[lL])|(?<=[\u3040-\u30ff\u3400-\u9fff])[·・･‧](?=[\u3040-\u30ff\u3400-\u9fff])"
)
_APART: Final = pattern(r"[\s,]+")
# ASCII letters folded, for the names that have no others: it takes a tenth of the time.
_ASCII: Final = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | {
    ord(letter): "" for letter in _APOSTROPHES if letter.isascii()
}
# What follows a comma without being a first name.
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "esq", "md", "m d", "phd", "ph d"})


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return `text` as it is compared: lower case, one space between words, without accents and punctuation.

    `O’Hara, Pat` and `PAT O'HARA` fold alike, and so do `Łukasz` and `lukasz`, `Anne–Marie` and `anne marie`. Invisible
    and direction marks count for nothing. Returns an empty text where no letter and no digit is left.
    """
    pieces = [folded for piece in text.translate(_ONE_COMMA).split(",") if (folded := _folded(piece))]
    suffixes = [piece for piece in pieces[1:] if piece in _SUFFIXES]
    named = [*pieces[:1], *(piece for piece in pieces[1:] if piece not in _SUFFIXES)]
    if len(named) == 2:  # noqa: PLR2004 - a last name, and a first name behind its comma
        named.reverse()
    return " ".join([*named, *suffixes])


def same(one: str, other: str) -> bool:
    """Return whether two names fold alike. A name that folds to nothing is like no other."""
    return bool(fold(one)) and fold(one) == fold(other)


def parts(text: str) -> list[str]:
    """Return the words of a folded name."""
    return fold(text).split()


def contains(query: str, text: str) -> bool:
    """Return whether each word of `query` is somewhere in `text`, as a type-ahead searches.

    A word with a dash in it is found as it was typed: `2026-11-2` is in `2026-11-23` and not in `2026-12-11`.
    """
    words = [folded for word in _APART.split(query.translate(_ONE_COMMA)) if (folded := fold(word))]
    if not words and is_visible(query):  # signs alone, like 🚤
        return query.strip() in text
    return all(word in fold(text) for word in words)


def listed(names: Sequence[str]) -> str:
    """Return `Dave, Ana and Bob`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def is_visible(text: str) -> bool:
    """Return whether a reader sees anything of `text`: a letter, digit, punctuation mark or sign that shows."""
    return any(
        unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANKS and letter not in _UNSEEN for letter in text
    )


def is_plain(text: str) -> bool:
    """Return whether a stranger's `text` can be a name: no link, no separator as our own lines have, no filler.

    One invisible letter may come with a copied name or join the parts of an emoji; a run of them is a filler. A dot
    between parts of a name, as in `奥黛丽·赫本` or `Marcel·la`, is no separator.
    """
    bare = without_unseen(text)
    if any(letter in _BLANKS or letter in _UNSEEN for letter in text) or _FOREIGN.search(text) or _STRAY.search(bare):
        return False
    if _FILLERS.search(text.replace("\ufe0f\u200d", "\u200d")) or _is_piled(text):
        return False
    compatible = unicodedata.normalize("NFKC", bare)
    return not _LINK.search(compatible) and not _SEPARATORS.search(_NAME_DOTS.sub("", bare))


def without_unseen(text: str) -> str:
    """Return `text` without the direction marks and invisible letters that copying brings along; fillers are spaces."""
    return _COPIED.sub("", text).translate(_FILLED)


def _is_piled(text: str) -> bool:
    """Return whether a letter carries more accents than any name's."""
    pile = 0
    for letter in text:
        pile = pile + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if pile > _MOST_MARKS:
            return True
    return False


def ascii_words(text: str) -> list[str]:
    """Return the words of `text` in the order given, in the letters a to z and digits that an id has.

    `Señor O’Brien` becomes `senor obrien`. Letters of other scripts are left out.
    """
    return re.findall("[a-z0-9]+", unicodedata.normalize("NFKD", _folded(text)).encode("ascii", "ignore").decode())


def _folded(text: str) -> str:
    """Return one piece of a name folded, its words in the order given."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    shown = "".join(letter for letter in text.translate(_BEFORE) if unicodedata.category(letter) not in {"Cf", "Cs"})
    lower = unicodedata.normalize("NFKC", shown).casefold().translate(_AFTER)
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", lower)).translate(_AFTER).translate(_BEFORE)
    plain = unicodedata.normalize("NFC", bare)
    words = "".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in plain).split()
    return " ".join(word for word in words if any(unicodedata.category(letter)[0] in "LN" for letter in word))
