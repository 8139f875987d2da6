"""What an import made of each line of its file: for people the plan tells it, for programs there is JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roster.importing.problems import stop_at
from roster.output import TABLE, show
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from roster.importing.problems import Problem
    from terminal.console import Console

Row = tuple[object, ...]
_COLUMNS: Final = ("line", "eid", "patron", "result", "detail")


class Results:
    """Of one run. Lines that are in the table as they are, are left out: nothing becomes of them."""

    def __init__(self, console: Console, *, form: str) -> None:
        self._console, self._form = console, form
        self._refused: list[Row] = []

    def stop_at(self, problems: Sequence[Problem], *, skip: bool, file: str) -> None:
        """As `problems.stop_at`; programs get the lines too."""
        self._refused = [(problem.line, None, None, "refused", problem.reason) for problem in sorted(problems)]
        try:
            stop_at(problems, self._console, skip=skip, file=file)
        except Stopped:
            self.end()
            raise

    def end(self, rows: Iterable[Row] = (), *, said: str = "") -> None:
        """The result: `said` to people; to programs a row for each line that was, or would be, written or refused."""
        if self._form == TABLE:
            if said:
                self._console.say(said)
            return
        if said:
            self._console.note(said)
        both = [*rows, *self._refused]
        show(self._console, _COLUMNS, sorted(both, key=lambda row: int(str(row[0]))), form=self._form)
