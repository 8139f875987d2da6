"""*Take back* on a message that the bot posted for a person into a channel. It disappears for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.kept import read_kept, value_in
from bot.reply import reply
from bot.role_refusals import NotPostedByYou

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext


def take_back(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Delete the message of the button, whether or not the bot is a member of the channel. Twice is once.

    Raises NotPostedByYou, and ReplyLost where Slack does not take it.
    """
    by = read_kept(value_in(body["actions"][0]))["by"]
    if by != body["user"]["id"] and not context["role"].sees_money:
        raise NotPostedByYou(by)
    reply(body, {"delete_original": True})  # alone: Slack documents it without other fields only
    ack()
