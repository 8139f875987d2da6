"""The form that opens an event on the Home tab: its status, requests to void, and signatures to match. For admins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot import home_ids as ids
from bot.blocks import Block, context, header, modal, section
from bot.text import author, balance_in_words, clip, distinct_name, escape, shown, when
from bot.undo_menu import UndoTarget, void_row
from bot.views import status
from bot.views.signatures import about_signatures
from charter.money import format_amount
from charter.void_requests import open_requests

if TYPE_CHECKING:
    from charter.events import Event
    from charter.patrons import Patron
    from charter.void_requests import VoidRequested

_PEOPLE: Final = 30
_REQUESTS: Final = 10


def build(event: Event, viewer: status.Viewer) -> Block:
    """Return the form. Closing it publishes the Home tab anew."""
    people = [f"{status.balance_mark(event, each)} {_patron(event, each)}" for each in event.people]
    left = f"and {len(people) - _PEOPLE} more" if len(people) > _PEOPLE else ""
    blocks = [
        header(event.title),
        context(f"{when(event.starts_at, viewer.zone)} · `{escape(event.eid)}`{status.event_flags(event, viewer.now)}"),
        *(block for fact in open_requests(event)[:_REQUESTS] for block in _request(fact, viewer)),
        *about_signatures(event, viewer.zone),
        section("\n".join(filter(None, (status.boarding_counts(event), *status.aboard_lines(event, viewer))))),
    ]
    lines = [*people[:_PEOPLE], *filter(None, [left])] or ["Nobody is on this roster yet."]
    blocks += [section("\n".join(lines[start : start + 6])) for start in range(0, len(lines), 6)]
    blocks.append(context(f"`/payment-status {escape(event.eid)}` shows each ledger."))
    return modal(
        clip(event.title, 24) or "Event",
        blocks,
        callback_id=ids.EVENT,
        close="Close",
        private_metadata=json.dumps({"eid": event.eid}),
        notify_on_close=True,
    )


def _patron(event: Event, patron: Patron) -> str:
    name = escape(distinct_name(patron, event.alike, 80))
    return f"*{name}* · {balance_in_words(event, patron.patron_id)} · {event.coverage(patron.patron_id)}"


def _request(fact: VoidRequested, viewer: status.Viewer) -> list[Block]:
    """Return who asks to void what, and the button that does it."""
    what = f"{format_amount(fact.entry.amount, fact.event.currency)} by {fact.entry.method}"
    target = UndoTarget(fact.event.eid, fact.patron.patron_id, fact.entry.payment_id)
    row = void_row(target, what, fact.patron.name)
    asked = f"{author(fact.edit.by)} asks to void {escape(clip(what, 80))} for *{shown(fact.patron.name, 200)}*"
    return [
        section(f":leftwards_arrow_with_hook: {asked} · {when(fact.edit.at, viewer.zone)}"),
        {**row, "block_id": f"void.{fact.edit.edit_id}"},
    ]
