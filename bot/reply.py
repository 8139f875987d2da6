"""Answers to commands, and to button presses by their response_url, and updates of open forms.

An answer to a command that has a table may never be shown: Slack drops an HTTP response that it does not take, and
says so to nobody. A table is therefore sent to a response_url, where a refusal is seen. Lines are sent in its place.
"""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.deadline import left
from bot.kept import view_in
from bot.kept_alive import trusted
from bot.tables import has_table, in_lines
from charter.refusals import Refusal

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_sdk import WebClient
    from slack_sdk.webhook import WebhookResponse

log = logging.getLogger(__name__)

_TYPED: Final = ("plain_text_input", "number_input")


class ReplyLost(Refusal):
    """Slack did not take the answer."""

    is_trouble = True

    def __init__(self) -> None:
        super().__init__("Slack did not take the answer. Please try again.")


class ReplyRefused(ReplyLost):
    """Slack answered that it did not take the message, or that it failed."""


def answer_command(ack: Ack, body: dict[str, Any], message: dict[str, Any]) -> None:
    """Answer the command in `body` with `message`, which only the sender sees.

    A message with a table goes to the response_url. If Slack does not take it there, the HTTP response has lines in its
    place. Other messages are the HTTP response, which costs no call.
    """
    if has_table(message):
        with suppress(ReplyLost):
            _send(body, message)
            ack()
            return
        message = in_lines(message)
    ack(**message)


def reply(body: dict[str, Any], message: dict[str, Any]) -> None:
    """Send `message` for the button press in `body`, with lines in place of tables if Slack refuses those.

    Raises ReplyLost if Slack does not take it.
    """
    try:
        _send(body, message)
    except ReplyRefused:
        if not has_table(message):
            raise
        _send(body, in_lines(message))


def _send(body: dict[str, Any], message: dict[str, Any]) -> None:
    """Send `message` to the response_url in `body`. Raise ReplyRefused, or ReplyLost if Slack was not reached.

    Slack refuses some messages with status 200 and `{"ok": false, "error": …}`. It answers an accepted one with `ok`.
    """
    if not body.get("response_url"):
        raise ReplyLost
    try:
        url = body["response_url"]
        checked = trusted() if url.startswith("https:") else None
        slack = WebhookClient(url, timeout=left(), ssl=checked, retry_handlers=[])  # type: ignore[arg-type]  # as DeadlineClient
        answer = slack.send_dict(message)
    except OSError as error:
        raise ReplyLost from error
    if why := _refusal_in(answer):
        log.warning("Slack did not take an answer to a response_url: %s", why)
        raise ReplyRefused


def _refusal_in(answer: WebhookResponse) -> str:
    """Return Slack's error code, or its HTTP status, in an answer; empty if the answer is no refusal."""
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        return f"{_code(answer.body) or 'no reason'} (status {answer.status_code})"
    try:
        parsed = json.loads(answer.body)
    except ValueError:
        return ""
    if not isinstance(parsed, dict) or parsed.get("ok", True):
        return ""
    return _code(str(parsed.get("error"))) or "no reason"


def _code(text: str) -> str:
    """Return the text if it can be an error code of Slack's, else nothing: it may quote a patron."""
    return text if re.fullmatch("[a-z_]{1,80}", text) else ""


def show_instead(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Show a view in the place of the one that was pressed, also where that has changed since. Raises SlackApiError.

    If it was closed meanwhile, nobody reads the view.
    """
    try:
        client.views_update(view_id=view_in(body)["id"], view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise


def update_view(client: WebClient, body: dict[str, Any], form: dict[str, Any]) -> None:
    """Update the form in which something was chosen or typed. Raises SlackApiError.

    If the view has changed since, the update for that change follows and this one is dropped. After a keystroke it is
    sent all the same: a later keystroke's update contains everything that was typed before. If it was closed meanwhile,
    nobody reads the update.
    """
    view = view_in(body)
    try:
        client.views_update(view_id=view["id"], hash=view["hash"], view=form)
    except SlackApiError as error:
        code = error.response.get("error")
        if code not in {"hash_conflict", "not_found"}:
            raise
        if code == "hash_conflict" and body["actions"][0].get("type") in _TYPED:
            client.views_update(view_id=view["id"], view=form)
