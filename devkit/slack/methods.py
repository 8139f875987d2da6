"""The Web API methods that show things: views.* and chat.* (docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack import arguments, payloads
from devkit.slack.limits import MAX_UPDATE_TEXT
from devkit.slack.modals import Refused
from devkit.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.wire import JSON
    from devkit.slack.workspace import Workspace


def _api_test(_workspace: Workspace, args: JSON) -> JSON:
    if args.get("error"):
        raise Refused(str(args["error"]))
    return {"args": args}


def _auth_test(workspace: Workspace, _args: JSON) -> JSON:
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


def _views_open(workspace: Workspace, args: JSON) -> JSON:
    return {"view": workspace.modals.open(arguments.needed(args, "trigger_id"), arguments.a_view(args)).payload()}


def _views_push(workspace: Workspace, args: JSON) -> JSON:
    return {"view": workspace.modals.push(arguments.needed(args, "trigger_id"), arguments.a_view(args)).payload()}


def _views_update(workspace: Workspace, args: JSON) -> JSON:
    target = workspace.modals.find_by(view_id=args.get("view_id"), external_id=args.get("external_id"))
    workspace.modals.update(target, arguments.a_view(args), given_hash=args.get("hash"))
    return {"view": target.payload()}


def _views_publish(workspace: Workspace, args: JSON) -> JSON:
    human = workspace.people.get(arguments.needed(args, "user_id"))
    if human is None:
        raise Refused("invalid_arguments", ["[ERROR] invalid `user_id` [json-pointer:/user_id]"])
    return {
        "view": workspace.modals.publish(
            human.id, human.team_id, arguments.a_view(args), given_hash=args.get("hash")
        ).payload()
    }


def _post_message(workspace: Workspace, args: JSON) -> JSON:
    channel = arguments.a_channel(workspace, args)
    if BOT_USER_ID not in channel.members:
        raise Refused("not_in_channel")
    payload = arguments.a_message(args)
    if "thread_ts" in payload and workspace.board.find(channel.id, payload["thread_ts"]) is None:
        raise Refused("thread_not_found")
    if workspace.rate_limit and _posted_just_now(workspace, channel.id):
        raise Refused("ratelimited")
    post = workspace.board.add(channel=channel.id, user=BOT_USER_ID, payload=payload)
    return {"channel": channel.id, "ts": post.ts, "message": payloads.message(post)}


def _posted_just_now(workspace: Workspace, channel: str) -> bool:
    """Return whether chat.postMessage posted in this channel within the last second; if not, it does now."""
    now = workspace.clock()
    if 0 <= now - workspace.board.posted_at.get(channel, now - 1) < 1:
        return True
    workspace.board.posted_at[channel] = now
    return False


def _post_ephemeral(workspace: Workspace, args: JSON) -> JSON:
    channel = arguments.a_channel(workspace, args)
    user = arguments.needed(args, "user")
    if BOT_USER_ID not in channel.members:
        raise Refused("not_in_channel")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    post = workspace.board.add(channel=channel.id, user=BOT_USER_ID, payload=arguments.a_message(args), only_for=user)
    return {"message_ts": post.ts}


def _chat_update(workspace: Workspace, args: JSON) -> JSON:
    post = arguments.own_post(workspace, args, "cant_update_message")
    payload = arguments.a_message(args)
    if len(payload.get("text", "")) > MAX_UPDATE_TEXT:
        raise Refused("msg_too_long")
    workspace.board.change(post, payload)
    return {"channel": post.channel, "ts": post.ts, "text": post.text, "message": payloads.message(post)}


def _chat_delete(workspace: Workspace, args: JSON) -> JSON:
    post = arguments.own_post(workspace, args, "cant_delete_message")
    workspace.board.remove(post)
    return {"channel": post.channel, "ts": post.ts}


def _permalink(workspace: Workspace, args: JSON) -> JSON:
    channel = arguments.a_channel(workspace, args)
    ts = arguments.needed(args, "message_ts", "message_not_found")
    if workspace.board.find(channel.id, ts) is None:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": f"{workspace.base_url}/?channel={channel.id}#p{ts.replace('.', '')}"}


METHODS: Final[Mapping[str, Callable[[Workspace, JSON], JSON]]] = {
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
