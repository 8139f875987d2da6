"""The messages about hand-overs of cash and checks. They are rich text, so that a note cannot change their style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from announce.rich_text import line_message, struck, text
from bot.cash_menu import books_in_words, correction_in_words, row_for_receiver, sum_in_words, trips_in_words
from bot.text import clip, clock_of
from charter import cash
from charter.cash import HandOverState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from bot.blocks import Block
    from charter.cash import HandOver

LONGEST_NAME: Final = 80
_LONGEST_TRIPS: Final = 400


def offer_line(hand_over: HandOver, *, giver: str, receiver: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return the message to whoever gets the money: who hands over what, the difference to the books, two buttons."""
    trips = clip(trips_in_words(hand_over.trips, hand_over.currency, titles=titles), _LONGEST_TRIPS)
    message = line_message(
        *_what(hand_over, giver=giver, receiver=receiver),
        text(f". {books_in_words(hand_over)}"),
        *([text(f" It is {trips}.")] if trips else []),
        *([text(f" “{hand_over.note}”")] if hand_over.note else []),
    )
    message["blocks"].append(row_for_receiver(hand_over.hand_over_id))
    return message


def ended_line(hand_over: HandOver, *, giver: str, receiver: str, by: str, zone: tzinfo) -> dict[str, Any]:
    """Return the same message after its end. It has no buttons."""
    what = _what(hand_over, giver=giver, receiver=receiver)
    at = clock_of(hand_over.closed_at or hand_over.offered_at, zone)
    by = clip(by, LONGEST_NAME)
    if hand_over.state is HandOverState.ACCEPTED:
        return line_message(*what, text(f" · {by} has it since {at}. {books_in_words(hand_over)}"))
    if hand_over.state is HandOverState.DECLINED:
        return line_message(*map(struck, what), text(f" · not accepted by {by} at {at}: “{hand_over.reason}”"))
    return line_message(*map(struck, what), text(f" · taken back by {by} at {at}"))


def message_to_giver(hand_over: HandOver, *, by: str) -> dict[str, Any]:
    """Return the message to the giver after the other side accepted or declined, or an admin corrected their hand."""
    by = clip(by, LONGEST_NAME)
    if hand_over.receiver == cash.DIFFERENCE:
        side = "off" if hand_over.counted > 0 else "on"
        what = f"{by} wrote {correction_in_words(hand_over)} {side} for you"
        return line_message(text("✏️ "), text(what), text(f": “{hand_over.note}”"))
    if hand_over.state is HandOverState.ACCEPTED:
        return line_message(text("✅ "), text(f"{by} has {sum_in_words(hand_over)}"), text(" that you handed over."))
    return line_message(
        text("✋ "),
        text(f"{by} did not accept {sum_in_words(hand_over)}"),
        text(f": “{hand_over.reason}”. It is still in your hand. /payment-status cash hands it over anew."),
    )


def _what(hand_over: HandOver, *, giver: str, receiver: str) -> list[Block]:
    to = "the office" if hand_over.receiver == cash.OFFICE else clip(receiver, LONGEST_NAME)
    return [
        text("🤝 "),
        text(f"{clip(giver, LONGEST_NAME)} hands "),
        text(sum_in_words(hand_over), bold=True),
        text(f" to {to}"),
    ]
