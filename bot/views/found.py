"""Questions that answer a command if it is unclear which event or patron it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, context, section
from bot.route_ids import STATUS_PAGE
from bot.text import clip, distinct_name, escape, when
from bot.understanding.command import rest_of
from bot.understanding.words import text_of
from bot.views import status
from bot.views.pages import turn_button
from bot.views.remarks import finished
from charter.events import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.finding import Person, Understood
    from bot.understanding.command import ParsedCommand
    from bot.views.status import Viewer
    from charter.events import Listing

ASKED_AT_MOST: Final = 10


def whose_is_meant(command: ParsedCommand, understood: Understood, viewer: Viewer) -> dict[str, Any]:
    """Return the question which patron is meant, as `/payment-status` asks it."""
    event, found = understood.sought.event, understood.reading.found.patrons
    name = rest_of(command, understood.reading).name
    if isinstance(event, Event) and found:
        return status.several_found([(event, patron) for patron in found], viewer)
    if understood.elsewhere:
        return on_other_events(understood.elsewhere, name=name, event=event, viewer=viewer)
    if event is None:
        return no_event(understood.sought.trouble, understood.sought.near, viewer)
    if not isinstance(event, Event):
        return status.message(understood.sought.trouble, [section(escape(understood.sought.trouble))])
    return status.event_page(event, viewer, page=0, unknown=name)


def no_event(trouble: str, near: Sequence[Listing], viewer: Viewer) -> dict[str, Any]:
    """Return the problem with the words that name an event, and the nearest events with a button each."""
    text = escape(trouble)
    blocks: list[Block] = [section(text)]
    for number, listing in enumerate(near):
        said = " · finished" if finished(listing, viewer.now) else ""
        line = f"*{escape(clip(listing.title, 100))}* · {when(listing.starts_at, viewer.zone)}{said}"
        blocks.append(
            section(line, accessory=turn_button("Open", f"{STATUS_PAGE}.{number}", eid=listing.eid, **viewer.carried))
        )
    return status.message(text, blocks)


def on_other_events(people: Sequence[Person], *, name: str, event: Listing | None, viewer: Viewer) -> dict[str, Any]:
    """Return the question which of these patrons of other events is meant."""
    here = f" on {escape(clip(event.title, 100))}" if event is not None else ""
    text = f"Nobody{here} is called “{escape(clip(name, 100))}”. Whom do you mean?" if name else "Whom do you mean?"
    blocks: list[Block] = [section(text)]
    for number, (other, patron) in enumerate(people[:ASKED_AT_MOST]):
        said = " · finished" if finished(other, viewer.now) else ""
        where = f"{escape(clip(other.title, 100))}, {when(other.starts_at, viewer.zone)}{said}"
        line = f"*{escape(distinct_name(patron, other.alike, 80))}* · {where}"
        button = turn_button(
            "Open", f"{STATUS_PAGE}.{number}", eid=other.eid, patron=patron.patron_id, **viewer.carried
        )
        blocks.append(section(line, accessory=button))
    if len(people) > ASKED_AT_MOST:
        blocks.append(context(f"And {len(people) - ASKED_AT_MOST} more. Write more of the name."))
    return status.message(text, blocks)


def words_left(command: ParsedCommand, understood: Understood) -> str:
    """Return the words that nothing claimed, as they were typed."""
    return text_of(command.words, understood.reading.left)
