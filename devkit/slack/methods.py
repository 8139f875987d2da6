"""The Web API methods views.*, chat.*, auth.test and api.test (docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack import arguments, payloads
from devkit.slack.limits import MAX_UPDATE_TEXT
from devkit.slack.modals import MethodRefused
from devkit.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.state import WorkspaceState
    from devkit.slack.wire import JSON


def _api_test(_workspace: WorkspaceState, args: JSON) -> JSON:
    if args.get("error"):
        raise MethodRefused(str(args["error"]))
    return {"args": args}


def _auth_test(workspace: WorkspaceState, _args: JSON) -> JSON:
    return {
        "url": f"{workspace.base_url}/",
        "team": TEAM_NAME,
        "user": TEAM_DOMAIN,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def _views_open(workspace: WorkspaceState, args: JSON) -> JSON:
    return {"view": workspace.modals.open(arguments.required(args, "trigger_id"), arguments.view_of(args)).payload()}


def _views_push(workspace: WorkspaceState, args: JSON) -> JSON:
    return {"view": workspace.modals.push(arguments.required(args, "trigger_id"), arguments.view_of(args)).payload()}


def _views_update(workspace: WorkspaceState, args: JSON) -> JSON:
    target = workspace.modals.find_by(view_id=args.get("view_id"), external_id=args.get("external_id"))
    workspace.modals.update(target, arguments.view_of(args), given_hash=args.get("hash"))
    return {"view": target.payload()}


def _views_publish(workspace: WorkspaceState, args: JSON) -> JSON:
    who = workspace.people.get(arguments.required(args, "user_id"))
    if who is None or who.is_outsider:
        raise MethodRefused("invalid_arguments", ["[ERROR] invalid `user_id` [json-pointer:/user_id]"])
    view = arguments.view_of(args)
    if not workspace.has_home and view.get("type") == "home":
        raise MethodRefused("not_enabled")
    return {"view": workspace.modals.publish(who.id, who.team_id, view, given_hash=args.get("hash")).payload()}


def _post_message(workspace: WorkspaceState, args: JSON) -> JSON:
    channel = arguments.channel_of(workspace, args)
    if BOT_USER_ID not in channel.members:
        raise MethodRefused("not_in_channel")
    if channel.id.startswith("D") and not workspace.has_messages:
        raise MethodRefused("messages_tab_disabled")
    payload = arguments.message_of(args)
    if "thread_ts" in payload and workspace.board.find(channel.id, payload["thread_ts"]) is None:
        raise MethodRefused("thread_not_found")
    if workspace.rate_limit and _posted_just_now(workspace, channel.id):
        raise MethodRefused("ratelimited")
    post = workspace.board.add(channel=channel.id, user=BOT_USER_ID, payload=payload)
    return {"channel": channel.id, "ts": post.ts, "message": payloads.message(post)}


def _posted_just_now(workspace: WorkspaceState, channel: str) -> bool:
    """Return True if the bot posted in this channel within the last second; else record the time of this post."""
    now = workspace.clock()
    if 0 <= now - workspace.board.posted_at.get(channel, now - 1) < 1:
        return True
    workspace.board.posted_at[channel] = now
    return False


def _post_ephemeral(workspace: WorkspaceState, args: JSON) -> JSON:
    channel = arguments.channel_of(workspace, args)
    user = arguments.required(args, "user")
    if BOT_USER_ID not in channel.members:
        raise MethodRefused("not_in_channel")
    if user not in channel.members:
        raise MethodRefused("user_not_in_channel")
    post = workspace.board.add(channel=channel.id, user=BOT_USER_ID, payload=arguments.message_of(args), only_for=user)
    return {"message_ts": post.ts}


def _chat_update(workspace: WorkspaceState, args: JSON) -> JSON:
    post = arguments.own_post(workspace, args, "cant_update_message")
    payload = arguments.message_of(args)
    if len(payload.get("text", "")) > MAX_UPDATE_TEXT:
        raise MethodRefused("msg_too_long")
    workspace.board.change(post, payload)
    return {"channel": post.channel, "ts": post.ts, "text": post.text, "message": payloads.message(post)}


def _chat_delete(workspace: WorkspaceState, args: JSON) -> JSON:
    post = arguments.own_post(workspace, args, "cant_delete_message")
    workspace.board.remove(post)
    return {"channel": post.channel, "ts": post.ts}


def _permalink(workspace: WorkspaceState, args: JSON) -> JSON:
    """Return the address of a message; the server leads from there to the page."""
    channel = arguments.channel_of(workspace, args)
    post = workspace.board.find(channel.id, arguments.required(args, "message_ts", "message_not_found"))
    if post is None or post.only_for is not None:
        raise MethodRefused("message_not_found")
    thread = f"?thread_ts={post.thread_ts}&cid={channel.id}" if post.thread_ts else ""
    link = f"{workspace.base_url}/archives/{channel.id}/p{post.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


METHODS: Final[Mapping[str, Callable[[WorkspaceState, JSON], JSON]]] = {
    "api.test": _api_test,
    "auth.test": _auth_test,
    "views.open": _views_open,
    "views.push": _views_push,
    "views.update": _views_update,
    "views.publish": _views_publish,
    "chat.postMessage": _post_message,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _chat_update,
    "chat.delete": _chat_delete,
    "chat.getPermalink": _permalink,
}
