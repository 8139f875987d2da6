"""The Slack app's manifest: name, addresses for Slack's requests, commands and scopes.

tests/infra/slack/test_manifest.py compares it with the code: exactly the commands, shortcuts and events that bot/app.py
handles, and exactly the scopes of the Web API methods that are called.
"""

from __future__ import annotations

from typing import Any, Final

PATH: Final = "/slack/events"

# Each scope, with its use (docs.slack.dev/reference/scopes).
SCOPES: Final = {
    "commands": "the slash commands",
    "chat:write": "announcements, the live boarding card, the digest",
    "users:read": "who is a full member, and what people are called",
    "usergroups:read": "roles by user group (ADMIN_USERGROUP, CREW_USERGROUP)",
    "channels:history": "a lost answer of Slack's never makes two posts: public channels",
    "groups:history": "the same: private channels",
}

COMMANDS: Final = (
    (
        "/log-payment",
        "Log a patron's payment (in a thread: from the message's menu)",
        "[event] [patron] [amount] [method] [notes]",
    ),
    (
        "/payment-status",
        "Who has paid, and who may board",
        "[event] [patron] [since 10:00] | public | cash | new | lint",
    ),
    ("/board", "Check people aboard, and cast off", "[event]"),
    ("/waiver", "Share an event's waiver link in this channel, or remind to sign", "[remind] [event | patron]"),
    ("/dispatch", "Open the office's dispatch page", "[help]"),
)

# callback_id, name, description; they appear in Slack's shortcuts menu.
GLOBAL_SHORTCUTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("log_payment", "Log payment", "Log a patron's payment"),
    ("new_event", "New event", "Create an event, and get its waiver link"),
)

# The same; they appear in the menu of each message.
MESSAGE_SHORTCUTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("log_payment_message", "Log payment", "Log the payment that this message is about"),
)

# Events API: the events that Slack sends to the bot.
EVENTS: Final[tuple[str, ...]] = ("app_home_opened",)

_LONG: Final = (
    "Payments, waivers and boarding for the crew of a charter boat. Log a payment from the dock with /log-payment or "
    "from the menu of a message, share an event's waiver with /waiver, and see with /payment-status who has paid, who "
    "has signed and who is clear to board. Check people aboard and cast off with /board. The office gets its dispatch "
    "page with /dispatch. The Home tab shows today's and the next trips. Each event's channel shows payments and "
    "signatures, and has a boarding card that stays up to date. Type a command with the word help to learn what it "
    "understands."
)


def manifest(url: str | None) -> dict[str, Any]:
    """The manifest for a bot at `url`, the stack's output BotUrl; without one, for Socket Mode (`make run`)."""
    address = None if url is None else url.rstrip("/") + PATH
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Ship Captain Crew",
            "description": "Log payments, share waivers, and see who is clear to board",
            "background_color": "#12344d",
            "long_description": _LONG,
        },
        "features": _features(address),
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": _settings(address),
    }


def _features(address: str | None) -> dict[str, Any]:
    at = {} if address is None else {"url": address}
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            # Read-only: messages about hand-overs, and the button to go on after a shortcut's form came too late.
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Ship Captain Crew", "always_online": True},
        "slash_commands": [
            # Without should_escape, @names and #channels stay as they were typed: the bot reads words.
            {"command": command, **at, "description": description, "usage_hint": hint, "should_escape": False}
            for command, description, hint in COMMANDS
        ],
    }
    features["shortcuts"] = [
        {"name": name, "type": kind, "callback_id": callback_id, "description": description}
        for kind, shortcuts in (("global", GLOBAL_SHORTCUTS), ("message", MESSAGE_SHORTCUTS))
        for callback_id, name, description in shortcuts
    ]
    return features


def _settings(address: str | None) -> dict[str, Any]:
    # The options URL is the one that type-ahead selects ask, in modals as in messages.
    urls = {} if address is None else {"request_url": address, "message_menu_options_url": address}
    settings: dict[str, Any] = {
        "interactivity": {"is_enabled": True, **urls},
        "org_deploy_enabled": False,
        "socket_mode_enabled": address is None,
        "token_rotation_enabled": False,
    }
    if EVENTS:
        at = {} if address is None else {"request_url": address}
        settings["event_subscriptions"] = {**at, "bot_events": list(EVENTS)}
    return settings
