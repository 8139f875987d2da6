"""Search for the event and the people that a command means, in the list of events and on nearby rosters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.reads import in_time
from bot.troubles import named, noted
from bot.understanding.command import names_somebody, read_beside
from bot.understanding.events import find_events, near_to, own_words, rank
from bot.understanding.several import find_several
from bot.understanding.words import text_of
from charter.event_ids import day_of
from charter.events import Event
from charter.frozen import dataclass
from charter.refusals import EventIdMalformed, EventUnknown, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.services import Services
    from bot.understanding.command import CommandDetails, ParsedCommand
    from bot.understanding.events import Fit, NamedEvents
    from bot.understanding.several import Several
    from charter.events import Listing
    from charter.patrons import Patron

# Most rosters that are searched for a name, the likeliest events first.
_SEARCHED: Final = 30
_OLD_SEARCHED: Final = 100
# Most events that are read to find which of them has the patron, where different words name different events.
_COMPARED: Final = 6

_NO_ROSTER: Final = "The roster could not be read in time. Pick the event again to see it."

Person = tuple[Event, "Patron"]


@dataclass(frozen=True, slots=True)
class Sought:
    """The event that a command means, and the places of the words that name it.

    `event` is a Listing until its roster is read. It is None where nothing fits: `trouble` then gives the reason and
    `near` the likeliest candidates. `fits` are all events that the words fit; it is empty where the event is a guess.
    """

    event: Listing | None = None
    taken: frozenset[int] = frozenset()
    fits: tuple[Fit, ...] = ()
    trouble: str = ""
    near: tuple[Listing, ...] = ()

    @property
    def is_sure(self) -> bool:
        """True if at least one whole word, a day or an id names the event."""
        return not self.fits or self.fits[0].exactly


@dataclass(frozen=True, slots=True)
class Understood:
    """A command as far as it is understood. `elsewhere` are patrons of other near events whom it may mean."""

    sought: Sought
    reading: CommandDetails
    elsewhere: tuple[Person, ...] = ()

    @property
    def patron(self) -> Patron | None:
        """The only patron of the event whom the words name, or None."""
        return self.reading.found.patrons[0] if len(self.reading.found.patrons) == 1 else None


def understand(command: ParsedCommand, channel: str | None, services: Services) -> Understood:
    """Return what the command means. If its patron is not on the event, other near events are searched too.

    Raises TableUnavailable if not even the event was found in time.
    """
    is_old = bool(services.calendar.remembered(services.now()))
    sought = with_roster(seek_event(command, channel, services), services)
    reading = read_for(command, sought, services)
    names_nobody = not reading.found.patrons and any(word.is_name_like for word in command.words)
    if not names_nobody or (sought.event is not None and not isinstance(sought.event, Event)):
        return Understood(sought, reading)
    people = tuple(people_near(command, sought, channel, services))
    if not people and is_old and command.eid is None:  # an event may have been written since
        services.calendar.forget()
        return understand(command, channel, services)
    likelier = _likelier(people, sought, channel, services)
    return (
        Understood(likelier, read_for(command, likelier, services)) if likelier else Understood(sought, reading, people)
    )


def _likelier(people: Iterable[Person], sought: Sought, channel: str | None, services: Services) -> Sought | None:
    """Return another event that the words more likely mean, judging by its patrons; else None.

    Of several events that the words fit, it is the only one with the patron. Where the words only begin like an event's
    words, it is the likeliest event, provided the patron is on it.
    """
    fitting = {fit.listing.eid: fit.places for fit in sought.fits}
    on = [event for event, _ in people if event.eid in fitting]
    if len(on) == 1:
        return Sought(on[0], fitting[on[0].eid], sought.fits)
    guessed = None if sought.is_sure else services.guess(services.calendar.lately(services.now()), channel)
    on = [event for event, _ in people if guessed is not None and event.eid == guessed.eid]
    return Sought(on[0]) if len(on) == 1 else None


def seek_event(command: ParsedCommand, channel: str | None, services: Services) -> Sought:
    """Return the event that the command means: by its id, by its words, or the likeliest one if nothing names it.

    Raises TableUnavailable.
    """
    if command.eid is not None:
        return _by_id(command, command.eid, services)
    now = services.now()
    is_old = bool(services.calendar.remembered(now))
    listings = services.calendar.lately(now)
    named = _named(command, listings, channel, services)
    if named.missing and is_old:
        listings = services.calendar.lately(now, anew=True)
        named = _named(command, listings, channel, services)
    if named.missing:
        return _missing(command, named, services)
    if len({fit.places for fit in named.fits}) > 1:
        return _by_roster(command, named.fits, services)
    if named.fits:
        return _fitting(command, named.fits)
    return Sought(services.guess(listings, channel))


def with_roster(sought: Sought, services: Services) -> Sought:
    """Return the event with its roster. If the roster is not read in time, `trouble` says so."""
    if sought.event is None or isinstance(sought.event, Event):
        return sought
    try:
        return replace(sought, event=in_time(partial(services.ledger.event, sought.event.eid)))
    except EventUnknown as refusal:  # renamed or removed since the list was read
        services.calendar.forget()
        return replace(sought, event=None, trouble=str(refusal))
    except TableUnavailable as error:
        return replace(sought, trouble=noted(_NO_ROSTER, named(error)))


def read_for(command: ParsedCommand, sought: Sought, services: Services) -> CommandDetails:
    """Return the rest of the command, beside the event that was found.

    "cory" may be a patron on Captain Cory's event. If no other word names a patron, the event's words are tried.
    """
    event = sought.event if isinstance(sought.event, Event) else None
    currency = event.currency if event else services.settings.currency
    reading = read_beside(command, event, taken=sought.taken, currency=currency)
    if event is None or reading.found.patrons:
        return reading
    sure, wholly = _surely_taken(command, sought), names_somebody(command, reading) and command.eid is None
    freeing = (sought.taken - sure, *({place} for place in sorted(sought.taken - sure, reverse=True)))
    tried = [read_beside(command, event, taken=sought.taken - freed, currency=currency) for freed in freeing]
    # An unknown word beside a name is a surname, so then the whole name must fit.
    found = [each for each in tried if each.found.patrons and not (wholly and names_somebody(command, each))]
    if found:
        return max(found, key=lambda each: (len(each.found.places), -len(each.left)))
    if command.eid is not None:  # the id names the event, so words of its title mean something else
        return read_beside(command, event, taken=sure, currency=currency)
    return reading


def people_near(command: ParsedCommand, sought: Sought, channel: str | None, services: Services) -> list[Person]:
    """Return the patrons of other near events whom the words name, the likeliest first.

    Returns nobody if the rosters are not read in time.
    """
    taken = sought.taken
    if not sought.is_sure or not names_somebody(
        command, read_beside(command, None, taken=taken, currency=services.settings.currency)
    ):
        taken = _surely_taken(command, sought)
    now = services.now()
    listings = rank(services.calendar.lately(now), now=now, channel=channel)
    besides = sought.event.eid if sought.event else None
    eids = [listing.eid for listing in listings if listing.eid != besides]
    try:
        events = in_time(partial(services.ledger.events, eids[:_SEARCHED]))
    except TableUnavailable:
        return []
    return people_on(events, command, taken=taken)


def people_before(command: ParsedCommand, sought: Sought, services: Services) -> list[Person]:
    """Return the patrons whom the words name on events between a fortnight and three months ago, the latest first."""
    eids = [listing.eid for listing in services.calendar.past(services.now())]
    events = in_time(partial(services.ledger.events, eids[:_OLD_SEARCHED]))
    return people_on(events, command, taken=_surely_taken(command, sought))


def people_on(events: Iterable[Event], command: ParsedCommand, *, taken: frozenset[int]) -> list[Person]:
    """Return the patrons on these events whom the words name, with no other word left that may be a name."""
    found: list[Person] = []
    for event in events:
        reading = read_beside(command, event, taken=taken, currency=event.currency)
        several = find_several(command, reading, event)
        if several is not None:
            found += [(event, patron) for patron in several.patrons]
            continue
        unknown = set(reading.left) - set(reading.found.places)
        if not any(command.words[place].is_name_like for place in unknown):
            found += [(event, patron) for patron in reading.found.patrons]
    return found


def several_in(command: ParsedCommand, understood: Understood) -> tuple[Several | None, list[tuple[Event, Several]]]:
    """Return what the words mean where they name several patrons or a payer; else None.

    Where they are not on the event, the other events on which they are follow, each with what the words mean there.
    """
    event, sought = understood.sought.event, understood.sought
    several = find_several(command, understood.reading, event) if isinstance(event, Event) else None
    if several is not None and several.patrons:
        return several, []
    taken = sought.taken if sought.is_sure else _surely_taken(command, sought)
    elsewhere = []
    for other in {other.eid: other for other, _ in understood.elsewhere}.values():
        meant = find_several(command, read_beside(command, other, taken=taken, currency=other.currency), other)
        if meant is not None and meant.patrons:
            elsewhere.append((other, meant))
    return (elsewhere[0][1] if elsewhere else several), elsewhere


def _named(command: ParsedCommand, listings: Sequence[Listing], channel: str | None, services: Services) -> NamedEvents:
    return find_events(command.words, listings, places=command.for_event, now=services.now(), channel=channel)


def _fitting(command: ParsedCommand, fits: Sequence[Fit]) -> Sought:
    """Return the likeliest of the events that the same words fit. An event whose id is the typed date comes first."""
    best = next((fit for fit in fits if fit.listing.eid == command.date), fits[0])
    return Sought(best.listing, best.places, tuple(fits))


def _by_id(command: ParsedCommand, eid: str, services: Services) -> Sought:
    try:
        event = services.event(eid)
    except (EventIdMalformed, EventUnknown) as refusal:
        return Sought(trouble=str(refusal), near=_nearest(eid, services))
    return Sought(event, own_words(command.words, event, places=command.for_event, now=services.now()))


def _nearest(eid: str, services: Services) -> tuple[Listing, ...]:
    """Return the events nearest to an unknown id; none if its date is invalid or the list cannot be read."""
    now = services.now()
    try:
        return tuple(near_to(eid, services.calendar.lately(now), day=day_of(eid), now=now))
    except (ValueError, TableUnavailable):
        return ()


def _missing(command: ParsedCommand, named: NamedEvents, services: Services) -> Sought:
    """Return the answer to words that fit no event. A typed date may still be the id of an unlisted event."""
    if command.date is None:
        said = text_of(command.words, named.missing)
        return Sought(None, named.missing, trouble=f"“{said}” fits no event. Pick one from the list.", near=named.near)
    try:
        event = in_time(partial(services.ledger.event, command.date))
    except (EventIdMalformed, EventUnknown) as refusal:
        return Sought(None, named.missing, trouble=str(refusal), near=named.near)
    return Sought(event, command.days)


def _by_roster(command: ParsedCommand, fits: Sequence[Fit], services: Services) -> Sought:
    """Return the event whose roster has the patron, where different words name different events."""
    places = frozenset(place for fit in fits for place in fit.places)
    compared = list({fit.places: fit for fit in reversed(fits)}.values())[::-1]
    compared += [fit for fit in fits if fit not in compared]
    named_by = {fit.listing.eid: fit.places for fit in compared[:_COMPARED]}
    events = in_time(partial(services.ledger.events, list(named_by)))
    on = [event for event in events if len(people_on([event], command, taken=named_by.get(event.eid, places))) == 1]
    if len(on) == 1:
        fit = next(fit for fit in fits if fit.listing.eid == on[0].eid)
        return Sought(on[0], fit.places, (fit,))
    said = text_of(command.words, places)
    near = tuple(fit.listing for fit in compared[:3])
    return Sought(None, places, trouble=f"“{said}” fits several events. Pick one from the list.", near=near)


def _surely_taken(command: ParsedCommand, sought: Sought) -> frozenset[int]:
    """Return the places of days and channels. All other words of an event may also be a name."""
    words = command.words
    return frozenset(place for place in sought.taken if place in command.days or words[place].channel)
