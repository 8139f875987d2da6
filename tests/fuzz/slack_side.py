"""Slack's side of a case: a new strict workspace for each, which the bot's clients reach without a network."""

from __future__ import annotations

import io
import itertools
import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request

import urllib3

from devkit.people import CHANNELS, PEOPLE, USER_GROUPS
from devkit.slack import Workspace, api
from devkit.slack.hooks import Hook
from devkit.slack.modals import Trigger
from infra.slack.manifest import manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.slack.modals import OpenView
    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON

URL: Final = "http://slack.invalid"
MISTAKES: Final = frozenset(
    {
        *(
            "invalid_arguments",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_attachments",
            "msg_too_long",
            "no_text",
        ),
        *("view_too_large", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"),
        *("duplicate_external_id", "unknown_method", "not_authed", "invalid_auth", "messages_tab_disabled"),
    }
)
"""Slack's error names that are the bot's own mistake, for any request."""


@dataclass
class SlackSide:
    """The workspace of this case, and what the bot sent to it."""

    clock: Callable[[], float]
    workspace: Workspace = field(init=False)
    sent: list[Any] = field(default_factory=list)
    """All arguments and answers that the bot sent."""
    mistakes: list[str] = field(default_factory=list)
    """Calls and answers that Slack refused because of the bot's mistake."""
    _first: int = 1
    _ids: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> Workspace:
        """Replace the workspace by a new one."""
        self.sent, self.mistakes = [], []
        self.workspace = Workspace(
            lambda *_: None,  # type: ignore[arg-type]  # nothing is delivered by the workspace itself
            people=PEOPLE,
            channels=CHANNELS,
            user_groups=USER_GROUPS,
            manifest=_manifest(),
            clock=self.clock,
            record=lambda _kind, sent: self.sent.append(sent),
        )
        self.workspace.base_url = URL
        self.workspace.rate_limit = False
        self._ids = itertools.count(self._first)
        workspace = self.workspace
        workspace.new_id = workspace.modals._new_id = workspace.hooks._new_id = self._new_id
        workspace.board._new_id = lambda: self._new_id("b").lower()
        return workspace

    def keep_ids(self) -> None:
        """Begin each further workspace with ids that no shape has."""
        self._first = next(self._ids)

    def _new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):010X}"

    def put_view(self, view: OpenView) -> None:
        """Open a view for its reader, as it was when a shape was taken."""
        kept = replace(view, held=dict(view.held), errors={})
        if view.view["type"] == "home":
            self.workspace.modals.homes[view.user] = kept
        else:
            self.workspace.modals.stack(view.user).append(kept)

    def put_post(self, post: Post) -> None:
        """Put a message where it was when a shape was taken."""
        self.workspace.board.posts.append(replace(post, held=dict(post.held)))

    def let_open(self, trigger_id: str, user: str, team_id: str, view_id: str | None) -> None:
        """Accept this trigger id."""
        trigger = Trigger(user=user, team_id=team_id, created_at=self.clock(), view_id=view_id)
        self.workspace.modals._triggers[trigger_id] = trigger

    def let_reply(self, url: str, user: str, channel: str, post: Post | None) -> None:
        """Accept this response_url."""
        original = None if post is None else self.workspace.board.find(post.channel, post.ts)
        hook = Hook(user=user, channel=channel, born=self.clock(), original=original)
        self.workspace.hooks._hooks[url.rpartition("/")[2]] = hook

    @contextmanager
    def wired(self) -> Iterator[None]:
        """Let every client of Slack's SDK in this process reach the workspace."""
        with ExitStack() as stack:
            for where in ("slack_sdk.web.base_client", "slack_sdk.webhook.client"):
                stack.enter_context(mock.patch(f"{where}.urlopen", self._open))
            stack.enter_context(mock.patch("bot.kept_alive.KeptAliveClient._send", self._send))
            yield

    def _send(self, api_method: str, body: bytes, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        request = Request(f"{URL}/api/{api_method}", body, headers)  # noqa: S310 - it is not opened
        status, body = self._answered(request.full_url, request)
        return urllib3.HTTPResponse(body, headers={"content-type": "application/json"}, status=status)

    def _open(self, req: Any, **_: object) -> _Opened:
        status, body = self._answered(req.full_url, req)
        opened = _Opened(status, body)
        if status >= 300:
            raise HTTPError(req.full_url, status, "", opened.headers, io.BytesIO(body))
        return opened

    def _answered(self, url: str, req: Any) -> tuple[int, bytes]:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != URL or not parts.path.startswith(("/api/", "/response/")):
            raise URLError("no route to host")
        data = req.data or b""
        if parts.path.startswith("/response/"):
            status, text = self.workspace.respond(parts.path.rpartition("/")[2], json.loads(data))
            if text in MISTAKES:
                self.mistakes.append(f"{text} at a response_url: {data.decode()[:500]}")
            return status, text.encode()
        json_body = (req.get_header("Content-type") or "").startswith("application/json")
        args = json.loads(data) if json_body else dict(parse_qsl(data.decode(), keep_blank_values=True))
        method = parts.path.rpartition("/")[2]
        reply = api.call(self.workspace, method, args, (req.get_header("Authorization") or "").removeprefix("Bearer "))
        if reply.body and reply.body.get("error") in MISTAKES:
            self._note_mistake(method, args, reply.body)
        return reply.status, json.dumps(reply.body).encode()

    def _note_mistake(self, method: str, args: JSON, body: JSON) -> None:
        """Note a refusal, unless it is of a person or an id that the request named."""
        messages = body.get("response_metadata", {}).get("messages", [])
        if messages and all("user_id" in each or "trigger_id" in each for each in messages):
            return
        self.mistakes.append(f"{method}: {body['error']} {messages} {str(args)[:700]}")


class _Opened:
    """Replacement for the result of urlopen."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = self.code = status
        self.headers = Message()
        self.headers["content-type"] = "application/json; charset=utf-8"
        self._body = body

    def read(self) -> bytes:
        return self._body


@cache
def _manifest() -> JSON:
    return manifest(None)
