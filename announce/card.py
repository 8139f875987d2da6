"""The live boarding card: the number of people who are clear to board, and the names of the others with the reason.

It has counts and names, and no amounts.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, header, section
from bot.text import clip, distinct_name, escape, shown, when
from charter.events import Status

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from charter.events import Event
    from charter.patrons import Patron

# So many names of so many letters stay within Slack's limit of 13,200 characters for a message's blocks.
MOST_NAMED: Final = 60
LONGEST_NAME: Final = 120
LINES_A_BLOCK: Final = 15


def card(event: Event, *, zone: tzinfo) -> dict[str, Any]:
    """Return the card's message. It is the same for the same event, so that a comparison shows if it changed."""
    souls, covered = event.souls, event.covered
    paid = sum(patron.party for patron in event.people if event.balance(patron.patron_id).cleared)
    clear = event.souls_clear
    counted = f"{clear} of {souls} clear to board" if souls else "Nobody is on the roster yet"
    mark = "⚪" if not souls else "🟢" if clear == souls else "🟠"
    cancelled = event.status is Status.CANCELLED
    if cancelled:
        counted, mark = "Nobody boards: the event is cancelled", "⛔"
    blocks = [
        header(event.title),
        context(f"{when(event.starts_at, zone)}{' · :no_entry: cancelled' if cancelled else ''}"),
        section(f"{mark} *{counted}*\n{paid} paid · {covered.signed} signed"),
        *([] if cancelled else _not_clear(event)),
        *_unmatched(event),
        context("This card keeps itself up to date."),
    ]
    return {"text": f"{escape(clip(event.title, 150))}: {counted}", "blocks": blocks}


def outdated_card(event: Event) -> dict[str, Any]:
    """Return the message of a card that was replaced and that Slack does not let us delete. It counts nobody."""
    said = f"{escape(clip(event.title, 150))}: this boarding card is out of date. The event has a newer one."
    return {"text": said, "blocks": [section(said)]}


def content_of(message: dict[str, Any]) -> str:
    """Return the fingerprint of a message."""
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()[:32]


def _not_clear(event: Event) -> list[Block]:
    missing = [(patron, _missing(event, patron.patron_id)) for patron in event.people]
    alike = event.alike
    lines = [f"🔴 {_name(patron, alike)}: {words} missing" for patron, words in missing if words]
    named = lines[:MOST_NAMED]
    blocks = [section("\n".join(named[start : start + LINES_A_BLOCK])) for start in range(0, len(named), LINES_A_BLOCK)]
    if len(lines) > MOST_NAMED:
        blocks.append(context(f"And {len(lines) - MOST_NAMED} more. `/payment-status` shows them all."))
    return blocks


def _name(patron: Patron, alike: Collection[str]) -> str:
    """Return the patron's name, escaped and cut to LONGEST_NAME."""
    return shown(distinct_name(patron, alike, LONGEST_NAME), LONGEST_NAME)


def _unmatched(event: Event) -> list[Block]:
    number = len(event.unmatched)
    if not number:
        return []
    return [context(f":grey_question: {number} signature{'s' if number > 1 else ''} not matched to the roster yet")]


def _missing(event: Event, patron_id: str) -> str:
    """Return what a party lacks to be clear to board: `payment and waiver`, with the count where some have signed."""
    coverage = event.coverage(patron_id)
    waiver = f"waiver ({coverage})" if coverage.signed else "waiver"
    needed = (("payment", event.balance(patron_id).cleared), (waiver, coverage.complete))
    return " and ".join(word for word, done in needed if not done)
