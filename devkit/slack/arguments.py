"""Read the arguments of a Web API call, with Slack's refusals for missing and malformed ones."""

# ruff: noqa: ANN401  # an argument may be anything until it has been read

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devkit.slack.limits import MAX_METADATA, refusal_of_message
from devkit.slack.modals import MethodRefused
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from devkit.slack.people import Channel
    from devkit.slack.posts import Post
    from devkit.slack.state import WorkspaceState
    from devkit.slack.wire import JSON


def required(args: JSON, name: str, error: str = "invalid_arguments") -> str:
    """Return an argument as text. Raises MethodRefused with `error` when it is missing."""
    value = args.get(name)
    if not value:
        raise MethodRefused(error, [f"[ERROR] missing required field: {name}"] if error == "invalid_arguments" else [])
    return str(value)


def parsed(args: JSON, name: str, error: str) -> Any:
    """Return an argument: JSON text in a form, a value in a JSON body. Raises MethodRefused with `error`."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        raise MethodRefused(error) from None


def view_of(args: JSON) -> JSON:
    """Return `view`, which is an object but not checked further. Raises MethodRefused."""
    view = parsed(args, "view", "invalid_arguments")
    if not isinstance(view, dict):
        raise MethodRefused("invalid_arguments", ["[ERROR] missing required field: view [json-pointer:/]"])
    return view


def channel_of(workspace: WorkspaceState, args: JSON) -> Channel:
    """Return the channel by its id or #name, or the direct messages of a person. Raises MethodRefused."""
    given = required(args, "channel", "channel_not_found")
    if given in workspace.people:
        return workspace.direct_channel(given)
    by_name = {f"#{channel.name}": channel for channel in workspace.channels.values()}
    channel = workspace.channels.get(given) or by_name.get(given)
    if channel is None:
        raise MethodRefused("channel_not_found")
    return channel


def message_of(args: JSON) -> JSON:
    """Return the checked `text`, `blocks`, `thread_ts` and `metadata`. Raises MethodRefused with Slack's complaints."""
    payload = {key: args[key] for key in ("text", "thread_ts") if args.get(key)}
    blocks = parsed(args, "blocks", "invalid_blocks_format")
    if blocks:
        if not isinstance(blocks, list):
            raise MethodRefused("invalid_blocks_format")
        payload["blocks"] = blocks
    if args.get("attachments"):
        payload["attachments"] = parsed(args, "attachments", "invalid_attachments")
    refusal = refusal_of_message(payload)
    if refusal is not None:
        raise MethodRefused(*refusal)
    metadata = parsed(args, "metadata", "invalid_metadata_format")
    return {**payload, "metadata": _checked_metadata(metadata)} if metadata else payload


def _checked_metadata(metadata: Any) -> JSON:
    """Return message metadata (docs.slack.dev/messaging/message-metadata). Raises MethodRefused."""
    if not isinstance(metadata, dict):
        raise MethodRefused("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"}:
        raise MethodRefused("invalid_metadata_schema")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise MethodRefused("invalid_metadata_schema")
    if not metadata["event_type"]:
        raise MethodRefused("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False)) > MAX_METADATA:
        raise MethodRefused("metadata_too_large")
    return metadata


def own_post(workspace: WorkspaceState, args: JSON, error: str) -> Post:
    """Return the bot's message at `channel` and `ts`. Raises MethodRefused, with `error` for another's message."""
    channel = channel_of(workspace, args)
    post = workspace.board.find(channel.id, required(args, "ts", "message_not_found"))
    if post is None or post.only_for is not None:
        raise MethodRefused("message_not_found")
    if post.user != BOT_USER_ID:
        raise MethodRefused(error)
    return post
