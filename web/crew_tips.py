"""A month's tips, split among the crew of each event, and the names of the people who took the money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from pydantic import Field

from charter.books import BY_EVENT, BY_HAND, totals
from charter.money import plain_amount
from charter.names import without_unseen
from charter.tips import Shares, shares_of, tipped
from web.answers import Amount, AnswerModel
from web.books import MONTH, checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from charter.bookkeeping import Months
    from charter.months import BookedMonth
    from charter.tips import Tipped
    from web.services import Services

# The crew of at most so many events are read for one answer: a Query each, in parts of which some run side by side.
MOST: Final = 120
_A_PART: Final = 15
_AT_ONCE: Final = 8

_LONGEST_NAME: Final = 80


class TipShare(AnswerModel):
    """The share of the tips that one of the crew gets."""

    crew_id: str
    name: str = Field(description="The id where the crew row has no name")
    amount: Amount


class CrewTips(AnswerModel):
    """The tips of one currency: equal shares for everybody who is assigned to an event, to the cent."""

    total: Amount
    shares: list[TipShare] = Field(description="The largest first")
    not_split: Amount = Field(description="Tips of events to which nobody is assigned")
    not_read: Amount = Field(description="Tips of events whose crew was not read, because they are too many")


class MonthCrew(AnswerModel):
    """The tips of a month by crew, and names."""

    month: str = Field(pattern=MONTH, examples=["2026-05"])
    currencies: dict[str, CrewTips]
    names: dict[str, str] = Field(
        description="Names of those who took money, as far as crew rows have them, by `by_hand` of the month"
    )


def handle_crew(month: str, *, services: Services) -> MonthCrew:
    """Return a month's tips by crew. At most MOST events are read. Raises FieldMalformed, BooksMissing."""
    found = services.months.month(checked(month))
    trips = tipped(found.sums)
    read = _events_to_read(found, trips)
    crew = _crew_of(services.months, read)
    people = {person: name for names in crew.values() for person, name in names.items()}
    shares = shares_of([trip for trip in trips if trip[0] in crew], crew)
    left = shares_of([trip for trip in trips if trip[0] not in crew], {})
    return MonthCrew(
        month=month,
        currencies={
            currency: _tips(shares.get(currency, Shares()), left.get(currency, Shares()), people)
            for currency in sorted({*shares, *left})
        },
        names={who: _shown(people[own], own) for who in _hands(found) if (own := who.partition(":")[2]) in people},
    )


def _events_to_read(found: BookedMonth, trips: Sequence[Tipped]) -> list[str]:
    """Return the events with tips, then the others, for the names of those who took the money."""
    others = (eid for by in totals(found.sums, BY_EVENT).values() for eid in by)
    return list(dict.fromkeys([*(eid for eid, _, _ in trips), *others]))[:MOST]


def _crew_of(months: Months, eids: Sequence[str]) -> dict[str, Mapping[str, str]]:
    parts = [eids[start : start + _A_PART] for start in range(0, len(eids), _A_PART)]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        return {eid: people for part in threads.map(months.crew_of, parts) for eid, people in part.items()}


def _hands(found: BookedMonth) -> list[str]:
    return sorted({who for by in totals(found.sums, BY_HAND).values() for who in by})


def _tips(shares: Shares, left: Shares, people: Mapping[str, str]) -> CrewTips:
    everybody = sorted(shares.by_person.items(), key=lambda each: (-each[1], each[0]))
    return CrewTips(
        total=plain_amount(shares.total + left.total),
        shares=[
            TipShare(crew_id=person, name=_shown(people.get(person, ""), person), amount=plain_amount(amount))
            for person, amount in everybody
        ],
        not_split=plain_amount(shares.not_split),
        not_read=plain_amount(left.not_split),
    )


def _shown(name: str, otherwise: str) -> str:
    return without_unseen(name).strip()[:_LONGEST_NAME] or otherwise
