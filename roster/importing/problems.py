"""What is wrong with a file: a line's number and the reason, all of them at once, so that one look mends the file."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from charter.refusals import Refusal
from roster.wording import counted, print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from terminal.console import Console

SHOWN: Final = 200


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One line of a file that cannot be taken as it is, and why. Lines count from 1, the heading's among them."""

    line: int
    reason: str


class Unreadable(Exception):  # noqa: N818 - an expected no
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


def stop_at(problems: Sequence[Problem], console: Console, *, skip: bool, file: str) -> None:
    """Lists the problems; raises Stopped when there are any, unless the operator chose to `skip` such lines."""
    if not problems:
        return
    print_first([f"line {problem.line}: {problem.reason}" for problem in sorted(problems)], console.warn, most=SHOWN)
    lines = counted(len({problem.line for problem in problems}), "line")
    if not skip:
        raise Stopped(
            f"{lines} of {file} cannot be imported, so nothing was. Mend them and run the same again; "
            "--skip-bad imports all the others."
        )
    console.warn(f"{lines} of {file} left out.")


def shown(name: str, value: object) -> str:
    """An attribute's value in a plan; the table keeps 125.00 as 125."""
    match value:
        case None:
            return "(none)"
        case Decimal():
            return f"{value:.2f}" if name in {"price", "due"} else f"{value:f}"
    return str(value)
