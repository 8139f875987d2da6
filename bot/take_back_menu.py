"""Button *Take back* for a message that the bot posted for a person.

The button carries who had it posted. The value needs no signature: people press a button and cannot change what it
carries, only the bot can post it, and Slack signs the request. Nothing is stored.
"""

from __future__ import annotations

import json
from typing import Final

from bot.blocks import Block, button, dialog

TAKE_BACK: Final = "take_back_post"


def take_back_button(user_id: str) -> Block:
    """Return the button for a message that this person had the bot post. They and the admins may press it."""
    asks = dialog("Take this message back?", "It disappears for everybody in this channel.", "Take it back", "Keep it")
    value = json.dumps({"by": user_id}, separators=(",", ":"))
    return button("Take back", action_id=TAKE_BACK, value=value, confirm=asks)
