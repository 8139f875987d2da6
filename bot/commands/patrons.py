"""Forms that add and edit patrons, from the buttons of the status. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, trigger_of, value_in, view_in
from bot.reply import update_view

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services


def open_add(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form for a new patron, on top of the form with the button if there is one."""
    from bot.views import patrons

    check_admin(context, words.ROSTER_FOR_ADMINS)
    event = services.ledger.event(read_kept(value_in(body["actions"][0]))["eid"])
    show = client.views_push if body.get("view") else client.views_open
    show(trigger_id=trigger_of(body), view=patrons.add_form(event, form=services.new_id()))
    ack()


def add(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the patron once, and answer with their fields."""
    from bot.views import enrolled, patrons

    check_admin(context, words.ROSTER_FOR_ADMINS)
    added = services.roster.add(patrons.read_add(view), by=f"slack:{body['user']['id']}", now=services.now())
    ack(response_action="update", view=enrolled.added(added, memo=view["private_metadata"]))


def add_another(ack: Ack, view: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Open an empty form for the same event."""
    from bot.views import patrons

    check_admin(context, words.ROSTER_FOR_ADMINS)
    event = services.ledger.event(patrons.read_memo(view).eid)
    ack(response_action="update", view=patrons.add_form(event, form=services.new_id()))


def open_edit(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form with the patron's current fields."""
    from bot.views import patrons

    check_admin(context, words.ROSTER_FOR_ADMINS)
    pressed = read_kept(value_in(body["actions"][0]))
    event, patron = services.find_patron(pressed["eid"], pressed["patron"])
    client.views_open(trigger_id=trigger_of(body), view=patrons.edit_form(event, patron))
    ack()


def offer_due(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Offer the due for the party that was typed. One table read and one Slack call."""
    from bot.views import patrons

    check_admin(context, words.ROSTER_FOR_ADMINS)
    view = view_in(body)
    form = patrons.with_due_offered(services.ledger.event(patrons.read_memo(view).eid), view)
    if form is not None:
        update_view(client, body, form)
    ack()


def edit(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the changes. If somebody else changed the patron meanwhile, show their version in the form instead."""
    from bot.views import enrolled, patrons
    from charter.enrolling import Overtaken

    check_admin(context, words.ROSTER_FOR_ADMINS)
    outcome = services.roster.change(patrons.read_edit(view), by=f"slack:{body['user']['id']}", now=services.now())
    if isinstance(outcome, Overtaken):
        ack(response_action="update", view=patrons.overtaken(outcome.event, outcome.patron, view))
    else:
        ack(response_action="update", view=enrolled.changed(outcome))
