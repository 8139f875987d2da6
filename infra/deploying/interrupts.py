"""SIGINT, SIGTERM and SIGHUP: the first one stops a deploy, and none stops the restoring of production."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from terminal.console import Console

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal arrived. A BaseException, so that no `except Exception` swallows it."""


class Interrupts:
    """Raise Interrupted at the first signal. Later signals, and all signals after `hold`, only show a warning."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._held = False

    def hold(self) -> None:
        """Stop interrupting from now on."""
        self._held = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stop interrupting until the block ends."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before

    @contextmanager
    def watched(self) -> Iterator[Interrupts]:
        """Handle signals until the block ends."""
        before = {number: signal.signal(number, self._meet) for number in _SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _meet(self, number: int, _frame: FrameType | None) -> None:
        if not self._held:
            self._held = True
            raise Interrupted(signal.Signals(number).name)
        with suppress(OSError):  # the terminal may be gone
            self._console.warn("Please wait: this cannot be interrupted, and takes seconds.")
