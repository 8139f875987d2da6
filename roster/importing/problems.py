"""What is wrong with a file: a line's number and the reason, all of them at once, so that one look mends the file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terminal.console import Console

SHOWN: Final = 200


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One line of a file that cannot be taken as it is, and why. Lines count from 1, the heading's among them."""

    line: int
    reason: str


class Unreadable(Exception):  # noqa: N818 - an expected no
    """A cell that cannot be read; its text is the reason, a sentence."""


def stop_at(problems: Sequence[Problem], console: Console, *, skip: bool, file: str) -> None:
    """Lists the problems; raises Stopped when there are any, unless the operator chose to `skip` such lines."""
    if not problems:
        return
    for problem in sorted(problems)[:SHOWN]:
        console.warn(f"line {problem.line}: {problem.reason}")
    if len(problems) > SHOWN:
        console.warn(f"… and {len(problems) - SHOWN:,} more")
    lines = counted(len({problem.line for problem in problems}), "line")
    if not skip:
        raise Stopped(
            f"{lines} of {file} cannot be imported, so nothing was. Mend them and run the same again; "
            "--skip-bad imports all the others."
        )
    console.warn(f"{lines} of {file} left out.")


def counted(number: int, what: str) -> str:
    """`1 line`, `2,000 lines`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def shown(name: str, value: object) -> str:
    """An attribute's value in a plan; the table keeps 125.00 as 125."""
    match value:
        case None:
            return "(none)"
        case Decimal():
            return f"{value:.2f}" if name in {"price", "due"} else f"{value:f}"
    return str(value)
