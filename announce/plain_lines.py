"""Typed text on one line of a mail."""

from __future__ import annotations

import unicodedata

from bot.text import clip
from charter.names import without_unseen


def one_line(text: str, limit: int) -> str:
    """Return typed text on one line. Nothing in it ends a header, reverses the words or pushes them out of sight."""
    # Cc: line ends and other controls; Cf: direction marks, except the joiner that emoji need; Cs: halves of letters.
    kept = (
        letter if letter == "\u200d" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} else " "
        for letter in without_unseen(text)
    )
    return clip("".join(kept), limit)
