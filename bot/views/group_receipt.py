"""Receipt of payments for several patrons, before and after some of them were undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.blocks import Block, actions, context, fields, modal, section
from bot.text import author, balance_in_words, clip, distinct_name, escape, shown, when
from bot.undo_menu import ROW, GroupTarget, UndoTarget, undo_all_button, undo_button
from bot.views.payment_form import RECEIPT
from charter.group_payments import is_voided, together
from charter.money import ZERO, format_amount
from charter.names import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import ViewSettings
    from bot.views.payment_form import Memo
    from charter.events import Event, Logged
    from charter.patrons import Patron
    from charter.payments import Entry

Paid = tuple["Patron", "Entry"]


def group_receipt(logged: Sequence[Logged], memo: Memo, settings: ViewSettings) -> Block:
    """Return the answer to logged payments: the sum, each patron's amount and balance, and who logged them."""
    heading = "Already logged, and counted once" if logged[0].replayed else "Logged"
    event, group = logged[0].event, logged[0].entry.group
    return _receipt(event, together(event, group), heading, memo, settings)


def undone_in_group(voids: Sequence[Logged], memo: Memo, settings: ViewSettings) -> Block:
    """Return the receipt after these voids of its payments. What is left can still be undone."""
    event, group = voids[0].event, group_of(voids[0])
    paid = together(event, group)
    heading = "Already undone, and counted once" if voids[0].replayed else "Undone"
    left = any(not is_voided(event, *each) for each in paid)
    view = _receipt(event, paid, heading, memo, settings, mark=":leftwards_arrow_with_hook:", of=_pairs(voids))
    title = "Payment logged" if left else "Payment undone"
    return {**view, "title": {**view["title"], "text": title}}


def group_of(void: Logged) -> str:
    """Return the group of the payment that this void undoes; empty if it is in none, or alone in one."""
    undone = void.event.payment(void.patron.patron_id).entry(void.entry.reverses or "")
    group = undone.group if undone else ""
    return group if len(together(void.event, group)) > 1 else ""


def undone_words(voids: Sequence[Logged]) -> str:
    """Return the answer to *Undo all* as mrkdwn."""
    heading = "Already undone, and counted once" if voids[0].replayed else "Undone"
    return f":leftwards_arrow_with_hook: *{heading}: {_sum(voids[0].event, _pairs(voids))}*"


def _pairs(logged: Sequence[Logged]) -> list[Paid]:
    return [(each.patron, each.entry) for each in logged]


def _sum(event: Event, paid: Sequence[Paid]) -> str:
    """Return `$250.00* by venmo for *Dave Kowalski and Ana Lima`."""
    names = listed([shown(distinct_name(patron, event.alike, 80), 200) for patron, _ in paid])
    return f"{_amount(event, paid)}* by {escape(paid[0][1].method)} for *{names}"


def _receipt(  # noqa: PLR0913 - what a receipt shows, by name
    event: Event,
    paid: Sequence[Paid],
    heading: str,
    memo: Memo,
    settings: ViewSettings,
    *,
    mark: str = ":white_check_mark:",
    of: Sequence[Paid] = (),
) -> Block:
    """Return the receipt. `of` are the entries that its heading is about, all payments as a rule."""
    patron, entry = paid[0]
    said = _sum(event, of or paid)
    tip = f" and a tip of *{format_amount(entry.tip, event.currency)}*" if entry.tip and not of else ""
    blocks = [section(f"{mark} *{heading}: {said}*{tip}")]
    blocks += [_line(event, each, number) for number, each in enumerate(paid)]
    left = [each for each in paid if not is_voided(event, *each)]
    if len(left) > 1:
        what = f"{_amount(event, left)} by {entry.method}"
        undo = undo_all_button(GroupTarget(event.eid, entry.group), what, _names(event, left))
        blocks.append(actions(undo, block_id=ROW))
    blocks.append(
        fields(
            ("Event", f"{escape(clip(event.title, 150))}\n{when(event.starts_at, settings.zone)}"),
            ("Logged by", f"{author(entry.logged_by)}\n{when(entry.timestamp, settings.zone)}"),
        )
    )
    blocks += _remarks(event, patron, entry)
    return modal(
        "Payment logged",
        blocks,
        callback_id=RECEIPT,
        private_metadata=replace(memo, eid=event.eid, currency=event.currency).dump(),
        submit="Log another",
        close="Done",
        notify_on_close=memo.home,
    )


def _remarks(event: Event, first: Patron, entry: Entry) -> list[Block]:
    """Return whose entry has the tip, the notes, and where to see the waivers."""
    blocks = []
    if entry.tip:
        blocks.append(context(f"The tip is kept with {escape(distinct_name(first, event.alike, 80))}'s payment."))
    if entry.notes:
        blocks.append(section(f"*Notes*\n{escape(entry.notes)}"))
    return [*blocks, context(":memo: `/payment-status` shows who of the parties has signed, with their waiver links.")]


def _line(event: Event, paid: Paid, number: int) -> Block:
    """Return one patron's amount and balance, with the button that undoes it alone."""
    patron, entry = paid
    name = distinct_name(patron, event.alike, 150)
    amount = format_amount(entry.amount, event.currency)
    if is_voided(event, *paid):
        return section(f"~{escape(name)}: {amount}~ · taken back")
    what = f"{amount} by {entry.method}"
    undo = undo_button(UndoTarget(event.eid, patron.patron_id, entry.payment_id), what, name)
    balance = balance_in_words(event, patron.patron_id)
    return section(f"*{escape(name)}*: {amount} · {balance}", accessory=undo, block_id=f"{ROW}.{number}")


def _amount(event: Event, paid: Sequence[Paid]) -> str:
    return format_amount(sum((abs(entry.amount) for _, entry in paid), ZERO), event.currency)


def _names(event: Event, paid: Sequence[Paid]) -> str:
    return listed([distinct_name(patron, event.alike, 80) for patron, _ in paid])
