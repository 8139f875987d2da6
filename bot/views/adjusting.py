"""The form that adjusts what a patron owes, its reader, and its receipt. For admins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.admin_ids import ADJUST
from bot.blocks import Block, context, fields, labelled, modal, option, section, text_input
from bot.kept import read_kept
from bot.text import author, balance_in_words, clip, escape, shown, when
from bot.views.state import read_state
from charter.adjusting import adjusted
from charter.edits import Adjustment, amount_in
from charter.enrolling import PatronChange, fingerprint_of
from charter.money import ZERO, format_amount, parse_amount, plain_amount
from charter.patrons import PatronState
from charter.payments import LONGEST_REASON, check_reason
from charter.refusals import FieldChecks, NothingPicked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from decimal import Decimal

    from charter.enrolling import Changed
    from charter.events import Event
    from charter.patrons import Patron

_TITLE: Final = "Adjust what is due"


def adjust_form(
    event: Event, patron: Patron, *, form: str, typed: Mapping[str, str] | None = None, remark: str = ""
) -> Block:
    """Return the form over the patron's line as it is now. `form` is its id; `typed` was entered in it before."""
    if patron.state is PatronState.REMOVED:
        sentence = f"{shown(patron.name, 500)} was taken off the roster. Take that back first, then adjust the due."
        return modal(_TITLE, [section(sentence)], close="Close")
    typed, due = typed or {}, format_amount(patron.due, event.currency)
    options = {kind: option(label, kind.value) for kind, label in _labels(patron, due).items()}
    picked = typed.get("kind") or next(iter(options)).value
    given = {"initial_option": options[Adjustment(picked)]} if picked in options else {}
    radio = {"type": "radio_buttons", "action_id": "kind", "options": list(options.values()), **given}
    amount = text_input("amount", typed.get("amount", "")[:_LONGEST_AMOUNT], max_length=_LONGEST_AMOUNT)
    reason = text_input("reason", typed.get("reason", "")[:LONGEST_REASON], max_length=LONGEST_REASON)
    return modal(
        _TITLE,
        [
            *([section(f":warning: {remark}")] if remark else []),
            context(f"*{shown(patron.name, 500)}* · {escape(clip(event.title, 150))}"),
            section(f"*Due {due}* · {balance_in_words(event, patron.patron_id)}"),
            labelled("kind", "What", radio),
            labelled("amount", f"Amount in {event.currency}", amount, hint="Empty for a comp.", optional=True),
            labelled("reason", "Why", reason, hint="It is kept, and shown where the balance is explained."),
        ],
        callback_id=ADJUST,
        private_metadata=json.dumps(
            {
                "eid": event.eid,
                "patron": patron.patron_id,
                "seen": fingerprint_of(patron),
                "due": plain_amount(patron.due),
                "currency": event.currency,
                "form": form,
            }
        ),
        submit="Adjust",
        close="Cancel",
    )


def read_adjust(view: dict[str, Any]) -> PatronChange:
    """Return the change of the due. Raises an ExceptionGroup with the Refusals of all fields."""
    memo, state, checks = read_kept(view.get("private_metadata")), read_state(view), FieldChecks()
    currency, due = memo["currency"], amount_in(memo["due"])

    def after() -> Decimal:
        if state.get("kind") not in set(Adjustment):
            raise NothingPicked("kind")
        kind, text = Adjustment(state["kind"]), state.get("amount", "").strip()
        amount = None if kind is Adjustment.COMP and not text else parse_amount(text, currency=currency)
        return adjusted(due, kind, amount, currency=currency)

    value, reason = checks.run(after), checks.run(lambda: check_reason(state.get("reason", "")))
    if value is None or reason is None:
        raise checks.error()
    return PatronChange(
        memo["eid"], memo["patron"], memo["seen"], {"due": value}, reason, Adjustment(state["kind"]), memo["form"]
    )


def overtaken(event: Event, now: Patron, view: dict[str, Any]) -> Block:
    """Return the form again, over the patron's line as it is now, with what was entered."""
    remark = "Somebody else changed this patron, so nothing is saved yet. Check the due, then press Adjust."
    form = read_kept(view.get("private_metadata"))["form"]
    return adjust_form(event, now, form=form, typed=read_state(view), remark=remark)


def receipt(change: Changed, *, form: str, zone: tzinfo) -> Block:
    """Return the receipt of the adjustment that this form made."""
    event, patron = change.event, change.after
    edit = next(each for each in event.edits if each.form == form)
    amount, before, after = (
        format_amount(each, event.currency)
        for each in (abs(edit.effect), amount_in(edit.before), amount_in(edit.after))
    )
    again = "Already saved, and counted once: " if change.replayed else ""
    what = f"{edit.what} of {amount}"
    return modal(
        "Due adjusted",
        [
            section(
                f":white_check_mark: *{again}{what if again else what.capitalize()}* for *{shown(patron.name, 500)}*"
            ),
            fields(
                ("Due", f"{before} → {after}"),
                ("New balance", balance_in_words(event, patron.patron_id)),
                ("Reason", escape(edit.reason)),
                ("Event", escape(clip(event.title, 150))),
                ("By", f"{author(edit.by)}\n{when(edit.at, zone)}"),
            ),
        ],
        close="Done",
    )


def _labels(patron: Patron, due: str) -> dict[Adjustment, str]:
    """Return the kinds that are possible, with what they do. Nothing can be taken off where nothing is due."""
    more = {Adjustment.SURCHARGE: "Surcharge: more is due"}
    if patron.due <= ZERO:
        return more
    return {
        Adjustment.DISCOUNT: "Discount: less is due",
        Adjustment.COMP: f"Comp: all {due} is taken off, nothing is due",
        **more,
    }


_LONGEST_AMOUNT: Final = 40
