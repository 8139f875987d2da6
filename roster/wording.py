"""Phrases that several commands print: numbers of things, and the first of many."""

from __future__ import annotations

from collections.abc import Sized
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_NAMED: Final = 5
_PLURALS: Final = {"entry": "entries"}


def counted(number: int, word: str) -> str:
    """Return a number with its noun: `1 line`, `2,000 lines`, `3 entries`."""
    return f"{number:,} {word if number == 1 else _PLURALS.get(word, f'{word}s')}"


def named(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def print_first(lines: Iterable[str], write: Callable[[str], object], *, most: int, total: int = 0) -> None:
    """Write the first lines, then how many more there are. `total` counts them where `lines` has no length or less."""
    for line in islice(lines, most):
        write(line)
    if (more := max(total, len(lines) if isinstance(lines, Sized) else 0) - most) > 0:
        write(f"… and {more:,} more")
