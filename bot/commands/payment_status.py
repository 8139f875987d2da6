"""`/payment-status`: shows coming events, one event's patrons, or one patron's entries. Only the sender sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.calendar import LATELY
from bot.finding import Sought, Understood, people_before, people_near, read_for, seek_event, with_roster
from bot.kept import read_kept, value_in
from bot.reply import answer_command, reply
from bot.text import typed
from bot.understanding.command import names_somebody, read_beside, rest_of
from bot.understanding.moments import asked_in
from bot.understanding.words import text_of
from bot.views import balance, overview, status
from bot.views.found import no_event, on_other_events, words_left
from bot.views.pages import page_of
from bot.views.state import picked_in
from charter.events import Event, Status
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.finding import Person
    from bot.services import Services
    from bot.understanding.command import ParsedCommand
    from charter.events import Listing
    from charter.patrons import Patron

# Most trips of today that are shown whole.
_WHOLE_AT_MOST: Final = 2


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer with what the words name: nothing, an event, a patron, or both in either order."""
    command, viewer = services.read(typed(body.get("text") or "")), services.viewer(context["role"])
    channel = body.get("channel_id")
    if not command.words:
        answer_command(ack, body, _overview(services, viewer, channel, page=0))
    else:
        answer_command(ack, body, answer_to(command, channel, services, viewer))


def answer_to(command: ParsedCommand, channel: str | None, services: Services, viewer: status.Viewer) -> dict[str, Any]:
    """Return the answer to words that name an event, a patron or both, as the viewer asked for it: now or then."""
    sought = seek_event(command, channel, services)
    if sought.event is None and sought.trouble:
        return no_event(sought.trouble, sought.near, viewer)
    if sought.event is not None and (sought.taken or sought.fits or command.eid or command.date):
        return _of_event(command, _read(command, with_roster(sought, services), services), viewer, channel, services)
    return _of_people(command, channel, services, viewer)


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Replace the answer with what the pressed button names: a page, an event or a patron."""
    pressed = read_kept(value_in(payload))
    viewer = replace(services.viewer(context["role"]), asked=asked_in(pressed))
    page = int(pressed.get("page", 0))
    if "eid" not in pressed:
        answer = _overview(services, viewer, (body.get("channel") or {}).get("id"), page=page)
    else:
        event = services.ledger.event(pressed["eid"])
        patron = event.patron(pressed["patron"]) if "patron" in pressed else None
        answer = shown(event, patron, viewer, page=page)
    reply(body, {**answer, "replace_original": True})
    ack()


def pick(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the patron picked in the menu below an event's table. A cleared choice changes nothing."""
    picked = picked_in(payload)
    if picked:
        event = services.ledger.event(str(payload.get("block_id") or "").removeprefix(status.ROSTER))
        answer = shown(event, event.patron(picked), services.viewer(context["role"]))
        reply(body, {**answer, "replace_original": True})
    ack()


def pick_trip(
    ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services
) -> None:
    """Show the trip picked in the menu below the other trips. A cleared choice changes nothing."""
    picked = picked_in(payload)
    if picked:
        answer = shown(services.ledger.event(picked), None, services.viewer(context["role"]))
        reply(body, {**answer, "replace_original": True})
    ack()


def shown(
    event: Event, patron: Patron | None, viewer: status.Viewer, *, page: int = 0, unknown: str = ""
) -> dict[str, Any]:
    """Return a page of a patron's or an event's status; what changed or what it was, if the viewer asked for that."""
    if viewer.asked is not None:
        from bot.views import history

        return history.answer(event, patron, viewer, page=page, unknown=unknown)
    if patron is not None:
        return balance.patron_page(event, patron, viewer, page=page)
    return status.event_page(event, viewer, page=page, unknown=unknown)


def _overview(services: Services, viewer: status.Viewer, channel: str | None, *, page: int) -> dict[str, Any]:
    """Return the trips: on the first page some are shown whole, as many as `first_trips` has."""
    first, others = first_trips(services, channel)
    coming = page_of([*first, *others], page, size=overview.TRIPS_A_PAGE)
    whole = {listing.eid for listing in first}
    events = services.ledger.events([listing.eid for listing in coming.items])
    shown_whole = [event for event in events if event.eid in whole]
    return overview.overview(shown_whole, [event for event in events if event.eid not in whole], viewer, page=coming)


def first_trips(services: Services, channel: str | None) -> tuple[list[Listing], list[Listing]]:
    """Return the trips that come first and the others: the channel's trip, else today's, else the next one.

    A trip that is under way since yesterday is today's too. The others are those that are not over, and today's. Of
    equals a cancelled trip comes last. Raises TableUnavailable.
    """
    now = services.now()
    near, planned = services.calendar.near(now), services.calendar.planned(now)
    listed = [each for each in near if each.over(now) and _day_of(each, now) == now.date()] + planned
    lately = [each for each in near if each.starts_at > now - LATELY]
    here = [each for each in listed if each.channel == channel] or [each for each in lately if each.channel == channel]
    if channel and here:
        first = _running_first(sorted(here, key=lambda each: abs(each.starts_at - now)))[:1]
    else:
        today = [each for each in listed if _day_of(each, now) == now.date() or each.starts_at <= now]
        first = _running_first(today)[:_WHOLE_AT_MOST] or _running_first(listed)[:1]
    return first, [each for each in listed if each not in first]


def _running_first(listings: Sequence[Listing]) -> list[Listing]:
    """Return the trips in their order, cancelled ones after the others."""
    return sorted(listings, key=lambda each: each.status is Status.CANCELLED)


def _day_of(listing: Listing, now: datetime) -> date:
    return listing.starts_at.astimezone(now.tzinfo).date()


def _read(command: ParsedCommand, sought: Sought, services: Services) -> Understood:
    if sought.event is not None and not isinstance(sought.event, Event):
        raise TableUnavailable
    if command.eid is not None:
        return Understood(sought, read_for(command, sought, services))
    event, currency = sought.event, services.settings.currency
    return Understood(sought, read_beside(command, event, taken=sought.taken, currency=currency))


def _of_event(
    command: ParsedCommand, understood: Understood, viewer: status.Viewer, channel: str | None, services: Services
) -> dict[str, Any]:
    """Return the named event, the patron whom the words name on it, or the question which patron is meant."""
    event = understood.sought.event
    if not isinstance(event, Event):
        return no_event(understood.sought.trouble, (), viewer)
    patrons = understood.reading.found.patrons
    if len(patrons) == 1:
        return shown(event, patrons[0], viewer)
    if patrons:
        return status.several_found([(event, patron) for patron in patrons], viewer)
    if names_somebody(command, understood.reading) or not understood.sought.is_sure:
        people = people_near(command, understood.sought, channel, services)
        if people and not understood.sought.is_sure:
            return _chosen(people, viewer, services, channel)
        if people:
            name = rest_of(command, understood.reading).name
            return on_other_events(people, name=name, event=event, viewer=viewer)
    return shown(event, None, viewer, unknown=words_left(command, understood))


def _of_people(
    command: ParsedCommand, channel: str | None, services: Services, viewer: status.Viewer
) -> dict[str, Any]:
    """Return the patron whom the words name on a near event, else on a past one, or the question which one is meant."""
    nothing = Sought()
    people = people_near(command, nothing, channel, services)
    if people:
        return _chosen(people, viewer, services, channel)
    people = people_before(command, nothing, services)
    if people:
        return _chosen(people, viewer, services, channel)
    return status.nothing_found(text_of(command.words, command.places))


def _chosen(people: Sequence[Person], viewer: status.Viewer, services: Services, channel: str | None) -> dict[str, Any]:
    """Return the only patron, or the only one on the likeliest event, else the question which one is meant."""
    likely = services.guess(services.calendar.lately(services.now()), channel)
    here = [(event, patron) for event, patron in people if likely is not None and event.eid == likely.eid]
    meant = here if len(here) == 1 else people
    if len(meant) == 1:
        event, patron = meant[0]
        return shown(event, patron, viewer)
    return status.several_found(meant, viewer)
