"""*New event*, by `/payment-status new` or the shortcut: opens the form, keeps its id up to date, creates the event.

For admins. An event's id is hard to change later, so the event is only created under the id that was on screen when
Create was pressed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.commands.log_payment import new_memo
from bot.kept import read_kept, trigger_of, value_in, view_in
from bot.reply import update_view
from bot.views.log_payment import build as payment_form
from bot.views.payment_form import Form

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services

# The shortcut's callback id, as the app's manifest declares it.

_BEHIND: Final = (
    "The id was not up to date with the form, so nothing was created. Please check the new id, then press Create again."
)


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the empty form: no table read and one Slack call."""
    from bot.views import new_event

    check_admin(context, words.EVENTS_FOR_ADMINS)
    form = new_event.build(new_event.NewEventInputs(), new_event.Memo(), services.settings, now=services.now())
    client.views_open(trigger_id=trigger_of(body), view=form)
    ack()


def correct(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Update period and id after a change in the form, unless they were typed. No table read, one Slack call."""
    from bot.views import new_event

    check_admin(context, words.EVENTS_FOR_ADMINS)
    view, now = view_in(body), services.now()
    typed, memo = new_event.read_typed(view)
    typed, memo = new_event.corrected(typed, memo, taken=_taken(services))
    form = new_event.build(typed, memo, services.settings, now=now)
    update_view(client, body, form)
    ack()


def create(ack: Ack, view: dict[str, Any], context: BoltContext, *, services: Services, public_base_url: str) -> None:
    """Create the event in one table write and no Slack call, and answer with the next steps."""
    from bot.views import new_event

    check_admin(context, words.EVENTS_FOR_ADMINS)
    typed, memo = new_event.read_typed(view)
    if new_event.is_behind(typed, memo):
        typed, memo = new_event.corrected(typed, memo, taken=_taken(services))
        form = new_event.build(typed, memo, services.settings, now=services.now(), remark=_BEHIND)
        ack(response_action="update", view=form)
        return
    created = services.roster.create(new_event.read_form(typed, services.settings))
    services.calendar.forget()
    ack(response_action="update", view=new_event.created(created, services.settings, public_base_url=public_base_url))


def log_payment(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that logs a payment, on top of the answer to the created event."""
    check_admin(context, words.EVENTS_FOR_ADMINS)
    event = services.ledger.event(read_kept(value_in(body["actions"][0]))["eid"])
    memo = replace(new_memo(body["user"]["id"], context, services), eid=event.eid, currency=event.currency)
    client.views_push(
        trigger_id=trigger_of(body), view=payment_form(Form(memo, event=event, now=services.now()), services.settings)
    )
    ack()


def _taken(services: Services) -> set[str]:
    """Return ids of other events, as far as they are cached. The write itself refuses an id that is taken."""
    return {listing.eid for listing in services.calendar.remembered(services.now())}
