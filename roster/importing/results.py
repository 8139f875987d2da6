"""The result of each line of an import, as JSON or CSV for programs. People read it in the plan."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

from roster.output import TABLE, show
from roster.spooled import Spooled, in_order
from roster.wording import counted, print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from roster.importing.problems import ImportProblem
    from terminal.console import Console

ResultRow = tuple[object, ...]
_SHOWN: Final = 200
_COLUMNS: Final = ("line", "eid", "patron", "result", "detail")


class Results:
    """Results of one run. Lines whose content is already in the table are omitted."""

    def __init__(self, console: Console, *, form: str) -> None:
        self._console, self._form = console, form
        self._refused = Spooled[ResultRow]()
        self._skipped = Spooled[ResultRow]()

    def leave_out(self, skipped: Iterable[ImportProblem]) -> None:
        """Report each line that is not a patron or an event, with the reason, to people and to programs."""
        ordered = _ordered(skipped)
        self._skipped.extend((problem.line, None, None, "skipped", problem.reason) for problem in ordered)
        self._print("left out, ", ordered, self._console.note)

    def stop_at(self, problems: Sequence[ImportProblem], *, skip: bool, file: str) -> None:
        """List the problems. Raises Stopped if there are any, unless the operator chose to `skip` such lines."""
        if not problems:
            return
        ordered = _ordered(problems)
        self._refused.extend((problem.line, None, None, "refused", problem.reason) for problem in ordered)
        self._print("", ordered, self._console.warn)
        lines = counted(sum(1 for _ in groupby(ordered, key=lambda each: each.line)), "line")
        if not skip:
            self.end()
            raise Stopped(
                f"{lines} of {file} cannot be imported, so nothing was. Correct the file and run the command again, "
                "or pass --skip-bad to import the other lines."
            )
        self._console.warn(f"{lines} of {file} left out.")

    @staticmethod
    def _print(what: str, problems: Sequence[ImportProblem], write: Callable[[str], object]) -> None:
        lines = (f"line {each.line}: {what}{each.reason}" for each in problems)
        print_first(lines, write, most=_SHOWN, total=len(problems))

    def end(self, rows: Iterable[ResultRow] = (), *, summary: str = "") -> None:
        """Print the `summary` for people, or all rows for programs: written, planned, refused and skipped lines."""
        if self._form == TABLE:
            if summary:
                self._console.say(summary)
            return
        if summary:
            self._console.note(summary)
        every = chain(rows, self._refused, self._skipped)
        show(self._console, _COLUMNS, in_order(every, key=lambda row: f"{row[0]:>12}"), form=self._form)


def _ordered(problems: Iterable[ImportProblem]) -> Spooled[ImportProblem]:
    """Return the problems by their lines and reasons."""
    return Spooled(in_order(problems, key=lambda each: f"{each.line:>12} {each.reason}"))
