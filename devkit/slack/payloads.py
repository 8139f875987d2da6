"""The bodies that Slack sends, field by field (docs.slack.dev/interactivity and /reference/interaction-payloads)."""

# a payload's parts may be anything

# ruff: noqa: ANN401  # escapes any part of a message

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from devkit.slack.forms import HOLDS, as_values, states
from devkit.slack.modals import OpenView
from devkit.slack.people import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    OTHER_TEAM_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Channel,
    Human,
)
from devkit.slack.visible import escape, unescape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devkit.slack.people import Command
    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON

_DOMAINS = {TEAM_ID: TEAM_DOMAIN, OTHER_TEAM_ID: "other-boats"}


def typed(command: Command, text: str, people: Iterable[Human], channels: Iterable[Channel]) -> str:
    """A command's text as Slack sends it: trimmed, `&<>` escaped; @names and #channels as ids with `should_escape`.

    Slack's page promises the text as typed where `should_escape` is off and says nothing of entities. The reading that
    asks more of a bot is that `&`, `<` and `>` come escaped, as everywhere else in Slack, so that it must undo that.
    """
    sent = escape(text.strip())
    if command.should_escape:
        for human in people:
            sent = re.sub(rf"@{re.escape(human.handle)}\b", f"<@{human.id}|{human.handle}>", sent)
        for channel in channels:
            sent = re.sub(rf"#{re.escape(channel.name)}\b", f"<#{channel.id}|{channel.name}>", sent)
    return sent


def slash_command(  # noqa: PLR0913  # one argument for each thing that varies in the form
    who: Human, channel: Channel, *, command: str, text: str, trigger_id: str, response_url: str
) -> dict[str, str]:
    """A slash command's form fields. `text` is as Slack sends it: `typed` makes it."""
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
    enterprise = {"id": who.enterprise_id, "name": "Harbor Group"} if who.enterprise_id else None
    of_it = {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]} if enterprise else {}
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN, **of_it},
        "user": {"id": who.id, "username": who.handle, "name": who.handle, "team_id": who.team_id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }


def shortcut(who: Human, *, callback_id: str, trigger_id: str, action_ts: str) -> JSON:
    """A global shortcut was chosen: it knows a person and no channel (docs.slack.dev, Shortcut interactions)."""
    common = _common("shortcut", who)
    user = {key: common["user"][key] for key in ("id", "username", "team_id")}
    told = {"callback_id": callback_id, "trigger_id": trigger_id, "action_ts": action_ts}
    return {**{key: common[key] for key in common if key != "api_app_id"}, "user": user, **told}


def _in_view(kind: str, who: Human, view: OpenView) -> JSON:
    """With Slack Connect the team is the person's own; the app finds its workspace in view.app_installed_team_id."""
    common = _common(kind, who)
    if who.is_outsider:
        common["team"] = {"id": who.team_id, "domain": _DOMAINS.get(who.team_id, "elsewhere")}
    return {**common, "view": copy.deepcopy(view.payload())}


def view_submission(who: Human, view: OpenView, *, trigger_id: str, response_urls: list[JSON]) -> JSON:
    """Submit was pressed."""
    return {**_in_view("view_submission", who, view), "trigger_id": trigger_id, "response_urls": response_urls}


def view_closed(who: Human, view: OpenView, *, is_cleared: bool) -> JSON:
    """A view with `notify_on_close` was closed by the person; `is_cleared` when the whole stack went."""
    return {**_in_view("view_closed", who, view), "is_cleared": is_cleared}


def _escaped(value: Any) -> Any:
    """plain_text as messages return it: with `&`, `<` and `>` as entities (slackapi/bolt-python issue 513)."""
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    if isinstance(value, dict):
        kept = {key: _escaped(each) for key, each in value.items()}
        if kept.get("type") == "plain_text" and isinstance(kept.get("text"), str):
            kept["text"] = escape(unescape(kept["text"]))
        return kept
    return value


def message(post: Post, *, marked: bool = False) -> JSON:
    """A message as interactions and Web API answers carry it; `marked` with its metadata."""
    who: JSON = {"user": post.user}
    if post.user == BOT_USER_ID:
        who |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID}
    said: JSON = {
        **who,
        "type": "message",
        "ts": post.ts,
        "text": post.text,
        "blocks": _escaped(copy.deepcopy(post.blocks)),
    }
    if post.edited:
        said["edited"] = {"user": post.user, "ts": post.ts}
    if post.thread_ts:
        said["thread_ts"] = post.thread_ts
    if marked and post.metadata:
        said["metadata"] = copy.deepcopy(post.metadata)
    return said


def action(block: JSON, element: JSON, state: JSON | None, *, action_ts: str) -> JSON:
    """One entry of `actions`. `state` is what was chosen or entered; None for a button."""
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


def view_action(who: Human, view: OpenView, done: JSON, *, trigger_id: str) -> JSON:
    """Something was used in a modal or on a Home tab."""
    return {
        **_in_view("block_actions", who, view),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "actions": [done],
    }


def message_action(  # noqa: PLR0913  # as slash_command
    who: Human, channel: Channel, post: Post, done: JSON, *, trigger_id: str, response_url: str
) -> JSON:
    """Something was used in a message. Ephemeral messages come without `message`, as Slack keeps none."""
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
    """Somebody typed into an external_select: the app is asked for options."""
    asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    if isinstance(where, OpenView):
        sent = _in_view("block_suggestion", who, where)
        sent["view"]["state"] = {"values": {}}  # Slack does not say what the form holds here
        return {
            **sent,
            "container": {"type": "view", "view_id": where.id},
            **asked,
        }
    container = {**_message_container(where), "is_ephemeral": where.only_for is not None}
    sent = {**_common("block_suggestion", who), "container": container, "channel": {"id": where.channel}, **asked}
    return sent if where.only_for else {**sent, "message": message(where)}
