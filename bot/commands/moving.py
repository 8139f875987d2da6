"""The two forms that move a patron to another trip, from the button of their balance. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, trigger_of, value_in

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that asks for the trip."""
    from bot.views import moving

    check_admin(context, words.ADMINS_ONLY)
    pressed = read_kept(value_in(body["actions"][0]))
    event, patron = services.find_patron(pressed["eid"], pressed["patron"])
    client.views_open(trigger_id=trigger_of(body), view=moving.trip_form(event, patron, form=services.new_id()))
    ack()


def pick(ack: Ack, view: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show what would be moved to the picked trip, and ask for the due there. Nothing is written."""
    from bot.views import moving

    check_admin(context, words.ADMINS_ONLY)
    plan = services.transfers.plan(moving.read_trip(view), now=services.now())
    ack(response_action="update", view=moving.move_form(plan, services.settings))


def move(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Move the patron once, and answer with the receipt.

    If something else would be moved than the form showed, nothing is written, and the form comes again.
    """
    from bot.views import moving
    from charter.moves import Moved

    check_admin(context, words.ADMINS_ONLY)
    asked = moving.read_move(view)
    outcome = services.transfers.move(asked, by=f"slack:{body['user']['id']}", now=services.now())
    if isinstance(outcome, Moved):
        ack(response_action="update", view=moving.receipt(outcome, services.settings))
    else:
        ack(response_action="update", view=moving.overtaken(outcome, view, services.settings))
