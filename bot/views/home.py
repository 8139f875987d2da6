"""The app's Home tab: today's and the next trips with their boarding, and what the person logged on them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot import home_ids as ids
from bot.blocks import Block, actions, button, context, dialog, header, section
from bot.open_ids import HOME as WHO_OWES
from bot.text import clip, clock_of, distinct_name, escape, shown, when
from bot.undo_menu import UndoTarget, undo_button
from bot.views import status
from bot.views.aboard import open_button
from bot.views.home_office import for_office
from bot.waiver_menu import OPEN as OPEN_WAIVER
from charter.events import Status
from charter.frozen import dataclass
from charter.money import format_amount
from charter.party_links import waiver_link
from charter.payments import RETURNED, Kind
from charter.refusals import BooksMissing
from charter.returned import WORDS
from charter.undoing import is_undoable
from charter.void_requests import requests_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from charter.events import Event
    from charter.months import Overview
    from charter.patrons import Patron
    from charter.payments import Entry

# Two blocks for each trip, and a dozen others, of the 100 that Slack takes.
TRIPS: Final = 10
PAYMENTS: Final = 5

_ASKS: Final = dialog("Ask the office?", "The office gets a message with a button that voids this payment.", "Ask")

_WORDS: Final = {
    Kind.PAYMENT: "",
    Kind.REFUND: " refunded",
    Kind.VOID: " voided",
    Kind.TRANSFER: " moved between trips",
    **{kind: f" {WORDS[kind]}" for kind in RETURNED},
}


@dataclass(frozen=True, slots=True)
class Tab:
    """The content of the tab: trips in order of their start, and whether more are coming after them.

    `office` is what the books have for an admin, or the refusal where there are none. It is None for crew. `cash` says
    what the person holds.
    """

    events: Sequence[Event]
    more: bool
    office: Overview | BooksMissing | None = None
    cash: Sequence[Block] = ()


def build(tab: Tab, viewer: status.Viewer, *, user_id: str, public_base_url: str) -> Block:
    """Return the Home tab of this person. Crew see whether people may board; admins also see amounts."""
    events, more = tab.events, tab.more
    now = viewer.now or datetime.now(viewer.zone)
    today = [event for event in events if _day(event.starts_at, viewer) == _day(now, viewer)]
    later = [event for event in events if event not in today]
    blocks: list[Block] = []
    if not events:
        blocks.append(section("No trips are coming. `/payment-status` finds people of the last three months."))
    for title, trips in (("Today", today), ("Next trips", later)):
        if trips:
            blocks.append(header(title))
            blocks += [block for event in trips for block in _trip(event, viewer, public_base_url)]
    if more:
        blocks.append(context("More are coming. `/payment-status` lists them."))
    if isinstance(tab.office, BooksMissing):
        blocks += [*_without_books(events), context(escape(str(tab.office)))]
    elif tab.office is not None:
        blocks += for_office(tab.office)
    blocks += [*_payments(events, user_id, viewer), *tab.cash]
    blocks.append(_buttons(log=True, office=viewer.role.sees_money))
    blocks.append(context(f"As of {clock_of(now, viewer.zone)}. Open this tab again to update it."))
    return _home(blocks)


def sentence(text: str, *below: Block, refresh: bool) -> Block:
    """Return a Home tab with one sentence, which is escaped, the blocks `below` it, and *Refresh* where it may help."""
    return _home([section(text), *below, *([_buttons(log=False)] if refresh else [])])


def _home(blocks: list[Block]) -> Block:
    return {"type": "home", "callback_id": ids.HOME, "blocks": blocks}


def _buttons(*, log: bool, office: bool = False) -> Block:
    logs = [button("Log a payment", action_id=ids.LOG_ANY, style="primary")] if log else []
    logs += [button("Who owes", action_id=WHO_OWES)] if office else []
    return actions(*logs, button("Refresh", action_id=ids.REFRESH), block_id="home")


def _day(moment: datetime, viewer: status.Viewer) -> date:
    return moment.astimezone(viewer.zone).date()


def _trip(event: Event, viewer: status.Viewer, public_base_url: str) -> list[Block]:
    """Return one trip: what is clear to board, who is aboard, and the buttons. A malformed id cannot be opened."""
    title = f"*{escape(clip(event.title, 150))}* · {when(event.starts_at, viewer.zone)}"
    lines = [f"{title}{status.event_flags(event, viewer.now)}", status.boarding_counts(event)]
    lines += status.aboard_lines(event, viewer)
    if viewer.role.sees_money and event.outstanding and event.status is not Status.CANCELLED:
        lines.append(f"{format_amount(event.outstanding, event.currency)} outstanding")
    blocks = [section("\n".join(filter(None, lines)))]
    if not event.served:
        return blocks
    buttons = [button("Log payment", action_id=f"{ids.LOG}.{event.eid}"[:255], value=event.eid), open_button(event)]
    if event.status is not Status.CANCELLED and not (viewer.now and event.over(viewer.now)):
        buttons.append(button("Waiver", action_id=OPEN_WAIVER, url=waiver_link(public_base_url, event.eid)))
    return [*blocks, actions(*buttons, block_id=f"trip.{event.eid}"[:255])]


def _without_books(events: Sequence[Event]) -> list[Block]:
    """Return the money outstanding of these trips, and the signatures that belong to no party yet."""
    loose = [(event, len(event.unmatched)) for event in events if event.unmatched]
    lines = [
        f":memo: {number} signature{'s' if number > 1 else ''} not matched yet on "
        f"{escape(clip(event.title, 100))}: `/payment-status {escape(event.eid)}`"
        for event, number in loose
    ]
    return [
        header("For the office"),
        section(f"Outstanding on these trips: *{status.outstanding(events)}*"),
        *map(context, lines),
    ]


def _payments(events: Sequence[Event], user_id: str, viewer: status.Viewer) -> list[Block]:
    """Return the newest entries of these trips that the person logged, in Slack or on the dispatch page."""
    mine = sorted(_logged_by(events, user_id), key=lambda found: found[2].timestamp, reverse=True)[:PAYMENTS]
    if not mine:
        return []
    return [header("My last payments"), *(_payment(place, *found, viewer) for place, found in enumerate(mine, 1))]


def _payment(place: int, event: Event, patron: Patron, entry: Entry, viewer: status.Viewer) -> Block:
    """Return a payment with *Undo* while that is possible, then with *Ask the office*; else its line alone."""
    line, payment = _line(event, patron, entry, viewer), event.payment(patron.patron_id)
    now = viewer.now or datetime.now(viewer.zone)
    target = UndoTarget(event.eid, patron.patron_id, entry.payment_id)
    if is_undoable(payment, entry, now):
        what = f"{format_amount(entry.amount, event.currency)} by {entry.method}"
        return section(line, accessory=undo_button(target, what, patron.name, action_id=f"{ids.UNDO}.{place}"))
    asked = any(edit.by == entry.logged_by for edit in requests_of(event, patron.patron_id, entry.payment_id))
    if asked or entry.kind is not Kind.PAYMENT or payment.voided(entry.payment_id) or viewer.role.sees_money:
        return context(f"{line} · the office was asked to void it" if asked else line)
    asks = button("Ask the office", action_id=f"{ids.ASK_OFFICE}.{place}", value=target.dump(), confirm=_ASKS)
    return section(line, accessory=asks)


def _logged_by(events: Sequence[Event], user_id: str) -> Iterator[tuple[Event, Patron, Entry]]:
    authors = {f"slack:{user_id}", f"web:{user_id}"}
    for event in events:
        for patron in {patron.patron_id: patron for patron in (*event.people, *event.left_out)}.values():
            for entry in event.payment(patron.patron_id).entries:
                if entry.logged_by in authors:
                    yield event, patron, entry


def _line(event: Event, patron: Patron, entry: Entry, viewer: status.Viewer) -> str:
    """Return `$120.00 by venmo · Dave Kowalski · Captain Cory, afternoon · Sat May 23, 1:30 PM`."""
    undone = event.payment(patron.patron_id).reversal_of(entry.payment_id)
    voided = "" if undone is None else f" · {WORDS[undone.kind] if undone.kind in RETURNED else 'voided'}"
    amount = f"*{format_amount(abs(entry.amount), event.currency)}*{_WORDS[entry.kind]}"
    name, title = escape(distinct_name(patron, event.alike, 80)), shown(event.title, 100)
    return f"{amount} by {shown(entry.method, 40)} · {name} · {title} · {when(entry.timestamp, viewer.zone)}{voided}"
