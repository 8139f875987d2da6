"""Forms for a void, a refund and a payment that the bank took back, and their answers.

Nothing is erased: a new entry undoes the old one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import (
    OPTION_VALUE,
    OPTIONS,
    Block,
    context,
    fields,
    labelled,
    menu,
    modal,
    option,
    plain,
    section,
    text_input,
)
from bot.kept import read_kept
from bot.offers import Offered, first_hundred
from bot.route_ids import ENTRY, REFUND, RETURNED, VOID
from bot.text import author, balance_in_words, clip, escape, shown, when
from bot.views.state import read_state
from charter import names, payments
from charter.frozen import dataclass
from charter.money import format_amount, parse_amount, plain_amount
from charter.payments import LONGEST_REASON, Kind, Refund, Void, check_method, check_reason
from charter.refusals import NothingPicked, Refusal
from charter.returned import WORDS, Returned, returned_as

if TYPE_CHECKING:
    from bot.settings import ViewSettings
    from charter.events import Event, Logged
    from charter.patrons import Patron
    from charter.payments import Entry, Payment


_DONE: Final = {Kind.VOID: "Voided", **{kind: WORDS[kind].capitalize() for kind in payments.RETURNED}}


@dataclass(frozen=True, slots=True)
class TypedWords:
    """Words typed after a command. `asked` (escaped) is a question about the amount, `lost` was not understood."""

    amount: str | None = None
    method: str | None = None
    reason: str = ""
    asked: str = ""
    lost: str = ""

    def remarks(self) -> list[Block]:
        """Return the warnings, one block each."""
        lost = f"Not understood: “{escape(clip(self.lost, 150))}”." if self.lost else ""
        return [context(f":warning: {remark}") for remark in (self.asked, lost) if remark]


def void_form(
    event: Event, patron: Patron, settings: ViewSettings, *, typed: TypedWords | None = None, picked: str | None = None
) -> Block:
    """Return the form that asks for an entry to void, and a reason.

    The entry whose id is `picked` is chosen in it, or the only one of a typed amount.
    """
    payment, typed = event.payment(patron.patron_id), typed or TypedWords()
    entries = _still_open(payment)
    if not entries:
        return _nothing_to_void(event, patron)
    select: Block = {"action_id": ENTRY, "placeholder": plain("Pick the entry")}
    if len(entries) > OPTIONS:
        select |= {"type": "external_select", "min_query_length": 0}
    else:
        select |= {
            "type": "static_select",
            "options": [_entry_option(each, event.currency, settings) for each in entries],
        }
    meant = [entry for entry in entries if entry.payment_id == picked or _is_of(entry, typed.amount, event.currency)]
    if len(meant) == 1:
        select["initial_option"] = _entry_option(meant[0], event.currency, settings)
    return modal(
        "Void an entry",
        [
            *typed.remarks(),
            _whose(event, patron),
            *_about_moves(payment),
            labelled(ENTRY, "Entry", select),
            _reason_input(typed.reason),
        ],
        callback_id=VOID,
        private_metadata=json.dumps({"eid": event.eid, "patron": patron.patron_id}),
        submit="Void it",
        close="Cancel",
    )


def _nothing_to_void(event: Event, patron: Patron) -> Block:
    payment = event.payment(patron.patron_id)
    if not payment.entries:
        return modal("Void an entry", [_whose(event, patron), section("Nothing is logged yet.")], close="Close")
    moves, none_left = _about_moves(payment), "No entry of this patron is left to void."
    sentence = none_left if moves else "Every entry of this patron is voided or returned by the bank already."
    return modal("Void an entry", [section(sentence), *moves], close="Close")


def _about_moves(payment: Payment) -> list[Block]:
    """Return how a transfer is undone, where the patron has one."""
    if not any(entry.kind is Kind.TRANSFER for entry in payment.entries):
        return []
    return [context("A move between two trips is not voided: move the patron back instead.")]


def entry_options(event: Event, patron: Patron, settings: ViewSettings, query: str) -> Offered:
    """Return the entries that can be voided and have every word of `query`, the newest first, each with its number.

    The number distinguishes entries that are alike. A number typed alone puts its entry first.
    """
    payment = event.payment(patron.patron_id)
    numbers = {entry.payment_id: number for number, entry in enumerate(payment.entries, start=1)}
    found = []
    for entry in _still_open(payment):
        number = f"No. {numbers[entry.payment_id]}"
        choice = _entry_option(entry, event.currency, settings, number=number)
        text = choice["text"]["text"]
        if names.contains(query, f"{text} {plain_amount(entry.amount)} {number} {entry.notes} {entry.payment_id}"):
            exact = query.strip().casefold() in (number.casefold(), number.removeprefix("No. "))
            found.append((not exact, query.strip().casefold() not in text.casefold(), choice))
    return first_hundred([choice for _, _, choice in sorted(found, key=lambda each: each[:2])])


def refund_form(
    event: Event, patron: Patron, settings: ViewSettings, *, payment_id: str, typed: TypedWords | None = None
) -> Block:
    """Return the form for a refund, filled in with what was typed. The default amount is what was overpaid."""
    payment, balance, typed = (
        event.payment(patron.patron_id),
        event.balance(patron.patron_id),
        typed or TypedWords(),
    )
    overpaid = plain_amount(-balance.owed) if balance.owed < 0 else ""
    given = "" if typed.asked else typed.amount or overpaid
    method = typed.method or (payment.latest.method if payment.latest else None)
    return modal(
        "Refund",
        [
            *typed.remarks(),
            _whose(event, patron),
            labelled("amount", f"Amount in {event.currency}", text_input("amount", given, placeholder=plain("125.00"))),
            labelled("method", "Method", menu("method", settings.methods, method)),
            _reason_input(typed.reason),
        ],
        callback_id=REFUND,
        private_metadata=json.dumps(
            {"eid": event.eid, "patron": patron.patron_id, "payment_id": payment_id, "currency": event.currency}
        ),
        submit="Refund",
        close="Cancel",
    )


def returned_form(event: Event, patron: Patron, settings: ViewSettings) -> Block:
    """Return the form that asks which check bounced, or which card payment was charged back, and why."""
    entries = returnable(event.payment(patron.patron_id))
    if not entries:
        sentence = "No payment by check or card is left. One that is voided or returned already is not returned again."
        return modal("Returned by the bank", [_whose(event, patron), section(sentence)], close="Close")
    options = [_entry_option(each, event.currency, settings) for each in entries[:OPTIONS]]
    select = {"type": "static_select", "action_id": ENTRY, "placeholder": plain("Pick the payment"), "options": options}
    return modal(
        "Returned by the bank",
        [
            _whose(event, patron),
            section("A check bounced, or a card payment was charged back. The patron owes the amount again."),
            labelled(ENTRY, "Payment", select | ({"initial_option": options[0]} if len(options) == 1 else {})),
            _reason_input(""),
        ],
        callback_id=RETURNED,
        private_metadata=json.dumps({"eid": event.eid, "patron": patron.patron_id}),
        submit="Log it",
        close="Cancel",
    )


def returnable(payment: Payment) -> list[Entry]:
    """Return the payments by check or card that still count, the newest first."""
    return [entry for entry in _still_open(payment) if returned_as(entry)]


def read_returned(view: dict[str, Any]) -> Returned:
    """Return the request in the form. Raises NothingPicked, ReasonMissing."""
    void = read_void(view)
    return Returned(void.eid, void.patron_id, void.reverses, void.reason)


def read_void(view: dict[str, Any]) -> Void:
    """Return the void in the form. Raises NothingPicked, ReasonMissing."""
    state, memo = read_state(view), read_kept(view.get("private_metadata"))
    if not state.get(ENTRY):
        raise NothingPicked(ENTRY)
    return Void(memo["eid"], memo["patron"], state[ENTRY], check_reason(state.get("reason", "")))


def read_refund(view: dict[str, Any], settings: ViewSettings) -> Refund:
    """Return the refund in the form. Raises AmountUnclear and its subclasses, MethodUnknown, ReasonMissing."""
    state, memo = read_state(view), read_kept(view.get("private_metadata"))
    return Refund(
        memo["payment_id"],
        memo["eid"],
        memo["patron"],
        parse_amount(state.get("amount", ""), currency=memo["currency"]),
        check_method(state.get("method", ""), settings.methods),
        check_reason(state.get("reason", "")),
    )


def taken_back(logged: Logged, settings: ViewSettings) -> Block:
    """Return the receipt of a void, a refund, or a payment that the bank took back."""
    entry, currency = logged.entry, logged.event.currency
    verb = _DONE.get(entry.kind, "Refunded")
    again = f"Already {'logged' if entry.kind in payments.RETURNED else verb.lower()}, and counted once"
    heading = again if logged.replayed else verb
    return modal(
        verb if entry.kind not in payments.RETURNED else "Returned by the bank",
        [
            section(
                f":leftwards_arrow_with_hook: *{heading}: {format_amount(abs(entry.amount), currency)}* "
                f"by {escape(entry.method)} for *{shown(logged.patron.name, 500)}*"
            ),
            fields(
                ("New balance", balance_in_words(logged.event, logged.patron.patron_id)),
                ("Reason", escape(entry.reason)),
                ("Event", escape(clip(logged.event.title, 150))),
                ("By", f"{author(entry.logged_by)}\n{when(entry.timestamp, settings.zone)}"),
            ),
        ],
        close="Done",
    )


def _whose(event: Event, patron: Patron) -> Block:
    return context(
        f"*{shown(patron.name, 500)}* · {escape(clip(event.title, 150))}. The entry stays; a new one undoes it."
    )


def _still_open(payment: Payment) -> list[Entry]:
    """Return the entries that can be voided, the newest first."""
    undone = {entry.reverses for entry in payment.entries if entry.kind in payments.REVERSALS}
    return [
        entry
        for entry in reversed(payment.entries)
        if entry.kind not in {*payments.REVERSALS, Kind.TRANSFER}
        and entry.payment_id not in undone
        and len(entry.payment_id) <= OPTION_VALUE
    ]


def _entry_option(entry: Entry, currency: str, settings: ViewSettings, *, number: str = "") -> Block:
    amount = format_amount(entry.amount, currency)
    label = f"{amount} {clip(entry.method, 30)}, {WORDS[entry.kind]} · {when(entry.timestamp, settings.zone)}"
    return option(label, entry.payment_id, ", ".join(filter(None, [number, entry.notes])))


def _is_of(entry: Entry, amount: str | None, currency: str) -> bool:
    """Return whether the entry is a payment of this amount, as it was typed."""
    with suppress(Refusal):
        return amount is not None and entry.amount == parse_amount(amount, currency=currency)
    return False


def _reason_input(reason: str) -> Block:
    element = text_input("reason", clip(reason, LONGEST_REASON), max_length=LONGEST_REASON)
    return labelled("reason", "Why", element, hint="It is kept in the ledger with the entry.")
