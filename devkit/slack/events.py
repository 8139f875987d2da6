"""The Events API's payloads and its retries (docs.slack.dev/apis/events-api)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from devkit.slack.answers import as_json
from devkit.slack.manifest import APP_HOME_OPENED
from devkit.slack.people import APP_ID, BOT_USER_ID, TEAM_ID, VERIFICATION_TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devkit.slack.modals import OpenView
    from devkit.slack.wire import JSON, Delivery

RETRIES: Final = 3
SUCCESS: Final = range(200, 300)


def app_home_opened(user: str, channel: str, home: OpenView | None, *, event_ts: str) -> JSON:
    """Return the event of a person who opens the Home tab. `home` is the tab that they see, if one was published.

    `channel` is the id of the direct messages between the person and the bot.
    """
    event = {"type": APP_HOME_OPENED, "user": user, "channel": channel, "tab": "home", "event_ts": event_ts}
    return event if home is None else {**event, "view": home.payload()}


def envelope(event: JSON, *, event_id: str, now: int) -> JSON:
    """Return the payload around an event. Retries have the same `event_id`. `now` in Unix seconds."""
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": now,
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }


def retry_headers(attempt: int, before: Delivery | None) -> dict[str, str]:
    """Return the headers of an attempt: none for the first, else its number and why the one before it failed."""
    if before is None:
        return {}
    reason = "http_timeout" if before.status is None else "http_error" if before.status else "connection_failed"
    return {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}


def refuses_retries(headers: Mapping[str, str]) -> bool:
    """Return True if the app's answer asks for no retries."""
    return {name.lower(): value for name, value in headers.items()}.get("x-slack-no-retry") == "1"


def url_verification(challenge: str) -> JSON:
    """Return the payload that Slack sends to a new request URL."""
    return {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}


def is_answered(challenge: str, body: bytes) -> bool:
    """Return True if the body is the challenge, as text, or as `challenge` in JSON or in a form."""
    text, parsed = body.decode(errors="replace").strip(), as_json(body) or {}
    return challenge in {text, parsed.get("challenge"), *parse_qs(text).get("challenge", ())}
