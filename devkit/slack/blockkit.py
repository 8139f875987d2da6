"""The required and optional fields of Block Kit's objects and elements, with Slack's limits.

Sources: docs.slack.dev/reference/block-kit, slack_sdk's models, and public reports of Slack's refusals. `limits.py`
has the rules for whole views and messages, such as unique ids and totals.
"""

# ruff: noqa: ANN401  # as in schema.py

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from devkit.slack.schema import Complaint, Rule, anything, array, boolean, choice, integer, record, string, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

URL: Final = string(3000, pattern=r"https?://\S+|mailto:\S+|tel:\S+|slack://\S+")
ACTION_ID: Final = string(255)
BLOCK_ID: Final = string(255)
NUMBER: Final = string(64, pattern=r"-?\d+(\.\d+)?")
DATE: Final = string(10, pattern=r"\d{4}-\d{2}-\d{2}")
TIME: Final = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")


def plain(maximum: int) -> Rule:
    """Return a rule for a plain_text object of at most `maximum` characters."""
    return typed({"plain_text": record({"type": anything, "text": string(maximum)}, {"emoji": boolean})})


def any_text(maximum: int) -> Rule:
    """Return a rule for a plain_text or mrkdwn object of at most `maximum` characters."""
    return typed(
        {
            "plain_text": record({"type": anything, "text": string(maximum)}, {"emoji": boolean}),
            "mrkdwn": record({"type": anything, "text": string(maximum)}, {"verbatim": boolean}),
        }
    )


def exactly_one(first: str, second: str) -> Rule:
    """Return a rule for an object with exactly one of two keys."""

    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        if first not in value and second not in value:
            yield f"{pointer}/type", f"must define either `{first}` or `{second}`"
        if first in value and second in value:
            yield f"{pointer}/type", f"cannot define both `{first}` and `{second}`"

    return rule


def options_of(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every option of a select, including those in groups. Malformed options are left out."""
    groups = value.get("option_groups")
    lists = (
        [g.get("options") for g in groups if isinstance(g, dict)]
        if isinstance(groups, list)
        else [value.get("options")]
    )
    return [each for options in lists if isinstance(options, list) for each in options if isinstance(each, dict)]


def _initial_is_offered(value: Any, pointer: str) -> Iterator[Complaint]:
    offered = options_of(value)
    if "initial_option" in value and value["initial_option"] not in offered:
        yield f"{pointer}/initial_option", "must be one of the provided options"
    chosen = value.get("initial_options")
    for index, each in enumerate(chosen if isinstance(chosen, list) else []):
        if each not in offered:
            yield f"{pointer}/initial_options/{index}", "must be one of the provided options"


def _bounds(low: str, high: str) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[Complaint]:
        pair = value.get(low), value.get(high)
        if all(
            isinstance(bound, int) or (isinstance(bound, str) and re.fullmatch(r"-?\d+(\.\d+)?", bound))
            for bound in pair
        ):
            lowest, highest = (Decimal(str(bound)) for bound in pair)
            if lowest > highest:
                yield f"{pointer}/{low}", f"must be less than or equal to `{high}`"

    return rule


def _whole_numbers_where_decimals_are_not_allowed(value: Any, pointer: str) -> Iterator[Complaint]:
    if value.get("is_decimal_allowed") is False:
        for key in ("initial_value", "min_value", "max_value"):
            if "." in str(value.get(key, "")):
                yield f"{pointer}/{key}", "must be an integer"


CONFIRM: Final = record(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION: Final = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION: Final = record({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
OVERFLOW_OPTION: Final = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": URL})
OPTION_GROUP: Final = record({"label": plain(75), "options": array(OPTION, maximum=100)})
DISPATCH_CONFIG: Final = record(
    {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), maximum=2)}
)
SLACK_FILE: Final = record({}, {"id": string(255), "url": URL})
IMAGE_SOURCE: Final = {"image_url": URL, "slack_file": SLACK_FILE}


def _not_empty(value: Any, pointer: str) -> Iterator[Complaint]:
    """Complain about a filter without fields."""
    if not value:
        yield pointer, "must define at least one of `include`, `exclude_external_shared_channels`, `exclude_bot_users`"


_NAMED: Final = {"type": anything}
_ELEMENT: Final = {"action_id": ACTION_ID}
_ASKS: Final = {**_ELEMENT, "confirm": CONFIRM, "focus_on_load": boolean}
_SELECT: Final = {**_ASKS, "placeholder": plain(150)}
_TEXT_INPUT: Final = {
    **_ELEMENT,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH_CONFIG,
}
_OPTIONS: Final = {"options": array(OPTION, maximum=100), "option_groups": array(OPTION_GROUP, maximum=100)}
_MANY: Final = {"max_selected_items": integer(1, 100)}
_IDS: Final = array(string(255), minimum=1, maximum=100)
_CONVERSATIONS: Final = {
    "default_to_current_conversation": boolean,
    "filter": record(
        {},
        {
            "include": array(choice("im", "mpim", "private", "public"), maximum=4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
        _not_empty,
    ),
}
_one_source: Final = exactly_one("options", "option_groups")

IMAGE_ELEMENT: Final = record(
    {**_NAMED, "alt_text": string(2000)}, IMAGE_SOURCE, exactly_one("image_url", "slack_file")
)

ELEMENTS: Final[Mapping[str, Rule]] = {
    "button": record(
        {**_NAMED, "text": plain(75)},
        {
            **_ELEMENT,
            "url": URL,
            "value": string(2000),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": record({**_NAMED, "options": array(OVERFLOW_OPTION, maximum=5)}, {**_ELEMENT, "confirm": CONFIRM}),
    "static_select": record(
        _NAMED, {**_SELECT, **_OPTIONS, "initial_option": OPTION}, _one_source, _initial_is_offered
    ),
    "multi_static_select": record(
        _NAMED,
        {**_SELECT, **_OPTIONS, **_MANY, "initial_options": array(OPTION, maximum=100)},
        _one_source,
        _initial_is_offered,
    ),
    "external_select": record(_NAMED, {**_SELECT, "min_query_length": integer(0, 150), "initial_option": OPTION}),
    "multi_external_select": record(
        _NAMED,
        {**_SELECT, **_MANY, "min_query_length": integer(0, 150), "initial_options": array(OPTION, maximum=100)},
    ),
    "users_select": record(_NAMED, {**_SELECT, "initial_user": string(255)}),
    "multi_users_select": record(_NAMED, {**_SELECT, **_MANY, "initial_users": _IDS}),
    "conversations_select": record(
        _NAMED,
        {**_SELECT, **_CONVERSATIONS, "initial_conversation": string(255), "response_url_enabled": boolean},
    ),
    "multi_conversations_select": record(_NAMED, {**_SELECT, **_CONVERSATIONS, **_MANY, "initial_conversations": _IDS}),
    "channels_select": record(_NAMED, {**_SELECT, "initial_channel": string(255), "response_url_enabled": boolean}),
    "multi_channels_select": record(_NAMED, {**_SELECT, **_MANY, "initial_channels": _IDS}),
    "datepicker": record(_NAMED, {**_SELECT, "initial_date": DATE}),
    "timepicker": record(_NAMED, {**_SELECT, "initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": record(_NAMED, {**_ASKS, "initial_date_time": integer(10**9, 10**10 - 1)}),
    "radio_buttons": record(
        {**_NAMED, "options": array(RICH_OPTION, maximum=10)},
        {**_ASKS, "initial_option": RICH_OPTION},
        _initial_is_offered,
    ),
    "checkboxes": record(
        {**_NAMED, "options": array(RICH_OPTION, maximum=10)},
        {**_ASKS, "initial_options": array(RICH_OPTION, maximum=10)},
        _initial_is_offered,
    ),
    "plain_text_input": record(
        _NAMED,
        {
            **_TEXT_INPUT,
            "initial_value": string(3000, minimum=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _bounds("min_length", "max_length"),
    ),
    "number_input": record(
        {**_NAMED, "is_decimal_allowed": boolean},
        {**_TEXT_INPUT, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        _bounds("min_value", "max_value"),
        _whole_numbers_where_decimals_are_not_allowed,
    ),
    "email_text_input": record(_NAMED, {**_TEXT_INPUT, "initial_value": string(3000, minimum=0)}),
    "url_text_input": record(_NAMED, {**_TEXT_INPUT, "initial_value": string(3000, minimum=0)}),
    "rich_text_input": record({**_NAMED, **_ELEMENT}, {**_TEXT_INPUT, "initial_value": anything}),
    "file_input": record(
        _NAMED, {**_ELEMENT, "filetypes": array(string(20), maximum=100), "max_files": integer(1, 10)}
    ),
    "image": IMAGE_ELEMENT,
}

SELECTS: Final = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS: Final = ("datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes")
TYPED: Final = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
)
NOT_ON: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("number_input", "email_text_input", "url_text_input", "file_input"), ("home", "message")),
    "rich_text_input": ("message",),
}
"""The elements that only some surfaces accept, each with the surfaces that refuse it."""


def these(*names: str) -> dict[str, Rule]:
    """Return the rules of these elements."""
    return {name: ELEMENTS[name] for name in names}
