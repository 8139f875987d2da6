"""The messages: who sees which, what replaces what, and what rang."""

# a payload may be anything until it has been checked

# ruff: noqa: ANN401  # spells out any part of a block

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devkit.slack.visible import rings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devkit.slack.forms import States
    from devkit.slack.wire import JSON


@dataclass(kw_only=True, eq=False)
class Post:
    """One message. `only_for` is the reader of an ephemeral message, else None; `user` is the author's id."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[JSON]
    only_for: str | None = None
    edited: bool = False
    thread_ts: str | None = None
    metadata: JSON | None = None
    """The app's own mark (`event_type`, `event_payload`), which people do not see."""
    held: dict[str, States] = field(default_factory=dict)
    """Per reader, what they chose in the message's menus."""

    def states_for(self, user: str) -> States:
        """What this reader chose in its menus."""
        return self.held.setdefault(user, {})

    def is_seen_by(self, user: str) -> bool:
        """Ephemeral messages have one reader."""
        return self.only_for in {None, user}


@dataclass(frozen=True, kw_only=True)
class Ping:
    """A `<!channel>`, `<!here>` or `<!everyone>` that the bot sent without escaping it."""

    channel: str
    ts: str
    range: str
    text: str


def complete(blocks: Iterable[JSON], new_id: Callable[[], str]) -> list[JSON]:
    """A copy of the blocks as Slack keeps them: with ids where there were none, `emoji` and `verbatim` spelled out.

    Apps that compare what comes back with what they sent stumble over this in the real Slack too.
    """
    kept: list[JSON] = copy.deepcopy(list(blocks))
    for block in kept:
        block.setdefault("block_id", new_id())
        for element in (*block.get("elements", ()), block.get("element"), block.get("accessory")):
            if element and element["type"] not in {"image", "plain_text", "mrkdwn"} and block["type"] != "rich_text":
                element.setdefault("action_id", new_id())
    spell_out(kept)
    return kept


def spell_out(value: Any) -> None:
    """Add `emoji: true` to plain_text and `verbatim: false` to mrkdwn, in place, as Slack does."""
    if isinstance(value, list):
        for each in value:
            spell_out(each)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif isinstance(value.get("text"), str) and value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for each in value.values():
            spell_out(each)


class Board:
    """All messages, oldest first. Not thread-safe by itself: the workspace holds its lock around it."""

    def __init__(self, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._last = 0
        self.posts: list[Post] = []
        self.pings: list[Ping] = []
        self.posted_at: dict[str, float] = {}
        """Unix seconds of the last chat.postMessage, by channel."""

    def new_ts(self) -> str:
        """A timestamp that no other message has: Unix seconds with six decimals."""
        self._last = max(self._last + 1, int(self._clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(
        self,
        *,
        channel: str,
        user: str,
        payload: JSON,
        only_for: str | None = None,
    ) -> Post:
        """Post `payload` (`text`, `blocks`, `thread_ts`, `metadata`), which was checked before."""
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
        self._listen(post, payload)
        return post

    def change(self, post: Post, payload: JSON) -> None:
        """Replace what a message says. Blocks that are not given again go away, as in chat.update; the mark stays."""
        post.metadata = payload.get("metadata", post.metadata)
        if "text" in payload or "blocks" in payload:
            post.text = payload.get("text") or ""
            post.blocks = complete(payload.get("blocks") or [], self._new_id)
            post.edited = True
            self._listen(post, payload)

    def remove(self, post: Post) -> None:
        """Take a message down."""
        self.posts.remove(post)

    def find(self, channel: str, ts: str) -> Post | None:
        """The message at this place, ephemeral ones included."""
        return next((post for post in self.posts if post.channel == channel and post.ts == ts), None)

    def _listen(self, post: Post, payload: JSON) -> None:
        self.pings += [Ping(channel=post.channel, ts=post.ts, range=found, text=post.text) for found in rings(payload)]
