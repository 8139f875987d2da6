"""`/waiver`: posts the link in the channel, or asks which event is meant."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.finding import understand
from bot.kept import value_in
from bot.reply import ReplyLost, reply
from bot.sharing import Public, seek_for_all
from bot.text import typed
from bot.understanding.command import rest_of
from bot.views import status, waiver
from bot.views.found import on_other_events
from charter.events import Event, Status
from charter.refusals import EventCancelled

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services
    from bot.understanding.command import ParsedCommand
    from bot.understanding.patrons import NamedPatrons


def share(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services, public_base_url: str) -> None:
    """Post the card as the command's answer, so that the bot need not be a member of the channel.

    Only the sender sees the answer to unclear words, and the link of a party whose patron the words name.
    """
    text, channel = typed(body.get("text") or ""), body.get("channel_id")
    command = services.read(text)
    meant = seek_for_all(command, channel, services)
    if answer := _of_a_party(command, meant, body, context, services):
        ack(**answer)
        return
    if meant.eid is None:
        ack(**waiver.ask(meant, words=text.strip(), zone=services.settings.zone, now=services.now()))
        return
    card = _card(meant.eid, services, public_base_url, by=body["user_id"])
    ack(**card, response_type="in_channel", unfurl_links=False, unfurl_media=False)


def _of_a_party(
    command: ParsedCommand, meant: Public, body: dict[str, Any], context: BoltContext, services: Services
) -> dict[str, Any] | None:
    """Return the link of the party whose patron the words name, or the question which one; None if they name nobody."""
    if not command.words:
        return None
    now, settings = services.now(), services.settings
    understood = understand(command, body.get("channel_id"), services)
    event, found = understood.sought.event, understood.reading.found
    viewer = services.viewer(context["role"])
    if found.patrons and isinstance(event, Event):
        if meant.eid == event.eid and understood.sought.taken.issuperset(found.places):
            return _either(event, found, command, viewer)
        people = [(event, patron) for patron in found.patrons]
    elif understood.elsewhere and event is not None and (understood.sought.taken or command.eid):
        name = rest_of(command, understood.reading).name
        return on_other_events(understood.elsewhere, name=name, event=event, viewer=viewer)
    else:
        people = list(understood.elsewhere)
    if len(people) != 1:
        return status.several_found(people, viewer) if people else None
    event, patron = people[0]
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    return waiver.party_card(event, patron, links=settings.links, zone=settings.zone, now=now)


def _either(event: Event, found: NamedPatrons, command: ParsedCommand, viewer: status.Viewer) -> dict[str, Any] | None:
    """Return the question whether the event or its patron is meant, if a single word names both; else None."""
    if len(command.words) > 1:
        return None
    name = found.patrons[0].name
    trouble = f"“{command.words[0].raw}” names {event.title}, and {name}, who is on it."
    asked = Public(asked=(event,), trouble=trouble, named=True)
    return waiver.ask(asked, words="", zone=viewer.zone, now=viewer.now or event.starts_at)


def share_picked(
    ack: Ack, payload: dict[str, Any], body: dict[str, Any], *, services: Services, public_base_url: str
) -> None:
    """Post the card of the picked event, and delete the question."""
    card = _card(value_in(payload), services, public_base_url, by=body["user"]["id"])
    as_news = {"response_type": "in_channel", "replace_original": False, "unfurl_links": False, "unfurl_media": False}
    reply(body, {**card, **as_news})
    # Slack documents `delete_original` without a message only. If it fails, the question stays, which is harmless.
    with suppress(ReplyLost):
        reply(body, {"delete_original": True})
    ack()


def _card(eid: str, services: Services, public_base_url: str, *, by: str) -> dict[str, Any]:
    event = services.event(eid)
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    zone, now = services.settings.zone, services.now()
    return waiver.card(event, public_base_url=public_base_url, zone=zone, now=now, by=by)
