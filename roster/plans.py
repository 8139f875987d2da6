"""The plan of a change: shown first, then confirmed by the operator or by `--yes`; `--dry-run` ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from roster.wording import print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from terminal.console import Console

# Lines of a plan that are shown. The rest is counted.
_SHOWN = 40

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def changing(command: _Command) -> _Command:
    """Add the options `--yes` and `--dry-run`, which arrive as `yes` and `dry_run`, for `agreed`."""
    command = click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")(command)
    return click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")(command)


def agreed(  # noqa: PLR0913 - the plan, and the options of its confirmation
    console: Console, plan: Iterable[str], *, yes: bool, dry_run: bool, question: str = "Do this?", total: int = 0
) -> bool:
    """Show the plan, a line for each step, and return whether to carry it out.

    `total` is the number of its lines where the plan does not hold them all at once. A no is not a failure. Raises
    Stopped where nobody can be asked.
    """
    console.note("Plan:")
    print_first(plan, lambda line: console.note(f"  {line}"), most=_SHOWN, total=total)
    if dry_run:
        console.note("This was a dry run: nothing was changed.")
        return False
    if yes:
        return True
    try:
        answer = click.confirm(question, err=True)
    except click.Abort:
        raise Stopped("Nothing was changed, because nobody could be asked. Pass --yes to confirm.") from None
    if not answer:
        console.note("Nothing was changed.")
    return answer
