"""An expected end of a command, in one sentence: what happened, then what to do."""

from __future__ import annotations

from click import ClickException

from terminal.letters import visible


class Stopped(ClickException):
    """An expected failure. `click` prints its message and exits with 1. Put no secret into it."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))
