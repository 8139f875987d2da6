"""Words about boarding that the boarding list and the status share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import Block, button
from bot.board_ids import OPEN
from bot.text import author, clock_of, shown
from charter.edits import latest
from charter.patrons import PatronState

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.boarding import CastOff
    from charter.events import Event, Listing
    from charter.patrons import Patron

STATES: Final = {PatronState.NO_SHOW: "no-show", PatronState.REMOVED: "off the roster"}


def open_button(event: Listing) -> Block:
    """Return a button that opens the boarding list of an event."""
    return button("Boarding list", action_id=f"{OPEN}.{event.eid}"[:255], value=event.eid)


def aboard_in_words(event: Event) -> str:
    """Return `🟠 *9 aboard* of 14 expected · boat takes 12`, as mrkdwn."""
    souls, expected = event.boarding.souls, event.souls
    mark = "⚪" if not souls else "🟢" if souls >= expected else "🟠"
    room = f" · boat takes {event.capacity}" if event.capacity is not None else ""
    over = ":warning: " if event.capacity is not None and max(souls, expected) > event.capacity else ""
    return f"{over}{mark} *{souls} aboard* of {expected} expected{room}"


def cast_off_in_words(done: CastOff, zone: tzinfo) -> str:
    """Return `:anchor: *Cast off at 1:05 PM with 9 souls* by @Dana`, as mrkdwn."""
    souls = f"{done.souls} soul{'' if done.souls == 1 else 's'}"
    return f":anchor: *Cast off at {clock_of(done.at, zone)} with {souls}* by {author(done.by)}"


def mark_in_words(event: Event, patron: Patron, zone: tzinfo) -> str:
    """Return the mark of a no-show or removed patron, with author, time and reason, as mrkdwn."""
    what = ":heavy_multiplication_x: Off the roster" if patron.state is PatronState.REMOVED else ":ghost: No-show"
    edit = latest(event.edits, "state", patron_id=patron.patron_id)
    if edit is None or edit.after != patron.state:
        return what
    because = f" · because “{shown(edit.reason, 300)}”" if edit.reason else ""
    return f"{what} · {author(edit.by)}, {clock_of(edit.at, zone)}{because}"
