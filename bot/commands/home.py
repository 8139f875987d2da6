"""The app's Home tab: published when a person opens it, presses *Refresh*, or closes a form that was opened on it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.commands.log_payment import new_memo
from bot.reads import in_time
from bot.views.log_payment import build as payment_form
from bot.views.payment_form import Form

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltRequest
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from charter.events import Event, Listing

# Slack's reason for a retry where the first attempt may be running still: it publishes the tab even if it is late.
_TOOK_TOO_LONG: Final = "http_timeout"


def show(  # noqa: PLR0913 - Bolt passes arguments by name
    ack: Ack,
    body: dict[str, Any],
    request: BoltRequest,
    context: BoltContext,
    client: WebClient,
    *,
    services: Services,
    public_base_url: str,
) -> None:
    """Publish the tab for the person who opened it, pressed *Refresh*, or closed what was opened on it: one Slack call.

    Another tab, and Slack's retry of a request that is in hand already, change nothing.
    """
    from bot.commands import cash
    from bot.views import home

    event = body.get("event") or {"tab": "home", "user": body.get("user", {}).get("id")}
    if event.get("tab") == "home" and _TOOK_TOO_LONG not in request.headers.get("x-slack-retry-reason", []):
        who, viewer = event["user"], services.viewer(context["role"])
        trips, more = _trips(services, home.TRIPS)
        held = cash.on_home(who, context, services)
        view = home.build(trips, viewer, more=more, user_id=who, public_base_url=public_base_url, cash=held)
        client.views_publish(user_id=who, view=view)
    ack()


def log(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that logs a payment for the trip whose button was pressed: one read and one Slack call."""
    event = services.event(body["actions"][0]["value"])
    memo = new_memo(body["user"]["id"], context, services)
    memo = replace(memo, eid=event.eid, currency=event.currency, home=True)
    form = payment_form(Form(memo, event=event, now=services.now()), services.settings)
    client.views_open(trigger_id=body["trigger_id"], view=form)
    ack()


def _trips(services: Services, most: int) -> tuple[list[Event], int]:
    """Return today's trips, finished ones included, and the next ones; and how many more are coming.

    Raises TableUnavailable.
    """
    now = services.now()
    coming = services.calendar.planned(now)
    today = [each for each in services.calendar.near(now) if each.over(now) and _is_today(each, services)]
    listed = [*today, *coming]
    events = in_time(partial(services.ledger.events, [listing.eid for listing in listed[:most]]))
    return events, len(listed[most:])


def _is_today(listing: Listing, services: Services) -> bool:
    zone = services.settings.zone
    return listing.starts_at.astimezone(zone).date() == services.now().astimezone(zone).date()
