"""Answers to button presses, sent to their response_url, and updates of open forms."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.deadline import left
from charter.refusals import Refusal

if TYPE_CHECKING:
    from slack_sdk import WebClient

log = logging.getLogger(__name__)

_TYPED: Final = ("plain_text_input", "number_input")


class ReplyLost(Refusal):
    """Slack did not take the answer."""

    is_trouble = True

    def __init__(self) -> None:
        super().__init__("Slack did not take the answer. Please try again.")


def reply(body: dict[str, Any], message: dict[str, Any]) -> None:
    """Send `message` for the button press in `body`. Raise ReplyLost if Slack does not take it.

    Slack refuses some messages with status 200 and `{"ok": false, "error": …}`. It answers an accepted one with `ok`.
    """
    try:
        slack = WebhookClient(body["response_url"], timeout=left(), retry_handlers=[])  # type: ignore[arg-type]  # as DeadlineClient
        answer = slack.send_dict(message)
    except OSError as error:
        raise ReplyLost from error
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        raise ReplyLost
    if why := _refusal_in(answer.body):
        log.warning("Slack did not take an answer to a response_url: %s", why)
        raise ReplyLost


def _refusal_in(text: str) -> str:
    """Return Slack's error code in an answer; empty if the answer is no refusal."""
    try:
        answer = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(answer, dict) or answer.get("ok", True):
        return ""
    error = str(answer.get("error"))
    return error if re.fullmatch("[a-z_]{1,80}", error) else "no reason"


def update_view(client: WebClient, body: dict[str, Any], form: dict[str, Any]) -> None:
    """Update the form in which something was chosen or typed. Raises SlackApiError.

    If the view has changed since, the update for that change follows and this one is dropped. After a keystroke it is
    sent all the same: a later keystroke's update contains everything that was typed before.
    """
    view = body["view"]
    try:
        client.views_update(view_id=view["id"], hash=view["hash"], view=form)
    except SlackApiError as error:
        if error.response.get("error") != "hash_conflict":
            raise
        if body["actions"][0]["type"] in _TYPED:
            client.views_update(view_id=view["id"], view=form)
