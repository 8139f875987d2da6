"""The row below a cancelled event's status that settles its money, for admins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.blocks import Block, actions, button
from bot.settle_ids import GO_ON, SETTLE
from charter.events import Status
from charter.money import ZERO, format_amount

if TYPE_CHECKING:
    from charter.events import Event


def settle_row(event: Event, *, patron_id: str = "") -> list[Block]:
    """Return *Settle money…* where money is on a cancelled event, and *Go on* where decisions are not carried out.

    With `patron_id` the form begins with that patron.
    """
    if event.status is not Status.CANCELLED:
        return []
    from charter.settling import SettlingState, stakes

    found = [stake for stake in stakes(event) if not patron_id or stake.patron.patron_id == patron_id]
    if not found:
        return []
    value = {"eid": event.eid, **({"patron": patron_id} if patron_id else {})}
    buttons = [button("Settle money…", action_id=SETTLE, value=json.dumps(value, separators=(",", ":")))]
    if waiting := sum(stake.standing is SettlingState.DECIDED for stake in found):
        label = f"Go on: {waiting} decided, not done yet"
        buttons.append(button(label, action_id=GO_ON, value=json.dumps({"eid": event.eid}, separators=(",", ":"))))
    return [actions(*buttons, block_id="settling")]


def cancelled_in_words(event: Event) -> str:
    """Return what of a cancelled event's money must go back, and what is kept as credit."""
    kept, back = sum(event.credits.values(), ZERO), event.to_give_back
    words = [f"{format_amount(back, event.currency)} paid must go back"] if back else []
    words += [f"{format_amount(kept, event.currency)} kept as credit"] if kept else []
    return " · ".join(words) or "Nobody has paid, so nothing must go back"
