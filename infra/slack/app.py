"""Ask Slack about the app of a bot token: validity, workspace and scopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from infra.slack.manifest import SCOPES
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from terminal.console import Console

API: Final = "https://slack.com/api/"
TIMEOUT: Final = 10  # seconds
# The template's parameters, and their keys in auth.test. With them the bot needs no call before its first answer, and
# refuses people of other workspaces.
PARAMETERS: Final = {"SlackTeamId": "team_id", "SlackBotId": "bot_id", "SlackBotUserId": "user_id"}

RENEW: Final = ": --renew slack_bot_token."

# Errors that do not concern the token. Every other error does.
_OUTAGES: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


@dataclass(frozen=True)
class SlackApp:
    """`parameters` for the template; `lacks` are the manifest's scopes that the token lacks."""

    parameters: Mapping[str, str]
    lacks: tuple[str, ...]
    scopes: frozenset[str] = frozenset()
    """The scopes that Slack names; empty where it names none."""


def ask_slack(token: str, *, api: str = API, remedy: str = RENEW) -> SlackApp | None:
    """Return the answer of auth.test; None when Slack does not answer.

    Raises Stopped, with the remedy, when Slack refuses the token.
    """
    client = WebClient(token=token, base_url=api, timeout=TIMEOUT, retry_handlers=[])
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        why = str(error.response.get("error") or "")
        if why and why not in _OUTAGES:
            raise Stopped(f"Slack refuses the bot token ({why}). Install the app, and copy its token{remedy}") from None
        return None
    except Exception:  # noqa: BLE001  # any failure of the connection says nothing about the token
        return None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    held = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}
    return SlackApp(
        {name: str(answer.get(key) or "") for name, key in PARAMETERS.items()},
        tuple(sorted(SCOPES.keys() - held)) if held else (),
        frozenset(held),
    )


def learn(token: str, *, api: str, console: Console) -> dict[str, str]:
    """Return the parameters that Slack knows, and warn about missing scopes; none when it does not answer."""
    app = ask_slack(token, api=api)
    if app is None:
        console.warn("Slack did not answer, so its ids are unknown. The bot asks for them. Run this again later.")
        return {}
    if app.lacks:
        console.warn(
            f"The app lacks {', '.join(app.lacks)}. Paste the manifest at api.slack.com/apps, and reinstall it."
        )
    return {name: value for name, value in app.parameters.items() if value}
