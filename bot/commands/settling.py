"""The forms that settle the money of a cancelled event, from the row below its status. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, trigger_of, value_in, view_in
from bot.offers import answer_with, first_hundred, said

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from charter.events import Event


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form over the money that is on the event now, on top of a form if the button is in one."""
    from bot.views import settling

    pressed, event = _event_of(body, context, services)
    picked = pressed.get("patron", "")
    view = settling.settle_form(event, services.settings, form=services.new_id(), picked=picked)
    _open(client, body, view)
    ack()


def open_go_on(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that carries out what was decided before and was interrupted."""
    from bot.settling import SettlingResult
    from bot.views import settled

    _, event = _event_of(body, context, services)
    _open(client, body, settled.progress(SettlingResult(event, skip=0)))
    ack()


def offer_patrons(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Offer the patrons whose money is on the event."""
    from bot.blocks import OPTION_VALUE
    from bot.views.choices import patron_option
    from charter import names
    from charter.settling import stakes

    check_admin(context, words.ADMINS_ONLY)
    event = services.ledger.event(read_kept(view_in(body).get("private_metadata"))["eid"])
    query = body.get("value") or ""
    found = [
        patron_option(event, stake.patron)
        for stake in stakes(event)
        if len(stake.patron.patron_id) <= OPTION_VALUE
        and names.contains(query, f"{stake.patron.name} {stake.patron.patron_id}")
    ]
    answer_with(ack, first_hundred(found), nothing=f"Nobody with money here fits {said(query)}.")


def check(ack: Ack, view: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the sums of what was picked. Nothing is written."""
    from bot.views import settling
    from charter.settling import check_cancelled, moment_for
    from charter.transfers import check_target

    check_admin(context, words.ADMINS_ONLY)
    event = services.ledger.event(read_kept(view.get("private_metadata"))["eid"])
    check_cancelled(event)
    settlement = settling.read_form(view, event, services.settings, at=moment_for(event, services.now()))
    target = services.ledger.event(settlement.target) if settlement.target else None
    if target is not None:
        check_target(event, target, services.now())
    ack(response_action="update", view=settling.checked_form(settlement, event, target, services.settings))


def carry_out(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services
) -> None:
    """Write the decisions once, and carry out as many as the time of one press allows."""
    from bot.settling import carry_out as run
    from bot.views import settled, settling

    check_admin(context, words.ADMINS_ONLY)
    settlement, by = settling.read_checked(view), f"slack:{body['user']['id']}"
    services.open_settlements().decide(settlement, by=by)
    done = run(settlement.eid, by=by, services=services)
    ack(response_action="update", view=settled.progress(done, settlement=settlement))


def go_on(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Carry out more of what was decided."""
    from bot.settling import carry_out as run
    from bot.views import settled

    check_admin(context, words.ADMINS_ONLY)
    memo = read_kept(view.get("private_metadata"))
    done = run(memo["eid"], by=f"slack:{body['user']['id']}", services=services, skip=int(memo.get("skip", 0)))
    ack(response_action="update", view=settled.progress(done))


def _event_of(body: dict[str, Any], context: BoltContext, services: Services) -> tuple[dict[str, Any], Event]:
    from charter.settling import check_cancelled

    check_admin(context, words.ADMINS_ONLY)
    pressed = read_kept(value_in(body["actions"][0]))
    event = services.ledger.event(pressed["eid"])
    check_cancelled(event)
    return pressed, event


def _open(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    show = client.views_push if body.get("view") else client.views_open
    show(trigger_id=trigger_of(body), view=view)
