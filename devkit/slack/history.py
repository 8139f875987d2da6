"""The Web API methods that read messages back, page by page (docs.slack.dev/reference/methods, conversations.*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack import arguments, payloads
from devkit.slack.modals import Refused
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON
    from devkit.slack.workspace import Workspace

USUAL_PAGE: Final = 100
LARGEST_PAGE: Final = 999


def _history(workspace: Workspace, args: JSON) -> JSON:
    """Newest first, without the replies in threads."""
    roots = [post for post in _readable(workspace, args) if post.thread_ts in {None, post.ts}]
    return _page(args, roots[::-1])


def _replies(workspace: Workspace, args: JSON) -> JSON:
    """A thread: its first message, whatever the times, and the replies, oldest first."""
    ts = arguments.needed(args, "ts", "thread_not_found")
    channel = arguments.a_channel(workspace, args)
    root = workspace.board.find(channel.id, ts)
    if root is None or root.only_for is not None:
        raise Refused("thread_not_found")
    replies = [post for post in _readable(workspace, args) if post.thread_ts == ts and post is not root]
    return _page(args, [root, *replies])


def _readable(workspace: Workspace, args: JSON) -> list[Post]:
    """What the bot may read there, oldest first. Raises Refused where nobody invited it."""
    channel = arguments.a_channel(workspace, args)
    if BOT_USER_ID not in channel.members:
        raise Refused("not_in_channel")
    oldest, latest = _moment(args, "oldest", 0.0), _moment(args, "latest", float("inf"))
    ends = str(args.get("inclusive", "")).lower() in {"1", "true"}
    return [
        post
        for post in workspace.board.posts
        if post.channel == channel.id and post.only_for is None
        if oldest < float(post.ts) < latest or (ends and float(post.ts) in {oldest, latest})
    ]


def _moment(args: JSON, name: str, otherwise: float) -> float:
    try:
        return float(args.get(name) or otherwise)
    except (TypeError, ValueError):
        raise Refused(f"invalid_ts_{name}") from None


def _page(args: JSON, posts: list[Post]) -> JSON:
    cursor, limit = str(args.get("cursor") or "0"), str(args.get("limit") or USUAL_PAGE)
    if not cursor.isdecimal():
        raise Refused("invalid_cursor")
    if not limit.isdecimal() or not 1 <= int(limit) <= LARGEST_PAGE:
        raise Refused("invalid_limit")
    start, end = int(cursor), int(cursor) + int(limit)
    marked = str(args.get("include_all_metadata", "")).lower() in {"1", "true"}
    more = end < len(posts)
    return {
        "messages": [payloads.message(post, marked=marked) for post in posts[start:end]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }


METHODS: Final[Mapping[str, Callable[[Workspace, JSON], JSON]]] = {
    "conversations.history": _history,
    "conversations.replies": _replies,
}
