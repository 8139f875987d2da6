"""Answers to a pressed button go to the response_url that came with it (docs.slack.dev, Handling user interaction)."""

from __future__ import annotations

from typing import Any

from slack_sdk.webhook import WebhookClient

from bot.hurry import left
from charter.refusals import Refusal


class ReplyLost(Refusal):
    """Slack did not take the answer."""

    def __init__(self) -> None:
        super().__init__("Slack did not take the answer. Please try again.")


def reply(body: dict[str, Any], message: dict[str, Any]) -> None:
    """Sends `message` for the button press in `body`. Raises ReplyLost."""
    try:
        slack = WebhookClient(body["response_url"], timeout=left(), retry_handlers=[])  # type: ignore[arg-type]  # as HurriedClient
        answer = slack.send_dict(message)
    except OSError as error:
        raise ReplyLost from error
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        raise ReplyLost
