"""Passenger lists: every person once, absent people, frozen lists, and access to phone numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from charter.boarding import Aboard, Boarding, CastOff
from charter.check_ins import cast_off
from charter.moments import utc
from charter.passengers import (
    CrewMember,
    Passenger,
    freeze,
    is_captain,
    passenger_list,
    sees_phones,
    thaw,
)
from charter.patrons import PatronState
from charter.starts import DayOnly, day_only
from tests.builders import DANA, EID, MARCO, NOW, a_patron, a_payment, a_signature, an_event

if TYPE_CHECKING:
    from charter.events import Event
    from charter.passengers import PassengerList

CAPTAIN = CrewMember("U0DANA", "Dana Reyes", "captain")
LATER = NOW + timedelta(minutes=5)


def a_trip(**changes: Any) -> Event:
    """Dave's party of three, paid and signed by Dave with two minors, and Ana, who has neither paid nor signed."""
    people = (replace(a_patron(party=3), phone="555 0100"), a_patron("ana", name="Ana Lima"))
    signed = [a_signature(minors=("Kim", "Lee")), a_signature("s2", name="Zed", patron_id=None)]
    event = an_event(*people, payments={"dave": a_payment("125.00")}, signatures=signed)
    return replace(event, **{"capacity": 4, "boat": "Osprey", **changes})


def aboard(event: Event, **counts: int) -> Event:
    """The event with these people aboard, checked in by Dana at NOW."""
    return replace(event, boarding_read=Boarding({name: Aboard(count, NOW, DANA) for name, count in counts.items()}))


def test_the_list_names_every_person_once() -> None:
    listed = passenger_list(aboard(a_trip(), dave=3), crew=(CAPTAIN,))
    dave, ana = sorted(listed.parties, key=lambda each: each.name, reverse=True)

    ref, at = a_signature().ref, "2026-05-22T18:00:00.000Z"
    assert dave.passengers == (
        Passenger("Dave Kowalski", None, at, ref),
        Passenger("Kim", "Dave Kowalski", at, ref),
        Passenger("Lee", "Dave Kowalski", at, ref),
    )
    assert (dave.people, dave.unnamed, dave.missing, dave.phone) == (3, 0, (), "555 0100")
    assert (ana.passengers, ana.unnamed, ana.missing) == ((Passenger("Ana Lima"),), 0, ("payment", "waiver"))
    assert (ana.passengers[0].signed, dave.passengers[0].signed) == (False, True)
    assert [person.name for person in listed.unmatched] == ["Zed"]
    assert (listed.souls, listed.expected, listed.capacity, listed.boat) == (3, 4, 4, "Osprey")
    assert (listed.eid, listed.title, listed.absent) == (EID, "Captain Cory, afternoon", ())
    assert listed.cast_off is None
    bare = listed.without_phones()
    assert {party.phone for party in bare.parties} == {None}
    assert replace(bare, parties=listed.parties) == listed


def test_who_is_absent_is_listed_apart_and_who_came_all_the_same_is_not() -> None:
    no_show = replace(a_patron("noe", name="Noe"), state=PatronState.NO_SHOW, phone="555")
    event = a_trip(patrons={**a_trip().patrons, "noe": no_show})

    assert [party.patron_id for party in passenger_list(event).absent] == ["noe"]
    assert passenger_list(event).without_phones().absent[0].phone is None
    came = passenger_list(aboard(event, noe=2))
    assert came.absent == ()
    [party] = [each for each in came.parties if each.patron_id == "noe"]
    assert (party.unnamed, party.state, party.aboard) == (1, PatronState.NO_SHOW, Aboard(2, NOW, DANA))


def test_the_same_name_in_two_signatures_is_one_person() -> None:
    both = [a_signature(minors=("Kim", "kim")), a_signature("s2", name="KIM", minors=("Dave Kowalski", "Lee"))]
    event = a_trip(signatures={each.signature_id: each for each in both})
    [dave] = [party for party in passenger_list(event).parties if party.patron_id == "dave"]

    assert [person.name for person in dave.passengers] == ["Dave Kowalski", "Kim", "kim", "Lee"]
    both = [a_signature(minors=("Kim",)), a_signature("s2", name="Lee", minors=("Kim", "Kim"))]
    [dave] = passenger_list(an_event(a_patron(party=4), signatures=both)).parties
    assert [person.name for person in dave.passengers] == ["Dave Kowalski", "Kim", "Lee", "Kim"]
    unasked = a_trip(signatures={"s1": replace(a_signature(), matched_by=None)})
    [dave] = [party for party in passenger_list(unasked).parties if party.patron_id == "dave"]
    assert [person.name for person in dave.passengers] == ["Dave Kowalski"]
    other = a_trip(signatures={"s1": a_signature(name="Zed", matched_by="link")})
    [dave] = [party for party in passenger_list(other).parties if party.patron_id == "dave"]
    assert [person.name for person in dave.passengers] == ["Dave Kowalski", "Zed"]
    assert (dave.passengers[0].signed, dave.unnamed) == (False, 1)


def test_a_frozen_list_is_read_as_it_was() -> None:
    no_show = replace(a_patron("noe", name="Noe"), state=PatronState.NO_SHOW)
    event = aboard(a_trip(patrons={**a_trip().patrons, "noe": no_show}), dave=3)
    listed = replace(passenger_list(event, crew=(CAPTAIN,)), names={MARCO: "Marco Diaz"})
    done = cast_off(event, seen=event.boarding.fingerprint, crew=(), by=DANA, now=NOW).after.cast_off
    assert done is not None

    def by_name(listed: PassengerList) -> PassengerList:
        return replace(listed, parties=tuple(sorted(listed.parties, key=lambda each: each.name.casefold())))

    text = freeze(listed, at=NOW, by=DANA)
    assert thaw(text, done) == by_name(replace(listed, cast_off=done))
    assert freeze(thaw(text, done), at=NOW, by=DANA) == text
    for part in ('"format":1', f'"cast_off":{{"at":"{utc(NOW)}","by":"{DANA}"}}', '"souls":3', '"expected":4'):
        assert part in text
    assert thaw(text.replace('"names":{"slack:U0MARCO":"Marco Diaz"},', ""), done).names == {}


def test_a_frozen_list_still_has_only_the_day_where_nobody_knows_the_hour() -> None:
    trip = a_trip()
    done = CastOff(NOW, DANA, 0, "", "l1")
    starts = [trip.starts_at, day_only(trip.starts_at.date(), trip.eid, UTC)]
    texts = [freeze(passenger_list(replace(trip, starts_at=start)), at=NOW, by=DANA) for start in starts]

    assert [isinstance(thaw(text, done).starts_at, DayOnly) for text in texts] == [False, True]


def test_the_same_list_is_frozen_to_the_same_text_whoever_was_named_first() -> None:
    named = {MARCO: "Marco Diaz", "slack:U1": "Una"}
    lists = [replace(passenger_list(a_trip()), names=names) for names in (named, dict(reversed(named.items())))]

    assert len({freeze(listed, at=NOW, by=DANA) for listed in lists}) == 1


def test_people_are_named_by_their_crew_row_or_by_what_the_list_kept() -> None:
    other = replace(CAPTAIN, crew_id="U9", name="Lu", role="deckhand")
    listed = replace(passenger_list(a_trip(), crew=(other, CAPTAIN)), names={"slack:U1": "Una"})

    names = [listed.name_of(by) for by in ("slack:U0DANA", "slack:U1", "slack:U2", "somebody")]
    assert names == ["Dana Reyes", "Una", "U2", "somebody"]
    assert listed.captain == "Dana Reyes"
    assert replace(listed, crew=(other,)).captain is None
    assert [is_captain(listed.crew, user) for user in ("U0DANA", "U9", "U1")] == [True, False, False]


def test_crew_see_phones_from_the_day_before_to_the_day_after() -> None:
    starts = a_trip().starts_at
    days = [sees_phones(starts, starts + timedelta(days=away)) for away in (-2, -1, 0, 1, 2)]

    assert days == [False, True, True, True, False]
