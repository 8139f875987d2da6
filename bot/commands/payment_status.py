"""`/payment-status`: shows coming events, one event's patrons, or one patron's entries. Only the sender sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.finding import Sought, Understood, people_before, people_near, read_for, seek_event, with_roster
from bot.reply import answer_command, reply
from bot.text import typed
from bot.understanding.command import names_somebody, read_beside, rest_of
from bot.views import balance, status
from bot.views.found import no_event, on_other_events, words_left
from bot.views.pages import page_of
from bot.views.state import picked_in
from charter.events import Event
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.finding import Person
    from bot.services import Services
    from bot.understanding.command import Command


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer with what the words name: nothing, an event, a patron, or both in either order."""
    command, viewer = services.read(typed(body.get("text", ""))), services.viewer(context["role"])
    if not command.words:
        ack(**_overview(services, viewer, page=0))
        return
    channel = body.get("channel_id")
    sought = seek_event(command, channel, services)
    if sought.event is None and sought.trouble:
        ack(**no_event(sought.trouble, sought.near, viewer))
    elif sought.event is not None and (sought.taken or sought.fits or command.eid or command.date):
        understood = _read(command, with_roster(sought, services), services)
        answer_command(ack, body, _of_event(command, understood, viewer, channel, services))
    else:
        answer_command(ack, body, _of_people(command, channel, services, viewer))


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Replace the answer with what the pressed button names: a page, an event or a patron."""
    viewer = services.viewer(context["role"])
    pressed = json.loads(payload["value"])
    page = int(pressed.get("page", 0))
    if "eid" not in pressed:
        answer = _overview(services, viewer, page=page)
    else:
        event = services.ledger.event(pressed["eid"])
        patron = event.patron(pressed["patron"]) if "patron" in pressed else None
        answer = (
            balance.patron_page(event, patron, viewer, page=page)
            if patron
            else status.event_page(event, viewer, page=page)
        )
    reply(body, {**answer, "replace_original": True})
    ack()


def pick(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the patron picked in the menu below an event's table. A cleared choice changes nothing."""
    picked = picked_in(payload)
    if not picked:
        ack()
        return
    viewer = services.viewer(context["role"])
    event = services.ledger.event(payload["block_id"].removeprefix(status.ROSTER))
    patron = event.patron(picked)
    answer = balance.patron_page(event, patron, viewer, page=0) if patron else status.event_page(event, viewer, page=0)
    reply(body, {**answer, "replace_original": True})
    ack()


def _overview(services: Services, viewer: status.Viewer, *, page: int) -> dict[str, Any]:
    coming = page_of(services.calendar.planned(services.now()), page, size=status.EVENTS_A_PAGE)
    events = services.ledger.events([listing.eid for listing in coming.items])
    return status.overview(events, viewer, page=coming)


def _read(command: Command, sought: Sought, services: Services) -> Understood:
    if sought.event is not None and not isinstance(sought.event, Event):
        raise TableUnavailable
    if command.eid is not None:
        return Understood(sought, read_for(command, sought, services))
    event, currency = sought.event, services.settings.currency
    return Understood(sought, read_beside(command, event, taken=sought.taken, currency=currency))


def _of_event(
    command: Command, understood: Understood, viewer: status.Viewer, channel: str | None, services: Services
) -> dict[str, Any]:
    """Return the named event, the patron whom the words name on it, or the question which patron is meant."""
    event = understood.sought.event
    if not isinstance(event, Event):
        return no_event(understood.sought.trouble, (), viewer)
    patrons = understood.reading.found.patrons
    if len(patrons) == 1:
        return balance.patron_page(event, patrons[0], viewer, page=0)
    if patrons:
        return status.several_found([(event, patron) for patron in patrons], viewer)
    if names_somebody(command, understood.reading) or not understood.sought.is_sure:
        people = people_near(command, understood.sought, channel, services)
        if people and not understood.sought.is_sure:
            return _chosen(people, viewer, services, channel)
        if people:
            name = rest_of(command, understood.reading).name
            return on_other_events(people, name=name, event=event, viewer=viewer)
    return status.event_page(event, viewer, page=0, unknown=words_left(command, understood))


def _of_people(command: Command, channel: str | None, services: Services, viewer: status.Viewer) -> dict[str, Any]:
    """Return the patron whom the words name on a near event, else on a past one, or the question which one is meant."""
    nothing = Sought()
    people = people_near(command, nothing, channel, services)
    if people:
        return _chosen(people, viewer, services, channel)
    people = people_before(command, nothing, services)
    if people:
        return _chosen(people, viewer, services, channel)
    return status.nothing_found(" ".join(word.raw for word in command.words))


def _chosen(people: Sequence[Person], viewer: status.Viewer, services: Services, channel: str | None) -> dict[str, Any]:
    """Return the only patron, or the only one on the likeliest event, else the question which one is meant."""
    likely = services.guess(services.calendar.lately(services.now()), channel)
    here = [(event, patron) for event, patron in people if likely is not None and event.eid == likely.eid]
    meant = here if len(here) == 1 else people
    if len(meant) == 1:
        event, patron = meant[0]
        return balance.patron_page(event, patron, viewer, page=0)
    return status.several_found(meant, viewer)
