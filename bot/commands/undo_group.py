"""*Undo all* in the receipt and below the post of a group of payments, and *Ask the office* about all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.kept import value_in, view_in
from bot.refused import who_can, with_banner
from bot.reply import reply, update_view
from bot.text import author, escape
from bot.undo_menu import ROW, GroupTarget, ask_row_of_group
from bot.views.payment_form import Memo
from charter.group_payments import is_voided, together
from charter.refusals import EntryReversed, EntryUnknown, NotYours, RefundedSince, TooLateToUndo

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.blocks import Block
    from bot.services import Services
    from charter.refusals import Refusal


# Lines about ten patrons are one section, which takes 3,000 characters.
_LONGEST_NAME: Final = 150


def undo(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Undo what is left of the group once, and answer in the receipt, or beside the post for the person alone.

    Where it is too late or not theirs, an admin sees that each payment can be voided alone.
    """
    from bot import undoing
    from bot.views import group_receipt
    from bot.views import undo as views

    target, by = GroupTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    try:
        voids = undoing.undo_group(target, by=by, services=services)
    except (NotYours, TooLateToUndo, RefundedSince) as refusal:
        _refuse(body, client, *_said(refusal, target, context))
        ack()
        return
    if body.get("view"):
        memo = replace(Memo.load(view_in(body)), role=context["role"], since=context["role_since"])
        update_view(client, body, group_receipt.undone_in_group(voids, memo, services.settings))
    else:
        stay = "The entries stay in the ledger, and their lines are struck through."
        reply(body, views.only_for_them(f"{group_receipt.undone_words(voids)}. {stay}"))
    ack()


def ask_office(ack: Ack, body: dict[str, Any], client: WebClient, *, services: Services) -> None:
    """Write the requests to void what is left of the group, once each, and answer. A second press ends the first."""
    from bot.views import undo as views

    target, by = GroupTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    event = services.ledger.event(target.eid)
    group = together(event, target.group)
    left = [(patron, entry) for patron, entry in group if not is_voided(event, patron, entry)]
    if not left:
        raise EntryReversed if group else EntryUnknown
    asked = [
        services.void_requests.ask(event.eid, patron.patron_id, entry.payment_id, by=by, now=services.now())
        for patron, entry in left
    ]
    said = "\n".join(views.asked_words(each, longest=_LONGEST_NAME) for each in asked)
    if body.get("view"):
        update_view(client, body, with_banner(view_in(body), said, mark=":envelope:", without=ROW))
    else:
        reply(body, {**views.only_for_them(f":envelope: {said}"), "replace_original": True})
    ack()


def _said(refusal: Refusal, target: GroupTarget, context: BoltContext) -> tuple[str, list[Block]]:
    """Return why nothing was undone and who can do it, as mrkdwn, and the rows below it."""
    text = escape(str(refusal))
    if isinstance(refusal, NotYours):
        text = f"Only {author(refusal.logged_by)}, who logged it, and the office can undo it."
    if context["role"].sees_money:
        return f"{text} Press the *Undo* of each patron: it opens the form for a void.", []
    rows = [] if isinstance(refusal, NotYours) else [ask_row_of_group(target)]
    return f"{text} {who_can(refusal, context)}".rstrip(), rows


def _refuse(body: dict[str, Any], client: WebClient, text: str, rows: list[Block]) -> None:
    from bot.views import undo as views

    if body.get("view"):
        update_view(client, body, with_banner(view_in(body), text, *rows))
    else:
        reply(body, views.refused_message(text, *rows))
