"""`/payment-status lint`: lists the events whose id breaks the rule, with an id to use instead. For admins.

It reads the index of the months from last month to a year ahead: fourteen short reads. It also reads the captain of
each event on the page, and of earlier events on the same days. It never scans, and stays within Slack's three seconds.
An id is best repaired before its waiver link is shared, so coming events matter most. Older events, and events that
only have crew rows, are in no index: `python -m roster events lint` reads the whole table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, value_in
from bot.reply import reply
from bot.views.pages import page_of

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services


_IN_TIME: Final = timedelta(milliseconds=500)


def show(ack: Ack, context: BoltContext, *, services: Services) -> None:
    """Answer with the first page."""
    ack(**_page(0, context, services))


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show another page, read anew."""
    reply(body, {**_page(read_kept(value_in(payload))["page"], context, services), "replace_original": True})
    ack()


def _page(page: int, context: BoltContext, services: Services) -> dict[str, Any]:
    from bot.views import lint

    check_admin(context, words.LINT_FOR_ADMINS)
    began, zone = services.now(), services.settings.zone
    events = services.calendar.season(began)
    found = lint.broken(events)
    shown = page_of(found, page, size=lint.EVENTS_A_PAGE)
    proposed = [*lint.before(found, shown, zone), *shown.items]
    # The crew list names captains more reliably than titles do. If the table is slow, they are not read.
    captains = services.roster.captains([event.eid for event in proposed]) if services.now() - began < _IN_TIME else {}
    taken = {event.eid for event in events}
    return lint.answer(shown, lint.proposals(proposed, captains=captains, taken=taken, zone=zone), zone=zone)
