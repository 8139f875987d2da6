"""What an import made of each line of its file: for people the plan tells it, for programs there is JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roster.importing.problems import SHOWN, stop_at
from roster.output import TABLE, show
from roster.wording import print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from roster.importing.problems import Problem
    from terminal.console import Console

ResultRow = tuple[object, ...]
_COLUMNS: Final = ("line", "eid", "patron", "result", "detail")


class Results:
    """Of one run. Lines that are in the table as they are, are left out: nothing becomes of them."""

    def __init__(self, console: Console, *, form: str) -> None:
        self._console, self._form = console, form
        self._refused: list[ResultRow] = []
        self._skipped: list[ResultRow] = []

    def leave_out(self, skipped: Sequence[Problem]) -> None:
        """Show each line that is no patron or trip, and why; programs get them too."""
        self._skipped = [(problem.line, None, None, "skipped", problem.reason) for problem in sorted(skipped)]
        lines = [f"line {problem.line}: left out, {problem.reason}" for problem in sorted(skipped)]
        print_first(lines, self._console.note, most=SHOWN)

    def stop_at(self, problems: Sequence[Problem], *, skip: bool, file: str) -> None:
        """As `problems.stop_at`; programs get the lines too."""
        self._refused = [(problem.line, None, None, "refused", problem.reason) for problem in sorted(problems)]
        try:
            stop_at(problems, self._console, skip=skip, file=file)
        except Stopped:
            self.end()
            raise

    def end(self, rows: Iterable[ResultRow] = (), *, summary: str = "") -> None:
        """The result: `said` to people; to programs a row for each line that was, or would be, written or refused."""
        if self._form == TABLE:
            if summary:
                self._console.say(summary)
            return
        if summary:
            self._console.note(summary)
        every = [*rows, *self._refused, *self._skipped]
        show(self._console, _COLUMNS, sorted(every, key=lambda row: int(str(row[0]))), form=self._form)
