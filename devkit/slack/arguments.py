"""Reading a Web API call's arguments, with Slack's refusals for what is missing or malformed."""

# an argument may be anything until it has been read

# ruff: noqa: ANN401  # an argument may be anything until it has been read

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devkit.slack.limits import MAX_METADATA, refusal_of_message
from devkit.slack.modals import Refused
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from devkit.slack.people import Channel
    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON
    from devkit.slack.workspace import Workspace


def needed(args: JSON, name: str, error: str = "invalid_arguments") -> str:
    """An argument that must be there. Raises Refused(`error`)."""
    value = args.get(name)
    if not value:
        raise Refused(error, [f"[ERROR] missing required field: {name}"] if error == "invalid_arguments" else [])
    return str(value)


def parsed(args: JSON, name: str, error: str) -> Any:
    """An argument that is JSON inside a form and plain inside a JSON body."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        raise Refused(error) from None


def a_view(args: JSON) -> JSON:
    """The `view`, unchecked but an object."""
    view = parsed(args, "view", "invalid_arguments")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["[ERROR] missing required field: view [json-pointer:/]"])
    return view


def a_channel(workspace: Workspace, args: JSON) -> Channel:
    """The channel by id or #name, or a person's direct messages. Raises Refused."""
    wanted = needed(args, "channel", "channel_not_found")
    if wanted in workspace.people:
        return workspace.direct_channel(wanted)
    by_name = {f"#{channel.name}": channel for channel in workspace.channels.values()}
    channel = workspace.channels.get(wanted) or by_name.get(wanted)
    if channel is None:
        raise Refused("channel_not_found")
    return channel


def a_message(args: JSON) -> JSON:
    """`text`, `blocks`, `thread_ts` and `metadata`, checked. Raises Refused with what Slack finds wrong."""
    payload = {key: args[key] for key in ("text", "thread_ts") if args.get(key)}
    blocks = parsed(args, "blocks", "invalid_blocks_format")
    if blocks:
        if not isinstance(blocks, list):
            raise Refused("invalid_blocks_format")
        payload["blocks"] = blocks
    if args.get("attachments"):
        payload["attachments"] = parsed(args, "attachments", "invalid_attachments")
    refusal = refusal_of_message(payload)
    if refusal is not None:
        raise Refused(*refusal)
    metadata = parsed(args, "metadata", "invalid_metadata_format")
    return {**payload, "metadata": a_mark(metadata)} if metadata else payload


def a_mark(metadata: Any) -> JSON:
    """Message metadata: what happened, and the particulars (docs.slack.dev/messaging/message-metadata)."""
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_schema")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise Refused("invalid_metadata_schema")
    if not metadata["event_type"]:
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False)) > MAX_METADATA:
        raise Refused("metadata_too_large")
    return metadata


def own_post(workspace: Workspace, args: JSON, error: str) -> Post:
    """The bot's message at `channel` and `ts`. Raises Refused, with `error` where it is somebody else's."""
    channel = a_channel(workspace, args)
    post = workspace.board.find(channel.id, needed(args, "ts", "message_not_found"))
    if post is None or post.only_for is not None:
        raise Refused("message_not_found")
    if post.user != BOT_USER_ID:
        raise Refused(error)
    return post
