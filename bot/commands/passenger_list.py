"""The passenger list, from the button of the boarding list. Around the day of the trip crew see phone numbers in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.boarding_presses import Press
from bot.kept import read_kept, trigger_of
from bot.reply import show_instead

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.passenger_links import NamedLink
    from bot.services import Services


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services, link_for: NamedLink) -> None:
    """Open the list on top of the boarding list: two reads and one Slack call."""
    press = Press(body, context, services)
    context.client.views_push(trigger_id=trigger_of(body), view=_view(press, link_for, page=0))
    ack()


def turn(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services, link_for: NamedLink) -> None:
    """Show another page of the list."""
    press = Press(body, context, services)
    view = _view(press, link_for, page=int(read_kept(press.value)["page"]))
    show_instead(context.client, body, view)
    ack()


def _view(press: Press, link_for: NamedLink, *, page: int) -> dict[str, Any]:
    """Return a page of the list: the frozen one after cast-off, else as it is now."""
    from bot.views import passenger_list
    from charter.passengers import is_captain, list_of, sees_phones

    services = press.services
    event = services.ledger.event(press.memo.eid)
    crew = services.check_ins.crew(event.eid)
    listed = list_of(event, crew=crew)
    if not press.admin and not sees_phones(event.starts_at, services.now()):
        listed = listed.without_phones()
    link = link_for(press, event, captain=is_captain(crew, press.user))
    return passenger_list.build(listed, services.viewer(press.context["role"]), press.memo, link=link, page=page)
