"""What an operator is told when something stops: one sentence that says what happened and what to do now."""

from __future__ import annotations

from click import ClickException


class Stopped(ClickException):
    """An expected end without success; `click` prints it and exits with 1. Never a secret in it."""
