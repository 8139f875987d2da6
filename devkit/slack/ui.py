"""The page's interface to the workspace: its state as JSON, and one function for each action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devkit.slack.forms import as_values
from devkit.slack.people import BOT_USER_ID, TEAM_NAME, Channel, Human

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devkit.slack.actions import WorkspaceActions
    from devkit.slack.manifest import Shortcut
    from devkit.slack.modals import OpenView
    from devkit.slack.posts import Post
    from devkit.slack.records import Where
    from devkit.slack.wire import JSON


def state(workspace: WorkspaceActions, user: str) -> JSON:
    """Return everything that one person sees. Raises KeyError for an unknown person."""
    with workspace.lock:
        me = workspace.people[user]
        top, home = workspace.modals.top(user), workspace.modals.homes.get(user)
        channels = [each for each in workspace.channels.values() if user in each.members]
        return {
            "team": {"name": TEAM_NAME},
            "app": {"name": workspace.bot_name, "has_home": workspace.has_home and not me.is_outsider},
            "me": _person(me),
            "people": [_person(human) for human in workspace.people.values()],
            "channels": [_channel(workspace, user, channel) for channel in channels],
            "modal": _view(top) if top else None,
            "home": _view(home) if home else None,
            "depth": len(workspace.modals.stack(user)),
            "troubles": [{"text": each.text} for each in workspace.troubles if each.user == user],
            "links": [{"name": link.name, "url": link.url} for link in workspace.links],
            "commands": [
                {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
                for each in workspace.commands.values()
            ],
            "shortcuts": [] if me.is_outsider else _shortcuts(workspace.shortcuts),
            "message_shortcuts": [] if me.is_outsider else _shortcuts(workspace.message_shortcuts),
        }


def _shortcuts(shortcuts: Mapping[str, Shortcut]) -> list[JSON]:
    return [
        {"callback_id": each.callback_id, "name": each.name, "description": each.description}
        for each in shortcuts.values()
    ]


def _person(human: Human) -> JSON:
    return {"id": human.id, "name": human.name, "role": human.role}


def _channel(workspace: WorkspaceActions, user: str, channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_direct": channel.id.startswith("D"),
        "is_ext_shared": channel.is_ext_shared,
        "messages": [_message(workspace, user, post) for post in workspace.messages(user, channel.id)],
    }


def _message(workspace: WorkspaceActions, user: str, post: Post) -> JSON:
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


def _view(view: OpenView) -> JSON:
    return {
        "view": view.payload(),
        "values": as_values(view.held),
        "errors": dict(view.errors),
        "busy": view.busy,
        "trouble": view.trouble,
    }


def _where(given: JSON) -> Where:
    where = given["where"]
    return str(where["view"]) if "view" in where else (str(where["channel"]), str(where["ts"]))


def message(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Post an ordinary message, or a reply: `{user, channel, text, thread_ts?}`."""
    posted = workspace.say(given["user"], given["channel"], given["text"], thread_ts=given.get("thread_ts"))
    return {"ok": True, "ts": posted.ts}


def command(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Send a slash command: `{user, channel, command, text, thread_ts?}`."""
    user, channel, thread_ts = given["user"], given["channel"], given.get("thread_ts")
    workspace.command(user, channel, given["command"], given.get("text", ""), thread_ts=thread_ts)
    return {"ok": True}


def shortcut(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Choose one of the app's global shortcuts: `{user, callback_id}`."""
    workspace.shortcut(given["user"], given["callback_id"])
    return {"ok": True}


def message_shortcut(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Choose a message shortcut in the menu of a message: `{user, channel, ts, callback_id}`."""
    workspace.message_shortcut(given["user"], given["channel"], given["ts"], given["callback_id"])
    return {"ok": True}


def home(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Open the app's Home tab: `{user}`."""
    workspace.open_home(given["user"])
    return {"ok": True}


_NOT_STATE: Final = frozenset({"user", "where", "block_id", "action_id", "trigger", "type"})


def action(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Press a button or change an element: `{user, where, block_id, action_id, value?|selected_…?, trigger?}`.

    With `trigger` (`on_enter_pressed`, `on_character_entered`), a text input dispatches only if its config contains it.
    """
    change = {key: value for key, value in given.items() if key not in _NOT_STATE}
    trigger = given.get("trigger")
    where = _where(given)
    workspace.act(given["user"], where, given["block_id"], given["action_id"], change or None, trigger=trigger)
    return {"ok": True}


def options(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Type into a type-ahead: `{user, where, block_id, action_id, query}`."""
    return workspace.suggest(
        given["user"], _where(given), given["block_id"], given["action_id"], given.get("query", "")
    )


def submit(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Press Submit: `{user, view_id, values}`. Return the errors by block_id, and Slack's banner if the bot failed."""
    view = workspace.modals.at(given["user"], given["view_id"])
    errors = workspace.submit(given["user"], given["view_id"], given.get("values"))
    return {"ok": not errors and not view.trouble, "errors": errors, "trouble": view.trouble}


def close(workspace: WorkspaceActions, given: JSON) -> JSON:
    """Press Cancel, or with `everything` the X of the whole modal: `{user, view_id, everything?}`."""
    workspace.close(given["user"], given["view_id"], everything=given.get("everything") is True)
    return {"ok": True}


ACTIONS: Final[Mapping[str, Callable[[WorkspaceActions, JSON], JSON]]] = {
    "message": message,
    "command": command,
    "shortcut": shortcut,
    "message_shortcut": message_shortcut,
    "home": home,
    "action": action,
    "options": options,
    "submit": submit,
    "close": close,
}
