"""*Paste a roster…*: a list of patrons becomes a plan, and the plan is written by one press. For admins.

Nothing is written before that press. It writes the plan that was shown, whole and once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot import words
from bot.access import check_admin
from bot.kept import read_kept, trigger_of, value_in
from bot.text import typed
from bot.wanted import ROSTER

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services

_NAMED_AT_MOST: Final = 5


def from_command(
    ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services
) -> None:
    """Open the form for the event that the words surely name, else the channel's or today's, else ask which one."""
    from bot.sharing import seek_for_all
    from bot.views import paste_roster

    check_admin(context, words.ROSTER_FOR_ADMINS)
    command = services.read(typed(body["text"]).strip()[len(ROSTER) :])
    meant = seek_for_all(command, body.get("channel_id"), services, todays=True)
    if meant.eid is None:
        ack(**paste_roster.unclear([each.eid for each in meant.asked[:_NAMED_AT_MOST]], meant.trouble))
        return
    client.views_open(trigger_id=trigger_of(body), view=paste_roster.paste_form(services.event(meant.eid)))
    ack()


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form for the event of the button, on top of the form with the button if there is one."""
    from bot.views import paste_roster

    check_admin(context, words.ROSTER_FOR_ADMINS)
    event = services.ledger.event(read_kept(value_in(body["actions"][0]))["eid"])
    show = client.views_push if body.get("view") else client.views_open
    show(trigger_id=trigger_of(body), view=paste_roster.paste_form(event))
    ack()


def submit(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Show the plan of the list, or write the plan that is shown. One table read, and for the writing one write."""
    from bot.understanding.roster_lines import read_list
    from bot.views import paste_roster
    from charter.pasting import Enrolled, check_length, plan_for
    from charter.refusals import ListEmpty

    check_admin(context, words.ROSTER_FOR_ADMINS)
    text, memo, form = paste_roster.typed_list(view), paste_roster.read_memo(view), services.new_id()
    lines = read_list(text, currency=memo.currency)
    check_length(lines)
    if not lines:
        raise ListEmpty
    if not paste_roster.is_planned(view):
        plan = plan_for(services.ledger.event(memo.eid), lines, form=form)
        plan.check_size()
        ack(response_action="update", view=paste_roster.plan_form(plan, text, form=form, again=bool(memo.form)))
        return
    pasted = paste_roster.read_pasted(view, lines)
    outcome = services.roster.put_list(pasted, by=f"slack:{body['user']['id']}", now=services.now())
    if isinstance(outcome, Enrolled):
        ack(response_action="update", view=paste_roster.written(outcome))
    else:
        ack(response_action="update", view=paste_roster.plan_form(outcome, text, form=form, again=True))
