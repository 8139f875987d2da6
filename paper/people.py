"""The rows of a printed passenger list: one person each, as words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from charter.patrons import PatronState
from paper.typefaces import apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from charter.passengers import ListedParty, Passenger, PassengerList

ABOARD: Final = "■"
PARTLY: Final = "◪"
NOT_YET: Final = "□"
LEGEND: Final = (
    f"{ABOARD} checked in    {PARTLY} some of this party are checked in; which of them is not known    "
    f"{NOT_YET} not checked in"
)

_UNKNOWN: Final = "name unknown"
_UNMATCHED: Final = "Signed, but their party is not known: they may be aboard under another name"
_ABSENT: Final = "Not expected"
_STATES: Final = {PatronState.NO_SHOW: "no-show", PatronState.REMOVED: "removed"}


class PersonRow(NamedTuple):
    """One person, or a heading, which has a name alone. `box` is the tick box, empty for who is not counted."""

    name: str
    box: str = ""
    number: str = ""
    age: str = ""
    party: str = ""
    signed: str = ""
    phone: str = ""

    @property
    def is_heading(self) -> bool:
        """True if the row is a heading."""
        return not self.signed


def rows_of(listed: PassengerList) -> list[PersonRow]:
    """Return a row for each person of the list; then, under headings, unmatched signers and who is not expected."""
    rows: list[PersonRow] = []
    for party in listed.parties:
        people = list(_people(party))
        box = _box(party, len(people))
        words = _party_words(party, len(people))
        rows += [
            row._replace(box=box, number=str(len(rows) + place), party=words) for place, row in enumerate(people, 1)
        ]
    if listed.unmatched:
        rows += [PersonRow(_UNMATCHED), *(_person(passenger) for passenger in listed.unmatched)]
    if listed.absent:
        rows.append(PersonRow(_ABSENT))
        for party in listed.absent:
            state = _STATES[party.state] if party.state else "not expected"
            rows += [row._replace(party=f"{apart(party.name)} ({state})") for row in _people(party)]
    return rows


def _people(party: ListedParty) -> Iterator[PersonRow]:
    phone = (party.phone or "").replace(" ", "\u00a0")  # a number that is too long gets smaller, on one line
    yield from (_person(passenger, phone) for passenger in party.passengers)
    yield from (PersonRow(_UNKNOWN, age="not known", signed="NO", phone=phone) for _ in range(party.unnamed))


def _person(passenger: Passenger, phone: str = "") -> PersonRow:
    """Return the row of a person. Only a signature says whether somebody is an adult."""
    age = "adult" if passenger.signed else "not known"
    if passenger.guardian is not None:
        age = f"minor, with {apart(passenger.guardian)}"
    return PersonRow(passenger.name, age=age, signed="yes" if passenger.signed else "NO", phone=phone)


def _box(party: ListedParty, rows: int) -> str:
    if party.aboard is None:
        return NOT_YET
    return ABOARD if party.aboard.count >= rows else PARTLY


def _party_words(party: ListedParty, rows: int) -> str:
    """Return the party's name, with what its boxes cannot say."""
    name = apart(party.name)
    if party.aboard and party.aboard.count != rows:
        return f"{name} ({party.aboard.count} of {rows} aboard)"
    return name
