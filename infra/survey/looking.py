"""Read one part of an account after another. A part that may not be read is reported, and the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from infra.asking import AwsRefused
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.console import Console

T = TypeVar("T")


class Looking:
    """The parts that could not be read are in `unseen`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.unseen: list[str] = []

    def at(self, what: str, read: Callable[[], T], otherwise: T) -> T:
        """Return what `read` returns. Where AWS refuses, warn, and return `otherwise`."""
        try:
            return read()
        except (AwsRefused, Stopped) as failed:
            why = failed.message if isinstance(failed, Stopped) else str(failed)
            self._console.warn(f"Not seen: {what}. {why}")
            self.unseen.append(what)
            return otherwise

    def several(self, what: str, read: Callable[[], list[T]]) -> list[T]:
        """Return what `read` returns; an empty list where AWS refuses."""
        nothing: list[T] = []
        return self.at(what, read, nothing)
