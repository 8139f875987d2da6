"""Block Kit blocks as plain dicts, cut to Slack's limits (docs.slack.dev/reference/block-kit)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.text import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

Block = dict[str, Any]

BUTTON: Final = 75
OPTION: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
EMPTY: Final = "–"


def plain(text: str, limit: int = OPTION) -> Block:
    """Return a plain_text object. Slack shows it unparsed, so nothing needs escaping, and refuses an empty one."""
    return {"type": "plain_text", "text": clip(text, limit) or EMPTY, "emoji": True}


def mrkdwn(text: str) -> Block:
    """Return a mrkdwn object. The caller escapes what people typed."""
    return {"type": "mrkdwn", "text": text}


def section(text: str, **rest: Any) -> Block:
    """Return a paragraph of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text), **rest}


def fields(*pairs: tuple[str, str]) -> Block:
    """Return up to ten label and value pairs, two in a row. Values are mrkdwn."""
    return {"type": "section", "fields": [mrkdwn(f"*{label}*\n{value}") for label, value in pairs]}


def context(text: str) -> Block:
    """Return a line of small print in mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def header(text: str) -> Block:
    """Return a headline."""
    return {"type": "header", "text": plain(text, 150)}


def actions(*elements: Block, block_id: str) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(text: str, *, action_id: str, value: str = "", **rest: Any) -> Block:
    """Return a button. Slack sends `value` back when it is pressed."""
    given = {"value": value} if value else {}
    return {"type": "button", "text": plain(text, BUTTON), "action_id": action_id, **given, **rest}


def option(text: str, value: str, description: str = "") -> Block:
    """Return one option of a select."""
    described = {"description": plain(description)} if description else {}
    return {"text": plain(text), "value": value, **described}


def labelled(block_id: str, label: str, element: Block, *, hint: str = "", **rest: Any) -> Block:
    """Return an input block. Its block id is the name of its field, so that a refusal of the field is shown there."""
    hinted = {"hint": plain(hint, 2000)} if hint else {}
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element, **hinted, **rest}


def text_input(action_id: str, value: str = "", **rest: Any) -> Block:
    """Return an input for text that shows `value`."""
    given = {"initial_value": value} if value else {}
    return {"type": "plain_text_input", "action_id": action_id, **rest, **given}


def menu(action_id: str, values: Sequence[str], picked: str | None, **rest: Any) -> Block:
    """Return a menu of these values, labelled with a capital letter. `picked` is shown if it is one of them."""
    options = {value: option(value.capitalize(), value) for value in values}
    given = {"initial_option": options[picked]} if picked in options else {}
    return {"type": "static_select", "action_id": action_id, "options": list(options.values()), **rest, **given}


def table(columns: list[tuple[str, str]], rows: list[list[str]]) -> Block:
    """Return a table. `columns` are (heading, alignment). Slack does not parse the text of cells.

    Send it by `bot.reply`, which replaces it by lines where Slack refuses it.
    """
    cells = [[_cell(text or EMPTY) for text in row] for row in [[head for head, _ in columns], *rows]]
    return {"type": "table", "column_settings": [{"align": align} for _, align in columns], "rows": cells}


def _cell(text: str) -> Block:
    """Return a cell as rich text. For cells of raw text, server errors of Slack are reported (SlackNet issue 246)."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def dialog(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """Return a confirmation dialog, which Slack shows before a button acts. It is cut to Slack's limits."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def modal(title: str, blocks: list[Block], *, close: str, submit: str = "", **rest: str | bool) -> Block:
    """Return a modal view. `rest` are its callback_id, private_metadata and notify_on_close."""
    button = {"submit": plain(submit, 24)} if submit else {}
    return {"type": "modal", "title": plain(title, 24), "blocks": blocks, "close": plain(close, 24), **button, **rest}
