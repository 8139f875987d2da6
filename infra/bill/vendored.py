"""The parts of others that are files of this repository: the fonts of printed pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from terminal.failures import Stopped

if TYPE_CHECKING:
    from pathlib import Path

FONTS: Final = "paper/fonts"
# The beginning of a font's name: its licence, the file that has its text, and where it is from.
_FAMILIES: Final = {
    "DejaVu": ("Bitstream-Vera", "LICENSE-DejaVu.txt", "DejaVu 2.37"),
    "Noto": ("OFL-1.1", "LICENSE-Noto.txt", "Noto"),
    "Droid": ("Apache-2.0", "LICENSE-Droid.txt", "Droid Sans Fallback 1.00c"),
}


@dataclass(frozen=True)
class Vendored:
    """One file of others, by its path in the repository."""

    path: str
    licence: str
    origin: str
    sha256: str


def read_vendored(root: Path) -> list[Vendored]:
    """Return every font. Raises Stopped for one whose licence is not in the folder."""
    found = []
    for path in sorted((root / FONTS).glob("*.ttf")):
        family = next((family for family in _FAMILIES if path.name.startswith(family)), "")
        licence, text, origin = _FAMILIES.get(family, ("", "", ""))
        if not text or not (path.parent / text).is_file():
            raise Stopped(
                f"{path.name} has no licence in {FONTS}. Put it there, and name it in infra/bill/vendored.py."
            )
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.append(Vendored(path.relative_to(root).as_posix(), licence, origin, digest))
    return found
