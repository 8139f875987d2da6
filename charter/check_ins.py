"""Rules of boarding: checking in, taking back, casting off and reopening. They read an event and write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from charter.boarding import Aboard, Boarding, CastOff, FrozenList
from charter.edits import Edit, ulid
from charter.events import Event, Status
from charter.frozen import dataclass
from charter.moments import clock, utc
from charter.passengers import freeze, passenger_list, sha256_of
from charter.patrons import PatronState
from charter.refusals import (
    BoatFull,
    CheckedInAgain,
    CountMalformed,
    ListChanged,
    ListFrozen,
    NobodyAboard,
    NobodyBoards,
    NotCastOff,
    NotClear,
    NotExpected,
    PatronUnknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from charter.boarding import CheckIn
    from charter.passengers import CrewMember


def nameless(_by: str) -> None:
    """Return None: nobody knows the person's name."""


@dataclass(frozen=True, slots=True)
class BoardingChange:
    """A change of an event's boarding that a rule allows, with the rows that are written beside it.

    `after` is what it is then, equal to what it was where an earlier try has written it.
    """

    event: Event
    after: Boarding
    edits: tuple[Edit, ...] = ()
    frozen: FrozenList | None = None

    @property
    def replayed(self) -> bool:
        """True if there is nothing left to write."""
        return self.after == self.event.boarding

    @property
    def result(self) -> Event:
        """The event after the change."""
        frozen = (*self.event.cast_offs, self.frozen) if self.frozen else self.event.cast_offs
        return replace(self.event, boarding_read=self.after, edits=(*self.event.edits, *self.edits), cast_offs=frozen)


def check_in(event: Event, request: CheckIn, *, by: str, admin: bool, now: datetime) -> BoardingChange:
    """Return the event's boarding with these people of the party aboard. The same number again changes nothing.

    Raises ListFrozen, NobodyBoards, PatronUnknown, NotExpected, CountMalformed; NotClear without a reason where
    something is missing; BoatFull where the boat takes no more, for an admin only without a reason.
    """
    check_open(event, now)
    if event.status is Status.CANCELLED:
        raise NobodyBoards(event.title)
    patron = event.patron(request.patron_id)
    if patron is None:
        raise PatronUnknown(request.patron_id)
    if patron.state is not None:
        raise NotExpected(patron.name, removed=patron.state is PatronState.REMOVED)
    if not 1 <= request.count <= patron.party:
        raise CountMalformed(patron.name, patron.party)
    boarding = event.boarding
    known = boarding.aboard.get(patron.patron_id)
    if known and known.count == request.count:
        return BoardingChange(event, boarding)
    people = boarding.souls - (known.count if known else 0) + request.count
    if event.capacity is not None and people > event.capacity and not (admin and request.reason):
        raise BoatFull(event.boat, event.capacity, people, admin=admin)
    missing = event.missing(patron.patron_id)
    if missing and not request.reason:
        raise NotClear(patron.name, missing)
    party = Aboard(request.count, now, by, request.reason)
    after = replace(boarding, aboard={**boarding.aboard, patron.patron_id: party})
    edit = _edit("aboard", known.count if known else None, request.count, patron.patron_id, by, now, request.reason)
    return BoardingChange(event, after, (edit,) if request.reason else ())


def take_back(event: Event, patron_id: str, *, seen: str, by: str, now: datetime) -> BoardingChange:
    """Return the event's boarding without the party. `seen` is the moment of the check-in to undo, as `moments.utc`.

    Raises ListFrozen, PatronUnknown; CheckedInAgain where the party was checked in at another moment.
    """
    check_open(event, now)
    known = event.boarding.aboard.get(patron_id)
    if known is None:
        if event.patron(patron_id) is None:
            raise PatronUnknown(patron_id)
        return BoardingChange(event, event.boarding)
    if utc(known.at) != seen:
        patron = event.patron(patron_id)
        raise CheckedInAgain(patron.name if patron else patron_id, clock(known.at.astimezone(now.tzinfo)))
    aboard = {key: party for key, party in event.boarding.aboard.items() if key != patron_id}
    edit = _edit("aboard", known.count, None, patron_id, by, now, "")
    return BoardingChange(event, replace(event.boarding, aboard=aboard), (edit,))


def cast_off(  # noqa: PLR0913 - what the list is made of
    event: Event,
    *,
    seen: str,
    crew: Sequence[CrewMember],
    by: str,
    now: datetime,
    name_of: Callable[[str], str | None] = nameless,
) -> BoardingChange:
    """Return the event's boarding frozen, with the list as it is now. `seen` is the fingerprint that the person read.

    `name_of` returns the name of a person as the table stores them, where no crew row has it, or None.
    The same person's second press changes nothing. Raises ListFrozen where somebody else was faster, NobodyBoards,
    NobodyAboard, ListChanged where others are aboard than the person saw.
    """
    boarding = event.boarding
    done = boarding.cast_off
    if done is not None and done.by == by and boarding.fingerprint == seen:
        return BoardingChange(event, boarding)
    check_open(event, now)
    if event.status is Status.CANCELLED:
        raise NobodyBoards(event.title)
    if boarding.fingerprint != seen:
        raise ListChanged(boarding.souls)
    if not boarding.aboard:
        raise NobodyAboard
    listed = passenger_list(event, crew=crew)
    writers = {by, *(party.by for party in boarding.aboard.values())}
    names = {each: name_of(each) for each in sorted(writers) if listed.name_of(each) == each.partition(":")[2]}
    listed = replace(listed, names={each: name for each, name in names.items() if name})
    text = freeze(listed, at=now, by=by)
    sha256, souls = sha256_of(text), boarding.souls
    list_id = ulid(now, sha256)
    after = replace(boarding, cast_off=CastOff(now, by, souls, sha256, list_id))
    return BoardingChange(event, after, frozen=FrozenList(list_id, now, by, souls, sha256, text))


def reopen(event: Event, *, seen: str, reason: str, by: str, now: datetime) -> BoardingChange:
    """Return the event's boarding open again. The frozen list is kept. `seen` is the id of the list to reopen.

    The same list again changes nothing. Raises NotCastOff where it never was frozen.
    """
    done = event.boarding.cast_off
    if done is None or done.list_id != seen:
        if any(each.list_id == seen for each in event.cast_offs):
            return BoardingChange(event, event.boarding)
        raise NotCastOff
    edit = Edit("cast_off", done.list_id, "", by, now, reason=reason)
    return BoardingChange(event, replace(event.boarding, cast_off=None), (edit,))


def check_open(event: Event, now: datetime) -> None:
    """Raise ListFrozen if the event has cast off. The zone of `now` is that of the time in the sentence."""
    done = event.boarding.cast_off
    if done is not None:
        raise ListFrozen(done.souls, clock(done.at.astimezone(now.tzinfo)))


def _edit(  # noqa: PLR0913, PLR0917 - the fields of an edit
    what: str, before: int | None, after: int | None, patron_id: str, by: str, now: datetime, reason: str
) -> Edit:
    was, becomes = ("" if count is None else str(count) for count in (before, after))
    return Edit(what, was, becomes, by, now, patron_id, reason)
