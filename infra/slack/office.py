"""Notify the office's channel in Slack of a rollback. Nothing here fails the rollback, and no token is shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from infra.slack.app import API

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from terminal.console import Console

TIMEOUT: Final = 5  # seconds; production is back already


def notify_office(environments: Sequence[Mapping[str, str]], text: str, console: Console) -> None:
    """Post `text` in OPS_CHANNEL, with the first bot token of `environments` that Slack takes. Show the outcome.

    Put the environments that were in production first: their token was good until now.
    """
    channel = _first(environments, "OPS_CHANNEL")
    if not channel:
        console.note("The office was not told, because no OpsChannel is set.")
        return
    api = _first(environments, "SLACK_API_URL") or os.environ.get("SLACK_API_URL") or API
    tokens = dict.fromkeys(token for each in environments if (token := each.get("SLACK_BOT_TOKEN")))
    why = "no function has a SLACK_BOT_TOKEN"
    for token in tokens:
        why = _post(token, api, channel, text)
        if not why:
            console.note("The office was told in its channel.")
            return
    console.warn(f"The office was not told: {why}. Tell them yourself.")


def _post(token: str, api: str, channel: str, text: str) -> str:
    """Post once, and return why it failed; empty where it did not."""
    try:
        WebClient(token=token, base_url=api, timeout=TIMEOUT, retry_handlers=[]).chat_postMessage(
            channel=channel, text=text, unfurl_links=False, unfurl_media=False
        )
    except SlackApiError as error:
        return f"Slack refused the post ({error.response.get('error') or 'no reason'})"
    except Exception as error:  # noqa: BLE001 - the rollback is done, whatever becomes of its news
        return f"Slack did not answer ({type(error).__name__})"
    return ""


def _first(environments: Sequence[Mapping[str, str]], name: str) -> str:
    return next((value for each in environments if (value := each.get(name))), "")
