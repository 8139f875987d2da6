"""Links to the printed passenger list. They are apart from the list, so that routing does not import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.access import Access
    from bot.boarding_presses import Press
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
