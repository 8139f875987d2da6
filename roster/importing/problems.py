"""The problems of a file, reported all at once, each with its line and the reason."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from charter.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A line of a file that cannot be imported, and the reason. Lines are counted from 1, headings included."""

    line: int
    reason: str


class Unreadable(Exception):  # noqa: N818 - an expected refusal
    """A part of a file cannot be read. The text is the reason; `line`, where given, is the line at fault."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


class Problems(list[Problem]):
    """The problems of a file, collected so that all of them are reported at once."""

    @contextmanager
    def collect(self, line: int, field: str = "") -> Iterator[None]:
        """Turn an Unreadable or a Refusal of the block into a problem of the line, and end the block there."""
        try:
            yield
        except (Unreadable, Refusal) as reason:
            own = reason.line if isinstance(reason, Unreadable) else 0
            self.append(Problem(own or line, f"{field}: {reason}" if field else str(reason)))


def shown(name: str, value: object) -> str:
    """Return an attribute's value as a plan shows it. Amounts get two decimals: the table stores 125.00 as 125."""
    match value:
        case None:
            return "(none)"
        case Decimal():
            return f"{value:.2f}" if name in {"price", "due"} else f"{value:f}"
    return str(value)
