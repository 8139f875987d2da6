"""Text that others typed, made safe for one line of a file."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Return the text on one line, without control characters and marks that change the direction of writing."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
