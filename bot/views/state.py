"""Values of a form's inputs, read from the `state` that Slack sends with a view."""

from __future__ import annotations

from typing import Any, Final, TypeVar

T = TypeVar("T")

# Keys under which an element has its value, beside the option of a menu.
_HELD: Final = ("value", "selected_date", "selected_time", "selected_conversation", "selected_user")


def read_state(view: dict[str, Any]) -> dict[str, str]:
    """Return the text, option, day, time, channel or person in each input by block id; empty if nothing is there."""
    values: dict[str, dict[str, Any] | None] = (view.get("state") or {}).get("values") or {}
    return {block_id: _raw(next(iter((actions or {}).values()), None)) for block_id, actions in values.items()}


def picked_many(view: dict[str, Any], block_id: str) -> list[str]:
    """Return the values of the options that are picked in a menu of several, in the order of picking."""
    actions = ((view.get("state") or {}).get("values") or {}).get(block_id) or {}
    element = next(iter(actions.values()), None)
    picked = element.get("selected_options") if isinstance(element, dict) else None
    values = (picked_in({"selected_option": each}) for each in picked) if isinstance(picked, list) else ()
    return list(dict.fromkeys(filter(None, values)))


def picked_in(element: dict[str, Any]) -> str:
    """Return the value of the option that is picked in a menu; empty if the choice was cleared."""
    picked = element.get("selected_option")
    value = picked.get("value") if isinstance(picked, dict) else None
    return value if isinstance(value, str) else ""


def _raw(element: object) -> str:
    if not isinstance(element, dict):
        return ""
    held = (element.get(name) for name in _HELD)
    return picked_in(element) or _ticked_in(element) or next((text for text in held if isinstance(text, str)), "")


def _ticked_in(element: dict[str, Any]) -> str:
    """Return the value of the first ticked box; empty if none is ticked."""
    ticked = element.get("selected_options")
    return picked_in({"selected_option": ticked[0]}) if isinstance(ticked, list) and ticked else ""
