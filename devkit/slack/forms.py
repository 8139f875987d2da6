"""What Slack's client does with inputs before the app hears of anything: what they hold, keep and refuse.

A state is what `view.state.values[block_id][action_id]` holds: `{"type": "static_select", "selected_option": {…}}`.
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
"""Element type → the key of its state, and the key of its initial value. Buttons and overflow menus hold nothing."""

TEXT_INPUTS: Final = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
_MULTIPLE: Final = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")


def elements(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every interactive element with the block that holds it, in reading order."""
    for block in blocks:
        for _, element in elements_of(block):
            if "action_id" in element:
                yield block, element


def find(blocks: list[JSON], block_id: str, action_id: str | None = None) -> tuple[JSON, JSON]:
    """The block and its element. Raises LookupError with what there is instead."""
    for block, element in elements(blocks):
        if block["block_id"] == block_id and action_id in {None, element["action_id"]}:
            return block, element
    there = ", ".join(f"{block['block_id']}/{element['action_id']}" for block, element in elements(blocks))
    raise LookupError(f"no element {block_id}/{action_id or '…'} here; there are: {there or 'none'}")


def initial(element: JSON) -> JSON | None:
    """The state in which an element starts, or None when its kind holds none."""
    kind = element["type"]
    if kind not in HOLDS:
        return None
    key, start = HOLDS[kind]
    value = element.get(start, [] if key in _MULTIPLE else None)
    return {"type": kind, key: value if value != "" else None}


def states(blocks: list[JSON], kept: States | None = None) -> States:
    """The states of all inputs: those of `kept` where block_id, action_id and kind match, the initial ones elsewhere.

    A kept choice that a static menu no longer offers falls back to the menu's initial option.
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
    """Whether what is chosen stands in the menu; menus that load their options elsewhere are trusted."""
    if element["type"] not in {"static_select", "multi_static_select", "radio_buttons", "checkboxes"}:
        return True
    chosen = state.get("selected_options") or ([state["selected_option"]] if state.get("selected_option") else [])
    return all(option in options_of(element) for option in chosen)


def as_values(held: States) -> dict[str, dict[str, JSON]]:
    """`{block_id: {action_id: state}}`, as payloads carry it."""
    values: dict[str, dict[str, JSON]] = {}
    for (block_id, action_id), state in held.items():
        values.setdefault(block_id, {})[action_id] = state
    return values


def is_empty(state: JSON) -> bool:
    """Whether nothing was entered or chosen. Blanks count as something: the app has to deal with them."""
    return not state[HOLDS[state["type"]][0]]


def field_errors(blocks: list[JSON], held: States) -> dict[str, str]:
    """What Slack's client says about inputs on submit, by block_id. With any of these the app hears nothing."""
    said: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        state = held[block["block_id"], element["action_id"]]
        if is_empty(state):
            if not block.get("optional"):
                said[block["block_id"]] = REQUIRED
        elif complaint := _complaint(element, state):
            said[block["block_id"]] = complaint
    return said


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
    """Put an element into the state `to` and answer its whole state; None for a button, which has none.

    Without `to` it stays as it is: Enter pressed in an untouched input.

    Raises LookupError for a choice that the menu does not offer, or a state of another kind of element.
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
    """Whether a change sends block_actions: always outside input blocks, inside them only with `dispatch_action`.

    For text inputs `trigger` says what the person did (`on_enter_pressed`, `on_character_entered`) and the element's
    config decides; None is for whoever decided that already, as the page does.
    """
    if block["type"] != "input":
        return True
    if not block.get("dispatch_action"):
        return False
    if element["type"] not in TEXT_INPUTS:
        return True
    wanted = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return trigger is None or trigger in wanted
