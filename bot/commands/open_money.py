"""`/payment-status open`: every event with open money, from the books, and who of it owes. For admins.

What it needs is imported on first use, because a payment's cold start does not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, trigger_of, value_in
from bot.reply import reply, show_instead
from bot.text import clip, typed
from bot.understanding.open_words import OPEN

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services

_LONGEST: Final = 200  # letters of the words, which the buttons carry


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer with the first page of what the words name: one read of the books, and one of each event on the page."""
    check_admin(context, words.OPEN_FOR_ADMINS)
    from bot.open_money import find
    from bot.views import open_money as views

    found = find(clip(typed(body["text"]), _LONGEST), services)
    ack(**views.message(found, services.viewer(context["role"])))


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the page that the pressed button names, read anew, where the answer is: in a message or in a form."""
    check_admin(context, words.OPEN_FOR_ADMINS)
    from bot.open_money import find
    from bot.views import open_money as views

    pressed, viewer = read_kept(value_in(payload)), services.viewer(context["role"])
    found = find(pressed["text"], services, page=int(pressed.get("page", 0)), who=bool(pressed.get("who")))
    if body.get("view"):
        show_instead(context.client, body, views.form(found, viewer))
    else:
        reply(body, {**views.message(found, viewer), "replace_original": True})
    ack()


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the first page as a form, for the button on the Home tab, which has no channel to answer in."""
    check_admin(context, words.OPEN_FOR_ADMINS)
    from bot.open_money import find
    from bot.views import open_money as views

    view = views.form(find(OPEN, services), services.viewer(context["role"]))
    client.views_open(trigger_id=trigger_of(body), view=view)
    ack()
