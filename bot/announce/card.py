"""The live boarding card: how many are clear to board, and who is not and why. Counts and names, never an amount."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, header, section
from bot.text import clip, escape, shown, when
from charter.events import Status

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.events import Event

# The names of so many, each of at most so many letters, stay within Slack's 13,200 characters for a message's blocks.
MOST_NAMED: Final = 60
LONGEST_NAME: Final = 120
LINES_A_BLOCK: Final = 15


def card(event: Event, *, zone: tzinfo) -> dict[str, Any]:
    """The card's message. It says the same for the same event, so that it can be told whether it changed."""
    people = event.people
    clear = sum(event.clear_to_board(patron.patron_id) for patron in people)
    paid = sum(event.balance(patron.patron_id).cleared for patron in people)
    signed = sum(event.signed(patron.patron_id) for patron in people)
    told = f"{clear} of {len(people)} clear to board"
    blocks = [
        header(event.title),
        context(
            f"{when(event.starts_at, zone)}{' · :no_entry: cancelled' if event.status is Status.CANCELLED else ''}"
        ),
        section(f"{'🟢' if clear == len(people) else '🟠'} *{told}*\n{paid} paid · {signed} signed"),
        *_not_clear(event),
        context("This card keeps itself up to date."),
    ]
    return {"text": f"{escape(clip(event.title, 150))}: {told}", "blocks": blocks}


def content_of(message: dict[str, Any]) -> str:
    """Names what a message says: the same for the same words."""
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()[:32]


def _not_clear(event: Event) -> list[Block]:
    missing = [(patron, _missing(event, patron.patron_id)) for patron in event.people]
    lines = [f"🔴 {shown(patron.name, LONGEST_NAME)}: {words} missing" for patron, words in missing if words]
    named = lines[:MOST_NAMED]
    blocks = [section("\n".join(named[start : start + LINES_A_BLOCK])) for start in range(0, len(named), LINES_A_BLOCK)]
    if len(lines) > MOST_NAMED:
        blocks.append(context(f"And {len(lines) - MOST_NAMED} more. `/payment-status` shows them all."))
    return blocks


def _missing(event: Event, patron_id: str) -> str:
    wanted = (("payment", event.balance(patron_id).cleared), ("waiver", event.signed(patron_id)))
    return " and ".join(word for word, there in wanted if not there)
