"""The passenger list: every person who is expected or aboard, with guardian, party, signature and phone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - a dataclass field
from dataclasses import asdict, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from charter.boarding import Aboard, CastOff
from charter.frozen import dataclass
from charter.moments import utc
from charter.names import fold
from charter.starts import DayOnly, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from charter.events import Event
    from charter.patrons import Patron, PatronState
    from charter.signatures import Signature

FORMAT: Final = 1

# Crew see phone numbers from the day before the trip to the day after it.
PHONES_AROUND: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CrewMember:
    """One person of the crew, from a row that another program writes. `crew_id` may be a Slack id."""

    crew_id: str
    name: str
    role: str

    @property
    def is_captain(self) -> bool:
        """True if the person is the captain."""
        return self.role == "captain"


@dataclass(frozen=True, slots=True)
class Passenger:
    """One person of a party whom a signature names, or the patron, who may not have signed.

    `guardian` is the signer for a minor, None for an adult. `signed_at` is ISO 8601, empty for a patron without a
    signature. `ref` is the reference of the signature.
    """

    name: str
    guardian: str | None = None
    signed_at: str = ""
    ref: str = ""

    @property
    def signed(self) -> bool:
        """True if a signature covers the person."""
        return bool(self.signed_at)


@dataclass(frozen=True, slots=True)
class ListedParty:
    """One party of the list. `people` is its number of people; `aboard` is None while nobody of it is aboard.

    `passengers` are those whose names are known. `missing` says what the party lacks, without amounts.
    """

    patron_id: str
    name: str
    people: int
    passengers: tuple[Passenger, ...]
    aboard: Aboard | None = None
    missing: tuple[str, ...] = ()
    phone: str | None = None
    state: PatronState | None = None

    @property
    def unnamed(self) -> int:
        """Number of people of the party whose names nobody has given."""
        return max(max(self.people, self.aboard.count if self.aboard else 0) - len(self.passengers), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassengerList:
    """The passenger list of one event. `parties` are expected or aboard; `absent` are no-shows and removed patrons.

    `unmatched` are signers of whom nobody knows the party, so they may be aboard under another name. `names` are, at
    the cast-off, those of people who checked in or cast off and have no crew row, by what the table stores of them.
    """

    eid: str
    title: str
    starts_at: datetime
    boat: str | None
    capacity: int | None
    crew: tuple[CrewMember, ...]
    parties: tuple[ListedParty, ...]
    absent: tuple[ListedParty, ...]
    unmatched: tuple[Passenger, ...]
    cast_off: CastOff | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def captain(self) -> str | None:
        """Name of the captain; None where no crew row names one."""
        return next((member.name for member in self.crew if member.is_captain), None)

    @property
    def souls(self) -> int:
        """Number of people aboard, minors included."""
        return sum(party.aboard.count for party in self.parties if party.aboard)

    @property
    def expected(self) -> int:
        """Number of people expected, minors included. No-shows and removed patrons are not."""
        return sum(party.people for party in self.parties)

    def name_of(self, by: str) -> str:
        """Return the name of a person whom the table stores as `slack:U…`; their id where the list does not have it."""
        known = by.partition(":")[2]
        return next((member.name for member in self.crew if member.crew_id == known), self.names.get(by, known or by))

    def without_phones(self) -> PassengerList:
        """Return the list without phone numbers."""
        parties = [replace(party, phone=None) for party in self.parties]
        absent = [replace(party, phone=None) for party in self.absent]
        return replace(self, parties=tuple(parties), absent=tuple(absent))


def passenger_list(event: Event, *, crew: Sequence[CrewMember] = ()) -> PassengerList:
    """Return the list of an event as it is now. Raises SignaturesNotRead, BoardingNotRead."""
    unmatched = [people for signature in event.unmatched for people in _named(signature)]
    here = {patron.patron_id for patron in event.expected} | set(event.boarding.aboard)
    everybody = {patron.patron_id: patron for patron in (*event.people, *event.left_out)}
    listed = [patron for patron in everybody.values() if patron.patron_id in here]
    absent = [patron for patron in everybody.values() if patron.patron_id not in here]
    return PassengerList(
        eid=event.eid,
        title=event.title,
        starts_at=event.starts_at,
        boat=event.boat,
        capacity=event.capacity,
        crew=tuple(crew),
        parties=tuple(_party(event, patron) for patron in listed),
        absent=tuple(_party(event, patron) for patron in absent),
        unmatched=tuple(unmatched),
        cast_off=event.boarding.cast_off,
    )


def is_captain(crew: Iterable[CrewMember], user_id: str) -> bool:
    """Return whether the person with this Slack id is the captain: their crew row must have that id."""
    return any(member.is_captain and member.crew_id == user_id for member in crew)


def sees_phones(starts_at: datetime, now: datetime) -> bool:
    """Return whether crew see phone numbers at `now`: from the day before the trip to the day after, in its zone."""
    day = starts_at.astimezone(now.tzinfo).date()
    return day - PHONES_AROUND <= now.date() <= day + PHONES_AROUND


def freeze(listed: PassengerList, *, at: datetime, by: str) -> str:
    """Return the JSON of a list that is cast off at `at` by `by`: the same list gives the same text."""
    content = {
        "format": FORMAT,
        "eid": listed.eid,
        "title": listed.title,
        "starts_at": listed.starts_at.isoformat(),
        **({"day_only": True} if isinstance(listed.starts_at, DayOnly) else {}),
        "boat": listed.boat,
        "capacity": listed.capacity,
        "crew": [asdict(member) for member in listed.crew],
        "souls": listed.souls,
        "expected": listed.expected,
        "cast_off": {"at": utc(at), "by": by},
        "names": dict(listed.names),
        "aboard": [_plain(party) for party in listed.parties if party.aboard],
        "not_aboard": [_plain(party) for party in (*listed.parties, *listed.absent) if not party.aboard],
        "unmatched": [asdict(person) for person in listed.unmatched],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thaw(text: str, cast_off: CastOff) -> PassengerList:
    """Return the list in the JSON that `freeze` made. Raises ValueError, KeyError, TypeError for any other text."""
    from charter.patrons import PatronState

    def party(line: dict[str, Any]) -> ListedParty:
        aboard, state = line.pop("aboard"), line.pop("state")
        people = tuple(Passenger(**person) for person in line.pop("passengers"))
        known = Aboard(**{**aboard, "at": datetime.fromisoformat(aboard["at"])}) if aboard else None
        return ListedParty(
            **{**line, "missing": tuple(line["missing"])},
            passengers=people,
            aboard=known,
            state=PatronState(state) if state else None,
        )

    content = json.loads(text)
    others = [party(line) for line in content["not_aboard"]]
    return PassengerList(
        eid=content["eid"],
        title=content["title"],
        starts_at=marked(datetime.fromisoformat(content["starts_at"]), is_day_only="day_only" in content),
        boat=content["boat"],
        capacity=content["capacity"],
        crew=tuple(CrewMember(**member) for member in content["crew"]),
        parties=tuple(
            sorted(
                [party(line) for line in content["aboard"]] + [each for each in others if each.state is None],
                key=lambda each: each.name.casefold(),
            )
        ),
        absent=tuple(each for each in others if each.state is not None),
        unmatched=tuple(Passenger(**person) for person in content["unmatched"]),
        cast_off=cast_off,
        names=content.get("names", {}),
    )


def list_of(event: Event, *, crew: Sequence[CrewMember] = ()) -> PassengerList:
    """Return the frozen list of an event that has cast off, else the list as it is now. Raises as `passenger_list`."""
    cast_off = event.boarding.cast_off
    frozen = next((each for each in event.cast_offs if cast_off and each.list_id == cast_off.list_id), None)
    if cast_off is None or frozen is None:
        return passenger_list(event, crew=crew)
    return thaw(frozen.text, cast_off)


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a frozen list's text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _party(event: Event, patron: Patron) -> ListedParty:
    signatures = event.signatures_of(patron.patron_id)
    return ListedParty(
        patron_id=patron.patron_id,
        name=patron.name,
        people=patron.party,
        passengers=tuple(_passengers(patron, signatures)),
        aboard=event.boarding.aboard.get(patron.patron_id),
        missing=tuple(event.missing(patron.patron_id)),
        phone=patron.phone,
        state=patron.state,
    )


def _passengers(patron: Patron, signatures: Iterable[Signature]) -> list[Passenger]:
    """Return the people whom the party's signatures name, each once, as `coverage_of` counts them.

    The patron comes first, also without a signature.
    """
    own, found, counted = list(signatures), list[Passenger](), Counter[str]()
    for signature in own:
        here = Counter[str]()
        for person in _named(signature):
            key = fold(person.name) or person.name
            here[key] += 1
            if here[key] > counted[key]:
                found.append(person)
        counted |= here
    if not any(signature.covers(patron) for signature in own):
        found.insert(0, Passenger(patron.name))
    return found


def _named(signature: Signature) -> list[Passenger]:
    signed = (signature.signed_at, signature.ref)
    adult = Passenger(signature.name, None, *signed)
    return [adult, *(Passenger(minor, signature.name, *signed) for minor in signature.minors)]


def _plain(party: ListedParty) -> dict[str, Any]:
    aboard = asdict(party.aboard) | {"at": utc(party.aboard.at)} if party.aboard else None
    return asdict(party) | {"aboard": aboard, "state": party.state.value if party.state else None}
