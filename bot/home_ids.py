"""Ids of the app's Home tab in Slack. They are separate from the view, so that routing does not import it."""

from __future__ import annotations

from typing import Any, Final

# The event that Slack sends when a person opens the tab, as the app's manifest lists it.
OPENED: Final = "app_home_opened"

HOME: Final = "home"  # callback id of the view
LOG: Final = "home_log"  # an event's id follows
LOG_ANY: Final = "home_log_any"
EVENT: Final = "home_event"  # callback id of a form, and of the buttons that open it, where a number follows
REFRESH: Final = "home_refresh"
UNDO: Final = "home_undo"  # a number follows, as after the next one
ASK_OFFICE: Final = "home_ask_office"


def is_event(body: dict[str, Any]) -> bool:
    """Return whether a press was in the form that shows an event on top of the Home tab."""
    return bool((body.get("view") or {}).get("callback_id") == EVENT)


def is_home(body: dict[str, Any]) -> bool:
    """Return whether a press was on the Home tab. Closing what it opens publishes the tab again."""
    return bool((body.get("view") or {}).get("type") == "home")
