"""`/payment-status [event] public`: requests the event's live boarding card, which the table's stream then posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.kept import moment_of, read_kept, value_in
from bot.reply import reply
from bot.sharing import seek_for_all
from bot.text import typed
from bot.views import boarding_card
from bot.wanted import PUBLIC
from charter.events import Status
from charter.refusals import EventCancelled

if TYPE_CHECKING:
    from slack_bolt import Ack

    from bot.services import Services


def ask(ack: Ack, body: dict[str, Any], *, services: Services) -> None:
    """Write the request to the event's row. Only the sender sees the answer; the card is posted to the channel."""
    command = services.read(typed(body["text"]).strip()[: -len(PUBLIC)])
    meant = seek_for_all(command, body.get("channel_id"), services, todays=True)
    if meant.eid is None:
        ack(**boarding_card.unclear(meant.asked, trouble=meant.trouble))
        return
    event = services.event(meant.eid)
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    now = services.now()
    services.ledger.ask_for_card(event.eid, now=now)
    ack(**boarding_card.on_its_way(event, asked_at=now))


def take_back(ack: Ack, body: dict[str, Any], *, services: Services) -> None:
    """Take the request back, from the answer that only its sender sees. A later request by anybody stays."""
    pressed = read_kept(value_in(body["actions"][0]))
    event, asked_at = services.event(pressed["eid"]), moment_of(pressed["at"])
    is_done = services.ledger.take_back_card(event.eid, asked_at=asked_at)
    reply(body, {**boarding_card.taken_back(event, is_done=is_done), "replace_original": True})
    ack()
