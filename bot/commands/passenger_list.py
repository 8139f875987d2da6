"""The passenger list, from the button of the boarding list. Around the day of the trip crew see phone numbers in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from bot.boarding_presses import Press

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.access import Access
    from bot.services import Services
    from charter.events import Event
    from charter.roles import Role


class PassengerLink(Protocol):
    """Maker of personal links to the printed passenger list. Each contains a token of its person."""

    def __call__(self, subject: str, *, name: str, eid: str, captain: bool, role: Role) -> str:
        """Return the link for the person with this Slack user id and role. `eid` is the first id of the event."""
        ...


class NamedLink(Protocol):
    """Maker of links that knows what people are called."""

    def __call__(self, press: Press, event: Event, *, captain: bool) -> str:
        """Return the link for the person who pressed."""
        ...


def named_link(press: Press, event: Event, *, captain: bool, access: Access, make_link: PassengerLink) -> str:
    """Return the link to the event's printed list for the person who pressed."""
    name = access.name(press.user) or press.user
    return make_link(press.user, name=name, eid=event.first_eid, captain=captain, role=press.context["role"])


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services, link_for: NamedLink) -> None:
    """Open the list on top of the boarding list: two reads and one Slack call."""
    press = Press(body, context, services)
    context.client.views_push(trigger_id=body["trigger_id"], view=_view(press, link_for, page=0))
    ack()


def turn(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services, link_for: NamedLink) -> None:
    """Show another page of the list."""
    press = Press(body, context, services)
    view = _view(press, link_for, page=int(json.loads(press.value)["page"]))
    context.client.views_update(view_id=body["view"]["id"], view=view)
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
