"""Answer of `/payment-status` alone: the channel's or today's trip with who is not clear, then the other trips.

It has no table, so that the first screen is short on a phone and whole wherever Slack draws no tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import OPTION_VALUE, Block, actions, context, header, plain, section
from bot.route_ids import OPEN_TRIP, STATUS_PAGE
from bot.text import clip, escape, when
from bot.views import status
from bot.views.aboard import open_button
from bot.views.choices import event_option
from bot.views.clearance import clear_line, not_clear_lines
from bot.views.pages import pager, turn_button
from charter.events import Status
from charter.money import format_amount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from bot.views.pages import Page
    from bot.views.status import Viewer
    from charter.events import Event, Listing

TRIPS_A_PAGE: Final = 8
# Lines about who is not clear, of all trips that are shown whole. The others are behind *Open*.
_LINES: Final = 8
# Letters of a title that leave a line of a phone room for the rest.
_TITLE: Final = 20


def overview(first: Sequence[Event], others: Sequence[Event], viewer: Viewer, *, page: Page[Listing]) -> dict[str, Any]:
    """Return the trips that are shown whole, `first`, and a line for each of the others, with a menu to open one."""
    if not first and not others:
        text = "No events are coming. Name one to see it, as in `/payment-status 2026-05-23-captain-cory-afternoon`."
        return status.message(text, [section(text)])
    blocks: list[Block] = [
        block for event in first for block in _whole(event, viewer, most=max(2, _LINES // len(first)))
    ]
    if others:
        title = "Other trips" if first else "More trips"
        lines = [f"*{title}*", *(_line(event, viewer) for event in others)]
        blocks += [section("\n".join(lines)), *_menu(others, viewer.zone)]
    if viewer.role.sees_money:
        blocks.append(context(f"Outstanding on this page: *{status.outstanding([*first, *others])}*"))
    blocks += pager(page, action=STATUS_PAGE)
    fallback = f"{escape(clip(first[0].title, 150))}: {_clear(first[0])}" if first else "Coming trips"
    return status.message(fallback, blocks)


def _whole(event: Event, viewer: Viewer, *, most: int) -> list[Block]:
    """Return a trip with its counts, who is not clear, how many are, and its buttons."""
    # An event that cannot be read by its id has no buttons, only a warning for the office.
    opening = [turn_button("Open", f"{STATUS_PAGE}.{event.eid}"[:255], eid=event.eid), open_button(event)]
    at = f"{when(event.starts_at, viewer.zone)}{status.event_flags(event, viewer.now)}"
    lines = [at, *status.counts_for(event, viewer).splitlines(), *status.aboard_lines(event, viewer)]
    lacking = not_clear_lines(event, viewer.role, most=most)
    clear = clear_line(event)
    return [
        header(event.title),
        section("\n".join([*lines, *lacking, *([clear] if clear else [])])),
        *([actions(*opening, block_id=f"trip.{event.eid}"[:255])] if event.served else []),
    ]


def _line(event: Event, viewer: Viewer) -> str:
    """Return `🟠 Sun 24 · Golden Gate sunset · 3/6 clear`; for admins what is outstanding, in place of the people.

    It is as short as a line of a phone.
    """
    day, now = event.starts_at.astimezone(viewer.zone), viewer.now
    is_this_month = now is not None and (day.year, day.month) == (now.year, now.month)
    date = f"{day:%a}{'' if is_this_month else f' {day:%b}'} {day.day}"
    flags = "".join(f" · :warning: id {escape(reason)}" for reason in event.warnings[:1])
    return f"{_mark(event)} {date} · {escape(clip(event.title, _TITLE))} · {_state(event, viewer)}{flags}"


def _state(event: Event, viewer: Viewer) -> str:
    """Return what is outstanding or must go back, for admins, else how many people are clear."""
    cancelled = event.status is Status.CANCELLED
    if viewer.role.sees_money and event.outstanding:
        return format_amount(event.outstanding, event.currency)
    if viewer.role.sees_money and event.to_give_back:
        return f"{format_amount(event.to_give_back, event.currency)} to give back"
    return "cancelled" if cancelled else f"{event.souls_clear}/{event.souls} clear" if event.souls else "nobody yet"


def _mark(event: Event) -> str:
    if event.status is Status.CANCELLED:
        return "⛔"
    if not event.souls:
        return "⚪"
    return "🟢" if event.souls_clear == event.souls else "🟠" if event.souls_clear else "🔴"


def _clear(event: Event) -> str:
    if event.status is Status.CANCELLED:
        return "nobody boards"
    return f"{event.souls_clear} of {event.souls} clear" if event.souls else "nobody yet"


def _menu(events: Sequence[Event], zone: tzinfo) -> list[Block]:
    """Return a menu that opens one of the trips; nothing where none can be read by its id."""
    options = [event_option(event, zone=zone) for event in events if event.served and len(event.eid) <= OPTION_VALUE]
    menu = {"type": "static_select", "action_id": OPEN_TRIP, "placeholder": plain("Open a trip"), "options": options}
    return [actions(menu, block_id="trips")] if options else []
