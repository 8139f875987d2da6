"""The parts of an app's manifest that a workspace uses (docs.slack.dev/reference/app-manifest)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


@dataclass(frozen=True, kw_only=True)
class ManifestCommand:
    """A slash command. With `should_escape`, @names and #channels arrive as `<@U…|name>` and `<#C…|name>`."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A shortcut: a global one beside the composer, or a message shortcut in the menu of each message."""

    callback_id: str
    name: str
    description: str


APP_HOME_OPENED: Final = "app_home_opened"
EVENTS: Final = frozenset({APP_HOME_OPENED})
"""The types of events that this Slack can send."""


def name_of_bot(manifest: JSON) -> str:
    """Return the name under which the bot posts."""
    return str(manifest["features"]["bot_user"]["display_name"])


def commands_of(manifest: JSON) -> list[ManifestCommand]:
    """Return the slash commands that the manifest declares."""
    return [
        ManifestCommand(
            command=each["command"],
            description=each["description"],
            usage_hint=each.get("usage_hint", ""),
            should_escape=each.get("should_escape", False),
        )
        for each in manifest["features"].get("slash_commands", ())
    ]


def shortcuts_of(manifest: JSON, kind: str) -> list[Shortcut]:
    """Return the shortcuts of a kind, `global` or `message`, that the manifest declares."""
    return [
        Shortcut(callback_id=each["callback_id"], name=each["name"], description=each["description"])
        for each in manifest["features"].get("shortcuts", ())
        if each["type"] == kind
    ]


def has_messages(manifest: JSON) -> bool:
    """Return whether the app may write direct messages to people, as it may unless the manifest says otherwise."""
    return manifest["features"].get("app_home", {}).get("messages_tab_enabled") is not False


def has_home(manifest: JSON) -> bool:
    """Return True if the manifest enables the Home tab."""
    return manifest["features"].get("app_home", {}).get("home_tab_enabled") is True


def events_of(manifest: JSON) -> frozenset[str]:
    """Return the types of events that the app subscribes to. Raises ValueError for a type that is never sent here."""
    subscribed = frozenset(manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ()))
    if unknown := sorted(subscribed - EVENTS):
        raise ValueError(f"The manifest lists the events {unknown}, but this Slack sends only {sorted(EVENTS)}.")
    return subscribed


def scopes_of(manifest: JSON) -> tuple[str, ...]:
    """Return the bot's scopes that the manifest asks for."""
    return tuple(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
