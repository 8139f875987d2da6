"""The seats of an event in forms that put people onto its roster, and the reason to go beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import Block, context, labelled, text_input
from bot.text import clip, escape
from charter.capacity import seats_left
from charter.events import Status
from charter.payments import LONGEST_REASON, check_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from charter.events import Event


def seats_in_words(event: Event) -> str:
    """Return `Pelican takes 12, 9 are expected.` as plain text; empty for an event without a capacity."""
    if event.capacity is None:
        return ""
    boat, souls = clip(event.boat or "", 60) or "The boat", event.souls
    return f"{boat} takes {event.capacity}, {souls} {'is' if souls == 1 else 'are'} expected."


def off_remark(event: Event) -> list[Block]:
    """Return the remark that the event is cancelled, where it is."""
    if event.status is not Status.CANCELLED:
        return []
    return [context(":no_entry: This event is cancelled. People can still be put on its roster.")]


def over_in_words(event: Event) -> str:
    """Return a warning in mrkdwn where more people are expected than the boat takes; else an empty text."""
    seats = seats_left(event)
    return f":warning: {escape(seats_in_words(event))}" if seats is not None and seats < 0 else ""


def reason_input(reason: str = "") -> Block:
    """Return the input for the reason why people come although the boat is full."""
    element = text_input("reason", reason, max_length=LONGEST_REASON)
    hint = "Needed to go beyond the capacity, and kept."
    return labelled("reason", "Why they come all the same", element, hint=hint, optional=True)


def read_reason(state: Mapping[str, str]) -> str:
    """Return the reason in the form, empty where there is none. Raises ReasonMissing if it is too long."""
    return check_reason(state["reason"]) if state.get("reason", "").strip() else ""
