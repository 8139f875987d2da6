"""What an operator sees: steps as they happen on standard error, results on standard output.

Colours and spinners are for terminals; rich leaves both out when the output is piped, or NO_COLOR is set.
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

# Seconds between two words about how far something is: to a person who looks, and to a log.
_SCREEN_SECONDS, _LOG_SECONDS = 0.2, 15.0

_AS_WIDE_AS_NEEDED = 10_000


class Console:
    """Speaks to one person at a terminal, or to one log file. Text is shown as it is: nothing in it is markup."""

    def __init__(self, *, out: Screen | None = None, err: Screen | None = None) -> None:
        self._out = out or Screen(highlight=False, soft_wrap=True)
        self._err = err or Screen(stderr=True, highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """One line of the result."""
        self._out.print(Text(visible(line)))

    def note(self, line: str) -> None:
        """One line about what goes on."""
        self._err.print(Text(visible(line)))

    def warn(self, line: str) -> None:
        """Something that a person should look at."""
        self._err.print(Text(f"! {visible(line)}", style="yellow"))

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """A piece of work: a spinner while it lasts, then one line that says how it ended and how long it took."""
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
        """A piece of work in many parts: as `step`, and how far it is; call what it gives with each number of parts."""
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

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
        """Rows under their headings. Nothing is cut: a terminal breaks long cells, a pipe gets them on one line."""
        table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
        for heading in columns:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(Text(visible(cell)) for cell in row))
        if not self._out.is_terminal:
            self._out.width = _AS_WIDE_AS_NEEDED
        self._out.print(table)
