"""`/payment-status lint`: the events whose id breaks the rule, and what to do about it. For admins.

Looked through is the index of the months from last month to a year ahead: fourteen short reads, and one for the captain
of each event on the page, and of those before it on the same days; never a scan, and well inside Slack's three seconds.
An id is best mended before its waiver link is shared, so what lies ahead matters; last month is there for payments that
still come in. Older events, and those that only the crew's rows know, stand in no index: the operator's tool walks the
whole table, for as long as that takes.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.reply import reply
from bot.text import typed
from bot.views.pages import page_of

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services


_IN_TIME: Final = timedelta(milliseconds=500)


def is_wanted(body: dict[str, Any]) -> bool:
    """Whether `lint` alone stands behind the command."""
    return typed(str(body.get("text", ""))).lower().split() == ["lint"]


def show(ack: Ack, context: BoltContext, *, services: Services) -> None:
    """The first page."""
    ack(**_page(0, context, services))


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Another page, over the events as they are by now."""
    reply(body, {**_page(json.loads(payload["value"])["page"], context, services), "replace_original": True})
    ack()


def _page(page: int, context: BoltContext, services: Services) -> dict[str, Any]:
    from bot.views import lint

    check_admin(context, words.LINT_FOR_ADMINS)
    began, zone = services.now(), services.settings.zone
    events = services.calendar.season(began)
    found = lint.broken(events)
    shown = page_of(found, page, size=lint.EVENTS_A_PAGE)
    proposed = [*lint.before(found, shown, zone), *shown.items]
    # The crew list knows captains better than titles do; a table that is slow already is not asked for them.
    captains = services.roster.captains([event.eid for event in proposed]) if services.now() - began < _IN_TIME else {}
    taken = {event.eid for event in events}
    return lint.answer(shown, lint.proposals(proposed, captains=captains, taken=taken, zone=zone), zone=zone)
