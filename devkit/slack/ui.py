"""The page's interface to the workspace: its state as JSON, and one function for each action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack.forms import as_values
from devkit.slack.people import BOT_USER_ID, TEAM_NAME, Channel, Human

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.actions import Actions
    from devkit.slack.modals import OpenView
    from devkit.slack.posts import Post
    from devkit.slack.records import Where
    from devkit.slack.wire import JSON


def state(workspace: Actions, user: str) -> JSON:
    """Return everything that one person sees. Raises KeyError for an unknown person."""
    with workspace.lock:
        me = workspace.people[user]
        top = workspace.modals.top(user)
        channels = [each for each in workspace.channels.values() if user in each.members]
        return {
            "team": {"name": TEAM_NAME},
            "app": {"name": workspace.bot_name},
            "me": _person(me),
            "people": [_person(human) for human in workspace.people.values()],
            "channels": [_channel(workspace, user, channel) for channel in channels],
            "modal": _modal(top) if top else None,
            "depth": len(workspace.modals.stack(user)),
            "troubles": [{"text": each.text} for each in workspace.troubles if each.user == user],
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


def _person(human: Human) -> JSON:
    return {"id": human.id, "name": human.name, "role": human.role}


def _channel(workspace: Actions, user: str, channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_direct": channel.id.startswith("D"),
        "is_ext_shared": channel.is_ext_shared,
        "messages": [_message(workspace, user, post) for post in workspace.messages(user, channel.id)],
    }


def _message(workspace: Actions, user: str, post: Post) -> JSON:
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


def _where(given: JSON) -> Where:
    where = given["where"]
    return str(where["modal"]) if "modal" in where else (str(where["channel"]), str(where["ts"]))


def message(workspace: Actions, given: JSON) -> JSON:
    """Post an ordinary message: `{user, channel, text}`."""
    return {"ok": True, "ts": workspace.say(given["user"], given["channel"], given["text"]).ts}


def command(workspace: Actions, given: JSON) -> JSON:
    """Send a slash command: `{user, channel, command, text}`."""
    workspace.command(given["user"], given["channel"], given["command"], given.get("text", ""))
    return {"ok": True}


def shortcut(workspace: Actions, given: JSON) -> JSON:
    """Choose one of the app's global shortcuts: `{user, callback_id}`."""
    workspace.shortcut(given["user"], given["callback_id"])
    return {"ok": True}


_NOT_STATE: Final = frozenset({"user", "where", "block_id", "action_id", "trigger", "type"})


def action(workspace: Actions, given: JSON) -> JSON:
    """Press a button or change an element: `{user, where, block_id, action_id, value?|selected_…?, trigger?}`.

    With `trigger` (`on_enter_pressed`, `on_character_entered`), a text input dispatches only if its config contains it.
    """
    change = {key: value for key, value in given.items() if key not in _NOT_STATE}
    trigger = given.get("trigger")
    where = _where(given)
    workspace.act(given["user"], where, given["block_id"], given["action_id"], change or None, trigger=trigger)
    return {"ok": True}


def options(workspace: Actions, given: JSON) -> JSON:
    """Type into a type-ahead: `{user, where, block_id, action_id, query}`."""
    return workspace.suggest(
        given["user"], _where(given), given["block_id"], given["action_id"], given.get("query", "")
    )


def submit(workspace: Actions, given: JSON) -> JSON:
    """Press Submit: `{user, view_id, values}`. Return the errors by block_id, and Slack's banner if the bot failed."""
    view = workspace.modals.at(given["user"], given["view_id"])
    errors = workspace.submit(given["user"], given["view_id"], given.get("values"))
    return {"ok": not errors and not view.trouble, "errors": errors, "trouble": view.trouble}


def close(workspace: Actions, given: JSON) -> JSON:
    """Press Cancel, or with `everything` the X of the whole modal: `{user, view_id, everything?}`."""
    workspace.close(given["user"], given["view_id"], everything=given.get("everything") is True)
    return {"ok": True}


ACTIONS: Final[Mapping[str, Callable[[Actions, JSON], JSON]]] = {
    "message": message,
    "command": command,
    "shortcut": shortcut,
    "action": action,
    "options": options,
    "submit": submit,
    "close": close,
}
