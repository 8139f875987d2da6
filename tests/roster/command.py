"""The roster's command line as a person runs it, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from roster.main import main

if TYPE_CHECKING:
    from click.testing import Result


def roster(endpoint: str, table: str, *words: str, answer: str | None = None) -> Result:
    """One command; `answer` is what the person types. What it said is in `stdout` and `stderr`."""
    options = ["--table", table, "--endpoint", endpoint, "--region", REGION]
    runner = CliRunner(env={**CREDENTIALS, "COLUMNS": "200", "TIMEZONE": "America/Los_Angeles"})
    result = runner.invoke(main, [*options, *words], input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def renamed(endpoint: str, table: str, old: str, new: str) -> None:
    """An event gets another id."""
    result = roster(endpoint, table, "events", "rename", old, new, "--yes")
    assert result.exit_code == 0, result.stderr
