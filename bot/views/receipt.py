"""The receipt: what answers a logged payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import Block, context, fields, modal, section
from bot.text import author, balance_in_words, clip, escape, shown, when
from bot.views.choices import namesakes_in_words
from bot.views.log_payment import RECEIPT
from charter.money import format_amount

if TYPE_CHECKING:
    from bot.views.log_payment import Look, Memo
    from charter.events import Event
    from charter.patrons import Patron
    from charter.ports import Logged


def receipt(logged: Logged, memo: Memo, look: Look) -> Block:
    """The modal that answers a logged payment: what was paid, how the patron stands now, and who wrote it down."""
    event, entry, currency = logged.event, logged.entry, logged.event.currency
    balance = event.balance(logged.patron.patron_id)
    told = "Already logged, and counted once" if logged.replayed else "Logged"
    blocks = [
        section(
            f":white_check_mark: *{told}: {format_amount(entry.amount, currency)}* by {escape(entry.method)} "
            f"for *{shown(logged.patron.name, 500)}*"
        ),
        fields(
            ("New balance", balance_in_words(balance, currency)),
            ("Paid in all", f"{format_amount(balance.paid, currency)} of {format_amount(balance.due, currency)}"),
            ("Event", f"{escape(clip(event.title, 150))}\n{when(event.starts_at, look.zone)}"),
            ("Logged by", f"{author(entry.logged_by)}\n{when(entry.timestamp, look.zone)}"),
        ),
    ]
    if alike := namesakes_in_words(event, logged.patron):
        blocks.append(context(alike))
    if entry.notes:
        blocks.append(section(f"*Notes*\n{escape(entry.notes)}"))
    blocks.append(context(_waiver(event, logged.patron, look)))
    return modal(
        "Payment logged",
        blocks,
        callback_id=RECEIPT,
        private_metadata=memo.dump(),
        submit="Log another",
        close="Done",
    )


def _waiver(event: Event, patron: Patron, look: Look) -> str:
    """How many of the party have signed, with the party's own link while somebody has not."""
    link = look.links.link(event, patron.patron_id)
    ways = f"<{link}|Waiver link for {shown(patron.name, 100)}'s party> · <{link}&qr|QR code to show>"
    if event.signatures is None:
        return f":memo: Whether the waiver is signed could not be read just now. {ways}"
    coverage = event.coverage(patron.patron_id)
    if coverage.complete:
        return ":memo: The waiver is signed." if patron.party == 1 else f":memo: Waiver: {coverage}."
    count = "The waiver is not signed yet." if patron.party == 1 else f"Waiver: {coverage}."
    return f":memo: {count} {ways}"
