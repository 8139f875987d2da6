"""charter's Poster over Slack's Web API: one post a second in a channel, Retry-After obeyed, errors as charter's types.

Slack's own client retries nothing here: a repeated POST may arrive twice, so the caller decides about another try.
"""

from __future__ import annotations

import re
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final, NoReturn

from slack_sdk.errors import SlackApiError, SlackClientError

from charter.announcements import ChannelClosed, NotTaken, PostGone, Refused, SlackUnavailable
from charter.records import MessagePlace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from slack_sdk import WebClient

PACE: Final = 1.05  # seconds between two posts in a channel; Slack wants one, by its own clock
CLOCKS_APART: Final = 30.0  # seconds by which Slack's clock may be behind ours
RETRIES: Final = 3
# Seconds kept for what comes after a wait: the call itself, and writing down that it was done.
KEPT: Final = 5.0
# Messages on a page, and pages, that are searched for a message that may have been posted.
PAGE: Final = 200
PAGES: Final = 5

_CLOSED: Final = {
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
}
_GONE: Final = {
    "cannot_reply_to_message",
    "cant_delete_message",
    "cant_update_message",
    "compliance_exports_prevent_deletion",
    "edit_window_closed",
    "message_not_found",
    "thread_not_found",
}
_REFUSED: Final = {
    "block_mismatch",
    "invalid_arguments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "metadata_too_large",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
}
# Slack's error codes after which it is not known whether the call took effect.
_UNSURE: Final = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
# Slack's error codes for calls that may succeed later: too many calls, a workspace that is being moved, a token that
# must be renewed. Every message waits for these. Any other code concerns the one message alone.
_OUTAGES: Final = _UNSURE | {
    "account_inactive",
    "accesslimited",
    "invalid_auth",
    "message_limit_exceeded",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "team_added_to_org",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
}
# Slack's error codes are plain words. Anything else comes from a proxy that answered in Slack's place.
_NAME: Final = re.compile("[a-z][a-z0-9]*([_.:-][a-z0-9]+)*")
# Slack's error codes for a history that this token can never read. A message that may be there is posted again.
_UNREADABLE: Final = {
    "access_denied",
    "method_not_supported_for_channel_type",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "team_access_not_granted",
    "unknown_method",
}
_RATE_LIMITED: Final = 429
_PLAIN_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
USUAL_WAIT: Final = 1.0  # seconds, where a 429 does not say in seconds how long


class SlackPosts:
    """charter's Poster. `time_left` returns the seconds that the process still has. No wait is longer."""

    def __init__(
        self,
        client: WebClient,
        *,
        time_left: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._time_left = time_left
        self._clock = clock
        self._sleep = sleep
        self._posted_at: dict[str, float] = {}
        self._refused_until: dict[tuple[str, str], float] = {}  # by method, and for posts by channel
        self._names: dict[str, str] = {}

    def post(
        self, channel: str, message: Mapping[str, Any], *, kind: str, key: str, thread: MessagePlace | None = None
    ) -> MessagePlace:
        """Post, marked with message metadata. See charter.announce_ports.Poster.post."""
        self._wait(self._posted_at.get(channel, -PACE) + PACE - self._clock())
        in_thread = {"thread_ts": thread.ts} if thread else {}
        marked = {"metadata": {"event_type": kind, "event_payload": {"id": key}}}
        unfurled = {"unfurl_links": False, "unfurl_media": False}
        try:
            answer = self._call("chat.postMessage", channel=channel, **message, **marked, **in_thread, **unfurled)
        finally:
            self._posted_at[channel] = self._clock()  # a refused post counts too
        # A success without a place is a success all the same: posting again would be worse.
        return MessagePlace(str(answer.get("channel") or channel), str(answer.get("ts") or ""))

    def update(self, place: MessagePlace, message: Mapping[str, Any]) -> None:
        """Change a message. Its metadata stays. See charter.announce_ports.Poster.update."""
        self._call("chat.update", channel=place.channel, ts=place.ts, **message)

    def delete(self, place: MessagePlace) -> None:
        """Delete a message. See charter.announce_ports.Poster.delete."""
        try:
            self._call("chat.delete", channel=place.channel, ts=place.ts)
        except PostGone as gone:
            if str(gone) != "message_not_found":
                raise

    def find(
        self, channel: str, *, key: str, since: datetime, thread: MessagePlace | None = None
    ) -> MessagePlace | None:
        """Search the channel's history or a thread, newest pages first. See charter.announce_ports.Poster.find."""
        method, of = ("conversations.replies", {"ts": thread.ts}) if thread else ("conversations.history", {})
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp() - CLOCKS_APART:.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
            **of,
        }
        for _ in range(PAGES):
            try:
                answer = self._call(method, **asked)
            except (ChannelClosed, PostGone):
                return None
            except SlackUnavailable as error:
                if str(error) in _UNREADABLE:  # the manifest, or the workspace's owner, may leave history out
                    return None
                raise
            for message in answer.get("messages") or ():
                marked = (message.get("metadata") or {}).get("event_payload") or {}
                if marked.get("id") == key:
                    return MessagePlace(channel, str(message["ts"]))
            asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return None
        return None

    def name(self, user_id: str) -> str | None:
        """Return a person's name, remembered; None when Slack has none. See charter.announce_ports.Poster.name."""
        if user_id not in self._names:
            try:
                user = self._call("users.info", user=user_id).get("user") or {}
            except (SlackUnavailable, Refused, ChannelClosed, PostGone):
                return None
            profile = user.get("profile") or {}  # all that Slack still has of people who were deactivated
            self._names[user_id] = str(
                user.get("real_name") or profile.get("real_name") or profile.get("display_name") or ""
            )
        return self._names[user_id] or None

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call when Slack takes such calls again, in this invocation or in a later one of the process.

        Slack counts posts for each channel, and all else for each method (docs.slack.dev/apis/web-api/rate-limits).
        """
        limited = (method, str(arguments["channel"]) if method == "chat.postMessage" else "")
        for _ in range(RETRIES):
            self._wait(self._refused_until.get(limited, 0.0) - self._clock())
            try:
                if method.startswith("chat."):
                    answer = self._client.api_call(method, json=arguments)
                else:  # methods that read take forms alone (docs.slack.dev/apis/web-api, *POST bodies*)
                    answer = self._client.api_call(method, params=arguments)
            except SlackApiError as error:
                status, headers = _answered(error)
                if status == _RATE_LIMITED or error.response.get("error") == "ratelimited":
                    self._refused_until[limited] = self._clock() + _seconds(headers.get("retry-after", ""))
                    continue
                _raise(error, status)
            except (OSError, HTTPException, SlackClientError) as error:
                raise SlackUnavailable(type(error).__name__, unsure=True) from error
            data: Mapping[str, Any] = answer.data  # type: ignore[assignment]  # bytes only for files
            return data
        raise SlackUnavailable("ratelimited")

    def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        if seconds > self._time_left() - KEPT:
            raise SlackUnavailable("ratelimited")
        self._sleep(seconds)


def _answered(error: SlackApiError) -> tuple[int, dict[str, str]]:
    """Return status and headers. Where the body was no JSON, Slack's client gives a plain dict."""
    response = error.response
    if isinstance(response, dict):
        status, headers = int(response.get("status", 0)), response.get("headers") or {}
    else:
        status, headers = response.status_code, response.headers
    return status, {str(name).lower(): str(value) for name, value in dict(headers).items()}


def _seconds(retry_after: str) -> float:
    return float(retry_after) if _PLAIN_NUMBER.fullmatch(retry_after) else USUAL_WAIT


def _raise(error: SlackApiError, status: int) -> NoReturn:
    name = error.response.get("error")
    named = isinstance(name, str) and _NAME.fullmatch(name) is not None
    why = str(name) if named else f"http_{status}"
    if why in _CLOSED:
        raise ChannelClosed(why) from error
    if why in _GONE:
        raise PostGone(why) from error
    if why in _REFUSED:
        raise Refused(why) from error
    unsure = status >= 500 or why in _UNSURE or not named  # noqa: PLR2004 - server errors
    if unsure or why in _OUTAGES:
        raise SlackUnavailable(why, unsure=unsure) from error
    raise NotTaken(why) from error
