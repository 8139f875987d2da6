"""Text that others typed, made safe for a terminal."""

from __future__ import annotations

from typing import Final

_DELETE: Final = 0x7F
_PICTURES: Final = 0x2400  # Unicode's own signs for control characters: ␛ for the escape that begins each command
_SIGNS: Final = {
    **{code: _PICTURES + code for code in range(0x20) if chr(code) not in "\t\n"},
    _DELETE: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}


def visible(text: str) -> str:
    """Return the text with a visible sign in place of each control character; tabs and line ends stay."""
    return text.translate(_SIGNS)
