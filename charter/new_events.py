"""New events: the fields of the form, and the event that follows."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from charter.event_ids import parse_event_id, propose, title_of
from charter.events import Event, Status
from charter.frozen import dataclass
from charter.patrons import check_name
from charter.refusals import (
    BoatMalformed,
    CapacityMalformed,
    DayMalformed,
    EventIdMalformed,
    NameMalformed,
    NothingPicked,
    TimeMalformed,
    TitleMalformed,
    TitleMissing,
)

if TYPE_CHECKING:
    from decimal import Decimal

LONGEST_TITLE: Final = 80
LONGEST_BOAT: Final = 80
LARGEST_CAPACITY: Final = 2000

_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event that is to be written. `captain` serves only for names: the captain is assigned in the crew list."""

    eid: str
    title: str
    starts_at: datetime
    currency: str
    price: Decimal | None = None
    boat: str | None = None
    capacity: int | None = None
    channel: str | None = None
    captain: str = ""

    @property
    def event(self) -> Event:
        """The event right after it is written, with nobody on its roster."""
        return Event(
            eid=self.eid,
            title=self.title,
            starts_at=self.starts_at,
            channel=self.channel,
            price=self.price,
            boat=self.boat,
            capacity=self.capacity,
            currency=self.currency,
        )

    @property
    def another_id(self) -> str:
        """Another id that keeps the rule, where this one is taken."""
        starts = self.starts_at
        return propose(starts.date(), title=self.title, captain=self.captain, starts=starts.time(), taken={self.eid})

    def is_written_as(self, event: Event) -> bool:
        """Return whether the event in the table is this one, written by an earlier try.

        Every field that a new event shares with the event is compared. The captain is not stored.
        """
        stored = {each.name for each in fields(event)}
        shared = [each.name for each in fields(self) if each.name in stored]
        return event.status is Status.SCHEDULED and all(getattr(self, name) == getattr(event, name) for name in shared)


@dataclass(frozen=True, slots=True)
class Created:
    """An event that is written. `replayed`: an earlier try had written it."""

    event: Event
    replayed: bool = False


def check_title(text: str, *, field: str = "title") -> str:
    """Return the text on one line without control characters, or an empty one. Raises TitleMalformed."""
    if not text.strip():
        return ""
    try:
        return check_name(text)
    except NameMalformed:
        raise TitleMalformed(LONGEST_TITLE, field=field) from None


def title_by(title: str, *, captain: str, eid: str) -> str:
    """Return the title, or one made from the id. Raises TitleMissing where there is neither title nor captain."""
    if not title and not captain:
        raise TitleMissing
    return title or title_of(eid)


def check_day(text: str) -> date:
    """Return a day in ISO 8601, as date pickers give it. Raises DayMalformed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayMalformed from None


def check_time(text: str) -> time:
    """Return a time of day in ISO 8601, as time pickers give it. Raises TimeMalformed."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise TimeMalformed from None


def check_boat(text: str) -> str | None:
    """Return the boat's name on one line, or None where none was given. Raises BoatMalformed."""
    if not text.strip():
        return None
    try:
        return check_name(text)
    except NameMalformed:
        raise BoatMalformed(LONGEST_BOAT) from None


def check_capacity(text: str) -> int | None:
    """Return how many people the boat takes, or None where that was not given. Raises CapacityMalformed."""
    number = text.strip()
    if not number:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", number) or not 1 <= int(number) <= LARGEST_CAPACITY:
        raise CapacityMalformed(LARGEST_CAPACITY)
    return int(number)


def check_new_id(text: str, *, day: date) -> str:
    """Return the id of a new event, which keeps the rule and has the event's day. Raises EventIdMalformed."""
    try:
        named = parse_event_id(text)
    except EventIdMalformed as broken:
        raise EventIdMalformed(text, broken.reason, field="eid") from None
    if named.day != day:
        raise EventIdMalformed(text, f"is of another day than the event, which starts on {day}", field="eid")
    return text


def check_channel(text: str) -> str | None:
    """Return a Slack channel's id, or None where no channel was picked. Raises NothingPicked for other text."""
    if text and _CHANNEL.fullmatch(text) is None:
        raise NothingPicked("channel")
    return text or None
