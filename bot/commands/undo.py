"""*Undo* in the receipt and below the post of a payment, for whoever logged it, and *Ask the office* after that.

An admin gets the form for a void instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.home_ids import is_event, is_home
from bot.kept import trigger_of, value_in, view_in
from bot.refused import who_can, with_banner
from bot.reply import reply, update_view
from bot.text import author, escape
from bot.undo_menu import ROW, UndoTarget, ask_row
from bot.views.payment_form import Memo
from charter.payments import Source, Void
from charter.refusals import NotYours, RefundedSince, TooLateToUndo

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from bot.undoing import UndonePayment
    from charter.refusals import Refusal

# The reason of a void that was asked for.
AS_ASKED: Final = "the person who logged it asked the office to void it"


def undo(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Undo the payment once, and answer in the receipt, or beside the post for the person alone.

    Where it is too late or not theirs, an admin gets the form that voids the entry, and crew see the reason.
    """
    from bot import undoing
    from bot.views import undo as views

    target, by = UndoTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    try:
        undone = undoing.undo(target, by=by, services=services)
    except (NotYours, TooLateToUndo, RefundedSince) as refusal:
        if context["role"].sees_money:
            open_void(body, client, target, services)
        else:
            _refuse(body, context, target, refusal)
        ack()
        return
    view = body.get("view")
    if view:
        memo = replace(Memo.load(view), role=context["role"], since=context["role_since"])
        update_view(client, body, _receipt(undone, memo, services))
    else:
        reply(body, views.undone_message(undone))
    ack()


def _receipt(undone: UndonePayment, memo: Memo, services: Services) -> dict[str, Any]:
    """Return the receipt after the undo. That of a group still shows what is left of it."""
    from bot.views import group_receipt, undo

    if group_receipt.group_of(undone.logged):
        return group_receipt.undone_in_group([undone.logged], memo, services.settings)
    return undo.undone_receipt(undone, memo, services.settings)


def ask_office(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Write the request to void the payment once, and answer. The stream posts it to the office."""
    from bot.views import undo as views

    target, by = UndoTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    asked = services.void_requests.ask(target.eid, target.patron_id, target.payment_id, by=by, now=services.now())
    if body.get("view"):
        view = with_banner(view_in(body), views.asked_words(asked), mark=":envelope:", without=ROW)
        update_view(client, body, view)
    else:
        reply(body, views.asked_message(asked))
    ack()


def void_as_asked(
    ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services
) -> None:
    """Void the payment of a request once, and answer. The stream changes the post of the request. For admins."""
    from bot.views import home_event
    from bot.views import undo as views

    check_admin(context, words.ADMINS_ONLY)
    target, by = UndoTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    void = Void(target.eid, target.patron_id, target.payment_id, AS_ASKED)
    logged = services.ledger.reverse(void, by=by, source=Source.SLACK, now=services.now())
    if is_event(body):
        event = services.ledger.event(logged.event.eid)
        update_view(client, body, home_event.build(event, services.viewer(context["role"])))
    else:
        reply(body, views.voided_message(logged))
    ack()


def open_void(body: dict[str, Any], client: WebClient, target: UndoTarget, services: Services) -> None:
    """Open the form that voids an entry, with this one chosen: on top of the form in which the button was pressed."""
    from bot.views import corrections

    event, patron = services.find_patron(target.eid, target.patron_id)
    form = corrections.void_form(event, patron, services.settings, picked=target.payment_id)
    show = client.views_push if body.get("view") and not is_home(body) else client.views_open
    show(trigger_id=trigger_of(body), view=form)


def _refuse(body: dict[str, Any], context: BoltContext, target: UndoTarget, refusal: Refusal) -> None:
    """Say why nothing was undone. Whoever logged the payment can ask the office."""
    from bot.views import undo as views

    text, rows = escape(str(refusal)), [ask_row(target)]
    if isinstance(refusal, NotYours):
        text = f"Only {author(refusal.logged_by)}, who logged it, and the office can undo it."
        rows = []
    text = f"{text} {who_can(refusal, context)}"
    if body.get("view"):
        update_view(context.client, body, with_banner(view_in(body), text, *rows))
    else:
        reply(body, views.refused_message(text, *rows))
