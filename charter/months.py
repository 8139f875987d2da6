"""A month of the books: its totals, the one before, what is open, and the summary that is frozen when it is closed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping  # noqa: TC003 - a dataclass field
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from charter import books
from charter.frozen import dataclass
from charter.moments import month_of, months_from, utc
from charter.money import CENT, ZERO, plain_amount
from charter.refusals import BooksNotCompared, MonthMalformed, MonthNotOver

if TYPE_CHECKING:
    from charter.books import Key, Sums

FORMAT: Final = 1

_FIRST_YEAR: Final = 1000  # months are compared as texts

_COUNTS: Final = (books.ENTRIES,)
_MONTHLY: Final = (books.BY_METHOD, books.BY_HAND, books.BY_EVENT)


@dataclass(frozen=True, slots=True)
class Closed:
    """The summary of a closed month, frozen once. `text` is its canonical JSON, and `sha256` the hash of that."""

    month: str
    at: datetime
    by: str
    text: str
    sha256: str

    @property
    def sums(self) -> Sums:
        """The month's sums as they were. Raises ValueError where the text is not one that `freeze` made."""
        return _thawed(self.text)


@dataclass(frozen=True, slots=True)
class BookedMonth:
    """A month as the books have it now. The keys of `sums`, `before` and `open` lack the name of their row.

    `before` are the sums of the month before. `compared` is False while `roster rebuild` was never run on the table, so
    that payments may be missing which are older than the books.
    """

    month: str
    sums: Sums = field(default_factory=dict)
    before: Sums = field(default_factory=dict)
    open: Sums = field(default_factory=dict)
    closed: Closed | None = None
    compared: bool = False

    @property
    def since_closed(self) -> Sums:
        """The sums of entries that were added since the month was closed. Its summary has no hand-overs of cash."""
        logged = {key: value for key, value in self.sums.items() if key[0] in _MONTHLY}
        return books.difference(logged, self.closed.sums) if self.closed else {}


@dataclass(frozen=True, slots=True)
class Overview:
    """The books for the office today. `waiting` has the events of which something waits for a person."""

    month: str
    sums: Sums
    open: Sums
    waiting: Mapping[str, WaitingWork]
    compared: bool


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """The work on one event that waits for a person: signatures of nobody known, and requests to void an entry."""

    unmatched: int
    void_requests: int


def first_day(month: str) -> date:
    """Return the first day of a month from the year 1000 on: `2026-11`. Raises MonthMalformed for any other text."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise MonthMalformed(month) from None
    if day.year < _FIRST_YEAR:
        raise MonthMalformed(month)
    return day


def next_to(month: str, steps: int) -> str:
    """Return the month so many steps later, or earlier where negative; an empty text outside the calendar."""
    found = months_from(first_day(month), (steps,))
    return month_of(found[0]) if found and found[0].year >= _FIRST_YEAR else ""


def name_of(month: str, *, year: bool = True) -> str:
    """Return `November 2026`, or `November`."""
    return f"{first_day(month):%B %Y}" if year else f"{first_day(month):%B}"


def is_over(month: str, now: datetime) -> bool:
    """Return whether the month is over at `now`, which is in the boat's zone."""
    return month < month_of(now)


def freeze(found: BookedMonth, *, at: datetime, by: str) -> Closed:
    """Return the summary of a month that `by` closes at `at`, which is in the boat's zone.

    The same sums give the same text. Raises MonthNotOver, BooksNotCompared.
    """
    if not is_over(found.month, at):
        raise MonthNotOver(name_of(found.month))
    if not found.compared:
        raise BooksNotCompared
    content = {
        "format": FORMAT,
        "month": found.month,
        "closed": {"at": utc(at), "by": by},
        **{name: _plain(found.sums, name) for name in _MONTHLY},
        "open": {name: _plain_open(found.open, name) for name in (books.OWED, books.BACK)} | _credit(found.open),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Closed(found.month, at, by, text, sha256_of(text))


def sha256_of(text: str) -> str:
    """Return the hash of a summary's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def open_by_currency(sums: Sums, attribute: str) -> dict[str, dict[str, Decimal]]:
    """Return what is owed, or must go back, by currency and event, the largest amount first."""
    found: dict[str, dict[str, Decimal]] = {}
    for (name, *rest), value in sorted(sums.items(), key=lambda each: (-each[1], each[0])):
        if name == attribute and len(rest) == 2:  # noqa: PLR2004 - currency and event
            found.setdefault(rest[0], {})[rest[1]] = value
    return found


def waiting_in(rows: Mapping[str, Sums]) -> dict[str, WaitingWork]:
    """Return what waits, by event, in rows of the books by their names. It is in the order of the events' ids."""
    counts: dict[str, dict[str, int]] = {}
    for name, sums in rows.items():
        if name.startswith(books.WAITING):
            for key, value in sums.items():
                if len(key) == 2:  # noqa: PLR2004 - attribute and event
                    counts.setdefault(key[1], {})[key[0]] = int(value)
    return {
        eid: WaitingWork(each.get(books.UNMATCHED, 0), each.get(books.VOID_REQUESTS, 0))
        for eid, each in sorted(counts.items())
        if each.get(books.UNMATCHED) or each.get(books.VOID_REQUESTS)
    }


def _plain(sums: Sums, attribute: str) -> dict[str, dict[str, dict[str, str | int]]]:
    tree: dict[str, dict[str, dict[str, str | int]]] = {}
    for (name, *rest), value in sorted(sums.items()):
        if name == attribute and len(rest) == 3:  # noqa: PLR2004 - currency, name, kind
            currency, whose, kind = rest
            plain: str | int = int(value) if kind in _COUNTS else plain_amount(value)
            tree.setdefault(currency, {}).setdefault(whose, {})[kind] = plain
    return tree


def _plain_open(sums: Sums, attribute: str) -> dict[str, str]:
    by_currency = open_by_currency(sums, attribute)
    return {currency: plain_amount(sum(each.values(), ZERO)) for currency, each in by_currency.items()}


def _credit(sums: Sums) -> dict[str, dict[str, str]]:
    """Return what is kept as credit. A month without any has the text that it had before there were credits."""
    kept = _plain_open(sums, books.CREDIT)
    return {books.CREDIT: kept} if kept else {}


def _thawed(text: str) -> dict[Key, Decimal]:
    content = json.loads(text)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(text[:100])
    sums: dict[Key, Decimal] = {}
    try:
        for attribute in _MONTHLY:
            for currency, names in content[attribute].items():
                for name, kinds in names.items():
                    for kind, value in kinds.items():
                        number = Decimal(value)
                        sums[attribute, currency, name, kind] = number if kind in _COUNTS else number.quantize(CENT)
    except (KeyError, AttributeError, TypeError, InvalidOperation) as error:
        raise ValueError(text[:100]) from error
    return sums
