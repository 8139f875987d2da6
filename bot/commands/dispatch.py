"""`/dispatch`: sends an admin a personal link to the dispatch page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from bot import words
from bot.access import check_admin
from bot.views import dispatch

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.access import Access


class LinkMaker(Protocol):
    """Maker of personal links to the dispatch page. Each contains a token of its person."""

    def __call__(self, subject: str, *, name: str) -> str:
        """Return the link for the person with this Slack user id, who is shown as `name`."""
        ...


def send_link(ack: Ack, body: dict[str, Any], context: BoltContext, *, access: Access, make_link: LinkMaker) -> None:
    """Answer with the link. It grants access, so only the sender sees it, and it is not logged. Raises NotAllowed."""
    check_admin(context, words.DISPATCH_FOR_ADMINS)
    user_id = body["user_id"]
    link = make_link(user_id, name=access.name(user_id) or body.get("user_name") or user_id)
    ack(**dispatch.link_card(link), response_type="ephemeral", unfurl_links=False, unfurl_media=False)
