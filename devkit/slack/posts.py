"""The messages of a workspace: posting, changing, removing, and the group notifications in them."""

# ruff: noqa: ANN401  # `add_defaults` takes any part of a block

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devkit.slack.visible import pings_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devkit.slack.forms import States
    from devkit.slack.wire import JSON


@dataclass(kw_only=True, eq=False)
class Post:
    """One message. `user` is the author's id; `only_for` is the reader of an ephemeral message, else None."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[JSON]
    only_for: str | None = None
    edited: bool = False
    thread_ts: str | None = None
    metadata: JSON | None = None
    """The app's metadata (`event_type`, `event_payload`), which people do not see."""
    held: dict[str, States] = field(default_factory=dict)
    """The states of the message's menus, by reader."""

    def states_for(self, user: str) -> States:
        """Return the states of its menus for this reader."""
        return self.held.setdefault(user, {})

    def is_seen_by(self, user: str) -> bool:
        """Return True if this person sees it: an ephemeral message has one reader."""
        return self.only_for in {None, user}


@dataclass(frozen=True, kw_only=True)
class Ping:
    """An unescaped `<!channel>`, `<!here>` or `<!everyone>` in a message."""

    channel: str
    ts: str
    range: str
    text: str


def complete(blocks: Iterable[JSON], new_id: Callable[[], str]) -> list[JSON]:
    """Return a copy of the blocks as Slack stores them: with ids and the defaults of `emoji` and `verbatim` added.

    An app that compares stored blocks with the blocks it sent therefore finds differences, as with the real Slack.
    """
    kept: list[JSON] = copy.deepcopy(list(blocks))
    for block in kept:
        block.setdefault("block_id", new_id())
        for element in (*block.get("elements", ()), block.get("element"), block.get("accessory")):
            if element and element["type"] not in {"image", "plain_text", "mrkdwn"} and block["type"] != "rich_text":
                element.setdefault("action_id", new_id())
    add_defaults(kept)
    return kept


def add_defaults(value: Any) -> None:
    """Add `emoji: true` to plain_text and `verbatim: false` to mrkdwn in place, as Slack does."""
    if isinstance(value, list):
        for each in value:
            add_defaults(each)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif isinstance(value.get("text"), str) and value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for each in value.values():
            add_defaults(each)


class Board:
    """All messages, oldest first. Not thread-safe: the workspace holds its lock during each call."""

    def __init__(self, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._last = 0
        self.posts: list[Post] = []
        self.pings: list[Ping] = []
        self.posted_at: dict[str, float] = {}
        """Time of the last chat.postMessage in Unix seconds, by channel."""

    def new_ts(self) -> str:
        """Return a unique timestamp: Unix seconds with six decimals."""
        self._last = max(self._last + 1, int(self._clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(self, *, channel: str, user: str, payload: JSON, only_for: str | None = None) -> Post:
        """Post `payload` (`text`, `blocks`, `thread_ts`, `metadata`), which is checked already."""
        post = Post(
            ts=self.new_ts(),
            channel=channel,
            user=user,
            text=payload.get("text") or "",
            blocks=complete(payload.get("blocks") or [], self._new_id),
            only_for=only_for,
            thread_ts=payload.get("thread_ts"),
            metadata=payload.get("metadata"),
        )
        self.posts.append(post)
        self._record_pings(post, payload)
        return post

    def change(self, post: Post, payload: JSON) -> None:
        """Replace text and blocks, as chat.update does. Without blocks the old ones are removed; metadata is kept."""
        post.metadata = payload.get("metadata", post.metadata)
        if "text" in payload or "blocks" in payload:
            post.text = payload.get("text") or ""
            post.blocks = complete(payload.get("blocks") or [], self._new_id)
            post.edited = True
            self._record_pings(post, payload)

    def remove(self, post: Post) -> None:
        """Remove a message."""
        self.posts.remove(post)

    def find(self, channel: str, ts: str) -> Post | None:
        """Return the message at this place, which may be ephemeral, or None."""
        return next((post for post in self.posts if post.channel == channel and post.ts == ts), None)

    def _record_pings(self, post: Post, payload: JSON) -> None:
        self.pings += [Ping(channel=post.channel, ts=post.ts, range=each, text=post.text) for each in pings_in(payload)]
