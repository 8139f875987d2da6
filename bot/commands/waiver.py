"""`/waiver`: posts the link in the channel, or asks which event is meant where that is unclear."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.reply import ReplyLost, reply
from bot.sharing import seek_for_all
from bot.text import typed
from bot.views import waiver
from charter.events import Status
from charter.refusals import EventCancelled

if TYPE_CHECKING:
    from slack_bolt import Ack

    from bot.desk import Desk


def share(ack: Ack, body: dict[str, Any], *, desk: Desk, public_base_url: str) -> None:
    """Answer in the channel, so that it needs no membership there; unclear words are answered to the asker alone."""
    text = typed(body.get("text", ""))
    meant = seek_for_all(desk.read(text), body.get("channel_id"), desk)
    if meant.eid is None:
        ack(**waiver.ask(meant, words=text.strip(), zone=desk.look.zone, now=desk.now()))
        return
    card = _card(meant.eid, desk, public_base_url)
    ack(**card, response_type="in_channel", unfurl_links=False, unfurl_media=False)


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
