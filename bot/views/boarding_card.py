"""Answers to a request for the live boarding card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import section
from bot.text import clip, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charter.events import Event, Listing

NAMED_AT_MOST: Final = 8


def on_its_way(event: Event) -> dict[str, Any]:
    """Return the answer that the card will be posted, and where."""
    # The bot cannot check whether it may post there. The announcements fall back to the office's channel.
    where = f"<#{event.channel}>" if event.channel else "the office's channel, because the event has none"
    text = (
        f"The boarding card of *{escape(clip(event.title, 150))}* goes to {where}. "
        "It counts who is expected, has paid, has signed and is aboard, names nobody who has not paid, and keeps "
        "itself up to date."
    )
    return {"response_type": "ephemeral", "text": text, "blocks": [section(text)]}


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
