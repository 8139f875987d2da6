"""Receipt: the answer to a logged payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import Block, actions, context, fields, modal, section
from bot.kept import moment_of
from bot.text import author, balance_in_words, clip, distinct_name, escape, shown, when
from bot.undo_menu import UndoTarget, undo_row
from bot.views.choices import namesakes_in_words
from bot.views.payment_form import RECEIPT
from bot.waiver_menu import qr_button
from charter.events import Status
from charter.money import format_amount
from charter.signatures import Coverage

if TYPE_CHECKING:
    from datetime import tzinfo

    from bot.settings import ViewSettings
    from bot.views.payment_form import Memo
    from charter.events import Logged
    from charter.patrons import Patron
    from charter.payments import Entry


def receipt(logged: Logged, memo: Memo, settings: ViewSettings, *, is_new: bool = False) -> Block:
    """Return the answer to a logged payment: the amount, the patron's balance, and who logged it.

    `is_new`: the patron was added to the roster with this payment.
    """
    event, entry, currency = logged.event, logged.entry, logged.event.currency
    patron_id = logged.patron.patron_id
    balance = event.balance(patron_id)
    heading = "Already logged, and counted once" if logged.replayed else "Logged"
    blocks = [
        section(
            f":white_check_mark: *{heading}: {format_amount(entry.amount, currency)}*{_tip(entry, currency)} "
            f"by {escape(entry.method)} for *{shown(logged.patron.name, 500)}*"
        ),
        fields(
            ("New balance", balance_in_words(event, patron_id)),
            ("Paid in all", f"{format_amount(balance.paid, currency)} of {format_amount(balance.due, currency)}"),
            ("Event", f"{escape(clip(event.title, 150))}\n{when(event.starts_at, settings.zone)}"),
            ("Logged by", f"{author(entry.logged_by)}\n{when(entry.timestamp, settings.zone)}"),
        ),
    ]
    if alike := namesakes_in_words(event, logged.patron):
        blocks.append(context(alike))
    if entry.notes:
        blocks.append(section(f"*Notes*\n{escape(entry.notes)}"))
    if entry.reason:
        blocks.append(section(f"*Reason*\n{escape(entry.reason)}"))
    blocks += _waiver(logged, memo, settings, is_new=is_new)
    if not event.payment(patron_id).voided(entry.payment_id):
        what = f"{format_amount(entry.amount, currency)} by {entry.method}"
        blocks.append(undo_row(UndoTarget(event.eid, patron_id, entry.payment_id), what, logged.patron.name))
    return modal(
        "Payment logged",
        blocks,
        callback_id=RECEIPT,
        private_metadata=memo.dump(),
        submit="Log another",
        close="Done",
        notify_on_close=memo.home,
    )


def _tip(entry: Entry, currency: str) -> str:
    return f" and a tip of *{format_amount(entry.tip, currency)}*" if entry.tip else ""


def _waiver(logged: Logged, memo: Memo, settings: ViewSettings, *, is_new: bool) -> list[Block]:
    """Return a line on the party's signatures as the form read them; if one is missing, also the party's link."""
    patron, event = logged.patron, logged.event
    known = _known(patron, memo, settings.zone, is_new=is_new)
    closed = event.status is Status.CANCELLED or event.over(logged.entry.timestamp)
    if closed or (known is not None and known[0].complete):
        return [context(_signed(patron, known))]
    link = f"<{settings.links.link(event, patron.patron_id)}|Waiver link for {shown(patron.name, 100)}'s party>"
    code = qr_button(settings.links.qr_page(event, patron.patron_id), name=distinct_name(patron, event.alike, 80))
    return [context(f"{_signed(patron, known)} {link}"), actions(code, block_id="waiver")]


def _signed(patron: Patron, known: tuple[Coverage, str] | None) -> str:
    """Return how many of the party have signed, as of when, as mrkdwn."""
    if known is None:
        return ":memo: `/payment-status` shows who of the party has signed."
    coverage, as_of = known
    if coverage.complete:
        return ":memo: The waiver is signed." if patron.party == 1 else f":memo: Waiver: {coverage}."
    return f":memo: Waiver: {coverage}{as_of}." if coverage.signed else f":memo: The waiver is not signed yet{as_of}."


def _known(patron: Patron, memo: Memo, zone: tzinfo, *, is_new: bool) -> tuple[Coverage, str] | None:
    """Return the party's coverage and as of when; None if the form read another patron's."""
    if is_new:
        return Coverage(0, patron.party), ""
    if memo.signed is None or memo.signed[0] != patron.patron_id:
        return None
    _, signed, people, moment = memo.signed
    as_of = f", as of {when(moment_of(moment), zone).partition(', ')[2]}" if moment else ""
    return Coverage(signed, people), as_of
