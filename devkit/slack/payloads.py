"""The payloads that Slack sends to an app (docs.slack.dev/interactivity and /reference/interaction-payloads)."""

# ruff: noqa: ANN401  # escapes any part of a message

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from devkit.slack.forms import HOLDS, as_values, states
from devkit.slack.modals import OpenView
from devkit.slack.people import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Channel,
    Human,
)
from devkit.slack.visible import escape, unescape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devkit.slack.manifest import ManifestCommand
    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON


def typed(command: ManifestCommand, text: str, people: Iterable[Human], channels: Iterable[Channel]) -> str:
    """Return a command's text as Slack sends it: trimmed, `&<>` escaped; with `should_escape`, ids for names.

    Slack's documentation does not mention entities in the text of commands. The stricter assumption is that `&`, `<`
    and `>` are escaped, as elsewhere in Slack, so that a bot must unescape them.
    """
    sent = escape(text.strip())
    if command.should_escape:
        for human in people:
            sent = re.sub(rf"@{re.escape(human.handle)}\b", f"<@{human.id}|{human.handle}>", sent)
        for channel in channels:
            sent = re.sub(rf"#{re.escape(channel.name)}\b", f"<#{channel.id}|{channel.name}>", sent)
    return sent


def slash_command(  # noqa: PLR0913  # one argument for each field that varies
    who: Human, channel: Channel, *, command: str, text: str, trigger_id: str, response_url: str
) -> dict[str, str]:
    """Return a slash command's form fields. `text` is the result of `typed`."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": who.id,
        "user_name": who.handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def _common(kind: str, who: Human) -> JSON:
    enterprise = {"id": who.enterprise_id, "name": who.enterprise_name} if who.enterprise_id else None
    in_team = {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]} if enterprise else {}
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN, **in_team},
        "user": {"id": who.id, "username": who.handle, "name": who.handle, "team_id": who.team_id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }


def shortcut(who: Human, *, callback_id: str, trigger_id: str, action_ts: str) -> JSON:
    """Return the payload of a global shortcut, which names no channel (docs.slack.dev, Shortcut interactions)."""
    common = _common("shortcut", who)
    user = {key: common["user"][key] for key in ("id", "username", "team_id")}
    chosen = {"callback_id": callback_id, "trigger_id": trigger_id, "action_ts": action_ts}
    return {**{key: common[key] for key in common if key != "api_app_id"}, "user": user, **chosen}


def message_shortcut(  # noqa: PLR0913  # as slash_command
    who: Human,
    channel: Channel,
    post: Post,
    *,
    callback_id: str,
    trigger_id: str,
    action_ts: str,
    response_url: str,
) -> JSON:
    """Return the payload of a message shortcut, with the message in which it was chosen."""
    common = _common("message_action", who)
    return {
        **{key: common[key] for key in common if key != "api_app_id"},
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": action_ts,
        "response_url": response_url,
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": post.ts,
        "message": message(post),
    }


def _in_view(kind: str, who: Human, view: OpenView) -> JSON:
    """Return the common part for a view. With Slack Connect, `team` is the person's own workspace."""
    common = _common(kind, who)
    if who.is_outsider:
        common["team"] = {"id": who.team_id, "domain": who.team_domain}
    return {**common, "view": copy.deepcopy(view.payload())}


def view_submission(who: Human, view: OpenView, *, trigger_id: str, response_urls: list[JSON]) -> JSON:
    """Return the payload of a press on Submit."""
    return {**_in_view("view_submission", who, view), "trigger_id": trigger_id, "response_urls": response_urls}


def view_closed(who: Human, view: OpenView, *, is_cleared: bool) -> JSON:
    """Return the payload of closing a view with `notify_on_close`; `is_cleared` when the whole stack was closed."""
    return {**_in_view("view_closed", who, view), "is_cleared": is_cleared}


def _escaped(value: Any) -> Any:
    """Return a copy with `&`, `<` and `>` as entities in every plain_text (slackapi/bolt-python issue 513)."""
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    if isinstance(value, dict):
        kept = {key: _escaped(each) for key, each in value.items()}
        if kept.get("type") == "plain_text" and isinstance(kept.get("text"), str):
            kept["text"] = escape(unescape(kept["text"]))
        return kept
    return value


def message(post: Post, *, with_metadata: bool = False) -> JSON:
    """Return a message as interactions and Web API answers contain it."""
    by_bot = post.user == BOT_USER_ID
    who = {"bot_id": BOT_ID, "app_id": APP_ID} if by_bot else {"client_msg_id": str(UUID(int=_number(post)))}
    sent: JSON = {
        "user": post.user,
        **who,
        "team": TEAM_ID,
        "type": "message",
        "ts": post.ts,
        "text": post.text,
        "blocks": _escaped(copy.deepcopy(post.blocks)) if by_bot else [_as_typed(post)],
    }
    if post.edited:
        sent["edited"] = {"user": post.user, "ts": post.ts}
    if post.thread_ts:
        sent["thread_ts"] = post.thread_ts
    if with_metadata and post.metadata:
        sent["metadata"] = copy.deepcopy(post.metadata)
    return sent


def _as_typed(post: Post) -> JSON:
    """Return the rich_text block that Slack makes of a person's message: here, one piece of text without styles."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": unescape(post.text)}]}
    return {"type": "rich_text", "block_id": f"r{_number(post):x}", "elements": [section]}


def _number(post: Post) -> int:
    return int(post.ts.replace(".", ""))


def action(block: JSON, element: JSON, state: JSON | None, *, action_ts: str) -> JSON:
    """Return one entry of `actions`. `state` is the new state of the element, None for a button."""
    done: JSON = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "button":
        done["text"] = element["text"]
        done |= {key: element[key] for key in ("value", "style", "url") if key in element}
    if state:
        done |= {key: value for key, value in state.items() if key != "type"}
    start = HOLDS.get(element["type"], ("", ""))[1]
    if start in element:
        done[start] = element[start]
    return done


def action_in_view(who: Human, view: OpenView, done: JSON, *, trigger_id: str) -> JSON:
    """Return the payload of an action in a modal or on a Home tab. It has no response_url."""
    return {
        **_in_view("block_actions", who, view),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "actions": [done],
    }


def action_in_message(  # noqa: PLR0913  # as slash_command
    who: Human, channel: Channel, post: Post, done: JSON, *, trigger_id: str, response_url: str
) -> JSON:
    """Return the payload of an action in a message. For ephemeral messages `message` is absent, as in Slack."""
    held = states(post.blocks, post.held.get(who.id))
    sent = {
        **_common("block_actions", who),
        "container": {**_message_container(post), "is_ephemeral": post.only_for is not None},
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": as_values(held)},
        "trigger_id": trigger_id,
        "response_url": response_url,
        "actions": [_escaped(done)],
    }
    return sent if post.only_for else {**sent, "message": message(post)}


def _message_container(post: Post) -> JSON:
    return {"type": "message", "message_ts": post.ts, "channel_id": post.channel}


def suggestion(who: Human, where: OpenView | Post, block: JSON, element: JSON, query: str) -> JSON:
    """Return the payload that requests options for the text typed into an external_select."""
    typed_in = {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    if isinstance(where, OpenView):
        sent = _in_view("block_suggestion", who, where)
        sent["view"]["state"] = {"values": {}}  # Slack does not send the values of the form here
        return {
            **sent,
            "container": {"type": "view", "view_id": where.id},
            **typed_in,
        }
    container = {**_message_container(where), "is_ephemeral": where.only_for is not None}
    sent = {**_common("block_suggestion", who), "container": container, "channel": {"id": where.channel}, **typed_in}
    return sent if where.only_for else {**sent, "message": message(where)}
