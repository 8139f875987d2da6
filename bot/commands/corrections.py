"""Voids and refunds, from the buttons of a patron's status. For admins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot import words
from bot.views import corrections
from charter.payments import Source
from charter.refusals import NotAllowed, PatronUnknown

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.desk import Desk
    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Refund, Void


def open_void(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, desk: Desk) -> None:
    """Opens the form that undoes one entry wholly."""
    event, patron = _whose(body, context, desk)
    client.views_open(trigger_id=body["trigger_id"], view=corrections.void_form(event, patron, desk.look))
    ack()


def open_refund(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, desk: Desk) -> None:
    """Opens the form that gives money back."""
    event, patron = _whose(body, context, desk)
    form = corrections.refund_form(event, patron, desk.look, payment_id=desk.new_id())
    client.views_open(trigger_id=body["trigger_id"], view=form)
    ack()


def void(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, desk: Desk) -> None:
    """Writes the void once, and answers with its receipt."""
    _check_admin(context)
    _take_back(ack, corrections.read_void(view), body, desk)


def refund(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, desk: Desk) -> None:
    """Writes the refund once, and answers with its receipt."""
    _check_admin(context)
    _take_back(ack, corrections.read_refund(view, desk.look), body, desk)


def _take_back(ack: Ack, wish: Void | Refund, body: dict[str, Any], desk: Desk) -> None:
    logged = desk.ledger.reverse(wish, by=f"slack:{body['user']['id']}", source=Source.SLACK, now=desk.now())
    ack(response_action="update", view=corrections.taken_back(logged, desk.look))


def _whose(body: dict[str, Any], context: BoltContext, desk: Desk) -> tuple[Event, Patron]:
    _check_admin(context)
    wish = json.loads(body["actions"][0]["value"])
    event = desk.ledger.event(wish["eid"])
    patron = event.patron(wish["patron"])
    if patron is None:
        raise PatronUnknown(wish["patron"])
    return event, patron


def _check_admin(context: BoltContext) -> None:
    if not context["role"].sees_money:
        raise NotAllowed(words.ADMINS_ONLY)
