"""Check whole views, messages and option lists against Slack's limits.

`check_view` and `check_message` return Slack's complaints (`response_metadata.messages`), an empty list for none.
`refusal_of_message` also returns Slack's error name.
"""

# ruff: noqa: ANN401  # as in schema.py

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from devkit.slack.blockkit import OPTION, plain
from devkit.slack.blocks import BLOCKS, elements_of
from devkit.slack.schema import Complaint, Rule, anything, array, as_messages, boolean, record, string, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VIEW_BYTES: Final = 250_000
MAX_TEXT: Final = 40_000
"""Slack cuts a longer text. Here it is refused as `msg_too_long`, because it is a mistake of the bot."""
MAX_UPDATE_TEXT: Final = 4000
"""The limit of chat.update (docs.slack.dev/reference/methods/chat.update)."""
MAX_BLOCK_CHARACTERS: Final = 13_200
"""Undocumented limit for all blocks of a message together; see slackapi/bolt-js issues 2509 and 2867."""
MAX_METADATA: Final = 8000
"""Undocumented limit in characters, above which Slack answers `metadata_too_large`."""
MAX_TABLE_CHARACTERS: Final = 10_000

_VIEW: Final[dict[str, Rule]] = {
    "private_metadata": string(3000, minimum=0),
    "callback_id": string(255, minimum=0),
    "external_id": string(255, minimum=0),
}


def _modal() -> Rule:
    return record(
        {"type": anything, "title": plain(24), "blocks": array(typed(BLOCKS["modal"]), maximum=100)},
        {**_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
        _submit_where_there_is_input,
        _unique_ids,
        _one_focus,
    )


def _home() -> Rule:
    blocks = array(typed(BLOCKS["home"]), maximum=100)
    return record({"type": anything, "blocks": blocks}, _VIEW, _unique_ids, _one_focus)


def _blocks_of(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    blocks = value.get("blocks")
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            yield index, block


def _submit_where_there_is_input(view: Any, pointer: str) -> Iterator[Complaint]:
    for index, block in _blocks_of(view):
        if block.get("type") == "input" and "submit" not in view:
            yield f"{pointer}/blocks/{index}/input", "must define `submit` to use an `input` block in modals"


def _unique_ids(value: Any, pointer: str) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, block in _blocks_of(value):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield f"{pointer}/blocks/{index}/block_id", f'`block_id` "{block_id}" already exists'
            seen.add(block_id)
        actions: set[str] = set()
        for where, element in elements_of(block):
            action_id = element.get("action_id")
            if isinstance(action_id, str):
                if action_id in actions:
                    yield f"{pointer}/blocks/{index}/{where}/action_id", f'`action_id` "{action_id}" already exists'
                actions.add(action_id)


def _one_focus(value: Any, pointer: str) -> Iterator[Complaint]:
    focused = [
        f"{pointer}/blocks/{index}/{where}/focus_on_load"
        for index, block in _blocks_of(value)
        for where, element in elements_of(block)
        if element.get("focus_on_load") is True
    ]
    for each in focused[1:]:
        yield each, "only one element can have `focus_on_load` set to true"


_VIEWS: Final = {"modal": _modal(), "home": _home()}


def check_view(view: Any, kind: str = "modal") -> list[str]:
    """Return Slack's complaints about a view of this kind, whose error name is `invalid_arguments`."""
    if isinstance(view, dict) and view.get("type") in [other for other in _VIEWS if other != kind]:
        return as_messages(iter([("/view/type", "must be a valid enum value")]))
    return as_messages(typed({kind: _VIEWS[kind]})(view, "/view"))


def view_is_too_large(view: Any) -> bool:
    """Return True for a view above 250 KB, which Slack refuses as `view_too_large`."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES


_MESSAGE_BLOCKS: Final = array(typed(BLOCKS["message"]), minimum=0, maximum=50)


def _characters(value: Any) -> int:
    """Return the number of characters in all texts of a tree of blocks."""
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _characters(v) for k, v in value.items())
    return sum(map(_characters, value)) if isinstance(value, list) else 0


def _tables(payload: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    return [(index, block) for index, block in _blocks_of(payload) if block.get("type") == "table"]


def has_table(payload: dict[str, Any]) -> bool:
    """Return True if the message has a table."""
    return bool(_tables(payload))


def _message_refusals(payload: dict[str, Any]) -> Iterator[tuple[str, Iterator[Complaint]]]:
    """Yield pairs of an error name and its complaints, in the order of Slack's checks."""
    text = payload.get("text")
    if text is not None:
        yield "msg_too_long", string(MAX_TEXT, minimum=0)(text, "/text")
    if payload.get("attachments"):
        yield "invalid_attachments", iter([("/attachments", "attachments are legacy and refused here: use blocks")])
    blocks = payload.get("blocks")
    if blocks is None:
        return
    yield "invalid_blocks", _MESSAGE_BLOCKS(blocks, "/blocks")
    yield "invalid_blocks", _unique_ids(payload, "")
    tables = _tables(payload)
    yield "invalid_attachments", ((f"/blocks/{index}", "only_one_table_allowed") for index, _ in tables[1:])
    yield (
        "invalid_blocks",
        (
            (f"/blocks/{index}", f"must be less than {MAX_TABLE_CHARACTERS + 1} characters")
            for index, table in tables
            if _characters(table) > MAX_TABLE_CHARACTERS
        ),
    )
    if _characters(blocks) > MAX_BLOCK_CHARACTERS:
        yield (
            "msg_blocks_too_long",
            iter([("/blocks", f"must be less than {MAX_BLOCK_CHARACTERS + 1} characters in all")]),
        )


def refusal_of_message(payload: dict[str, Any]) -> tuple[str, list[str]] | None:
    """Return Slack's error name and complaints for a message (`text`, `blocks`), or None if Slack accepts it."""
    for error, complaints in _message_refusals(payload):
        if messages := as_messages(complaints):
            return error, messages
    if not payload.get("text") and not payload.get("blocks"):
        return "no_text", []
    return None


def check_message(payload: dict[str, Any]) -> list[str]:
    """Return Slack's complaints about a message, or the error name of a refusal without complaints."""
    refusal = refusal_of_message(payload)
    return [] if refusal is None else refusal[1] or [refusal[0]]


_SUGGESTIONS: Final = record(
    {},
    {
        "options": array(OPTION, minimum=0, maximum=100),
        "option_groups": array(
            record({"label": plain(75), "options": array(OPTION, minimum=0, maximum=100)}), minimum=0, maximum=100
        ),
    },
)


def check_options(answer: Any) -> list[str]:
    """Return Slack's complaints about an answer to a block_suggestion: at most 100 options, or 100 groups of 100."""
    if not isinstance(answer, dict) or ("options" in answer) == ("option_groups" in answer):
        return ["[ERROR] must define either `options` or `option_groups` [json-pointer:/]"]
    return as_messages(_SUGGESTIONS(answer, ""))
