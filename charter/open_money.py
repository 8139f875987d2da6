"""Open money by event, as the books' row `open` lists it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

from charter.books import BACK, CREDIT, OWED
from charter.event_ids import day_of
from charter.frozen import dataclass
from charter.money import ZERO
from charter.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from charter.books import Sums
    from charter.events import Event


@dataclass(frozen=True, slots=True)
class OpenMoney:
    """The sum that one event has to get or, with `back`, to give back. `day` is that of its id, or None.

    `credit`: patrons of a cancelled event keep it as credit.
    """

    eid: str
    currency: str
    amount: Decimal
    back: bool = False
    day: date | None = None
    credit: bool = False


@dataclass(frozen=True, slots=True)
class OpenBooks:
    """The open money of the books. `compared` is False where payments from before the books may be missing."""

    sums: Sums
    compared: bool


def open_money(sums: Sums) -> list[OpenMoney]:
    """Return what is owed, the oldest event first, then what must go back, then what is kept as credit.

    `sums` are of the books' row `open`.
    """
    found = [
        OpenMoney(key[2], key[1], amount, back=key[0] == BACK, day=_day(key[2]), credit=key[0] == CREDIT)
        for key, amount in sums.items()
        if len(key) == 3 and key[0] in {OWED, BACK, CREDIT}  # noqa: PLR2004 - attribute, currency, event
    ]
    return sorted(found, key=lambda each: (each.credit, each.back, each.day or date.max, each.eid, each.currency))


def sums_of(each: Iterable[OpenMoney]) -> dict[str, Decimal]:
    """Return the sum of the amounts by currency."""
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for one in each:
        sums[one.currency] += one.amount
    return dict(sorted(sums.items()))


def namesakes(event: Event) -> frozenset[str]:
    """Return the ids of the patrons whose names fold like another's, removed patrons included."""
    patrons = {patron.patron_id: fold(patron.name) or patron.name for patron in (*event.people, *event.left_out)}
    counted = Counter(patrons.values())
    return frozenset(patron_id for patron_id, name in patrons.items() if counted[name] > 1)


def _day(eid: str) -> date | None:
    try:
        return day_of(eid)
    except ValueError:
        return None
