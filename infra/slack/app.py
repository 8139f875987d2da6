"""What Slack says of the app whose token we hold: whether the token is good, where it belongs, and what it may do."""

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
# The template's parameters, and where auth.test has them. With them the bot asks nothing before its first answer, and
# people of other workspaces are nobody.
PARAMETERS: Final = {"SlackTeamId": "team_id", "SlackBotId": "bot_id", "SlackBotUserId": "user_id"}

RENEW: Final = ": --renew slack_bot_token."

# Answers of Slack's that say nothing of the token. Every other error does.
_OUTAGES: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


@dataclass(frozen=True)
class App:
    """`parameters` for the template; `lacks` are scopes of the manifest's that the token has not."""

    parameters: Mapping[str, str]
    lacks: tuple[str, ...]


def ask_slack(token: str, *, api: str = API, remedy: str = RENEW) -> App | None:
    """Return what auth.test says; None when Slack gives no answer.

    Raises Stopped, with what to do about it, when Slack does not take the token.
    """
    client = WebClient(token=token, base_url=api, timeout=TIMEOUT, retry_handlers=[])
    try:
        told = client.auth_test()
    except SlackApiError as error:
        why = str(error.response.get("error") or "")
        if why and why not in _OUTAGES:
            raise Stopped(
                f"Slack does not take the bot token ({why}). Install the app, and copy its token anew{remedy}"
            ) from None
        return None
    except Exception:  # noqa: BLE001  # whatever keeps Slack from answering says nothing of the token
        return None
    headers = {name.lower(): value for name, value in told.headers.items()}
    held = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}
    return App(
        {name: str(told.get(key) or "") for name, key in PARAMETERS.items()},
        tuple(sorted(SCOPES.keys() - held)) if held else (),
    )


def learn(token: str, *, api: str, console: Console) -> dict[str, str]:
    """The parameters that Slack knows, with a warning for what is missing; none when it gives no answer."""
    app = ask_slack(token, api=api)
    if app is None:
        console.warn(
            "Slack gave no answer, so its ids are not known: the bot asks for them itself. Run this again later."
        )
        return {}
    if app.lacks:
        console.warn(
            f"The app lacks {', '.join(app.lacks)}. Paste the manifest at api.slack.com/apps, and install it again."
        )
    return {name: value for name, value in app.parameters.items() if value}
