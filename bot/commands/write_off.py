"""*Write off…* on `/payment-status cash`: an admin corrects what a person holds, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import words
from bot.access import check_admin
from bot.kept import trigger_of, value_in
from charter.edits import ulid
from charter.refusals import NothingHeld

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form for the person whose button was pressed. Raises NothingHeld."""
    from bot.custody import held_by_all
    from bot.views import write_off

    check_admin(context, words.CASH_FOR_ADMINS)
    who = value_in(body["actions"][0])
    piles = held_by_all(services).of(who)
    if not piles:
        raise NothingHeld
    view = write_off.form(who, piles, ulid(services.now(), services.new_id()))
    client.views_open(trigger_id=trigger_of(body), view=view)
    ack()


def submit(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the correction once, and answer. Raises WrittenOffTooMuch, HandOverReused, and as read_form."""
    from bot.custody import held_by_all
    from bot.views import write_off
    from charter.cash import DIFFERENCE, HandOver, HandOverState
    from charter.holdings import hand_of

    check_admin(context, words.CASH_FOR_ADMINS)
    sent, by, now = write_off.read_form(view), f"slack:{body['user']['id']}", services.now()
    held = held_by_all(services)
    pile = next((each for each in held.of(sent.who) if each.name == sent.pile), None)
    if sent.hand_over_id not in held.known:  # else it was sent before
        write_off.check_amount(sent, pile)
    currency, _, method = sent.pile.partition(" ")
    correction = HandOver(
        hand_over_id=sent.hand_over_id,
        giver=hand_of(sent.who, held.rows),
        receiver=DIFFERENCE,
        currency=currency,
        method=method,
        counted=sent.amount,
        expected=pile.held if pile else sent.amount,
        offered_at=now,
        by=by,
        note=sent.reason,
        state=HandOverState.ACCEPTED,
        closed_at=now,
        closed_by=by,
    )
    ack(response_action="update", view=write_off.done(services.custody.offer(correction)))
