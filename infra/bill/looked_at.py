"""The date on which each pin was last looked at, in a file beside this one, for days without a feed of advisories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FILE: Final = Path(__file__).resolve().parent / "looked-at.txt"
PINNED: Final = "pinned"
"""Nothing more is known than that somebody pinned it on that day."""
ASKED: Final = "asked"
"""The feed knew no advisory on that day."""
_HEAD: Final = """\
# Each pin, and when it was last looked at. `asked`: the feed of advisories knew none on that day. `pinned`: no feed was
# asked since it was pinned on that day. `python -m infra advisories --record` writes this file; `make lock` runs that.
"""


@dataclass(frozen=True)
class PinLook:
    """The latest look at one pin."""

    day: date
    how: str


def read_looks(file: Path = FILE) -> dict[str, PinLook]:
    """Return the looks by the pins' keys. Raises Stopped for a line that is none."""
    found = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        try:
            key, day, how = line.split(" ")
            found[key] = PinLook(date.fromisoformat(day), how)
        except ValueError:
            raise Stopped(f"Line {number} of {file.name} is no pin with its date: {line[:60]}.") from None
        if how not in {PINNED, ASKED}:
            raise Stopped(f"Line {number} of {file.name} says neither {ASKED} nor {PINNED}.")
    return found


def renewed(
    looks: Mapping[str, PinLook], pins: Collection[str], *, asked: Collection[str], today: date
) -> dict[str, PinLook]:
    """Return the looks at the present pins. `asked` are those that the feed knows no advisory of."""
    return {
        key: PinLook(today, ASKED) if key in asked else looks.get(key, PinLook(today, PINNED))
        for key in sorted({*pins})
    }


def write_looks(looks: Mapping[str, PinLook], file: Path = FILE) -> None:
    """Write the file."""
    lines = "".join(f"{key} {look.day.isoformat()} {look.how}\n" for key, look in sorted(looks.items()))
    file.write_text(_HEAD + lines, encoding="utf-8")
