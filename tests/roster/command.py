"""Runs the roster's command line in this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from roster.main import main

if TYPE_CHECKING:
    from click.testing import Result


def roster(endpoint: str, table: str, *words: str, answer: str | None = None) -> Result:
    """Run one command. `answer` is typed by the person; its output is in `stdout` and `stderr`."""
    own = {name: None for name in os.environ if name.startswith(("AWS_", "EVENTS_", "CURRENCY"))}
    options = ["--table", table, "--endpoint", endpoint, "--region", REGION]
    runner = CliRunner(env={**own, **CREDENTIALS, "COLUMNS": "200", "TIMEZONE": "America/Los_Angeles"})
    result = runner.invoke(main, [*options, *words], input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def renamed(endpoint: str, table: str, old: str, new: str) -> None:
    """Give an event another id."""
    result = roster(endpoint, table, "events", "rename", old, new, "--yes")
    assert result.exit_code == 0, result.stderr
