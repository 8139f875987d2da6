"""Buttons below an event's status that edit it, cancel it and bring it back, and the ids of their forms. For admins.

They are separate from the views, so that routing does not import the views (docs/adr/0011).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.blocks import Block, actions, button
from charter.events import Status

if TYPE_CHECKING:
    from charter.events import Event

# Callback ids of the forms. The button that opens a form has the same id.
EDIT: Final = "edit_event"
CANCEL: Final = "cancel_event"
BRING_BACK: Final = "bring_back_event"

# The inputs of the form whose every change is sent to the bot have this before their field's name.
LIVE: Final = "edited_"


def event_row(event: Event) -> Block:
    """Return the row of buttons below an event's status."""
    return actions(
        button("Edit event…", action_id=EDIT, value=_value(event.eid)),
        bring_back_button(event.eid) if event.status is Status.CANCELLED else _cancel_button(event.eid),
        block_id="event",
    )


def bring_back_button(eid: str) -> Block:
    """Return the button that opens the form *Bring back*."""
    return button("Bring back…", action_id=BRING_BACK, value=_value(eid))


def _cancel_button(eid: str) -> Block:
    return button("Cancel event…", action_id=CANCEL, value=_value(eid))


def _value(eid: str) -> str:
    return json.dumps({"eid": eid}, separators=(",", ":"))
