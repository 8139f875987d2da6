"""Messages with tables, and the same messages with lines in place of the tables, for a Slack that refuses tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.blocks import EMPTY, section
from bot.text import clip, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.blocks import Block

_SECTION: Final = 3000
# Slack's limit of characters in a message counts the entities of escaped ones. Only cells full of those are cut.
_CELL: Final = 120


def has_table(message: dict[str, Any]) -> bool:
    """Return whether the message has a table."""
    return any(block["type"] == "table" for block in message.get("blocks", ()))


def in_lines(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message with each table as sections, two lines for each row. Empty cells are left out."""
    blocks: list[Block] = []
    for block in message.get("blocks", ()):
        blocks += _sections(block) if block["type"] == "table" else [block]
    return {**message, "blocks": blocks}


def _sections(table: Block) -> Iterator[Block]:
    """Yield as few sections as hold the rows."""
    headings, *rows = [[_text(cell) for cell in row] for row in table["rows"]]
    text = ""
    for row in rows:
        filled = [(heading, cell) for heading, cell in zip(headings, row, strict=True) if cell != EMPTY]
        labelled = " · ".join(f"{heading} {cell}" for heading, cell in filled[1:])
        entry = f"*{filled[0][1]}*\n{labelled}" if filled else EMPTY
        if text and len(text) + len(entry) + 1 > _SECTION:
            yield section(text)
            text = ""
        text = f"{text}\n{entry}" if text else entry
    yield section(text)


def _text(cell: Block) -> str:
    """Return the text of a cell that `bot.blocks.table` built, as mrkdwn."""
    text = str(cell["elements"][0]["elements"][0]["text"])
    length = len(text)
    while len(escape(clip(text, length))) > _CELL:
        length -= 1
    return escape(clip(text, length))
