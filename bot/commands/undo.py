"""*Undo* in the receipt and below the post of a payment, for whoever logged it. An admin gets the form for a void."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.refused import with_banner
from bot.reply import reply, update_view
from bot.text import author, escape
from bot.undo_menu import Target
from bot.views.payment_form import Memo
from charter.refusals import NotYours, RefundedSince, TooLateToUndo

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from charter.refusals import Refusal


def undo(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Undo the payment once, and answer in the receipt, or beside the post for the person alone.

    Where it is too late or not theirs, an admin gets the form that voids the entry, and crew are told why.
    """
    from bot import undoing
    from bot.views import undo as views

    target, by = Target.load(body["actions"][0]["value"]), f"slack:{body['user']['id']}"
    try:
        undone = undoing.undo(target, by=by, services=services)
    except (NotYours, TooLateToUndo, RefundedSince) as refusal:
        if context["role"].sees_money:
            _open_void(body, client, target, services)
        else:
            _refuse(body, client, refusal)
        ack()
        return
    view = body.get("view")
    if view:
        memo = replace(Memo.load(view), role=context["role"], since=context["role_since"])
        update_view(client, body, views.undone_receipt(undone, memo, services.settings))
    else:
        reply(body, views.undone_message(undone))
    ack()


def _open_void(body: dict[str, Any], client: WebClient, target: Target, services: Services) -> None:
    """Open the form that voids an entry, with this one chosen."""
    from bot.views import corrections

    event, patron = services.find_patron(target.eid, target.patron_id)
    form = corrections.void_form(event, patron, services.settings, picked=target.payment_id)
    show = client.views_push if body.get("view") else client.views_open
    show(trigger_id=body["trigger_id"], view=form)


def _refuse(body: dict[str, Any], client: WebClient, refusal: Refusal) -> None:
    """Say why nothing was undone."""
    from bot.views import undo as views

    text = escape(str(refusal))
    if isinstance(refusal, NotYours):
        text = f"Only {author(refusal.logged_by)}, who logged it, can undo it. Ask them, or ask the office."
    if body.get("view"):
        update_view(client, body, with_banner(body["view"], text))
    else:
        reply(body, views.refused_message(text))
