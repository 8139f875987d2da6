"""Searching events and the people on their rosters by words, without reading ledgers or signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from charter.frozen import dataclass
from charter.names import contains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one event: its id, title and boat, and each patron's name by id. Removed patrons are on it."""

    eid: str
    title: str
    boat: str
    patrons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that fits a search. `patrons` are the ids of the people who fit it, which may be none."""

    eid: str
    patrons: tuple[str, ...]


class NameLists(Protocol):
    """The rosters' names as the table has them."""

    def read(self, eids: Sequence[str]) -> list[NameList]:
        """Return the names of those events that have a row of their own, in the order asked for.

        Raises TableUnavailable.
        """
        ...


def hit(words: str, names: NameList) -> Hit | None:
    """Return what of an event fits `words`; None where nothing does.

    An event fits by its title, id and boat, a patron by name and id. Where the event alone does not fit, words of both
    together do: `owen sunset` finds Owen on the sunset trip.
    """
    about = f"{names.title} {names.eid} {names.boat}"
    fits = contains(words, about)
    people = {patron_id: f"{name} {patron_id}" for patron_id, name in names.patrons.items()}
    found = tuple(each for each, text in people.items() if _fits(words, text, about="" if fits else about))
    return Hit(names.eid, found) if fits or found else None


def _fits(words: str, text: str, *, about: str) -> bool:
    return contains(words, text) or (bool(about) and contains(words, f"{text} {about}"))
