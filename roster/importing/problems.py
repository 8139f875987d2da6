"""What is wrong with a file: a line's number and the reason, all of them at once, so that one look mends the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terminal.console import Console

_SHOWN: Final = 200


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
    for problem in sorted(problems)[:_SHOWN]:
        console.warn(f"line {problem.line}: {problem.reason}")
    if len(problems) > _SHOWN:
        console.warn(f"… and {len(problems) - _SHOWN:,} more")
    lines = len({problem.line for problem in problems})
    counted = "1 line" if lines == 1 else f"{lines:,} lines"
    if not skip:
        raise Stopped(
            f"{counted} of {file} cannot be imported, so nothing was. Mend them and run the same again; "
            "--skip-bad imports all the others."
        )
    console.warn(f"{counted} of {file} left out.")
