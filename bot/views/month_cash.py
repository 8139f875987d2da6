"""The cash in a month's answer: what went to the bank, and what was written off or on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.blocks import Block, section
from bot.cash_menu import pile_in_words
from bot.text import author, escape
from charter.cash import DEPOSITED, WRITTEN_OFF
from charter.money import ZERO

if TYPE_CHECKING:
    from charter.books import Sums

_MOST: Final = 10


def cash_of(sums: Sums) -> list[Block]:
    """Return the block of a month's sums; none where nothing of it happened."""
    lines = []
    for key, amount in sorted(sums.items()):
        if key[0] == DEPOSITED and len(key) == 3:  # noqa: PLR2004 - attribute, currency, method
            lines.append(f"To the bank: {pile_in_words(amount, key[1], escape(key[2]))}")
        if key[0] == WRITTEN_OFF and len(key) == 4:  # noqa: PLR2004 - attribute, currency, method, hand
            side = "off" if amount > ZERO else "on"
            lines.append(f"Written {side}: {pile_in_words(abs(amount), key[1], escape(key[2]))} of {author(key[3])}")
    if len(lines) > _MOST:
        lines = [*lines[:_MOST], f"and {len(lines) - _MOST} more corrections"]
    return [section("\n".join(["*Cash and checks*", *lines]))] if lines else []
