"""Tips, split among the crew of each trip."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from charter.books import BY_EVENT, totals
from charter.money import CENT, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from charter.books import Sums

Tipped = tuple[str, str, Decimal]  # an event, a currency, and the tips


@dataclass(slots=True)
class Shares:
    """The tips of several trips in one currency: each person's share by id, and what no crew was there for."""

    by_person: dict[str, Decimal] = field(default_factory=dict)
    not_split: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All tips, split or not."""
        return sum(self.by_person.values(), self.not_split)


def tipped(sums: Sums) -> list[Tipped]:
    """Return the events with tips in a month's sums, in the order of their ids."""
    by_event = totals(sums, BY_EVENT)
    return sorted(
        (eid, currency, each.tips) for currency, by in by_event.items() for eid, each in by.items() if each.tips
    )


def shares_of(trips: Iterable[Tipped], crew: Mapping[str, Iterable[str]]) -> dict[str, Shares]:
    """Return by currency what everybody gets of these trips. `crew` has the ids of the crew by event."""
    found: dict[str, Shares] = {}
    for eid, currency, tips in trips:
        shares, given = found.setdefault(currency, Shares()), split(tips, crew.get(eid, ()))
        for person, share in given.items():
            shares.by_person[person] = shares.by_person.get(person, ZERO) + share
        shares.not_split += ZERO if given else tips
    return dict(sorted(found.items()))


def split(tips: Decimal, crew: Iterable[str]) -> dict[str, Decimal]:
    """Return the share of each of the crew: equal to the cent, and the cents that are left to the first by their ids.

    The shares add up to `tips`, which may be negative where more was given back than came in. Captains get the same as
    everybody else. Without crew nothing is split.
    """
    people = sorted(set(crew))
    if not people:
        return {}
    cents = int(abs(tips) // CENT)
    each, left = divmod(cents, len(people))
    sign = -1 if tips < 0 else 1
    return {person: sign * (each + (place < left)) * CENT for place, person in enumerate(people)}
