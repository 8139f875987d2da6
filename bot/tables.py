"""Messages with tables, and the same messages with lines in place of the tables, for a Slack that refuses tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.blocks import Block

_SECTION: Final = 3000


def has_table(message: dict[str, Any]) -> bool:
    """Return whether the message has a table."""
    return any(block["type"] == "table" for block in message.get("blocks", ()))


def in_lines(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message with each table as sections of plain text, two lines for each row. Nothing is left out."""
    blocks: list[Block] = []
    for block in message.get("blocks", ()):
        blocks += _sections(block) if block["type"] == "table" else [block]
    return {**message, "blocks": blocks}


def _sections(table: Block) -> Iterator[Block]:
    """Yield as few sections as hold the rows. Slack does not parse plain text, so nothing needs escaping."""
    headings, *rows = [[_text(cell) for cell in row] for row in table["rows"]]
    text = ""
    for row in rows:
        labelled = [f"{heading} {cell}" for heading, cell in zip(headings[1:], row[1:], strict=True) if cell != "–"]
        entry = f"{row[0]}\n{' · '.join(labelled)}"
        if text and len(text) + len(entry) + 1 > _SECTION:
            yield _plain(text)
            text = ""
        text = f"{text}\n{entry}" if text else entry
    yield _plain(text)


def _text(cell: Block) -> str:
    """Return the text of a cell that `bot.blocks.table` built."""
    return str(cell["elements"][0]["elements"][0]["text"])


def _plain(text: str) -> Block:
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": True}}
