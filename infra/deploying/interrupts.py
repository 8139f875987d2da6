"""Ctrl-C, a closed terminal and a polite kill: the first one stops a deploy, and none stops putting production back."""

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
    """A signal said stop. No Exception, as KeyboardInterrupt is none: nothing on the way may take it for weather."""


class Interrupts:
    """Raises Interrupted at the first signal, and from then on, or once `hold` is called, only says that it waits."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._held = False

    def hold(self) -> None:
        """No interruption from here on."""
        self._held = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """No interruption until the block ends."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before

    @contextmanager
    def watched(self) -> Iterator[Interrupts]:
        """Signals come here until the block ends."""
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
        with suppress(OSError):  # the terminal itself may be what went away
            self._console.warn("Please wait: this must not be cut short, and takes seconds.")
