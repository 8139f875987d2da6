"""Amounts as a picture of text: a bar for each, as wide as a phone shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.text import clip
from charter.money import ZERO, format_amount
from charter.names import without_unseen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from bot.blocks import Block

# A phone of 390 px shows about 36 letters of one width in a line.
_NAME: Final = 9
_BAR: Final = 12
_ROWS: Final = 10


def bars(amounts: Sequence[tuple[str, Decimal]], currency: str) -> Block:
    """Return the amounts as preformatted text, which Slack does not parse. There must be one at least."""
    shown = amounts[:_ROWS]
    most = max((amount for _, amount in shown), default=ZERO)
    texts = [format_amount(amount, currency) for _, amount in shown]
    width = max(map(len, texts))
    lines = [
        f"{clip(without_unseen(name), _NAME) or '–':<{_NAME}} {_bar(amount, most)} {text:>{width}}"
        for (name, amount), text in zip(shown, texts, strict=True)
    ]
    if len(amounts) > _ROWS:
        rest = format_amount(sum((amount for _, amount in amounts[_ROWS:]), ZERO), currency)
        lines.append(f"and {len(amounts) - _ROWS} more: {rest}")
    leaf = {"type": "text", "text": "\n".join(lines)}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [leaf]}]}


def _bar(amount: Decimal, most: Decimal) -> str:
    """Return the bar: the largest amount fills it, any other above zero has one mark at least."""
    if amount <= 0:
        return " " * _BAR
    return ("█" * max(int(amount * _BAR // most), 1)).ljust(_BAR)
