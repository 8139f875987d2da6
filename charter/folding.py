"""Old years of a hand in one number each: a person who takes cash for years must not fill a row of the books.

A hand has a number for each trip and each hand-over, see charter.books. Money goes out the oldest first, so nobody asks
from which trip of years ago it came. Once a hand has many numbers, those of the years before the last one become one
number for each attribute, currency, method and year: `("taken", "USD", "cash", "2024")`. The sums stay what they are,
and later changes of such a trip go into its year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from charter.books import HAND, TAKEN, without_zeros
from charter.cash import GIVEN, RECEIVED
from charter.edits import moment_of

if TYPE_CHECKING:
    from charter.books import Key, Sums

MOST: Final = 1_000
"""Numbers of a hand from which on old years are folded: some 40 of the 400 KB that a row may have."""

_ATTRIBUTES: Final = {TAKEN, GIVEN, RECEIVED}
_PARTS: Final = 4
_YEAR: Final = re.compile(r"[0-9]{4}")
_DATED: Final = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}")


def is_year(source: str) -> bool:
    """Return whether a source of money is a whole year."""
    return _YEAR.fullmatch(source) is not None


def folded(name: str, sums: Sums, *, year: int) -> Sums:
    """Return the sums of a row of the books to be written in this year. Only a hand with many numbers is folded."""
    if not name.startswith(HAND):
        return sums
    until = _folded_until(sums)
    return _fold(sums, max(until, f"{year - 2}") if len(sums) > MOST else until)


def folded_as(name: str, sums: Sums, other: Sums) -> Sums:
    """Return the sums of a row with the same years folded as in `other`."""
    return _fold(sums, _folded_until(other)) if name.startswith(HAND) else sums


def _folded_until(sums: Sums) -> str:
    """Return the last year that is folded; an empty text where none is."""
    return max((key[-1] for key in sums if key[0] in _ATTRIBUTES and is_year(key[-1])), default="")


def _fold(sums: Sums, until: str) -> Sums:
    if not until:
        return sums
    found: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for key, value in sums.items():
        year = _year_of(key[-1]) if len(key) == _PARTS and key[0] in _ATTRIBUTES else ""
        found[(*key[:-1], year) if year and year <= until else key] += value
    return without_zeros(found)


def _year_of(source: str) -> str:
    """Return the year of an event or of a hand-over by its id; an empty text where it says none."""
    if is_year(source):
        return source
    if dated := _DATED.match(source):
        return dated[1]
    try:
        return f"{moment_of(source).year:04}"
    except ValueError:
        return ""
