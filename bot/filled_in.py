"""The form that logs a payment, as it is filled in by now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.views.log_payment import amount_action
from bot.views.payment_form import Form, Memo
from bot.views.state import read_state

if TYPE_CHECKING:
    from bot.services import Services


def form_in(view: dict[str, Any], services: Services, *, eid: str = "") -> Form:
    """Return the form as it is filled in now, with its event, or `eid` instead. The event is read: one table read."""
    state, memo = read_state(view), Memo.load(view)
    picked = eid or state.get("event")
    event = services.ledger.event(picked) if picked else None
    if event is not None:
        memo = replace(memo, eid=event.eid, currency=event.currency)
    return Form(
        memo,
        event=event,
        amount=state.get("amount", ""),
        amount_is=amount_action(view),
        method=state.get("method") or None,
        notes=state.get("notes", ""),
        tip=state.get("tip", ""),
        reason=state.get("reason", ""),
        now=services.now(),
    )
