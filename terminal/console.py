"""Output for an operator: progress on standard error, results on standard output.

Colours and spinners are for terminals. rich omits both when the output is piped or NO_COLOR is set.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console as Screen
from rich.table import Table
from rich.text import Text

from terminal.letters import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Seconds between two reports of progress: on a screen, and in a log.
_SCREEN_SECONDS, _LOG_SECONDS = 0.2, 15.0

_AS_WIDE_AS_NEEDED = 10_000


class Console:
    """Writes for one person at a terminal, or to one log file. Text is printed as it is, never read as markup."""

    def __init__(self) -> None:
        self._out = Screen(highlight=False, soft_wrap=True)
        self._err = Screen(stderr=True, highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """Print one line of the result."""
        self._out.print(Text(visible(line)))

    def note(self, line: str) -> None:
        """Print one line about the progress."""
        self._err.print(Text(visible(line)))

    def warn(self, line: str) -> None:
        """Print one line that needs attention."""
        self._err.print(Text(f"! {visible(line)}", style="yellow"))

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Show a spinner while the block runs, then one line with its result and its duration."""
        started, doing = time.monotonic(), visible(doing)
        try:
            with self._err.status(Text(f"{doing} …")):
                yield
        except BaseException:
            self._err.print(Text(f"✗ {doing}", style="red"))
            raise
        self._err.print(Text("✓ ", style="green") + Text(f"{doing} ({time.monotonic() - started:.1f} s)"))

    @contextmanager
    def counting(self, doing: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Do as `step`, and show the progress. Yields a function that takes the number of parts just done."""
        started, done, reported = time.monotonic(), 0, time.monotonic()
        of = f" of {total:,}" if total is not None else ""

        with self._err.status(Text(f"{doing} …")) as status:

            def advance(parts: int = 1) -> None:
                nonlocal done, reported
                done += parts
                now = time.monotonic()
                if now - reported >= (_SCREEN_SECONDS if self._err.is_terminal else _LOG_SECONDS):
                    reported = now
                    if self._err.is_terminal:
                        status.update(Text(f"{doing} … {done:,}{of}"))
                    else:
                        self.note(f"  {doing} … {done:,}{of}")

            try:
                yield advance
            except BaseException:
                self._err.print(Text(f"✗ {doing}, after {done:,}{of}", style="red"))
                raise
        took = time.monotonic() - started
        self._err.print(Text("✓ ", style="green") + Text(f"{doing}: {done:,}{of} ({took:.1f} s)"))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under their headings. Long cells are wrapped on a terminal and never cut."""
        table = Table(box=None, pad_edge=False)
        for heading in columns:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(Text(visible(cell)) for cell in row))
        if not self._out.is_terminal:
            self._out.width = _AS_WIDE_AS_NEEDED
        self._out.print(table)
