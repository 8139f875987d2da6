"""The cash and checks that people hold at this moment: the books, and the hand-overs that they lag behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - dataclass fields
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter import cash
from charter.books import HAND
from charter.cash import HandOver, HandOverState
from charter.edits import moment_of
from charter.frozen import dataclass
from charter.holdings import Pile, holdings, ids_in, up_to_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime, tzinfo

    from charter.books import Sums
    from charter.custody import Custody

# Hand-overs of so many days are read anew. The books have counted older ones. Of those that still wait, the giver sees
# each, the receiver those of these days, and admins all.
_RECENT: Final = timedelta(days=14)
# Older ones that are read one by one: those that wait, and those that money is left of.
_MOST_OLDER: Final = 20


@dataclass(frozen=True, slots=True)
class Holdings:
    """The holdings of people, by Slack id or the name of a hand, whoever holds most first, and the hand-overs about it.

    `rows` are the hands by their names, as the books have them with the hand-overs of this moment. `has_books` is False
    where nobody keeps the books yet, so that nothing is known, and `is_compared` where older payments may be missing.
    """

    people: Mapping[str, Sequence[Pile]]
    known: Mapping[str, HandOver]
    rows: Mapping[str, Sums]
    has_books: bool = True
    is_compared: bool = True

    def of(self, user_id: str) -> Sequence[Pile]:
        """Return what this person holds."""
        return self.people.get(user_id, ())

    def waiting_for(self, user_id: str, *, admin: bool) -> list[HandOver]:
        """Return the hand-overs that this person may accept, the oldest first."""
        return [each for each in self.waiting() if cash.is_for(each, f"slack:{user_id}", admin=admin)]

    def waiting(self) -> list[HandOver]:
        """Return all hand-overs that nobody accepted, declined or took back yet, the oldest first."""
        return [each for _, each in sorted(self.known.items()) if each.state is HandOverState.OFFERED]


def read_held(custody: Custody, names: Collection[str] = (), *, now: datetime, zone: tzinfo) -> Holdings:
    """Return what the people with these hands hold, or everybody, and the hand-overs from two weeks before `now` on.

    Raises TableUnavailable.
    """
    rows = dict(custody.hands(names))
    known = _named(custody.opened_since(now - _RECENT))
    older = sorted({each for row in rows.values() for each in ids_in(row)} - known.keys())[:_MOST_OLDER]
    known |= _named(custody.find(older))
    everyone = {*rows, *(HAND + hand for each in known.values() for hand in (each.giver, each.gets) if hand)}
    fresh: dict[str, Sums] = {
        name: up_to_date(name, rows.get(name, {}), known.values(), zone=zone)
        for name in sorted(everyone)
        if not names or name in names
    }
    people = holdings(fresh, zone=zone)
    known |= _named(custody.find(_received(people, known)))
    return Holdings(people, known, fresh)


def checked(held: Holdings, custody: Custody) -> Holdings:
    """Return the same, with what is known of the books: whether anybody keeps them, and whether they are complete."""
    return replace(held, has_books=bool(held.people) or custody.has_books(), is_compared=custody.is_compared())


def _received(people: Mapping[str, Sequence[Pile]], known: Mapping[str, HandOver]) -> list[str]:
    """Return the older hand-overs of which money is left, so that its trips can be named."""
    sources = (lot.source for piles in people.values() for pile in piles for lot in pile.lots)
    return sorted({each for each in sources if each not in known and _is_hand_over(each)})[:_MOST_OLDER]


def _is_hand_over(source: str) -> bool:
    try:
        return bool(moment_of(source))
    except ValueError:
        return False


def _named(hand_overs: Iterable[HandOver]) -> dict[str, HandOver]:
    return {each.hand_over_id: each for each in hand_overs}
