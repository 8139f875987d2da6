"""A button with which a person goes on after Slack did not open what they asked for. Nothing that was typed is lost.

A trigger opens a form within three seconds only, and once. A press on this button is a new request with a trigger of
its own. Its value carries what the first request asked for; the press is turned back into that request before any
listener runs, so that every command, shortcut and button has this without knowing of it.

The value needs no signature. People press buttons and cannot change what a button carries, and Slack signs the request.
Who asks, where, and with what role is read from the press, never from the value.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Final

from slack_bolt import BoltResponse

from bot.blocks import Block, actions, button
from bot.kept import FormOutdated, value_in
from bot.reply import ReplyLost, reply
from bot.shapes import is_of_slack

GO_ON: Final = "go_on"
ROW: Final = "go_on"

_LONGEST_VALUE: Final = 2000  # of a button
_OF_A_MESSAGE: Final = ("text", "user", "ts", "bot_id", "subtype")
_DONE: Final = ("type", "action_id", "block_id", "value", "selected_option")
# Fields that the press has of its own, whatever it asks for.
_OF_THE_PRESS: Final = ("trigger_id", "response_url", "container", "channel", "team", "user", "enterprise", "view")
# Fields that its value has. Nothing else of a value is read, so that none can say who asks.
_OF_THE_VALUE: Final = ("type", "callback_id", "command", "text", "message", "actions")
_RESUMED: Final = "resumed"


def row_for(body: dict[str, Any], label: str) -> list[Block]:
    """Return the row with the button that repeats this request; nothing where a button cannot carry it."""
    value = json.dumps(asked, ensure_ascii=False, separators=(",", ":")) if (asked := _asked(body)) else ""
    if not 0 < len(value) <= _LONGEST_VALUE:
        return []
    return [actions(button(label, action_id=GO_ON, value=value, style="primary"), block_id=ROW)]


def _asked(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a request asked for, without who asked; None for a request that no button can repeat."""
    if "command" in body:
        return {"command": body["command"], "text": body.get("text") or ""}
    match body.get("type"):
        case "shortcut":
            return {"type": "shortcut", "callback_id": body["callback_id"]}
        case "message_action":
            message = {name: body["message"][name] for name in _OF_A_MESSAGE if name in body["message"]}
            return {"type": "message_action", "callback_id": body["callback_id"], "message": message}
        case "block_actions":
            done = [{name: each[name] for name in _DONE if name in each} for each in body["actions"]]
            return {"type": "block_actions", "actions": done}
    return None


def resume(body: dict[str, Any]) -> None:
    """Turn a press on the button back into the request that it carries, as if it came now. Others stay as they are."""
    done = (body.get("actions") or [{}])[0]
    if body.get("type") == "block_actions" and done.get("action_id") == GO_ON:
        pressed, asked = dict(body), _read_asked(done)
        body.clear()
        body.update({name: asked[name] for name in _OF_THE_VALUE if name in asked})
        body.update({name: pressed[name] for name in _OF_THE_PRESS if name in pressed})
        body[_RESUMED] = True
        if "command" in asked:
            body.update(_as_command(pressed))
        if not is_of_slack(body):
            raise FormOutdated


def _read_asked(done: dict[str, Any]) -> dict[str, Any]:
    """Return what the button carries. Raises FormOutdated."""
    try:
        asked = json.loads(value_in(done))
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise FormOutdated
    return asked


def _as_command(pressed: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that a command has otherwise than a press."""
    user, channel = pressed["user"], pressed.get("channel") or {}
    return {
        "user_id": user["id"],
        "user_name": user.get("username") or user.get("name") or user["id"],
        "team_id": (pressed.get("team") or {}).get("id"),
        "channel_id": channel.get("id"),
    }


def is_resumed(body: dict[str, Any]) -> bool:
    """Return whether the request is a press on the button."""
    return bool(body.get(_RESUMED))


def deliver(body: dict[str, Any], response: BoltResponse) -> BoltResponse:
    """Return the response to a request. The answer to a resumed one takes the place of the message with the button.

    Slack reads a command's answer in the response, and ignores one to a press.
    """
    if not is_resumed(body) or not body.get("response_url") or response.status != 200:  # noqa: PLR2004 - OK
        return response
    said = json.loads(response.body) if response.body else {}
    with suppress(ReplyLost):
        if said.get("response_type") == "in_channel":
            reply(body, {**said, "replace_original": False})
            said = {}
        reply(body, {**said, "replace_original": True} if said else {"delete_original": True})
    return BoltResponse(status=200, body="")
