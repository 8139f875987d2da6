"""What a form's inputs hold, out of the `state` that Slack sends with a view."""

from __future__ import annotations

from typing import Any, Final

# Where an element keeps what it holds, beside the option of a menu.
_HELD: Final = ("value", "selected_date", "selected_time", "selected_conversation")


def read_state(view: dict[str, Any]) -> dict[str, str]:
    """The text, option value, day, time or channel in each input by its block id; empty where nothing is filled in."""
    values: dict[str, dict[str, dict[str, Any]]] = view.get("state", {}).get("values", {})
    return {block_id: _raw(next(iter(actions.values()), {})) for block_id, actions in values.items()}


def _raw(value: dict[str, Any]) -> str:
    picked = value.get("selected_option")
    held = [picked.get("value")] if isinstance(picked, dict) else [value.get(name) for name in _HELD]
    return next((text for text in held if isinstance(text, str)), "")
