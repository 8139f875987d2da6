"""`/waiver`: posts the link in the channel, or asks which event is meant where that is unclear."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.finding import understand
from bot.reply import ReplyLost, reply
from bot.sharing import seek_for_all
from bot.text import typed
from bot.views import status, waiver
from charter.events import Event, Status
from charter.refusals import EventCancelled

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.desk import Desk
    from bot.understanding.command import Command


def share(ack: Ack, body: dict[str, Any], context: BoltContext, *, desk: Desk, public_base_url: str) -> None:
    """Answer in the channel, so that it needs no membership there; unclear words are answered to the asker alone.

    Words that name a patron are answered to the asker alone with the link of the patron's party.
    """
    text, channel = typed(body.get("text", "")), body.get("channel_id")
    command = desk.read(text)
    meant = seek_for_all(command, channel, desk)
    if (meant.eid is None or len(command.words) > 1) and (answer := _of_a_party(command, body, context, desk)):
        ack(**answer)
        return
    if meant.eid is None:
        ack(**waiver.ask(meant, words=text.strip(), zone=desk.look.zone, now=desk.now()))
        return
    card = _card(meant.eid, desk, public_base_url)
    ack(**card, response_type="in_channel", unfurl_links=False, unfurl_media=False)


def _of_a_party(command: Command, body: dict[str, Any], context: BoltContext, desk: Desk) -> dict[str, Any] | None:
    """Return the link of the party whose patron the words name, or the question whose; None where they name nobody."""
    if not command.words:
        return None
    understood = understand(command, body.get("channel_id"), desk)
    event, patrons = understood.sought.event, understood.reading.found.patrons
    people = [(event, patron) for patron in patrons] if isinstance(event, Event) else []
    people = people or list(understood.elsewhere)
    if not people:
        return None
    if len(people) > 1:
        viewer = status.Viewer(role=context["role"], zone=desk.look.zone, links=desk.look.links, now=desk.now())
        return status.several_found(people, viewer)
    event, patron = people[0]
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    return waiver.party_card(event, patron, links=desk.look.links, zone=desk.look.zone)


def share_picked(ack: Ack, payload: dict[str, Any], body: dict[str, Any], *, desk: Desk, public_base_url: str) -> None:
    """One of the events that were asked about was picked: its card takes the place of the question."""
    card = _card(payload["value"], desk, public_base_url)
    as_news = {"response_type": "in_channel", "replace_original": False, "unfurl_links": False, "unfurl_media": False}
    reply(body, {**card, **as_news})
    # Slack's reference knows `delete_original` alone, never beside a message. A question that stays does no harm.
    with suppress(ReplyLost):
        reply(body, {"delete_original": True})
    ack()


def _card(eid: str, desk: Desk, public_base_url: str) -> dict[str, Any]:
    event = desk.event(eid)
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    return waiver.card(event, public_base_url=public_base_url, zone=desk.look.zone)
