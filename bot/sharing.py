"""Choice of the event whose card is posted to a whole channel. Nothing is guessed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.finding import seek_event
from bot.understanding.events import rank
from bot.understanding.vocabulary import FILLERS
from bot.understanding.words import text_of
from charter.events import Event, Status
from charter.frozen import dataclass

if TYPE_CHECKING:
    from bot.finding import Sought
    from bot.services import Services
    from bot.understanding.command import ParsedCommand
    from charter.events import Listing


@dataclass(frozen=True, slots=True)
class Public:
    """The event whose card may be posted to a channel, or None if that is not sure. `asked` are events to pick from.

    `event` is the event itself where finding it needed its roster.
    """

    eid: str | None = None
    asked: tuple[Listing, ...] = ()
    trouble: str = ""
    named: bool = False
    event: Event | None = None


def seek_for_all(command: ParsedCommand, channel: str | None, services: Services, *, todays: bool = False) -> Public:
    """Return the event that is surely meant: named by its id or by words that fit it alone, or the channel's own.

    With `todays`, the only event of today is sure too if nothing is named, and no words are about its patrons. Raises
    TableUnavailable.
    """
    now = services.now()
    if command.words and (named := _named(command, channel, services, patrons=not todays)):
        return named
    coming = [listing for listing in services.calendar.coming(now) if listing.status is not Status.CANCELLED]
    ranked = tuple(rank(coming, now=now, channel=channel))
    if command.words:
        return Public(asked=ranked)
    here = [listing for listing in coming if channel and listing.channel == channel]
    today = [listing for listing in coming if listing.starts_at.astimezone(now.tzinfo).date() == now.date()]
    for certain in (here, today if todays and not here else []):
        if len(certain) == 1:
            return Public(certain[0].eid, ranked)
    return Public(asked=ranked)


def _named(command: ParsedCommand, channel: str | None, services: Services, *, patrons: bool) -> Public | None:
    """Return the event that the words name, or those to ask about; None if they name none.

    `patrons`: further words may name one.
    """
    sought = seek_event(command, channel, services)
    if sought.event is None:
        is_named = command.eid is not None or bool(sought.trouble)
        return Public(None, sought.near, sought.trouble, named=True) if is_named else None
    if command.eid is not None and (more := _names_more(command, sought)):
        said, title = text_of(command.words, more), sought.event.title
        whole = f"“{said}” was not understood beside the event's id. This is about the whole of {title}."
        trouble = f"Nobody on {title} is called “{said}”." if patrons else whole
        return Public(asked=(sought.event,), trouble=trouble, named=True)
    if command.eid is not None or isinstance(sought.event, Event) or _is_sure(command, sought, services):
        read = sought.event if isinstance(sought.event, Event) else None
        return Public(sought.event.eid, named=True, event=read)
    return Public(asked=tuple(fit.listing for fit in sought.fits), named=True) if sought.fits else None


def _names_more(command: ParsedCommand, sought: Sought) -> frozenset[int]:
    """Return the places of words that may be a person's name, beside the id and the event's own words.

    If there are any, not the event alone is meant.
    """
    left = command.places - command.ids.keys() - sought.taken - command.days
    return frozenset(place for place in left if command.words[place].is_name_like)


def _is_sure(command: ParsedCommand, sought: Sought, services: Services) -> bool:
    """Return whether the words fit exactly one coming event and no word is left over."""
    if sought.event is None or not sought.fits or not sought.is_sure:
        return False
    if sought.event.eid == command.date:
        return True
    if len(sought.fits) != 1:
        return False
    left = command.places - sought.taken
    return not sought.event.over(services.now()) and all(command.words[place].key in FILLERS for place in left)
