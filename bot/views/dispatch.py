"""Answer with a link to the dispatch page."""

from __future__ import annotations

from typing import Any

from bot.blocks import actions, button, context, section
from bot.route_ids import OPEN_DISPATCH


def link_card(link: str) -> dict[str, Any]:
    """Return a button that opens the page. The message's text, shown in notifications, does not contain the link."""
    text = "The dispatch page shows the coming events, who has paid and who has signed, and logs payments."
    return {
        "text": "Here is your link to the dispatch page.",
        "blocks": [
            section(f":ship: *Dispatch*\n{text}"),
            actions(button("Open dispatch", action_id=OPEN_DISPATCH, url=link, style="primary"), block_id="dispatch"),
            context("The link is yours alone and works for 12 hours: payments are logged in your name."),
        ],
    }
