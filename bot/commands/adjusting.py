"""The form that adjusts what a patron owes, from the button of their balance. For admins."""

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
    """Open the form over what is due now."""
    from bot.views import adjusting

    check_admin(context, words.DUE_FOR_ADMINS)
    pressed = read_kept(value_in(body["actions"][0]))
    event, patron = services.find_patron(pressed["eid"], pressed["patron"])
    client.views_open(trigger_id=trigger_of(body), view=adjusting.adjust_form(event, patron, form=services.new_id()))
    ack()


def adjust(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the adjustment once, and answer with its receipt.

    If somebody else changed the patron meanwhile, nothing is written, and the form comes again over the new due.
    """
    from bot.views import adjusting
    from charter.enrolling import Overtaken
    from charter.patrons import PatronState
    from charter.refusals import NotExpected

    check_admin(context, words.DUE_FOR_ADMINS)
    change = adjusting.read_adjust(view)
    outcome = services.roster.change(change, by=f"slack:{body['user']['id']}", now=services.now())
    if not isinstance(outcome, Overtaken):
        zone = services.settings.zone
        ack(response_action="update", view=adjusting.receipt(outcome, form=change.form, zone=zone))
    elif outcome.patron.state is PatronState.REMOVED:
        raise NotExpected(outcome.patron.name, removed=True)
    else:
        ack(response_action="update", view=adjusting.overtaken(outcome.event, outcome.patron, view))
