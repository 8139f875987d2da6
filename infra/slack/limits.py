"""Slack's published fields and limits of a manifest (docs.slack.dev/reference/app-manifest).

As of November 2026, by the schema that Slack publishes for editors (slackapi/manifest-schema, version 1), for the
fields that this project uses. Any other field is a finding, so that it is added here first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Text:
    """A string with limits of its length that matches the pattern from its start."""

    least: int
    most: int
    pattern: str = ""


@dataclass(frozen=True)
class Items:
    """A list with limits of its length."""

    least: int
    most: int
    each: Rule


@dataclass(frozen=True)
class Fields:
    """An object with these fields and no others."""

    known: Mapping[str, Rule]
    required: frozenset[str] = field(default=frozenset())


Rule = Text | Items | Fields | type[bool] | type[int]

_URL: Final = "https://"
_NAME: Final = Text(1, 50)
_RULES: Final = Fields(
    {
        "_metadata": Fields({"major_version": int, "minor_version": int}),
        "display_information": Fields(
            {
                "name": Text(1, 35),
                "description": Text(1, 140),
                "background_color": Text(4, 7, r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
                "long_description": Text(175, 4000),
            },
            frozenset({"name"}),
        ),
        "features": Fields(
            {
                "app_home": Fields(
                    {
                        "home_tab_enabled": bool,
                        "messages_tab_enabled": bool,
                        "messages_tab_read_only_enabled": bool,
                    }
                ),
                "bot_user": Fields({"display_name": Text(1, 80), "always_online": bool}, frozenset({"display_name"})),
                "slash_commands": Items(
                    1,
                    50,
                    Fields(
                        {
                            "command": Text(2, 32, r"/[a-z0-9_-]+$"),
                            "url": Text(1, 3000, _URL),
                            "description": Text(1, 2000),
                            "usage_hint": Text(1, 1000),
                            "should_escape": bool,
                        },
                        frozenset({"command", "description"}),
                    ),
                ),
                "shortcuts": Items(
                    1,
                    10,
                    Fields(
                        {
                            "name": Text(1, 24),
                            "type": Text(1, 10, r"(global|message)$"),
                            "callback_id": Text(1, 255),
                            "description": Text(1, 150),
                        },
                        frozenset({"name", "type", "callback_id", "description"}),
                    ),
                ),
            }
        ),
        "oauth_config": Fields({"scopes": Fields({"bot": Items(0, 255, _NAME)})}),
        "settings": Fields(
            {
                "event_subscriptions": Fields(
                    {"request_url": Text(1, 3500, _URL), "bot_events": Items(0, 100, _NAME)},
                ),
                "interactivity": Fields(
                    {
                        "is_enabled": bool,
                        "request_url": Text(1, 3500, _URL),
                        "message_menu_options_url": Text(1, 3500, _URL),
                    },
                    frozenset({"is_enabled"}),
                ),
                "org_deploy_enabled": bool,
                "socket_mode_enabled": bool,
                "token_rotation_enabled": bool,
            }
        ),
    },
    frozenset({"display_information"}),
)


def findings(manifest: Mapping[str, Any]) -> list[str]:
    """Return a sentence for everything that Slack would refuse, with its path: `features.slash_commands.0.url …`."""
    found = list(_wrong(manifest, _RULES, ""))
    return found or list(_contradictions(manifest))


def _wrong(value: Any, rule: Rule, at: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    match rule, value:
        case Text(), str():
            if not rule.least <= len(value) <= rule.most:
                yield f"{at} has {len(value)} characters; Slack accepts {rule.least} to {rule.most}."
            if not re.match(rule.pattern, value):
                yield f"{at} must match {rule.pattern}."
        case Items(), list():
            if not rule.least <= len(value) <= rule.most:
                yield f"{at} has {len(value)} items; Slack accepts {rule.least} to {rule.most}."
            for number, each in enumerate(value):
                yield from _wrong(each, rule.each, f"{at}.{number}")
        case Fields(), dict():
            yield from (
                f"{_path(at, name)} is not a known field. Add it to infra/slack/limits.py."
                for name in value.keys() - rule.known
            )
            yield from (f"{_path(at, name)} is missing." for name in rule.required - value.keys())
            for name in value.keys() & rule.known.keys():
                yield from _wrong(value[name], rule.known[name], _path(at, name))
        case _:
            if not isinstance(rule, type) or type(value) is not rule:
                yield f"{at} has another type than Slack accepts."


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _contradictions(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield the faults that involve several fields."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    commands, shortcuts = features.get("slash_commands", []), features.get("shortcuts", [])
    names = [each["command"] for each in commands]
    ids = [each["callback_id"] for each in shortcuts]
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    events = settings.get("event_subscriptions", {})
    for several, what in ((names, "A command"), (ids, "A shortcut"), (scopes, "A scope")):
        if len(set(several)) != len(several):
            yield f"{what} is listed twice."
    if (commands or shortcuts) and "commands" not in scopes:
        yield "Commands and shortcuts need the scope commands."
    if not settings.get("socket_mode_enabled"):
        yield from (f"{each['command']} has no url, and Socket Mode is off." for each in commands if "url" not in each)
        if settings.get("interactivity", {}).get("is_enabled") and "request_url" not in settings["interactivity"]:
            yield "Interactivity has no request_url, and Socket Mode is off."
        if events.get("bot_events") and "request_url" not in events:
            yield "Events have no request_url, and Socket Mode is off."
