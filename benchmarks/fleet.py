"""Rows of a boat's events by the ten thousands, with the books that follow from them, for the stand-in of the table.

The product's own code makes the parts: entries, what each event contributes to the books, and the shape of their rows.
Events of one month share their rosters and ledgers, so 100,000 of them fit into memory. All of this needs the standard
library alone, because it runs in the stand-in's process.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from adapters.attribute_values import from_wire, to_wire
from adapters.rows import entry_line, read_event, read_taking
from charter import books, cash
from charter.edits import ulid
from charter.folding import folded
from charter.moments import month_of, utc
from charter.payments import HEADLINE, Entry, Kind, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE: Final = ZoneInfo("America/Los_Angeles")
AHEAD: Final = 365
"""Days ahead that have trips. The past has as many days as it takes."""
CHANNELS: Final = ("C0CORY", "C0DOCK")
HANDS: Final = ("slack:U0DANA", "slack:U0MARCO", "web:U0OLIVIA")
PATRONS: Final = ("Alma Abbott", "Boris Bianchi", "Celia Castillo", "Derek Dunne", "Esther Eriksen", "Felix Fontaine")

_NAMESPACE: Final = uuid.UUID("5ca1ab1e-0000-4000-8000-000000000000")
_METHODS: Final = ("cash", "venmo", "card", "zelle", "cash")
_WORDS: Final = ("sunrise", "morning", "afternoon", "sunset", "night", "whales", "harbor", "islands", "charter", "race")
_PRICE: Final = Decimal("125.00")
_OPEN_ONE_IN: Final = 100  # past events of which somebody never paid
_PAID_AHEAD: Final = 14  # days before a trip on which the first pay
_PAYING: Final = {"paid": 6, "owing": 5, "coming": 2, "unpaid": 0}
_EID: Final = "2000-01-01-event"  # stands in for an event's id in what all events of one kind and month have in common

Wire = dict[str, Any]
Sort = tuple[str, str, str]
"""The kind of an event, the month in which its entries were logged, and the month in which it starts."""


@dataclass
class BoatEvents:
    """The events of one boat around a day, which only become more. `today` is an ISO date."""

    today: str
    per_day: int = 4
    _count: int = 0
    _sorts: Counter[Sort] = field(default_factory=Counter)
    _of_events: defaultdict[str, dict[books.Key, Decimal]] = field(default_factory=lambda: defaultdict(dict))

    def eid(self, number: int) -> str:
        """Return the id of the event with this number: the first are of today, then tomorrow, yesterday, and so on."""
        place = number % self.per_day
        return f"{self._day(number).isoformat()}-{_WORDS[place % len(_WORDS)]}{place // len(_WORDS) or ''}"

    def grown(self, count: int) -> Iterator[Wire]:
        """Yield rows on the wire until there are `count` events: the events' own, and those of the books.

        The contribution of an event that is older than two years is left out: only `rebuild` would read it.
        """
        since, changed = month_of(date.fromisoformat(self.today) - timedelta(days=2 * AHEAD)), set[str]()
        for number in range(self._count, count):
            row = self.row(number)
            yield row
            eid, sort = row["eid"]["S"], (*self._kind(number), row["month"]["S"])
            if sort[2] >= since:
                yield json.loads(_contribution_row(sort).replace(_EID, eid))
            self._sorts[sort] += 1
            for name, before, after, value in _of_one_event(sort):
                self._of_events[name][*before, eid, *after] = value
            changed.update(name for name, *_ in _contribution(sort))
        self._count = max(self._count, count)
        yield {**_keys("#books", "compared"), "at": {"S": "2020-01-01T00:00:00+00:00"}}
        totals = self._totals()
        today = date.fromisoformat(self.today)
        yield from (_books_row(name, folded(name, totals[name], today=today)) for name in sorted(changed))

    def row(self, number: int) -> Wire:
        """Return the own row of an event on the wire."""
        eid, day = self.eid(number), self._day(number)
        start = datetime(day.year, day.month, day.day, 8 + number % self.per_day % 12, tzinfo=ZONE)
        return {
            **_keys(eid, "#event"),
            "title": {"S": f"Captain Cory, {eid[11:]}"},
            "starts_at": {"S": start.isoformat()},
            "status": {"S": "scheduled"},
            "month": {"S": day.isoformat()[:7]},
            "channel": {"S": CHANNELS[number % len(CHANNELS)]},
            "price": {"N": str(_PRICE)},
            "currency": {"S": "USD"},
            **_money(*self._kind(number)),
        }

    def _kind(self, number: int) -> tuple[str, str]:
        """Return the kind of an event, and the month in which its entries were logged."""
        day, today = self._day(number), date.fromisoformat(self.today)
        if day > today:
            return ("coming" if (day - today).days <= _PAID_AHEAD else "unpaid"), self.today[:7]
        return ("owing" if number % _OPEN_ONE_IN == 0 else "paid"), day.isoformat()[:7]

    def _day(self, number: int) -> date:
        turn = number // self.per_day
        steps = AHEAD - turn if turn > 2 * AHEAD else (turn + 1) // 2 * (1 if turn % 2 else -1)
        return date.fromisoformat(self.today) + timedelta(days=steps)

    def _totals(self) -> dict[str, dict[books.Key, Decimal]]:
        """Return the totals of the books by the names of their rows."""
        totals = defaultdict(dict, {name: dict(sums) for name, sums in self._of_events.items()})
        for sort, count in self._sorts.items():
            for (name, *key), value in _contribution(sort).items():
                if _EID not in key:
                    row = totals[name]
                    row[tuple(key)] = row.get(tuple(key), Decimal(0)) + value * count
        for name in [name for name in totals if name.startswith(books.HAND)]:
            self._hand_over(totals[name])
        return totals

    def _hand_over(self, hand: dict[books.Key, Decimal]) -> None:
        """Let a person have handed over all cash of the months before this one, at the end of each month."""
        given: defaultdict[books.Key, Decimal] = defaultdict(Decimal)
        for (_, currency, method, eid), value in hand.items():
            if eid[:7] < self.today[:7]:
                given[cash.GIVEN, currency, method, _hand_over_id(eid[:7])] += value
        hand.update(given)


@cache
def _money(kind: str, month: str) -> Wire:
    """Return roster, ledgers and ids of an event of a kind whose entries were logged in this month, on the wire."""
    payments: dict[str, Any] = {}
    ids = set[str]()
    for place, name in enumerate(PATRONS[: _PAYING[kind]]):
        entry = Entry(
            payment_id=uuid.uuid5(_NAMESPACE, f"{kind}/{month}/{place}").hex,
            kind=Kind.PAYMENT,
            amount=_PRICE,
            method=_METHODS[place % len(_METHODS)],
            logged_by=HANDS[place % len(HANDS)],
            timestamp=datetime.fromisoformat(f"{month}-01T20:00:00+00:00") + timedelta(minutes=place),
            source=Source.SLACK,
        )
        line = entry_line(entry)
        payments[_id(name)] = {
            "amount": entry.amount,
            **{each: line[each] for each in HEADLINE if each in line},
            "entries": {entry.payment_id: line},
        }
        ids.add(entry.payment_id)
    roster = {
        _id(name): {"name": name, "party": 1, "due": _PRICE, "email": f"{_id(name)}@example.com"} for name in PATRONS
    }
    texts = {"payment_ids": to_wire(ids)} if ids else {}
    return {"patrons": to_wire(roster), "payments": to_wire(payments), **texts}


@cache
def _contribution(sort: Sort) -> dict[books.Key, Decimal]:
    """Return what one event contributes to the books, with _EID for its id."""
    kind, logged, month = sort
    start = datetime.fromisoformat(f"{month}-15T20:00:00+00:00")
    row = from_wire(
        {**_keys(_EID, "#event"), "starts_at": {"S": utc(start)}, "price": {"N": str(_PRICE)}, **_money(kind, logged)}
    )
    event = replace(read_event(row, zone=ZONE, currency="USD"), signatures={})
    return books.contribution(read_taking(row, currency="USD"), eid=_EID, event=event, zone=ZONE)


@cache
def _of_one_event(sort: Sort) -> tuple[tuple[str, books.Key, books.Key, Decimal], ...]:
    """Return the part of the contribution whose keys name the event: a row, a key around the id, and the sum."""
    named = [(key[0], key[1:], value) for key, value in _contribution(sort).items() if _EID in key]
    return tuple((name, key[: key.index(_EID)], key[key.index(_EID) + 1 :], value) for name, key, value in named)


@cache
def _contribution_row(sort: Sort) -> str:
    """Return the row of the books for one event as JSON, with _EID for its id."""
    sums = {("sums", *key): value for key, value in _contribution(sort).items()}
    return json.dumps(_books_row(f"event:{_EID}", sums))


def _books_row(name: str, sums: books.Sums) -> Wire:
    wire = {attribute: to_wire(value) for attribute, value in books.nested(sums).items()}
    return {**_keys("#books", name), "version": {"S": f"v{len(sums)}"}, **wire}


@cache
def _hand_over_id(month: str) -> str:
    return ulid(datetime.fromisoformat(f"{month}-28T20:00:00+00:00"), f"hand-over of {month}")


def _keys(eid: str, crew_id: str) -> Wire:
    return {"eid": {"S": eid}, "crew_id": {"S": crew_id}}


def _id(name: str) -> str:
    return ".".join(name.lower().split())
