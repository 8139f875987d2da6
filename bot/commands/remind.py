"""`/waiver remind` and *Remind to sign*: write a reminder, which the table's stream posts in the event's channel.

The answer counts who still has to sign. It names them to admins and to the captain of that trip alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.kept import trigger_of, value_in
from bot.reply import reply, show_instead
from bot.sharing import seek_for_all
from bot.text import typed
from bot.waiver_menu import read_reminder
from bot.wanted import REMIND
from charter.refusals import RemindedJustNow

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.blocks import Block
    from bot.services import Services
    from charter.events import Event


def from_command(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Remind for the event that the words mean, else for the channel's or today's only one; or ask which is meant."""
    from bot.views import remind as views

    words = typed(body["text"]).split()
    rest = " ".join(words[1:] if words[0].lower() == REMIND else words[:-1])
    meant = seek_for_all(services.read(rest), body.get("channel_id"), services, todays=True)
    if meant.eid is None:
        ack(**views.ask(meant, words=rest, zone=services.settings.zone, now=services.now()))
        return
    blocks = _remind(meant.eid, "", body["user_id"], context, services)
    ack(**views.message(blocks))


def press(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Remind for the event of the button, and answer beside it: below a message, or on top of the boarding list."""
    from bot.views import remind as views

    action = body["actions"][0]
    eid, seen = read_reminder(value_in(action))
    blocks = _remind(eid, seen, body["user"]["id"], context, services)
    view, is_answer = body.get("view"), str(action.get("block_id")).startswith(views.ROW)
    if view is None:
        reply(body, {**views.message(blocks), "replace_original": is_answer})
    elif is_answer:
        show_instead(context.client, body, views.form(blocks))
    else:
        context.client.views_push(trigger_id=trigger_of(body), view=views.form(blocks))
    ack()


def _remind(eid: str, seen: str, user: str, context: BoltContext, services: Services) -> list[Block]:
    """Write the reminder and return the answer; or the question whether to remind again."""
    from bot.views import remind as views

    try:
        done = services.reminders.remind(eid, by=f"slack:{user}", now=services.now(), seen=seen)
    except RemindedJustNow as refusal:
        return views.ask_again(eid, refusal)
    return views.reminded(done.event, named=context["role"].sees_money or _is_captain(done.event, user, services))


def _is_captain(event: Event, user: str, services: Services) -> bool:
    from charter.passengers import is_captain

    return is_captain(services.check_ins.crew(event.eid), user)
