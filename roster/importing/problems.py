"""The problems of a file, reported all at once, each with its line and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from charter.refusals import Refusal

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True, order=True)
class ImportProblem:
    """A line of a file that cannot be imported, and the reason. Lines are counted from 1, headings included."""

    line: int
    reason: str


class Unreadable(Exception):  # noqa: N818 - an expected refusal
    """A part of a file cannot be read. The text is the reason; `line`, where given, is the line at fault."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


class Problems(list[ImportProblem]):
    """The problems of a file, collected so that all of them are reported at once."""

    def collect(self, line: int, field: str = "") -> _Collecting:
        """Turn an Unreadable or a Refusal of a `with` block into a problem of the line, and end the block there."""
        return _Collecting(self, line, field)


class _Collecting:
    """The block above. With `contextlib`, Python 3.13 would keep each refusal until the next garbage collection."""

    def __init__(self, problems: Problems, line: int, field: str) -> None:
        self._problems, self._line, self._field = problems, line, field

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, _kind: object, reason: BaseException | None, _traceback: TracebackType | None) -> bool:
        """Return whether the block ended with a refusal, which is now a problem."""
        if not isinstance(reason, (Unreadable, Refusal)):
            return False
        own = reason.line if isinstance(reason, Unreadable) else 0
        said = f"{self._field}: {reason}" if self._field else str(reason)
        self._problems.append(ImportProblem(own or self._line, said))
        return True


def shown(name: str, value: object) -> str:
    """Return an attribute's value as a plan shows it. Amounts get two decimals: the table stores 125.00 as 125."""
    match value:
        case None:
            return "(none)"
        case Decimal():
            return f"{value:.2f}" if name in {"price", "due"} else f"{value:f}"
    return str(value)
