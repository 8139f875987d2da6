"""Forms for a void and a refund, and their answers. Nothing is erased: a new entry undoes the old one."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
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
from bot.offers import Offered, first_hundred
from bot.text import author, balance_in_words, clip, escape, shown, when
from bot.views.state import read_state
from charter import names
from charter.money import format_amount, parse_amount, plain_amount
from charter.payments import LONGEST_REASON, Kind, Refund, Void, check_method, check_reason
from charter.refusals import NothingPicked, Refusal

if TYPE_CHECKING:
    from bot.settings import ViewSettings
    from charter.events import Event, Logged
    from charter.patrons import Patron
    from charter.payments import Entry, Payment

# Callback ids of the forms, and action ids of the buttons that open them.
VOID: Final = "void_entry"
REFUND: Final = "refund_payment"

# Block id and action id of the menu of entries. Beyond a hundred entries it is a type-ahead.
ENTRY: Final = "payment_id"


@dataclass(frozen=True, slots=True)
class Typed:
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
    event: Event, patron: Patron, settings: ViewSettings, *, typed: Typed | None = None, picked: str | None = None
) -> Block:
    """Return the form that asks for an entry to void, and a reason.

    The entry whose id is `picked` is chosen in it, or the only one of a typed amount.
    """
    payment, typed = event.payment(patron.patron_id), typed or Typed()
    if not payment.entries:
        return modal("Void an entry", [_whose(event, patron), section("Nothing is logged yet.")], close="Close")
    entries = _still_open(payment)
    if not entries:
        return modal("Void an entry", [section("Every entry of this patron is voided already.")], close="Close")
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
        [*typed.remarks(), _whose(event, patron), labelled(ENTRY, "Entry", select), _reason_input(typed.reason)],
        callback_id=VOID,
        private_metadata=json.dumps({"eid": event.eid, "patron": patron.patron_id}),
        submit="Void it",
        close="Cancel",
    )


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
    event: Event, patron: Patron, settings: ViewSettings, *, payment_id: str, typed: Typed | None = None
) -> Block:
    """Return the form for a refund, filled in with what was typed. The default amount is what was overpaid."""
    payment, balance, typed = event.payment(patron.patron_id), event.balance(patron.patron_id), typed or Typed()
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


def read_void(view: dict[str, Any]) -> Void:
    """Return the void in the form. Raises NothingPicked, ReasonMissing."""
    state, memo = read_state(view), json.loads(view["private_metadata"])
    if not state.get(ENTRY):
        raise NothingPicked(ENTRY)
    return Void(memo["eid"], memo["patron"], state[ENTRY], check_reason(state.get("reason", "")))


def read_refund(view: dict[str, Any], settings: ViewSettings) -> Refund:
    """Return the refund in the form. Raises AmountUnclear and its subclasses, MethodUnknown, ReasonMissing."""
    state, memo = read_state(view), json.loads(view["private_metadata"])
    return Refund(
        memo["payment_id"],
        memo["eid"],
        memo["patron"],
        parse_amount(state.get("amount", ""), currency=memo["currency"]),
        check_method(state.get("method", ""), settings.methods),
        check_reason(state.get("reason", "")),
    )


def taken_back(logged: Logged, settings: ViewSettings) -> Block:
    """Return the receipt of a void or a refund."""
    entry, currency = logged.entry, logged.event.currency
    verb = "Voided" if entry.kind is Kind.VOID else "Refunded"
    heading = f"Already {verb.lower()}, and counted once" if logged.replayed else verb
    return modal(
        verb,
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
    voided = {entry.reverses for entry in payment.entries if entry.kind is Kind.VOID}
    return [
        entry
        for entry in reversed(payment.entries)
        if entry.kind is not Kind.VOID and entry.payment_id not in voided and len(entry.payment_id) <= OPTION_VALUE
    ]


def _entry_option(entry: Entry, currency: str, settings: ViewSettings, *, number: str = "") -> Block:
    amount = format_amount(entry.amount, currency)
    label = f"{amount} {clip(entry.method, 30)}, {entry.kind.value} · {when(entry.timestamp, settings.zone)}"
    return option(label, entry.payment_id, ", ".join(filter(None, [number, entry.notes])))


def _is_of(entry: Entry, amount: str | None, currency: str) -> bool:
    """Return whether the entry is a payment of this amount, as it was typed."""
    with suppress(Refusal):
        return amount is not None and entry.amount == parse_amount(amount, currency=currency)
    return False


def _reason_input(reason: str) -> Block:
    element = text_input("reason", clip(reason, LONGEST_REASON), max_length=LONGEST_REASON)
    return labelled("reason", "Why", element, hint="It is kept in the ledger with the entry.")
