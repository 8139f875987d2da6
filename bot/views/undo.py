"""Answers to *Undo*: the receipt and the post of a payment, after it was undone or could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import Block, context, fields, modal, section
from bot.text import author, clip, escape, shown, when
from bot.views.payment_form import RECEIPT
from charter.money import format_amount

if TYPE_CHECKING:
    from bot.settings import ViewSettings
    from bot.undoing import UndonePayment
    from bot.views.payment_form import Memo
    from charter.events import Logged
    from charter.void_requests import Requested


def undone_receipt(undone: UndonePayment, memo: Memo, settings: ViewSettings) -> Block:
    """Return the receipt of an undone payment. It has no amount but that of the payment."""
    event, entry = undone.logged.event, undone.logged.entry
    blocks = [
        section(_what(undone)),
        fields(
            ("Event", escape(clip(event.title, 150))),
            ("By", f"{author(entry.logged_by)}\n{when(entry.timestamp, settings.zone)}"),
        ),
        context(_after(undone)),
    ]
    return modal(
        "Payment undone",
        blocks,
        callback_id=RECEIPT,
        private_metadata=memo.dump(),
        submit="Log another",
        close="Done",
        notify_on_close=memo.home,
    )


def undone_message(undone: UndonePayment) -> dict[str, Any]:
    """Return the answer to a press below the payment's post. Only the person who pressed sees it."""
    return only_for_them(f"{_what(undone)}. {_after(undone)}")


def refused_message(text: str, *rows: Block) -> dict[str, Any]:
    """Return the answer that nothing was undone. `text` is escaped; `rows` have the buttons below it."""
    return only_for_them(f":warning: {text}", *rows)


def asked_words(asked: Requested, *, longest: int = 500) -> str:
    """Return the answer to a request to the office, as mrkdwn. `longest` limits the name."""
    entry = asked.entry
    what = f"{format_amount(entry.amount, asked.event.currency)} by {escape(entry.method)}"
    again = "You asked already, and the office reads it once" if asked.replayed else "The office is asked"
    return f"{again}: void {what} for *{shown(asked.patron.name, longest)}*."


def asked_message(asked: Requested) -> dict[str, Any]:
    """Return the answer to a request from a message, which takes the place of that message."""
    return {**only_for_them(f":envelope: {asked_words(asked)}"), "replace_original": True}


def voided_message(logged: Logged) -> dict[str, Any]:
    """Return the answer to an admin who voided what was asked for."""
    return only_for_them(f"{_taken_back(logged, 'voided')}. The balance and the ledger are in `/payment-status`.")


def _what(undone: UndonePayment) -> str:
    return _taken_back(undone.logged, "undone")


def _taken_back(logged: Logged, verb: str) -> str:
    heading = f"Already {verb}, and counted once" if logged.replayed else verb.capitalize()
    amount = format_amount(abs(logged.entry.amount), logged.event.currency)
    return (
        f":leftwards_arrow_with_hook: *{heading}: {amount}* by {escape(logged.entry.method)} "
        f"for *{shown(logged.patron.name, 500)}*"
    )


def _after(undone: UndonePayment) -> str:
    """Return what became of the patron and of the post."""
    if undone.left:
        return "They had paid nothing else, so they are off the roster too. The office can put them back."
    if undone.aboard:
        return "They stay on the roster, because they are checked in. Take the check-in back if they do not come."
    return "The entry stays in the ledger, and the payment's post is struck through."


def only_for_them(text: str, *rows: Block) -> dict[str, Any]:
    """Return an answer to a press below a post that only the person who pressed sees. `text` is escaped."""
    return {"text": text, "blocks": [section(text), *rows], "replace_original": False, "response_type": "ephemeral"}
