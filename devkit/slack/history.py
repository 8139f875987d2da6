"""The Web API methods conversations.history and conversations.replies (docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack import arguments, payloads
from devkit.slack.modals import MethodRefused
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.posts import Post
    from devkit.slack.state import WorkspaceState
    from devkit.slack.wire import JSON

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 999


def _history(workspace: WorkspaceState, args: JSON) -> JSON:
    """Return a channel's messages, newest first, without the replies in threads."""
    roots = [post for post in _readable(workspace, args) if post.thread_ts in {None, post.ts}]
    return _page(args, roots[::-1])


def _replies(workspace: WorkspaceState, args: JSON) -> JSON:
    """Return a thread: its first message, regardless of `oldest` and `latest`, and its replies, oldest first."""
    ts = arguments.required(args, "ts", "thread_not_found")
    channel = arguments.channel_of(workspace, args)
    root = workspace.board.find(channel.id, ts)
    if root is None or root.only_for is not None:
        raise MethodRefused("thread_not_found")
    replies = [post for post in _readable(workspace, args) if post.thread_ts == ts and post is not root]
    return _page(args, [root, *replies])


def _readable(workspace: WorkspaceState, args: JSON) -> list[Post]:
    """Return the messages between `oldest` and `latest`, oldest first. Raises MethodRefused if the bot is no member."""
    if args.get("channel") in workspace.people:  # only chat.postMessage takes a person for their direct messages
        raise MethodRefused("channel_not_found")
    channel = arguments.channel_of(workspace, args)
    if BOT_USER_ID not in channel.members:
        raise MethodRefused("not_in_channel")
    oldest, latest = _time(args, "oldest", 0.0), _time(args, "latest", float("inf"))
    inclusive = str(args.get("inclusive", "")).lower() in {"1", "true"}
    return [
        post
        for post in workspace.board.posts
        if post.channel == channel.id and post.only_for is None
        if oldest < float(post.ts) < latest or (inclusive and float(post.ts) in {oldest, latest})
    ]


def _time(args: JSON, name: str, default: float) -> float:
    try:
        return float(args.get(name) or default)
    except (TypeError, ValueError):
        raise MethodRefused(f"invalid_ts_{name}") from None


def _page(args: JSON, posts: list[Post]) -> JSON:
    cursor, limit = str(args.get("cursor") or "0"), str(args.get("limit") or DEFAULT_LIMIT)
    if not cursor.isdecimal():
        raise MethodRefused("invalid_cursor")
    if not limit.isdecimal() or not 1 <= int(limit) <= MAX_LIMIT:
        raise MethodRefused("invalid_limit")
    start, end = int(cursor), int(cursor) + int(limit)
    with_metadata = str(args.get("include_all_metadata", "")).lower() in {"1", "true"}
    has_more = end < len(posts)
    return {
        "messages": [payloads.message(post, with_metadata=with_metadata) for post in posts[start:end]],
        "has_more": has_more,
        "response_metadata": {"next_cursor": str(end) if has_more else ""},
    }


METHODS: Final[Mapping[str, Callable[[WorkspaceState, JSON], JSON]]] = {
    "conversations.history": _history,
    "conversations.replies": _replies,
}
