"""Words about cash, and the buttons of a hand-over, which posts and the bot's answers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot import cash_ids as ids
from bot.blocks import Block, actions, button
from charter import cash
from charter.event_ids import day_of, title_of
from charter.folding import is_period
from charter.money import format_amount
from charter.months import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from charter.cash import HandOver

_IN: Final = {"cash": "in cash", "check": "in checks"}
_SOME: Final = 5  # trips in one line


def row_for_receiver(hand_over_id: str) -> Block:
    """Return the row with which the receiver accepts or declines."""
    return actions(
        button("I have it", action_id=ids.I_HAVE_IT, value=hand_over_id, style="primary"),
        button("It is another sum…", action_id=ids.ANOTHER_SUM, value=hand_over_id),
        block_id=f"cash.{hand_over_id}",
    )


def row_for_giver(hand_over_id: str) -> Block:
    """Return the row with which the giver takes back what nobody accepted yet."""
    return actions(button("Take it back", action_id=ids.TAKE_BACK, value=hand_over_id), block_id=f"cash.{hand_over_id}")


def pile_in_words(amount: Decimal, currency: str, method: str) -> str:
    """Return `$370.00 in cash`, or `$80.00 in checks`."""
    return f"{format_amount(amount, currency)} {_IN.get(method.casefold(), f'by {method}')}"


def sum_in_words(hand_over: HandOver) -> str:
    """Return what was handed over: `$370.00 in cash`."""
    return pile_in_words(hand_over.counted, hand_over.currency, hand_over.method)


def correction_in_words(correction: HandOver) -> str:
    """Return what was written off or on, without its sign."""
    return pile_in_words(abs(correction.counted), correction.currency, correction.method)


def books_in_words(hand_over: HandOver) -> str:
    """Return how the counted sum compares, as a sentence: `The books say $375.00: $5.00 less`."""
    if not hand_over.difference:
        return "The books say the same."
    by = format_amount(abs(hand_over.difference), hand_over.currency)
    side = "less" if hand_over.difference < 0 else "more"
    return f"The books say {format_amount(hand_over.expected, hand_over.currency)}: {by} {side}."


def trips_in_words(trips: Mapping[str, Decimal], currency: str, *, titles: Mapping[str, str], most: int = _SOME) -> str:
    """Return `$250.00 from Captain Cory, afternoon (Sat May 23) · …`, the first trip first. Nothing is escaped."""
    parts = [
        f"{format_amount(trips[source], currency)} from {trip_in_words(source, titles)}"
        for source in sorted(trips)[:most]
    ]
    if len(trips) > most:
        parts.append(f"and {len(trips) - most} more")
    return " · ".join(parts)


def trip_in_words(source: str, titles: Mapping[str, str]) -> str:
    """Return the event's title and day. Of a hand-over's id nothing but that is known, of a month its name."""
    if is_period(source):
        return f"trips and hand-overs of {name_of(source) if '-' in source else source}"
    try:
        day = day_of(source)
    except ValueError:
        return "an earlier hand-over or correction" if source.isalnum() else source
    return f"{titles.get(source) or title_of(source)} ({day_in_words(day)})"


def day_in_words(day: date) -> str:
    """Return `Sat May 23`."""
    return f"{day:%a %b} {day.day}"


def receiver_name(hand_over: HandOver, person: str) -> str:
    """Return the receiver: `the office`, `the bank`, or `person`, their name as the caller shows it."""
    return {cash.OFFICE: "the office", cash.BANK: "the bank"}.get(hand_over.receiver, person)
