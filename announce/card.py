"""The live boarding card: how many people are expected, have signed and are aboard. A cast-off makes it the record.

It has counts, and at most the names of the parties that still have to sign. It has no amounts, and names nobody who
has not paid.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from announce.posts import souls, time_of
from bot.blocks import Block, context, header, section
from bot.text import clip, distinct_name, escape, shown, when
from charter.events import Status
from charter.passengers import list_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from charter.boarding import CastOff
    from charter.events import Event
    from charter.patrons import Patron

# So many names of so many letters stay within Slack's limit of 13,200 characters for a message's blocks.
MOST_NAMED: Final = 60
LONGEST_NAME: Final = 120
LINES_A_BLOCK: Final = 15


def card(event: Event, *, zone: tzinfo, names_unsigned: bool = True) -> dict[str, Any]:
    """Return the card's message. It is the same for the same event, so that a comparison shows if it changed.

    `names_unsigned` is False where those who have to sign are counted and not named.
    """
    cancelled = event.status is Status.CANCELLED
    if event.boarding.cast_off is not None:
        counted, lines = _record(event, event.boarding.cast_off, zone)
    else:
        counted, lines = _counts(event)
        lines += [] if cancelled else [*_not_paid(event), *_not_signed(event, named=names_unsigned)]
        lines += _unmatched(event)
    blocks = [
        header(event.title),
        context(f"{when(event.starts_at, zone)}{' · :no_entry: cancelled' if cancelled else ''}"),
        *lines,
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


def _record(event: Event, cast_off: CastOff, zone: tzinfo) -> tuple[str, list[Block]]:
    """Return what a card says after the cast-off, as the frozen list has it."""
    said = f"Cast off at {time_of(cast_off, zone=zone)} with {souls(cast_off.souls)}"
    return said, [section(f"⚓ *{said}*\n{cast_off.souls} aboard of {list_of(event).expected} expected")]


def _counts(event: Event) -> tuple[str, list[Block]]:
    """Return what a card says first before the cast-off."""
    people, clear, aboard = event.souls, event.souls_clear, event.boarding.souls
    counted = f"{clear} of {people} clear to board" if people else "Nobody is on the roster yet"
    mark = "⚪" if not people else "🟢" if clear == people else "🟠"
    if event.status is Status.CANCELLED:
        counted, mark = "Nobody boards: the event is cancelled", "⛔"
    paid = sum(patron.party for patron in event.expected if event.balance(patron.patron_id).cleared)
    numbers = f"{people} expected · {paid} paid · {event.covered.signed} signed · {aboard} aboard"
    return counted, [section(f"{mark} *{counted}*\n{numbers}")]


def _not_paid(event: Event) -> list[Block]:
    """Return the number of parties that have not paid in full. Who they are is for crew alone."""
    number = sum(not event.balance(patron.patron_id).cleared for patron in event.expected)
    if not number:
        return []
    return [section(f"🔴 {_parties(number)} not paid in full. `/board` shows crew which.")]


def _not_signed(event: Event, *, named: bool) -> list[Block]:
    """Return the parties that have to sign, by name, or their number."""
    waiting = [(patron, event.coverage(patron.patron_id)) for patron in event.expected]
    missing = [(patron, coverage) for patron, coverage in waiting if not coverage.complete]
    if missing and not named:
        return [section(f"🔴 {_parties(len(missing))} not signed yet")]
    alike = event.alike
    lines = [
        f"🔴 {_name(patron, alike)}: waiver{f' ({coverage})' if coverage.signed else ''} missing"
        for patron, coverage in missing[:MOST_NAMED]
    ]
    blocks = [section("\n".join(lines[start : start + LINES_A_BLOCK])) for start in range(0, len(lines), LINES_A_BLOCK)]
    if len(missing) > MOST_NAMED:
        blocks.append(context(f"And {len(missing) - MOST_NAMED} more. `/payment-status` shows them all."))
    return blocks


def _parties(number: int) -> str:
    return "1 party has" if number == 1 else f"{number} parties have"


def _name(patron: Patron, alike: Collection[str]) -> str:
    """Return the patron's name, escaped and cut to LONGEST_NAME."""
    return shown(distinct_name(patron, alike, LONGEST_NAME), LONGEST_NAME)


def _unmatched(event: Event) -> list[Block]:
    number = len(event.unmatched)
    if not number:
        return []
    return [context(f":grey_question: {number} signature{'s' if number > 1 else ''} not matched to the roster yet")]
