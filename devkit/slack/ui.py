"""What the page in the browser sees and does: the state as JSON, and one function for each thing a person may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack.forms import as_values
from devkit.slack.people import BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, Channel, Human

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.modals import OpenView
    from devkit.slack.posts import Post
    from devkit.slack.records import Trouble, Where
    from devkit.slack.wire import JSON
    from devkit.slack.workspace import Workspace


def state(workspace: Workspace, user: str) -> JSON:
    """All that one person sees. Raises KeyError for an unknown person."""
    with workspace.lock:
        me = workspace.people[user]
        top = workspace.modals.top(user)
        channels = [each for each in workspace.channels.values() if user in each.members]
        return {
            "team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN},
            "me": _person(me),
            "people": [_person(human) for human in workspace.people.values()],
            "channels": [_channel(workspace, user, channel) for channel in channels],
            "modal": _modal(top) if top else None,
            "depth": len(workspace.modals.stack(user)),
            "troubles": [_trouble(index, each) for index, each in enumerate(workspace.troubles) if each.user == user],
            "links": [{"name": link.name, "url": link.url} for link in workspace.links],
            "commands": [
                {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
                for each in workspace.commands.values()
            ],
            "shortcuts": [
                {"callback_id": each.callback_id, "name": each.name, "description": each.description}
                for each in workspace.shortcuts.values()
                if not me.is_outsider
            ],
        }


def _trouble(index: int, trouble: Trouble) -> JSON:
    return {"id": index, "text": trouble.text, "error": trouble.error, "detail": trouble.detail}


def _person(human: Human) -> JSON:
    return {
        "id": human.id,
        "handle": human.handle,
        "name": human.name,
        "role": human.role,
        "is_outsider": human.is_outsider,
    }


def _channel(workspace: Workspace, user: str, channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_direct": channel.id.startswith("D"),
        "is_ext_shared": channel.is_ext_shared,
        "messages": [_message(workspace, user, post) for post in workspace.messages(user, channel.id)],
    }


def _message(workspace: Workspace, user: str, post: Post) -> JSON:
    seen: JSON = {
        "ts": post.ts,
        "user": post.user,
        "name": workspace.name_of(post.user),
        "is_bot": post.user == BOT_USER_ID,
        "text": post.text,
        "blocks": post.blocks,
        "ephemeral": post.only_for is not None,
        "edited": post.edited,
        "values": as_values(post.held.get(user, {})),
    }
    return {**seen, "thread_ts": post.thread_ts} if post.thread_ts else seen


def _modal(view: OpenView) -> JSON:
    return {
        "view": view.payload(),
        "values": as_values(view.held),
        "errors": dict(view.errors),
        "busy": view.busy,
        "trouble": view.trouble,
    }


def _where(asked: JSON) -> Where:
    where = asked["where"]
    return str(where["modal"]) if "modal" in where else (str(where["channel"]), str(where["ts"]))


def message(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, channel, text}`: type an ordinary message."""
    return {"ok": True, "ts": workspace.say(asked["user"], asked["channel"], asked["text"]).ts}


def command(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, channel, command, text}`: type a slash command."""
    workspace.command(asked["user"], asked["channel"], asked["command"], asked.get("text", ""))
    return {"ok": True}


def shortcut(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, callback_id}`: choose one of the app's global shortcuts."""
    workspace.shortcut(asked["user"], asked["callback_id"])
    return {"ok": True}


_ABOUT: Final = frozenset({"user", "where", "block_id", "action_id", "trigger", "type"})


def action(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, where, block_id, action_id, value?|selected_…?, trigger?}`: press a button or change an element.

    With `trigger` (`on_enter_pressed`, `on_character_entered`) a text input dispatches only if its config says so.
    """
    change = {key: value for key, value in asked.items() if key not in _ABOUT}
    trigger = asked.get("trigger")
    where = _where(asked)
    workspace.act(asked["user"], where, asked["block_id"], asked["action_id"], change or None, trigger=trigger)
    return {"ok": True}


def options(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, where, block_id, action_id, query}`: type into a type-ahead."""
    return workspace.suggest(
        asked["user"], _where(asked), asked["block_id"], asked["action_id"], asked.get("query", "")
    )


def submit(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, view_id, values}`: press Submit. Answers the errors on fields, and Slack's banner if the bot failed."""
    view = workspace.modals.at(asked["user"], asked["view_id"])
    errors = workspace.submit(asked["user"], asked["view_id"], asked.get("values"))
    return {"ok": not errors and not view.trouble, "errors": errors, "trouble": view.trouble}


def close(workspace: Workspace, asked: JSON) -> JSON:
    """`{user, view_id, everything?}`: press Cancel, or the X of the whole modal."""
    workspace.close(asked["user"], asked["view_id"], everything=asked.get("everything") is True)
    return {"ok": True}


DEEDS: Final[Mapping[str, Callable[[Workspace, JSON], JSON]]] = {
    "message": message,
    "command": command,
    "shortcut": shortcut,
    "action": action,
    "options": options,
    "submit": submit,
    "close": close,
}
