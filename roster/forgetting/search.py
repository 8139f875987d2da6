"""Searches the whole table for a person, or for everybody at old events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

import click

from adapters.moved import MOVING_ROW, moved_to
from adapters.rows import EVENT_ROW
from charter.money import format_amount
from charter.names import same
from charter.owing import owing, to_get_back
from roster.forgetting.people import event_of, people_of
from roster.walking import walk
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from charter.events import Event
    from roster.forgetting.people import EventPerson
    from roster.forgetting.work import EventToForget
    from roster.services import Services

_AGE: Final = re.compile(r"(\d{1,5})\s*(d|days?|m|months?|y|years?)", re.IGNORECASE)
_MONTHS: Final = 12


class Age(click.ParamType[tuple[int, str]]):
    """An age: a number of days, months or years."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        """Return the number with `d`, `m` or `y`, or fail with a usage error."""
        found = _AGE.fullmatch(str(value).strip())
        if found is None or not int(found[1]):
            self.fail(f"“{value}” is no age. Write 24 months, 730 days or 2 years.", param, ctx)
        return int(found[1]), found[2][0].lower()


def day_before(today: date, age: tuple[int, str]) -> date:
    """Return the day that is so long ago. The end of a shorter month stands for a day that it does not have."""
    number, unit = age
    if unit == "d":
        return today - timedelta(days=min(number, today.toordinal() - 1))
    months = today.year * _MONTHS + today.month - 1 - number * (_MONTHS if unit == "y" else 1)
    if months < _MONTHS:
        return date.min
    first = date(months // _MONTHS, months % _MONTHS + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day))


@dataclass(frozen=True, slots=True)
class PersonMatch:
    """A person at an event who may be meant. `line` describes them in the plan.

    `coming`: they are still expected there. `open`: money is owed by them or to them.
    """

    eid: str
    person: EventPerson
    starts_at: datetime
    line: str
    coming: bool
    open: bool

    @property
    def key(self) -> str:
        """The match's name in a command."""
        return f"{self.eid}/{self.person.key}"


def match_of(event: Event, person: EventPerson, now: datetime) -> PersonMatch:
    """Return the match of a person of an event."""
    patron = event.patron(person.patron_id) if person.patron_id else None
    balance = event.balance(person.patron_id) if patron else None
    is_open = patron is not None and patron in [who for who, _ in (*owing(event), *to_get_back(event))]
    parts = [f"{event.starts_at:%Y-%m-%d} {event.title}: {person.shown_name} [{event.eid}/{person.key}]"]
    parts += [f"party of {patron.party}"] if patron else ["signed, no patron"]
    parts += [f"paid {format_amount(balance.paid, event.currency)}"] if balance else []
    parts += ["money is open, and nobody can be asked for it afterwards"] if is_open else []
    parts += [*person.contacts, *(f"with {minor}" for minor in person.minors)]
    coming = not event.over(now) and (patron is None or patron.state is None)
    return PersonMatch(event.eid, person, event.starts_at, " · ".join(parts), coming, is_open)


class Search:
    """Searches for people by the rows of the table."""

    def __init__(self, services: Services, *, now: datetime) -> None:
        self._services, self._now = services, now
        self._minors: list[str] = []

    def one(self, found: EventToForget, key: str) -> PersonMatch | None:
        """Return one person of an event; None where there is none. Raises Stopped for an event without a date."""
        if found.event is None:
            raise Stopped(f"Nothing says when {found.eid} was. Give it a date first.")
        for person in people_of(found.event):
            if key in {person.key, person.patron_id}:
                return match_of(found.event, person, self._now)
        return None

    def everywhere(self, wanted: str) -> list[PersonMatch]:
        """Return everybody who has this name, phone, e-mail or patron id, in order of the events."""
        found = []
        for event in self._events():
            for person in people_of(event):
                if person.fits(wanted):
                    found.append(match_of(event, person, self._now))
                elif any(same(minor, wanted) for minor in person.minors):
                    self._minors.append(f"{event.eid} {person.key}")
        return sorted(found, key=lambda match: (match.starts_at, match.key))

    def older_than(self, age: tuple[int, str]) -> list[PersonMatch]:
        """Return everybody at events before that, the oldest first."""
        before = day_before(self._now.astimezone(self._services.zone).date(), age)
        found = [
            match_of(event, person, self._now)
            for event in self._events()
            if event.starts_at.astimezone(self._services.zone).date() < before
            for person in people_of(event)
        ]
        return sorted(found, key=lambda match: (match.starts_at, match.key))

    def nobody(self, wanted: str) -> str:
        """Return why nobody was found, as a sentence with what to do."""
        if self._minors:
            return f"“{wanted}” is a minor for whom an adult signed. Forget both: forget {self._minors[0]}"
        return f"Nobody in the table is “{wanted}”. Check the spelling, or search by phone or e-mail."

    def _events(self) -> Iterator[Event]:
        services = self._services
        with services.console.counting("Reading the rows") as advance:
            rows = walk(services.client, services.table, advance=advance)
            for eid, some in groupby(rows, lambda wire: str(wire["eid"]["S"])):
                known = {str(wire["crew_id"].get("S", "")): wire for wire in some}
                if moved_to(known.get(EVENT_ROW, {})) or MOVING_ROW in known:
                    continue
                event = event_of(eid, known, zone=services.zone, currency=services.currency)
                if event is not None:
                    yield event
