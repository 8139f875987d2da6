"""The rules of each block, by surface: modal, home or message (docs.slack.dev/reference/block-kit/blocks)."""

# ruff: noqa: ANN401  # as in schema.py

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from devkit.slack.blockkit import (
    BLOCK_ID,
    IMAGE_ELEMENT,
    IMAGE_SOURCE,
    NOT_ON,
    PICKERS,
    SELECTS,
    TYPED,
    URL,
    any_text,
    exactly_one,
    plain,
    these,
)
from devkit.slack.schema import (
    Complaint,
    Rule,
    anything,
    array,
    boolean,
    choice,
    integer,
    number,
    record,
    string,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BLOCK: Final = {"block_id": BLOCK_ID}
_TYPE: Final = {"type": anything}
_STYLE: Final = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink"), boolean
    ),
)
_LEAF: Final = {"style": _STYLE}
_RICH_LEAF: Final = typed(
    {
        "text": record({**_TYPE, "text": string(40_000)}, _LEAF),
        "link": record({**_TYPE, "url": URL}, {**_LEAF, "text": string(40_000), "unsafe": boolean}),
        "emoji": record({**_TYPE, "name": string(255)}, {**_LEAF, "unicode": string(255), "skin_tone": integer(1, 6)}),
        "user": record({**_TYPE, "user_id": string(255)}, _LEAF),
        "usergroup": record({**_TYPE, "usergroup_id": string(255)}, _LEAF),
        "channel": record({**_TYPE, "channel_id": string(255)}, _LEAF),
        "broadcast": record({**_TYPE, "range": choice("here", "channel", "everyone")}, _LEAF),
        "color": record({**_TYPE, "value": string(255)}, _LEAF),
        "date": record(
            {**_TYPE, "timestamp": integer(0, 10**11), "format": string(1000)},
            {**_LEAF, "url": URL, "fallback": string(1000)},
        ),
    }
)
_LEAVES: Final = array(_RICH_LEAF, minimum=0, maximum=1000)
_RICH_SECTION: Final = record({**_TYPE, "elements": _LEAVES})
_RICH_PARTS: Final = typed(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_list": record(
            {
                **_TYPE,
                "style": choice("bullet", "ordered"),
                "elements": array(typed({"rich_text_section": _RICH_SECTION}), maximum=1000),
            },
            {"indent": integer(0, 8), "offset": integer(0, 10**6), "border": choice(0, 1)},
        ),
        "rich_text_preformatted": record(
            {**_TYPE, "elements": _LEAVES}, {"border": choice(0, 1), "language": string(255)}
        ),
        "rich_text_quote": record({**_TYPE, "elements": _LEAVES}, {"border": choice(0, 1)}),
    }
)
RICH_TEXT: Final = record({**_TYPE, "elements": array(_RICH_PARTS, minimum=0, maximum=1000)}, _BLOCK)

_CELL: Final = typed(
    {
        "raw_text": record({**_TYPE, "text": string(10_000)}),
        "raw_number": record({**_TYPE, "value": number, "text": string(10_000)}),
        "rich_text": record({**_TYPE, "elements": array(_RICH_PARTS, minimum=0, maximum=1000)}),
    }
)


def _nullable(rule: Rule) -> Rule:
    """Return a rule that also accepts null: column settings may skip a column."""

    def either(value: Any, pointer: str) -> Iterator[Complaint]:
        if value is not None:
            yield from rule(value, pointer)

    return either


def _text_or_fields(value: Any, pointer: str) -> Iterator[Complaint]:
    if "text" not in value and "fields" not in value:
        yield f"{pointer}/type", "must define either `text` or `fields`"


def _files_are_not_dispatched(value: Any, pointer: str) -> Iterator[Complaint]:
    element = value.get("element")
    if value.get("dispatch_action") is True and isinstance(element, dict) and element.get("type") == "file_input":
        yield f"{pointer}/dispatch_action", "cannot be used with a file_input element"


def elements_of(block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the block's elements, each with its pointer within the block."""
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            yield key, block[key]
    elements = block.get("elements")
    if block.get("type") in ("actions", "context") and isinstance(elements, list):
        for index, element in enumerate(elements):
            if isinstance(element, dict):
                yield f"elements/{index}", element


def _no_response_url(value: Any, pointer: str) -> Iterator[Complaint]:
    """Complain about `response_url_enabled`, which only menus in a modal's inputs may have."""
    for where, element in elements_of(value):
        if "response_url_enabled" in element:
            yield f"{pointer}/{where}/response_url_enabled", "only works with menus in input blocks in modals"


def _on_surface(names: tuple[str, ...], surface: str) -> dict[str, Rule]:
    """Return the rules of those elements that the surface accepts."""
    return these(*(name for name in names if surface not in NOT_ON.get(name, ())))


def _section(surface: str) -> Rule:
    return record(
        _TYPE,
        {
            **_BLOCK,
            "text": any_text(3000),
            "fields": array(any_text(2000), maximum=10),
            "expand": boolean,
            "accessory": typed(_on_surface(("button", "overflow", "image", *SELECTS, *PICKERS), surface)),
        },
        _text_or_fields,
        _no_response_url,
    )


def _actions(surface: str) -> Rule:
    return record(
        {
            **_TYPE,
            "elements": array(typed(_on_surface(("button", "overflow", *SELECTS, *PICKERS), surface)), maximum=25),
        },
        _BLOCK,
        _no_response_url,
    )


def _input(surface: str) -> Rule:
    return record(
        {**_TYPE, "label": plain(2000), "element": typed(_on_surface((*TYPED, *SELECTS, *PICKERS), surface))},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        _files_are_not_dispatched,
        *(() if surface == "modal" else (_no_response_url,)),
    )


_CONTEXT: Final = record(
    {
        **_TYPE,
        "elements": array(
            typed(
                {
                    "plain_text": record({**_TYPE, "text": string(3000)}, {"emoji": boolean}),
                    "mrkdwn": record({**_TYPE, "text": string(3000)}, {"verbatim": boolean}),
                    "image": IMAGE_ELEMENT,
                }
            ),
            maximum=10,
        ),
    },
    _BLOCK,
)
_TABLE: Final = record(
    {**_TYPE, "rows": array(array(_CELL, maximum=20), maximum=100)},
    {
        **_BLOCK,
        "column_settings": array(
            _nullable(record({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})),
            minimum=0,
            maximum=20,
        ),
    },
)
_IMAGE: Final = record(
    {**_TYPE, "alt_text": string(2000)},
    {**_BLOCK, **IMAGE_SOURCE, "title": plain(2000)},
    exactly_one("image_url", "slack_file"),
)


def _everywhere(surface: str) -> dict[str, Rule]:
    return {
        "section": _section(surface),
        "divider": record(_TYPE, _BLOCK),
        "image": _IMAGE,
        "actions": _actions(surface),
        "context": _CONTEXT,
        "input": _input(surface),
        "rich_text": RICH_TEXT,
        "header": record({**_TYPE, "text": plain(150)}, _BLOCK),
    }


BLOCKS: Final[Mapping[str, Mapping[str, Rule]]] = {
    "modal": _everywhere("modal"),
    "home": _everywhere("home"),
    "message": {**_everywhere("message"), "table": _TABLE},
}
"""Slack's other blocks (markdown, video, card, data_table …) are refused here. Add them when an app uses them."""
