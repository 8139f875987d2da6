"""Reminders to sign the waiver: when one makes sense, and the fact that the stream posts.

A reminder is kept as an edit, and posted once. It changes nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from charter.edits import Edit, ulid
from charter.events import Event, Status
from charter.frozen import dataclass
from charter.moments import clock, utc
from charter.refusals import EventCancelled, EventOver, EventUnknown, NothingToRemind, RemindedJustNow

if TYPE_CHECKING:
    from collections.abc import Callable

    from charter.patrons import Patron
    from charter.signatures import Coverage

# What the edit of a reminder names as changed. Its `before` is the id of the reminder before it, and its `after` how
# many people still had to sign.
REMINDED: Final = "reminded"

# A second reminder within this time is asked about: two crew press at once, and a channel should not be flooded.
SOON: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderChange:
    """The new row of a reminder. `at`, `number` and `restored` are as in announcements.EventRowChange."""

    number: str
    eid: str
    at: datetime
    edit: Edit
    restored: bool


@dataclass(frozen=True, slots=True)
class Reminded:
    """Somebody reminded an event's people to sign. `event` is as it is now.

    `row_id` is the id under which the table keeps it; `replayed`: an earlier try had written it.
    """

    event: Event
    edit: Edit
    at: datetime
    row_id: str = ""
    replayed: bool = False

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return f"reminder:{self.event.first_eid}:{self.edit.edit_id}"

    @property
    def happened(self) -> datetime:
        """The moment of the press."""
        return self.edit.at


class Reminders(Protocol):
    """The table's reminders."""

    def remind(self, eid: str, *, by: str, now: datetime, seen: str = "") -> Reminded:
        """Write a reminder once. Of several at the same moment one is written.

        Raises TableUnavailable, EventIdMalformed, EventUnknown, and as `remind` does.
        """
        ...


def unsigned(event: Event) -> list[tuple[Patron, Coverage]]:
    """Return the parties that are expected and have not all signed, with their counts. Raises SignaturesNotRead."""
    found = ((patron, event.coverage(patron.patron_id)) for patron in event.expected)
    return [(patron, coverage) for patron, coverage in found if not coverage.complete]


def still_to_sign(event: Event) -> int:
    """Return the number of expected people whom no signature covers. Raises SignaturesNotRead."""
    return sum(coverage.people - coverage.signed for _, coverage in unsigned(event))


def left_in_words(event: Event) -> str:
    """Return `5 of 23 people still have`, to be continued by what they have to do. Raises SignaturesNotRead."""
    missing, people = still_to_sign(event), event.souls
    if people == 1:
        return "1 person still has"
    return f"{missing} of {people} people still {'has' if missing == 1 else 'have'}"


def is_worth_it(event: Event, now: datetime) -> bool:
    """Return whether somebody still has to sign, and can. Raises SignaturesNotRead, BoardingNotRead."""
    closed = event.status is Status.CANCELLED or event.over(now) or event.boarding.cast_off is not None
    return not closed and bool(unsigned(event))


def remind(event: Event, *, by: str, now: datetime, seen: str = "") -> Reminded:
    """Return the reminder of `by` (`slack:U…`), to be written under its `row_id`.

    `seen` is the id of the newest reminder that the person knows of. `now` is on the boat's clock.
    Raises EventCancelled, EventOver, NothingToRemind; RemindedJustNow where they do not know of a recent one.
    """
    _check(event, now)
    newest = latest(event)
    if newest is not None and (newest.by, utc(newest.at)) == (by, utc(now)):
        return Reminded(event, newest, now, replayed=True)  # an earlier try, whose answer was lost
    if newest is not None and now - newest.at < SOON and newest.edit_id != seen:
        raise RemindedJustNow(clock(newest.at.astimezone(now.tzinfo)), by=newest.by, seen=newest.edit_id)
    before, after = newest.edit_id if newest else "", f"{still_to_sign(event)} of {event.souls}"
    edit = Edit(what=REMINDED, before=before, after=after, by=by, at=now)
    return Reminded(event, edit, now, row_id(edit, at=newest.at if newest else event.starts_at))


def row_id(edit: Edit, *, at: datetime) -> str:
    """Return the id under which the table keeps a reminder. `at` is the moment of the one before it.

    It follows from the one before it, so of two presses at the same moment one is written.
    """
    return ulid(at, f"{REMINDED}\n{edit.before}")


def latest(event: Event) -> Edit | None:
    """Return the newest reminder, or None."""
    found = [edit for edit in event.edits if edit.what == REMINDED]
    return max(found, key=lambda edit: edit.at, default=None)


def reminder_facts(change: ReminderChange, read: Callable[[str], Event]) -> list[Reminded]:
    """Return what follows from a new reminder: nothing if a newer one says the same. `read` reads the event."""
    try:
        event = read(change.eid)
    except EventUnknown:
        return []  # it was taken out of the table since, or a rename is bringing its rows here
    newest = latest(event)
    is_newest = newest is None or newest.at <= change.edit.at
    return [Reminded(event, change.edit, change.at)] if is_newest else []


def _check(event: Event, now: datetime) -> None:
    """Raise why nobody is to be reminded, if so."""
    cast_off = event.boarding.cast_off
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    if event.over(now):
        raise EventOver(event.title)
    if cast_off is not None:
        raise NothingToRemind.cast_off(event.title, clock(cast_off.at.astimezone(now.tzinfo)))
    if not event.souls:
        raise NothingToRemind.nobody(event.title)
    if not unsigned(event):
        raise NothingToRemind.all_signed(event.title)
    if event.channel is None:
        raise NothingToRemind.no_channel(event.title)
