"""The states of inputs, and the checks that Slack's client makes before it sends a form.

A state is one value of `view.state.values[block_id][action_id]`: `{"type": "static_select", "selected_option": {…}}`.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from devkit.slack.blockkit import options_of
from devkit.slack.blocks import elements_of
from devkit.slack.wire import JSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REQUIRED: Final = "Please complete this required field."
Key = tuple[str, str]
States = dict[Key, JSON]

HOLDS: Final[Mapping[str, tuple[str, str]]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "-"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
"""Element type → the key of its state, and the key of its initial value. Buttons and overflow menus have no state."""

TEXT_INPUTS: Final = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
_MULTIPLE: Final = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")


def elements(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Yield every interactive element with its block, in reading order."""
    for block in blocks:
        for _, element in elements_of(block):
            if "action_id" in element:
                yield block, element


def find(blocks: list[JSON], block_id: str, action_id: str | None = None) -> tuple[JSON, JSON]:
    """Return the block and its element. Raises LookupError with the known ids."""
    for block, element in elements(blocks):
        if block["block_id"] == block_id and action_id in {None, element["action_id"]}:
            return block, element
    there = ", ".join(f"{block['block_id']}/{element['action_id']}" for block, element in elements(blocks))
    raise LookupError(f"no element {block_id}/{action_id or '…'} here; there are: {there or 'none'}")


def initial(element: JSON) -> JSON | None:
    """Return the initial state of an element, or None if its type has no state."""
    kind = element["type"]
    if kind not in HOLDS:
        return None
    key, start = HOLDS[kind]
    value = element.get(start, [] if key in _MULTIPLE else None)
    return {"type": kind, key: value if value != "" else None}


def states(blocks: list[JSON], kept: States | None = None) -> States:
    """Return the states of all inputs: from `kept` where block_id, action_id and type match, else the initial ones.

    A kept choice that a static menu no longer offers is replaced by the menu's initial option.
    """
    found: States = {}
    for block, element in elements(blocks):
        start = initial(element)
        if start is None:
            continue
        key = (block["block_id"], element["action_id"])
        before = (kept or {}).get(key)
        keep = before is not None and before["type"] == element["type"] and is_offered(element, before)
        found[key] = dict(before) if keep and before is not None else start
    return found


def is_offered(element: JSON, state: JSON) -> bool:
    """Return True if the menu offers the chosen options. Menus that load their options are not checked."""
    if element["type"] not in {"static_select", "multi_static_select", "radio_buttons", "checkboxes"}:
        return True
    chosen = state.get("selected_options") or ([state["selected_option"]] if state.get("selected_option") else [])
    return all(option in options_of(element) for option in chosen)


def as_values(held: States) -> dict[str, dict[str, JSON]]:
    """Return the states as payloads contain them: `{block_id: {action_id: state}}`."""
    values: dict[str, dict[str, JSON]] = {}
    for (block_id, action_id), state in held.items():
        values.setdefault(block_id, {})[action_id] = state
    return values


def is_empty(state: JSON) -> bool:
    """Return True if nothing was entered or chosen. Spaces are a value: the app receives them."""
    return not state[HOLDS[state["type"]][0]]


def field_errors(blocks: list[JSON], held: States) -> dict[str, str]:
    """Return the errors of Slack's client on submit, by block_id. With any error, nothing is sent to the app."""
    errors: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        state = held[block["block_id"], element["action_id"]]
        if is_empty(state):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif complaint := _complaint(element, state):
            errors[block["block_id"]] = complaint
    return errors


def _complaint(element: JSON, state: JSON) -> str | None:
    match element["type"]:
        case "plain_text_input":
            return _length_complaint(element, state["value"])
        case "number_input":
            return _number_complaint(element, state["value"])
        case "email_text_input" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", state["value"]):
            return "Please enter a valid email address."
        case "url_text_input" if not re.fullmatch(r"https?://\S+", state["value"]):
            return "Please enter a valid URL."
        case _:
            return None


def _length_complaint(element: JSON, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    return None


def _number_complaint(element: JSON, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of {element['min_value']} or more."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of {element['max_value']} or less."
    return None


def change(held: States, block: JSON, element: JSON, to: JSON | None) -> JSON | None:
    """Set the state of an element. Return its whole state, None for a button.

    Without `to` the state is unchanged, as when Enter is pressed in an input.
    Raises LookupError for an option that the menu does not offer, and for a state of another type of element.
    """
    if element["type"] == "overflow":
        if to is None or to.get("selected_option") not in element["options"]:
            raise LookupError(f"{element['action_id']} offers no {to}")
        return {"type": "overflow", "selected_option": to["selected_option"]}
    start = initial(element)
    if start is None:
        return None
    if to is None:
        return held.get((block["block_id"], element["action_id"]), start)
    state = {**start, **to, "type": to.get("type", start["type"])}
    if state.keys() != start.keys() or state["type"] != start["type"] or not is_offered(element, state):
        raise LookupError(f"{element['action_id']} ({element['type']}) cannot become {to}")
    if len(state.get("selected_options") or ()) > element.get("max_selected_items", 100):
        raise LookupError(f"{element['action_id']} takes at most {element['max_selected_items']}")
    if state.get("value") == "":
        state["value"] = None
    held[block["block_id"], element["action_id"]] = state
    return state


def dispatches(block: JSON, element: JSON, *, trigger: str | None = None) -> bool:
    """Return True if a change sends block_actions: always outside input blocks, else only with `dispatch_action`.

    A text input dispatches if its config contains `trigger` (`on_enter_pressed`, `on_character_entered`). With None,
    the config is not checked.
    """
    if block["type"] != "input":
        return True
    if not block.get("dispatch_action"):
        return False
    if element["type"] not in TEXT_INPUTS:
        return True
    triggers = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return trigger is None or trigger in triggers
