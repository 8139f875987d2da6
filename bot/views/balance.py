"""One patron in the answers of `/payment-status`: for admins the balance, entry by entry; for crew who may board."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, button, context, header, section, table
from bot.office import EDIT_PATRON
from bot.text import author, clip, escape, shown, when
from bot.views.choices import standing_of
from bot.views.corrections import REFUND, VOID
from bot.views.status import MARKS, message, minds, pager
from charter.money import ZERO, format_amount
from charter.payments import Kind, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.views.status import Viewer
    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry

# Twenty entries with the longest notes stay within the characters that Slack shows in a message and in a table.
ENTRIES_A_PAGE: Final = 20

_DOORS: Final = {Source.SLACK: "in Slack", Source.WEB: "on the web"}


def patron_page(event: Event, patron: Patron, viewer: Viewer, *, page: int) -> dict[str, Any]:
    """One patron's balance, explained entry by entry; for crew, whether they are clear to board and why not."""
    signed = event.signed(patron.patron_id)
    balance = event.balance(patron.patron_id)
    blocks = [
        header(patron.name),
        context(f"{escape(clip(event.title, 150))} · {when(event.starts_at, viewer.zone)}{minds(event, viewer.now)}"),
    ]
    if not viewer.role.sees_money:
        missing = [word for word, done in (("payment", balance.cleared), ("waiver", signed)) if not done]
        told = f"🔴 Not clear to board: {' and '.join(missing)} missing." if missing else "🟢 Clear to board."
        return message(f"{shown(patron.name, 500)}: {told}", [*blocks, section(told)])
    currency = event.currency
    standing = f"{MARKS[balance.state]} *{escape(standing_of(event, patron))}*"
    party = f" for a party of {patron.party}" if patron.party > 1 else ""
    blocks.append(
        section(
            f"{standing} · due {format_amount(balance.due, currency)}{party} · "
            f"paid {format_amount(balance.paid, currency)} · waiver {'signed' if signed else '*not signed*'}"
        )
    )
    if contact := [shown(text, 300) for text in (patron.email, patron.phone) if text]:
        blocks.append(context(" · ".join(contact)))
    entries = event.payment(patron.patron_id).entries
    pages = max(1, -(-len(entries) // ENTRIES_A_PAGE))
    page = min(max(page, 0), pages - 1)
    if not entries:
        blocks.append(section("Nothing is logged yet."))
    else:
        blocks += _explained(event, patron, entries, viewer, page=page)
    blocks.append(_ways(event, patron))
    blocks += pager(page, pages, eid=event.eid, patron=patron.patron_id, total=len(entries))
    return message(f"{shown(patron.name, 500)}: {escape(standing_of(event, patron))}", blocks)


def _explained(event: Event, patron: Patron, entries: Sequence[Entry], viewer: Viewer, *, page: int) -> list[Block]:
    """A page of the ledger with the balance after each entry, and who wrote it."""
    owed, currency = patron.due, event.currency
    rows, authors = [["", "Due", "", format_amount(owed, currency)]], []
    for entry in entries:
        owed -= entry.amount
        rows.append(
            [
                when(entry.timestamp, viewer.zone),
                f"{entry.kind.value}, {clip(entry.method, 40)}",
                ("+" if entry.amount > ZERO else "") + format_amount(entry.amount, currency),
                format_amount(owed, currency),
            ]
        )
        authors.append(_told(entry, viewer))
    start = page * ENTRIES_A_PAGE
    columns = [("When", "left"), ("Entry", "left"), ("Amount", "right"), ("Balance", "right")]
    shown = rows[1:][start : start + ENTRIES_A_PAGE]
    lines = authors[start : start + ENTRIES_A_PAGE]
    return [
        table(columns, [rows[0], *shown] if page == 0 else shown),
        *[context(line) for line in lines],
    ]


def _ways(event: Event, patron: Patron) -> Block:
    """What an admin can do here. A mistake in the ledger is undone by a new entry, with a button for each way to it."""
    value = json.dumps({"eid": event.eid, "patron": patron.patron_id}, separators=(",", ":"))
    ways = [button("Edit…", action_id=EDIT_PATRON, value=value)]
    if event.payment(patron.patron_id).entries:
        ways.append(button("Void an entry…", action_id=VOID, value=value))
        ways.append(button("Refund…", action_id=REFUND, value=value))
    return actions(*ways, block_id="corrections")


def _told(entry: Entry, viewer: Viewer) -> str:
    """Who wrote an entry and why, as a line of small print."""
    said = f" · “{shown(entry.notes, 180)}”" if entry.notes else ""
    why = f" · because “{shown(entry.reason, 180)}”" if entry.reason else ""
    verb = {Kind.PAYMENT: "logged", Kind.REFUND: "refunded", Kind.VOID: "voided"}[entry.kind]
    return (
        f"{when(entry.timestamp, viewer.zone)}: {verb} by {author(entry.logged_by)} {_DOORS[entry.source]}{said}{why}"
    )
