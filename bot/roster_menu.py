"""Buttons that put people onto the roster of an event, for admins: one at a time, or a pasted list."""

from __future__ import annotations

import json

from bot.admin_ids import ADD_PATRON, PASTE_ROSTER
from bot.blocks import Block, button


def roster_buttons(eid: str) -> list[Block]:
    """Return *Add patron…* and *Paste a roster…* for the event."""
    value = json.dumps({"eid": eid}, separators=(",", ":"))
    return [
        button("Add patron…", action_id=ADD_PATRON, value=value),
        button("Paste a roster…", action_id=PASTE_ROSTER, value=value),
    ]
