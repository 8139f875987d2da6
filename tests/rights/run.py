"""Hooks of pytest that collect the records of all workers and check them when a run ends."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.rights import recorder
from tests.rights.verdict import of_a_whole_run, of_any_run

_KEY: Final = "rights"
_found: list[str] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ARG001  # xdist's
    """Take over what a worker has recorded."""
    records = getattr(node, "workeroutput", {}).get(_KEY)
    if records:
        recorder.take_over(records)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Judge the records, or hand them to the controller. A fault fails the run."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_KEY] = recorder.handed_over()
        return
    _found.extend(of_any_run())
    if exitstatus == pytest.ExitCode.OK and is_whole(session.config):
        _found.extend(of_a_whole_run())
    if _found and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the faults of the rights."""
    if _found:
        terminalreporter.section("rights on AWS", red=True)
        for line in _found:
            terminalreporter.write_line(line)


def is_whole(config: pytest.Config) -> bool:
    """Return whether the run has every test."""
    options = config.option
    narrowed = (options.keyword, options.markexpr, options.collectonly, options.deselect, getattr(options, "lf", False))
    return not any(narrowed) and config.args_source is pytest.Config.ArgsSource.TESTPATHS
