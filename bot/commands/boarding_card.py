"""`/payment-status [event] public`: asks for the event's live boarding card, which the table's stream then posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.text import typed
from bot.understanding import sort_words
from bot.views import boarding_card
from charter.events import Status
from charter.refusals import EventCancelled

if TYPE_CHECKING:
    from slack_bolt import Ack

    from bot.desk import Desk

PUBLIC: Final = "public"


def is_wanted(body: dict[str, Any]) -> bool:
    """Whether the last word behind the command asks for the card."""
    return typed(str(body.get("text", ""))).lower().split()[-1:] == [PUBLIC]


def ask(ack: Ack, body: dict[str, Any], *, desk: Desk) -> None:
    """Writes the wish to the event's row; the answer is for the asker alone, the card for the channel."""
    text = typed(body["text"]).strip()[: -len(PUBLIC)]
    words = sort_words(text, methods=(), currency=desk.look.currency)
    eid, named, coming = (words.eid, [], []) if words.eid else desk.surely_meant(text, body.get("channel_id"))
    if eid is None:
        ack(**boarding_card.unclear(named or coming))
        return
    event = desk.event(eid)
    if event.status is Status.CANCELLED:
        raise EventCancelled(event.title)
    desk.ledger.ask_for_card(event.eid, now=desk.now())
    ack(**boarding_card.on_its_way(event))
