"""The form that logs a payment, and its reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, actions, button, labelled, menu, modal, plain, text_input
from bot.route_ids import SEVERAL
from bot.understanding.amounts import half_of
from bot.views import repeated, walk_up
from bot.views.choices import NEW_PATRON, event_option, new_patron_option, owed_by, patron_option
from bot.views.payment_form import FORM, Memo
from bot.views.remarks import candidates, origin, remarks, switches
from bot.views.seats import read_reason
from bot.views.state import read_state
from charter.event_ids import check_served
from charter.events import Event
from charter.money import parse_amount, parse_tip, plain_amount
from charter.patrons import check_patron_id
from charter.payments import LONGEST_NOTES, Draft, check_method, check_notes, check_payment_id
from charter.refusals import FieldChecks, NothingPicked
from charter.roles import Role

if TYPE_CHECKING:
    from decimal import Decimal

    from bot.settings import ViewSettings
    from bot.views.payment_form import Form
    from bot.views.walk_up import WalkUp
    from charter.patrons import Patron

# Beginnings of the action ids. The rest changes when Slack must discard the value that the input holds.
EVENT: Final = "event"
PATRON: Final = "patron"

_BESIDE: Final = "Given beside the amount. It does not count toward what is due."


def build(form: Form, settings: ViewSettings) -> Block:
    """Return the modal."""
    event = form.event
    blocks = [
        *origin(form.memo),
        *remarks(form),
        _event_input(form, settings),
        *candidates(form, settings),
        _patron_input(form),
    ]
    if isinstance(event, Event) and form.walk_up is None and len(event.people) > 1:
        blocks.append(actions(button("Pay for several…", action_id=SEVERAL), block_id=SEVERAL))
    blocks += switches(form, settings)
    currency = event.currency if isinstance(event, Event) else settings.currency
    if form.walk_up is not None:
        known, admin = event if isinstance(event, Event) else None, form.memo.role == Role.ADMIN
        blocks += walk_up.inputs(form.walk_up, known, currency=currency, admin=admin, reason=form.reason)
    amount = text_input(f"amount.{form.amount_is}", form.amount, placeholder=plain("125.00"))
    method = menu("method", settings.methods, form.method, placeholder=plain("How it was paid"))
    notes = text_input("notes", form.notes[:LONGEST_NOTES], multiline=True, max_length=LONGEST_NOTES)
    blocks += [
        labelled("amount", f"Amount in {currency}", amount),
        labelled("method", "Method", method),
        labelled("notes", "Notes", notes, optional=True),
        labelled("tip", f"Tip in {currency}", text_input("tip", form.tip), hint=_BESIDE, optional=True),
    ]
    return modal(
        "Log a payment",
        blocks,
        callback_id=FORM,
        private_metadata=replace(form.memo, walk_up=walk_up.dump(form.walk_up)).dump(),
        submit="Log",
        close="Cancel",
        notify_on_close=form.memo.home,
    )


def filled_for(form: Form, patron: Patron, event: Event) -> Form:
    """Return the form with this patron, and with their balance as the amount unless another amount was typed."""
    owed, coverage = owed_by(event, patron), event.coverage(patron.patron_id)
    as_of = form.now.isoformat(timespec="minutes") if form.now else ""
    memo = replace(form.memo, signed=(patron.patron_id, coverage.signed, coverage.people, as_of))
    return _with_amount(replace(form, memo=memo, patron=patron, walk_up=None), owed, patron.patron_id)


def filled_for_walk_up(form: Form, new: WalkUp, owed: Decimal) -> Form:
    """Return the form with the fields of a new patron, and with the party's due as the amount."""
    memo = replace(form.memo, signed=None)
    return _with_amount(replace(form, memo=memo, patron=None, walk_up=new), owed, f"new.{plain_amount(owed)}")


def _with_amount(form: Form, owed: Decimal, whose: str) -> Form:
    if form.amount and form.amount != form.memo.prefilled:
        return form
    if form.memo.asked:  # the typed amount was not understood, so the balance must not replace it
        return replace(form, amount="", amount_is=whose)
    amount = half_of(owed) if form.memo.is_half else plain_amount(owed) if owed > 0 else ""
    return replace(form, amount=amount, amount_is=whose, memo=replace(form.memo, prefilled=amount))


def amount_action(view: dict[str, Any]) -> str:
    """Return whose balance the amount field was filled with, from its action id."""
    values = (view.get("state") or {}).get("values") or {}
    actions = values.get("amount") or {}
    return next(iter(actions), "amount.typed").partition(".")[2] or "typed"


def read_form(view: dict[str, Any], settings: ViewSettings) -> Draft:
    """Return the payment in the form. Raises an ExceptionGroup with the Refusals of all fields."""
    state, memo = read_state(view), Memo.load(view)
    checks = FieldChecks()
    payment_id = check_payment_id(memo.payment_id)
    eid = checks.run(lambda: check_served(_picked(state, "event")))
    patron = checks.run(lambda: _read_patron(state, payment_id))
    currency, shown = memo.currency or settings.currency, walk_up.load(memo.walk_up)
    amount = checks.run(lambda: parse_amount(state.get("amount", ""), currency=currency))
    method = checks.run(lambda: check_method(state.get("method", ""), settings.methods))
    notes = checks.run(lambda: check_notes(state.get("notes", "")))
    tip = checks.run(lambda: parse_tip(state.get("tip", ""), currency=currency))
    party, due, reason = 1, None, ""
    if state.get("patron", "").startswith(NEW_PATRON):
        party = checks.run(lambda: walk_up.read_party(state)) or 1
        due = checks.run(lambda: walk_up.read_due(state, party=party, shown=shown, currency=currency))
        reason = checks.run(lambda: read_reason(state)) or ""
        prefilled = memo.prefilled
        checks.run(
            lambda: walk_up.check_amount_is_of(state, party, prefilled=prefilled, shown=shown, currency=currency)
        )
    if checks.refusals or eid is None or patron is None or amount is None or method is None or notes is None:
        raise checks.error()
    draft = Draft(payment_id, eid, patron[0], amount, method, notes, patron[1], party, due, reason)
    return replace(draft, tip=tip, permalink=memo.permalink, confirmed=repeated.is_confirmed(state, memo, draft))


def _picked(state: dict[str, str], field: str) -> str:
    if not state.get(field):
        raise NothingPicked(field)
    return state[field]


def _read_patron(state: dict[str, str], payment_id: str) -> tuple[str, str | None]:
    """Return the patron's id, and for a new patron also the name."""
    picked = _picked(state, "patron")
    if not picked.startswith(NEW_PATRON):
        return check_patron_id(picked), None
    return walk_up.read_new(state, picked.removeprefix(NEW_PATRON), payment_id)


def _event_input(form: Form, settings: ViewSettings) -> Block:
    element: Block = {
        "type": "external_select",
        # Slack keeps an input's value while its action id stays, so a switched event needs another action id.
        "action_id": f"{EVENT}.{form.memo.switched}" if form.memo.switched else EVENT,
        "min_query_length": 0,
        "placeholder": plain("Type a name or a date"),
    }
    if form.event is not None:
        element["initial_option"] = event_option(form.event, zone=settings.zone)
    return labelled("event", "Event", element, dispatch_action=True)


def _patron_input(form: Form) -> Block:
    eid = form.event.eid if form.event else ""
    element: Block = {
        "type": "external_select",
        "action_id": f"{PATRON}.{eid}",
        "min_query_length": 0,
        "placeholder": plain("Type a few letters of the name"),
    }
    if form.walk_up is not None:
        element["initial_option"] = new_patron_option(form.walk_up.name)
    elif form.patron is not None and isinstance(form.event, Event):
        element["initial_option"] = patron_option(form.event, form.patron)
    return labelled("patron", "Patron", element, dispatch_action=True)
