"""Every change shows its plan first, and asks; `--yes` answers for the person, `--dry-run` stops there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from roster.wording import print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from terminal.console import Console

# So many lines of a plan are read; of a longer one the rest is counted.
_SHOWN = 40

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def changing(command: _Command) -> _Command:
    """Adds `--yes` and `--dry-run`, which arrive as `yes` and `dry_run`: what `agreed` takes."""
    command = click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")(command)
    return click.option("--yes", "-y", is_flag=True, help="Do it without asking.")(command)


def agreed(console: Console, plan: Sequence[str], *, yes: bool, dry_run: bool, question: str = "Do this?") -> bool:
    """Shows the plan, a line for each step, and tells whether to go on.

    A person who says no ends the command without a failure; nobody there to be asked is Stopped.
    """
    console.note("Plan:")
    print_first(plan, lambda line: console.note(f"  {line}"), most=_SHOWN)
    if dry_run:
        console.note("Nothing was changed: this was a dry run.")
        return False
    if yes:
        return True
    try:
        answer = click.confirm(question, err=True)
    except click.Abort:
        raise Stopped("Nothing was changed. Where nobody can be asked, say --yes.") from None
    if not answer:
        console.note("Nothing was changed.")
    return answer
