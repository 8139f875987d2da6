"""What an operator is told when something stops: one sentence that says what happened and what to do now."""

from __future__ import annotations

from click import ClickException

from terminal.letters import visible


class Stopped(ClickException):
    """An expected end without success; `click` prints it and exits with 1. Never a secret in it."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))
