"""What a form's inputs hold, out of the `state` that Slack sends with a view."""

from __future__ import annotations

from typing import Any


def read_state(view: dict[str, Any]) -> dict[str, str]:
    """The raw text or option value of each input by its block id; empty where nothing is filled in."""
    values: dict[str, dict[str, dict[str, Any]]] = view.get("state", {}).get("values", {})
    return {block_id: _raw(next(iter(actions.values()), {})) for block_id, actions in values.items()}


def _raw(value: dict[str, Any]) -> str:
    picked = value.get("selected_option")
    text = picked.get("value") if isinstance(picked, dict) else value.get("value")
    return text if isinstance(text, str) else ""
