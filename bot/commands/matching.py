"""Listeners that match a signature to a party, and set a false one aside, from a post or the status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import section
from bot.home_ids import is_event
from bot.kept import value_in
from bot.offers import answer_with, said
from bot.reply import reply, update_view
from bot.signature_menu import read_aside, read_match
from bot.text import clip, escape
from bot.views import balance, status
from bot.views.choices import roster_options
from bot.views.state import picked_in

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services
    from charter.events import Event
    from charter.patrons import Patron


def offer(ack: Ack, body: dict[str, Any], *, services: Services) -> None:
    """Offer the patrons of the event whose name has the typed words."""
    match = read_match(body.get("block_id") or "", "")
    event, query = services.ledger.event(match.eid), body.get("value") or ""
    nobody = f"Nobody on this roster is called {said(query)}." if event.people else "Nobody is on this roster yet."
    answer_with(ack, roster_options(event, query), nothing=nobody, then="Somebody new gets on it with their payment.")


def match(  # noqa: PLR0913 - Bolt passes arguments by name
    ack: Ack,
    payload: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    *,
    services: Services,
) -> None:
    """Write the match with the picked patron once, and answer. A cleared choice changes nothing."""
    picked = picked_in(payload)
    if not picked:
        ack()
        return
    wanted = read_match(payload.get("block_id") or "", picked)
    event = services.signatures.match(wanted, by=f"slack:{body['user']['id']}", now=services.now())
    patron = event.patron(wanted.patron_id)
    if patron is not None:
        viewer = services.viewer(context["role"])
        if is_event(body):
            _show_again(client, body, event, viewer)
        elif (body.get("container") or {}).get("is_ephemeral"):
            answer = balance.patron_page(event, patron, viewer, page=0)
            if wanted.seen is None:
                answer = status.event_page(event, viewer, page=0)
            reply(body, {**answer, "replace_original": True})
        else:
            reply(body, {**_matched(event, patron), "replace_original": False, "response_type": "ephemeral"})
    ack()


def set_aside(  # noqa: PLR0913 - Bolt passes arguments by name
    ack: Ack,
    payload: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    *,
    services: Services,
) -> None:
    """Set a false signature aside, or take it back, once, and answer."""
    eid, ref, aside = read_aside(value_in(payload))
    event = services.signatures.set_aside(eid, ref, aside=aside, by=f"slack:{body['user']['id']}", now=services.now())
    viewer = services.viewer(context["role"])
    if is_event(body):
        _show_again(client, body, event, viewer)
    elif (body.get("container") or {}).get("is_ephemeral"):
        reply(body, {**status.event_page(event, viewer, page=0), "replace_original": True})
    else:
        text = ":no_entry_sign: Set aside: it counts for nobody. You can take it back in `/payment-status`."
        if not aside:
            text = ":memo: Taken back: it counts again."
        reply(body, {**status.message(text, [section(text)]), "replace_original": False, "response_type": "ephemeral"})
    ack()


def _show_again(client: WebClient, body: dict[str, Any], event: Event, viewer: status.Viewer) -> None:
    """Show the event anew in the form on top of the Home tab."""
    from bot.views import home_event

    update_view(client, body, home_event.build(event, viewer))


def _matched(event: Event, patron: Patron) -> dict[str, Any]:
    text = f":memo: Matched to *{escape(clip(patron.name, 80))}*: {event.coverage(patron.patron_id)}."
    return status.message(text, [section(text)])
