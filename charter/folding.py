"""Old months of a hand in one number each: a person who takes cash for years must not fill a row of the books.

A hand has a number for each trip and each hand-over, see charter.books. Money goes out the oldest first, so nobody asks
from which trip of last winter it came. Once a hand has many numbers, those that are older than three months become one
for each month, and those of the years before the last one become one for each year, under keys like
`("taken", "USD", "cash", "2026-03")`. The sums stay what they are, and later changes of such a trip go into its month.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from charter.books import HAND, TAKEN, without_zeros
from charter.cash import GIVEN, RECEIVED
from charter.edits import moment_of

if TYPE_CHECKING:
    from charter.books import Key, Sums

MOST: Final = 200
"""Numbers of a hand from which on old months are folded: some 8 of the 400 KB that a row may have."""

_KEPT: Final = timedelta(days=92)
_ATTRIBUTES: Final = {TAKEN, GIVEN, RECEIVED}
_PARTS: Final = 4
_MONTH: Final = 7  # letters of 2026-03
_YEAR: Final = 4
_PERIOD: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
_DATED: Final = re.compile(r"([0-9]{4}-[0-9]{2})-[0-9]{2}")

Folds = tuple[str, str]
"""The last year and the last month that are folded; empty texts where none is."""


def is_period(source: str) -> bool:
    """Return whether a source of money is a whole month or year."""
    return _PERIOD.fullmatch(source) is not None


def folded(name: str, sums: Sums, *, today: date) -> Sums:
    """Return the sums of a row of the books as they are written. Only a hand with many numbers is folded."""
    if not name.startswith(HAND):
        return sums
    year, month = _folds(sums)
    if len(sums) > MOST:
        year, month = max(year, f"{today.year - 2:04}"), max(month, f"{today - _KEPT:%Y-%m}")
    return _fold(sums, (year, month))


def folded_as(name: str, sums: Sums, other: Sums) -> Sums:
    """Return the sums of a row with the same months and years folded as in `other`."""
    return _fold(sums, _folds(other)) if name.startswith(HAND) else sums


def _folds(sums: Sums) -> Folds:
    periods = [key[-1] for key in sums if key[0] in _ATTRIBUTES and is_period(key[-1])]
    year = max((each for each in periods if len(each) == _YEAR), default="")
    return year, max((each for each in periods if len(each) == _MONTH), default="")


def _fold(sums: Sums, folds: Folds) -> Sums:
    if not any(folds):
        return sums
    found: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for key, value in sums.items():
        folding = len(key) == _PARTS and key[0] in _ATTRIBUTES
        found[(*key[:-1], _period_of(key[-1], folds)) if folding else key] += value
    return without_zeros(found)


def _period_of(source: str, folds: Folds) -> str:
    """Return the year or month into which a source is folded; the source itself where it stays."""
    month = _month_of(source)
    year, until = folds
    if month and month[:_YEAR] <= year:
        return month[:_YEAR]
    return month if month and month <= until else source


def _month_of(source: str) -> str:
    """Return the month of an event or of a hand-over by its id, and a folded one; an empty text where it says none."""
    if is_period(source):
        return source
    if dated := _DATED.match(source):
        return dated[1]
    try:
        return f"{moment_of(source):%Y-%m}"
    except ValueError:
        return ""
