"""The app's Home tab: published when a person opens it, presses *Refresh*, or closes a form that was opened on it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.commands.log_payment import new_memo
from bot.commands.undo import open_void
from bot.home_ids import is_home
from bot.kept import read_kept, trigger_of, value_in
from bot.reads import begin, in_time
from bot.undo_menu import UndoTarget
from bot.views.log_payment import build as payment_form
from bot.views.payment_form import Form
from charter.refusals import BooksMissing, NotYours, RefundedSince, TableUnavailable, TooLateToUndo

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack, BoltRequest
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from charter.events import Event
    from charter.months import Overview
    from charter.roles import Role

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
    event = body.get("event") or {"tab": "home", "user": (body.get("user") or {}).get("id")}
    if event.get("tab") == "home" and _TOOK_TOO_LONG not in request.headers.get("x-slack-retry-reason", []):
        _publish(client, event["user"], context["role"], services, public_base_url)
    ack()


def undo(  # noqa: PLR0913 - Bolt passes arguments by name
    ack: Ack,
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    *,
    services: Services,
    public_base_url: str,
) -> None:
    """Undo one of the person's own payments once, and publish the tab. Raises NotYours, TooLateToUndo, RefundedSince.

    Where it is too late, an admin gets the form that voids the entry.
    """
    from bot import undoing

    target, by = UndoTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    try:
        undoing.undo(target, by=by, services=services)
    except (NotYours, TooLateToUndo, RefundedSince):
        if not context["role"].sees_money:
            raise
        open_void(body, client, target, services)
    else:
        _publish(client, body["user"]["id"], context["role"], services, public_base_url)
    ack()


def ask_office(  # noqa: PLR0913 - Bolt passes arguments by name
    ack: Ack,
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    *,
    services: Services,
    public_base_url: str,
) -> None:
    """Write the request to void the payment once, and publish the tab. The stream posts the request to the office."""
    target, by = UndoTarget.load(value_in(body["actions"][0])), f"slack:{body['user']['id']}"
    services.void_requests.ask(target.eid, target.patron_id, target.payment_id, by=by, now=services.now())
    _publish(client, body["user"]["id"], context["role"], services, public_base_url)
    ack()


def log(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that logs a payment for the trip whose button was pressed: one read and one Slack call."""
    event = services.event(value_in(body["actions"][0]))
    memo = new_memo(body["user"]["id"], context, services)
    memo = replace(memo, eid=event.eid, currency=event.currency, home=True)
    form = payment_form(Form(memo, event=event, now=services.now()), services.settings)
    client.views_open(trigger_id=trigger_of(body), view=form)
    ack()


def open_event(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the event of the pressed button on top of the tab or of a form: one read, one Slack call. For admins."""
    from bot.views import home_event

    check_admin(context, words.MONTH_FOR_ADMINS)
    event = services.ledger.event(read_kept(value_in(body["actions"][0]))["eid"])
    show = client.views_open if is_home(body) else client.views_push
    show(trigger_id=trigger_of(body), view=home_event.build(event, services.viewer(context["role"])))
    ack()


def _publish(client: WebClient, user_id: str, role: Role, services: Services, public_base_url: str) -> None:
    """Read the trips and the person's cash, and for admins the books, and publish the tab by one Slack call."""
    from bot.commands import cash
    from bot.views import home

    office = begin(partial(_office, services)) if role.sees_money else None
    (trips, more), viewer = _trips(services, home.TRIPS), services.viewer(role)
    held = cash.on_home(user_id, trips, viewer, services)
    tab = home.Tab(trips, more=more, office=_answered(office), cash=held)
    view = home.build(tab, viewer, user_id=user_id, public_base_url=public_base_url)
    client.views_publish(user_id=user_id, view=view)


def _office(services: Services) -> Overview | BooksMissing:
    """Return what the books have for the office, or the refusal where there are none: the tab shows trips anyway."""
    try:
        return services.open_months().overview(services.now())
    except BooksMissing as missing:
        return missing


def _answered(office: Callable[[], Overview | BooksMissing] | None) -> Overview | BooksMissing | None:
    if office is None:
        return None
    try:
        return office()
    except TimeoutError:
        raise TableUnavailable from None


def _trips(services: Services, most: int) -> tuple[list[Event], bool]:
    """Return today's trips, finished ones included, and the next ones; and whether more are coming.

    Raises TableUnavailable.
    """
    listed, more = services.calendar.next_few(services.now(), most)
    return in_time(partial(services.ledger.events, [listing.eid for listing in listed])), more
