"""Voids, refunds and payments that the bank took back, from the buttons of a patron's status. For admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import words
from bot.access import check_admin
from bot.finding import understand
from bot.kept import read_kept, trigger_of, value_in, view_in
from bot.offers import answer_with, said
from bot.understanding.command import rest_of
from bot.views import corrections
from bot.views.found import whose_is_meant
from bot.views.remarks import amounts_asked
from charter.events import Event
from charter.payments import Source

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from bot.understanding.command import CommandDetails, ParsedCommand
    from charter.patrons import Patron
    from charter.payments import Refund, Void
    from charter.returned import Returned


def open_void(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that voids one entry."""
    event, patron = _whose(body, context, services)
    client.views_open(trigger_id=trigger_of(body), view=corrections.void_form(event, patron, services.settings))
    ack()


def open_refund(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form that gives money back."""
    event, patron = _whose(body, context, services)
    form = corrections.refund_form(event, patron, services.settings, payment_id=services.new_id())
    client.views_open(trigger_id=trigger_of(body), view=form)
    ack()


def open_returned(
    ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services
) -> None:
    """Open the form for a check that bounced, or a card payment that was charged back."""
    event, patron = _whose(body, context, services)
    client.views_open(trigger_id=trigger_of(body), view=corrections.returned_form(event, patron, services.settings))
    ack()


def offer_entries(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Offer the patron's entries that match the typed text. For admins."""
    check_admin(context, words.ADMINS_ONLY)
    memo = read_kept(view_in(body).get("private_metadata"))
    event, patron = services.find_patron(memo["eid"], memo["patron"])
    query = body.get("value") or ""
    offered = corrections.entry_options(event, patron, services.settings, query)
    answer_with(ack, offered, nothing=f"No entry fits {said(query)}.", then="Type its amount, day or number.")


def asked_by_words(
    body: dict[str, Any],
    context: BoltContext,
    *,
    command: ParsedCommand,
    taking: tuple[frozenset[int], str],
    services: Services,
) -> dict[str, Any]:
    """Return the form that the words of `/log-payment` request, or the question which patron is meant. For admins.

    `taking` has the places of the words that request it, and `refund` or `void`.
    """
    check_admin(context, words.ADMINS_ONLY)
    places, kind = taking
    command = command.without(places)
    understood = understand(command, body.get("channel_id"), services)
    patron, event = understood.patron, understood.sought.event
    if patron is None or not isinstance(event, Event):
        viewer = services.viewer(context["role"])
        return whose_is_meant(command, understood, viewer)
    typed = _typed(command, understood.reading)
    if kind == "void":
        return corrections.void_form(event, patron, services.settings, typed=typed)
    return corrections.refund_form(event, patron, services.settings, payment_id=services.new_id(), typed=typed)


def _typed(command: ParsedCommand, reading: CommandDetails) -> corrections.TypedWords:
    """Return the words beside the patron. Half of what is owed is not an amount to give back, so the form asks."""
    amount, rest = reading.amount, rest_of(command, reading)
    asked = amount.asked or (("half",) if amount.is_half else ())
    return corrections.TypedWords(
        amount=None if asked or not amount.text else amount.text,
        method=reading.method,
        reason=rest.notes,
        asked=amounts_asked(asked) if asked else "",
        lost=rest.lost,
    )


def void(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the void once, and answer with its receipt."""
    check_admin(context, words.ADMINS_ONLY)
    _take_back(ack, corrections.read_void(view), body, services)


def refund(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write the refund once, and answer with its receipt."""
    check_admin(context, words.ADMINS_ONLY)
    _take_back(ack, corrections.read_refund(view, services.settings), body, services)


def log_returned(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services
) -> None:
    """Write once that the bank took a payment back, and answer with the receipt."""
    check_admin(context, words.ADMINS_ONLY)
    _take_back(ack, corrections.read_returned(view), body, services)


def _take_back(ack: Ack, reversal: Void | Refund | Returned, body: dict[str, Any], services: Services) -> None:
    logged = services.ledger.reverse(
        reversal, by=f"slack:{body['user']['id']}", source=Source.SLACK, now=services.now()
    )
    ack(response_action="update", view=corrections.taken_back(logged, services.settings))


def _whose(body: dict[str, Any], context: BoltContext, services: Services) -> tuple[Event, Patron]:
    check_admin(context, words.ADMINS_ONLY)
    pressed = read_kept(value_in(body["actions"][0]))
    return services.find_patron(pressed["eid"], pressed["patron"])
