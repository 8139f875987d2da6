"""Slack's rich text. A name cannot change its style, and nobody is mentioned in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.text import escape

if TYPE_CHECKING:
    from bot.blocks import Block


def text(words: str, *, bold: bool = False) -> Block:
    """Return words in one style."""
    return {"type": "text", "text": words, **({"style": {"bold": True}} if bold else {})}


def struck(run: Block) -> Block:
    """Return the words struck through."""
    return {**run, "style": {**run.get("style", {}), "strike": True}}


def section(*runs: Block) -> Block:
    """Return a line."""
    return {"type": "rich_text_section", "elements": list(runs)}


def bullets(*sections: Block) -> Block:
    """Return a list of lines."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(sections)}


def rich(*parts: Block) -> Block:
    """Return a block of lines and lists."""
    return {"type": "rich_text", "elements": list(parts)}


def line_message(*runs: Block) -> dict[str, Any]:
    """Return a message of one line. Its `text` is for notifications."""
    return {"text": escape("".join(run["text"] for run in runs)), "blocks": [rich(section(*runs))]}
