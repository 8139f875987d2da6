"""Shortcuts *Log payment*: the one of a message reads its words as the command's, the global one has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError

from bot.calendar import Calendar
from bot.commands.log_payment import form_for, new_memo
from bot.finding import understand
from bot.home_ids import is_home
from bot.kept import trigger_of
from bot.reads import begin
from bot.reply import reply
from bot.understanding.messages import is_of_an_app, words_in
from charter.roles import SLACK_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.services import Services

# The shortcuts' callback ids, as the app's manifest declares them.

_LONGEST_LINK: Final = 255
_LONGEST_ID: Final = 40

_OF_AN_APP: Final = "An app wrote this message, so nothing was read from it. Please fill in the form."
_NO_WORDS: Final = "This message has no words that can be read. Please fill in the form."


def open_empty(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form as `/log-payment` alone does. The shortcut and the Home tab name no channel."""
    memo = replace(new_memo(body["user"]["id"], context, services), home=is_home(body))
    nothing = services.read("")
    form = form_for(nothing, understand(nothing, None, services), memo, context, services, channel=None)
    client.views_open(trigger_id=trigger_of(body), view=form)
    ack()


def open_from_message(
    ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services
) -> None:
    """Open the form with what the message says, its author and its link, which is asked for beside the reads.

    A question that the words raise is answered to the sender alone, in the message's channel.
    """
    message, channel = body["message"], body["channel"]["id"]
    ask_for_link = begin(partial(client.chat_getPermalink, channel=channel, message_ts=message["ts"]))
    then = _on_the_day_of(message, services)
    command = then.read(words_in(message), methods=services.settings.methods)
    remark = _OF_AN_APP if is_of_an_app(message) else "" if command.words else _NO_WORDS
    understood = understand(command, channel, then)
    memo = new_memo(body["user"]["id"], context, services)
    memo = replace(memo, author=_author_of(message), permalink=_link(ask_for_link))
    answer = form_for(command, understood, memo, context, services, channel=channel, remark=remark)
    if answer.get("type") == "modal":
        client.views_open(trigger_id=trigger_of(body), view=answer)
    else:
        reply(body, {**answer, "response_type": "ephemeral", "replace_original": False})
    ack()


def _author_of(message: dict[str, Any]) -> str:
    """Return the Slack id of who wrote the message; empty where the message names nobody."""
    user = str(message.get("user") or "")
    return user if len(user) <= _LONGEST_ID and SLACK_USER_ID.fullmatch(user) else ""


def _on_the_day_of(message: dict[str, Any], services: Services) -> Services:
    """Return the services as of an older message, of which “today” and “tomorrow” are other days than of the press."""
    now = services.now()
    written = datetime.fromtimestamp(float(message["ts"]), tz=now.tzinfo)
    if written.date() >= now.date():
        return services
    return replace(services, now=lambda: written, calendar=Calendar(services.ledger))


def _link(asked: Callable[[], Any]) -> str:
    """Return the message's address; empty where Slack is slow, or the bot is not in that channel."""
    try:
        link = str(asked().get("permalink") or "")
    except (SlackApiError, OSError, TimeoutError):
        return ""
    return link if len(link) <= _LONGEST_LINK else ""
