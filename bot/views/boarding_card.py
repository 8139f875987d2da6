"""Answers to a request for the live boarding card."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import actions, button, section
from bot.route_ids import TAKE_BACK_CARD
from bot.text import clip, escape
from charter.moments import utc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from charter.events import Event, Listing

NAMED_AT_MOST: Final = 8


def on_its_way(event: Event, *, asked_at: datetime) -> dict[str, Any]:
    """Return the answer that the card will be posted, and where, with the button that takes the request back."""
    # The bot cannot check whether it may post there. The announcements fall back to the office's channel.
    where = f"<#{event.channel}>" if event.channel else "the office's channel, because the event has none"
    text = (
        f"The boarding card of *{escape(clip(event.title, 150))}* goes to {where}. "
        "It counts who is expected, has paid, has signed and is aboard, names nobody who has not paid, and keeps "
        "itself up to date."
    )
    value = json.dumps({"eid": event.eid, "at": utc(asked_at)}, separators=(",", ":"))
    row = actions(button("Take back", action_id=TAKE_BACK_CARD, value=value), block_id="boarding_card")
    return {"response_type": "ephemeral", "text": text, "blocks": [section(text), row]}


def taken_back(event: Event, *, is_done: bool) -> dict[str, Any]:
    """Return the answer to taking the request back. `is_done` is False where a later request has taken its place."""
    title = escape(clip(event.title, 150))
    text = f"Taken back. The boarding card of *{title}* disappears, unless payments or a cast-off need it."
    if not is_done:
        text = f"Nothing was changed: the boarding card of *{title}* is not asked for by this request any more."
    return {"text": text, "blocks": [section(text)]}


def unclear(listings: Sequence[Listing], *, trouble: str = "") -> dict[str, Any]:
    """Return the question which event is meant, with commands to type. `trouble` is the problem with the words."""
    commands = [
        f"• {escape(clip(listing.title, 100))}: `/payment-status {escape(listing.eid)} public`"
        for listing in listings[:NAMED_AT_MOST]
    ]
    said = f"{escape(clip(trouble, 400))}\n" if trouble else ""
    text = f"{said}Which event's boarding card should I post? Type its id, as in:"
    example = ["• `/payment-status 2026-05-23-captain-cory-afternoon public`"]
    return {"response_type": "ephemeral", "text": text, "blocks": [section("\n".join([text, *(commands or example)]))]}
