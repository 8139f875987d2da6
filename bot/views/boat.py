"""Boat and capacity in the form for a new event, and in the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import Block, labelled, text_input
from bot.text import clip, escape
from charter.new_events import LARGEST_CAPACITY, LONGEST_BOAT

if TYPE_CHECKING:
    from charter.events import Event


def boat_in_words(event: Event) -> str:
    """Return `Pelican, takes 12` as mrkdwn, or the part of it that is known."""
    takes = f"takes {event.capacity}" if event.capacity is not None else ""
    return ", ".join(filter(None, (escape(clip(event.boat or "", 150)), takes))) or "–"


def boat_inputs(boat: str, number: str) -> list[Block]:
    """Return the inputs for the boat's name and its capacity, with these values."""
    capacity: Block = {
        "type": "number_input",
        "action_id": "capacity",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": str(LARGEST_CAPACITY),
        **({"initial_value": number} if number else {}),
    }
    return [
        labelled(
            "boat",
            "Boat",
            text_input("boat", boat[:LONGEST_BOAT], max_length=LONGEST_BOAT),
            optional=True,
        ),
        labelled(
            "capacity",
            "Capacity",
            capacity,
            optional=True,
            hint="How many people the boat takes. Beyond it nobody walks up or boards without an admin's reason.",
        ),
    ]
