"""The parts of an app's manifest that a workspace uses (docs.slack.dev/reference/app-manifest)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


@dataclass(frozen=True, kw_only=True)
class Command:
    """A slash command. With `should_escape`, @names and #channels arrive as `<@U…|name>` and `<#C…|name>`."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A global shortcut. People find it beside the composer and in Slack's search."""

    callback_id: str
    name: str
    description: str


def name_of_bot(manifest: JSON) -> str:
    """Return the name under which the bot posts."""
    return str(manifest["features"]["bot_user"]["display_name"])


def commands_of(manifest: JSON) -> list[Command]:
    """Return the slash commands that the manifest declares."""
    return [
        Command(
            command=each["command"],
            description=each["description"],
            usage_hint=each.get("usage_hint", ""),
            should_escape=each.get("should_escape", False),
        )
        for each in manifest["features"].get("slash_commands", ())
    ]


def shortcuts_of(manifest: JSON) -> list[Shortcut]:
    """Return the global shortcuts that the manifest declares. Message shortcuts are left out: the page has none."""
    return [
        Shortcut(callback_id=each["callback_id"], name=each["name"], description=each["description"])
        for each in manifest["features"].get("shortcuts", ())
        if each["type"] == "global"
    ]
