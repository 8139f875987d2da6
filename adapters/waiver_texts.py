"""The current text of the waiver in each language, from the folders of `web/waiver_text`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from charter.waivers import ENGLISH, WaiverText

_FOLDER: Final = Path(__file__).parent.parent.joinpath("web", "waiver_text")
_FILES: Final = ("waiver.md", "consent.txt", "guardian.txt")


@cache
def read_waiver_texts() -> tuple[WaiverText, ...]:
    """Return the current texts, the English one first. Raises ValueError if one has no date."""
    folders = sorted((text.parent for text in _FOLDER.glob("*/waiver.md")), key=_english_first)
    texts = tuple(map(_read, folders))
    if not all(text.version for text in texts):
        raise ValueError("a waiver has no version")
    return texts


def _read(folder: Path) -> WaiverText:
    markdown, consent, guardian = (folder.joinpath(name).read_text(encoding="utf-8").strip() for name in _FILES)
    return WaiverText(markdown, consent, guardian, language=folder.name)


def _english_first(folder: Path) -> tuple[bool, str]:
    return folder.name != ENGLISH, folder.name
