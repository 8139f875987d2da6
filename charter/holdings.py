"""The cash and checks that each person holds, and from which trips: pure arithmetic over the books.

A hand is a row of the books, see charter.books and charter.cash. What was taken on a trip, or received, is used up by
what was given, the oldest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping  # noqa: TC003 - dataclass fields
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from charter import cash
from charter.books import HAND, TAKEN
from charter.edits import moment_of
from charter.event_ids import day_of
from charter.frozen import dataclass
from charter.money import ZERO
from charter.roles import SLACK_USER_ID

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from charter.books import Key, Sums
    from charter.cash import HandOver

_OF_HAND_OVERS: Final = {cash.OFFERED, cash.GIVEN, cash.RECEIVED}
_PARTS: Final = 4  # attribute, currency, method, and the event or hand-over


@dataclass(frozen=True, slots=True)
class Lot:
    """Money that is left of one trip or of one hand-over, by its id. `day` is None where the id says none."""

    source: str
    amount: Decimal
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """The holdings of one person in one currency by one method.

    `held` is negative where they paid more out than they had: the boat owes it to them. `lots` say where it is from,
    the oldest first. `waiting` is what they offered and nobody accepted yet, by hand-over; it is part of `held`.
    """

    currency: str
    method: str
    held: Decimal = ZERO
    lots: tuple[Lot, ...] = ()
    waiting: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the pile in a form: `USD cash`."""
        return f"{self.currency} {self.method}"

    @property
    def left(self) -> Decimal:
        """The sum that can still be handed over; zero where there is nothing."""
        return max(self.held - sum(self.waiting.values(), ZERO), ZERO)

    @property
    def oldest(self) -> date | None:
        """The day of the oldest trip or hand-over that money is left of."""
        return next((lot.day for lot in self.lots if lot.day), None)

    def part(self, amount: Decimal) -> tuple[Lot, ...]:
        """Return where the next `amount` to be handed over is from: the oldest, after what waits already."""
        first = sum(self.waiting.values(), ZERO)
        return cut(self.lots, start=first, end=first + amount)


def person_of(hand: str) -> str:
    """Return the person whose hand it is: a Slack id for `slack:U…` and `web:U…`, else the hand's own name."""
    source, _, who = hand.removeprefix(HAND).partition(":")
    return who if source in {"slack", "web"} and who else hand.removeprefix(HAND)


def hands_of(user_id: str) -> tuple[str, str]:
    """Return the rows of the books with what this person took, in Slack and on the dispatch page."""
    return f"{HAND}slack:{user_id}", f"{HAND}web:{user_id}"


def hand_of(who: str, names: Iterable[str]) -> str:
    """Return the hand of a person, one of these rows where they are known by no Slack id: `slack:U…`, `roster:anna`."""
    if SLACK_USER_ID.fullmatch(who):
        return f"slack:{who}"
    return next((name.removeprefix(HAND) for name in sorted(names) if person_of(name) == who), who)


def up_to_date(name: str, row: Sums, known: Iterable[HandOver], *, zone: tzinfo) -> dict[Key, Decimal]:
    """Return the row of a hand with these hand-overs as they are now. The books count a change a moment later."""
    known = list(known)
    ids = {hand_over.hand_over_id for hand_over in known}
    fresh = {key: value for key, value in row.items() if key[0] not in _OF_HAND_OVERS or key[-1] not in ids}
    for hand_over in known:
        for key, value in cash.contribution(hand_over, zone=zone).items():
            if key[0] == name:
                fresh[key[1:]] = value
    return fresh


def piles(rows: Iterable[Sums], *, zone: tzinfo) -> list[Pile]:
    """Return what one person holds by all of their rows, the largest pile first. Piles of nothing are left out."""
    flows: defaultdict[tuple[str, str], defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    waiting: defaultdict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        for key, value in row.items():
            if len(key) != _PARTS:
                continue
            attribute, currency, method, source = key
            if attribute == cash.OFFERED:
                waiting[currency, method][source] = value
            elif attribute in {TAKEN, cash.RECEIVED}:
                flows[currency, method][source] += value
            elif attribute == cash.GIVEN:
                flows[currency, method][source] -= value
    found = [
        _pile(currency, method, flows[currency, method], waiting[currency, method], zone=zone)
        for currency, method in sorted({*flows, *waiting})
    ]
    return sorted((pile for pile in found if pile.held or pile.waiting), key=lambda pile: -pile.held)


def holdings(rows: Mapping[str, Sums], *, zone: tzinfo) -> dict[str, list[Pile]]:
    """Return what everybody holds, by person, whoever holds most first. `rows` are the hands by their names."""
    by_person: defaultdict[str, list[Sums]] = defaultdict(list)
    for name, row in rows.items():
        by_person[person_of(name)].append(row)
    found = {who: held for who, each in by_person.items() if (held := piles(each, zone=zone))}
    return dict(sorted(found.items(), key=lambda item: (-max(pile.held for pile in item[1]), item[0])))


def cut(lots: Iterable[Lot], *, start: Decimal, end: Decimal) -> tuple[Lot, ...]:
    """Return the part of the lots between two sums, counted from the first lot."""
    found, at = list[Lot](), ZERO
    for lot in lots:
        here = min(at + lot.amount, end) - max(at, start)
        if here > ZERO:
            found.append(Lot(lot.source, here, lot.day))
        at += lot.amount
    return tuple(found)


def trips_in(lots: Iterable[Lot], known: Mapping[str, HandOver]) -> dict[str, Decimal]:
    """Return the amounts by event. Of a hand-over in `known` it is what is left of its trips, the first used up first.

    A hand-over that is not known, or more than its trips explain, is named by its own id.
    """
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for lot in lots:
        before = known.get(lot.source)
        if before is None or before.receiver == cash.DIFFERENCE:
            found[lot.source] += lot.amount
            continue
        trips = [Lot(eid, amount) for eid, amount in sorted(before.trips.items())]
        unknown = before.counted - sum(before.trips.values(), ZERO)
        if unknown > ZERO:
            trips.append(Lot(lot.source, unknown))
        for part in cut(trips, start=before.counted - lot.amount, end=before.counted):
            found[part.source] += part.amount
    return dict(found)


def _pile(
    currency: str, method: str, flows: Mapping[str, Decimal], waiting: Mapping[str, Decimal], *, zone: tzinfo
) -> Pile:
    days = {source: _day(source, zone) for source in flows}
    came = sorted((source for source in flows if flows[source] > ZERO), key=lambda each: (days[each] or date.min, each))
    out = -sum((value for value in flows.values() if value < ZERO), ZERO)
    total = sum((flows[source] for source in came), ZERO)
    lots = cut((Lot(source, flows[source], days[source]) for source in came), start=out, end=max(total, out))
    return Pile(currency=currency, method=method, held=total - out, lots=lots, waiting=dict(waiting))


def _day(source: str, zone: tzinfo) -> date | None:
    """Return the day of an event by its id, or that of a hand-over; None where neither says one."""
    try:
        return moment_of(source).astimezone(zone).date()
    except (ValueError, OverflowError):
        pass
    try:
        return day_of(source)
    except ValueError:
        return None


def ids_in(row: Sums, attributes: Collection[str] = (cash.OFFERED,)) -> set[str]:
    """Return the ids of the hand-overs that a hand's row names."""
    return {key[-1] for key in row if key[0] in attributes}
