"""Mutants of code that runs during an import. Each gets a fork that has imported only third-party modules."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.mutation.children import BROKEN, KILLED, SAME, SURVIVED, Child, Ended
from tests.mutation.children import run as run_children
from tests.mutation.statements import ROOT
from tests.mutation.swapping import Imported, Same, needs_import
from tests.mutation.warm import PATIENCE
from tests.mutation.watching import OPTIONS, Watcher, calm_hypothesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.mutation.arguments import Arguments as Limits
    from tests.mutation.choosing import Recorded
    from tests.mutation.mutants import Mutant

_PART: Final = 4
_FILES: Final = 3
"""The part of the budget and the test files of one mutant. To collect a file takes longer than to run its tests."""
_LIKE_ALL: Final = ("tests/charter/test_money.py", "tests/bot/test_open.py", "tests/announce/test_posts.py")


def run_cold(
    mutants: Sequence[Mutant],
    recorded: Recorded,
    limits: Limits,
) -> Iterator[tuple[Mutant, Ended]]:
    """Run mutants, each with the tests that were chosen for it, and yield how they ended."""
    _import_others()
    with tempfile.TemporaryDirectory() as folder:

        def jobs() -> Iterator[tuple[object, float, Callable[[Child], None]]]:
            for mutant in mutants:
                tests = _of_few_files(recorded.tests_of(mutant, budget=limits.budget / _PART), limits.budget)
                patience = PATIENCE + 10 * sum(recorded.seconds[test] for test in tests)
                yield mutant, patience, _work(mutant, tests, _Run(recorded, Path(folder), limits.least))

        yield from run_children(jobs(), at_once=limits.processes)  # type: ignore[misc]  # the jobs' own


def _of_few_files(tests: Sequence[str], budget: float) -> list[str]:
    files: list[str] = []
    for test in tests:
        file = test.partition("::")[0]
        if file not in files:
            files.append(file)
    return [test for test in tests if test.partition("::")[0] in files[: max(_FILES, round(budget / _FILES))]]


@dataclass(frozen=True)
class _Run:
    recorded: Recorded
    folder: Path
    least: float


def _work(mutant: Mutant, tests: list[str], run: _Run) -> Callable[[Child], None]:
    def work(child: Child) -> None:
        with contextlib.suppress(Same):
            needs_import(mutant.path, mutant.source.text, mutant.text)
            _run_tests(child, mutant, tests, run)
        child.end(SAME)

    return work


def _run_tests(child: Child, mutant: Mutant, tests: list[str], run: _Run) -> None:
    Imported(mutant.path, mutant.text).install()
    try:
        importlib.import_module(mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    except BaseException as error:  # noqa: BLE001  # no test would pass
        child.end(KILLED, f"import: {error!r}")
    if not tests:
        child.end(SURVIVED)
    calm_hypothesis()
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    watcher = Watcher(child, tests, run.recorded.seconds, run.least)
    status = pytest.main([*OPTIONS, f"--basetemp={run.folder / str(os.getpid())}", *files], plugins=[watcher])
    if status == pytest.ExitCode.OK:
        child.end(SURVIVED)
    if status == pytest.ExitCode.INTERRUPTED:
        child.end(KILLED, "import: by a test's module")
    raise RuntimeError(f"{BROKEN}: pytest ended with {status}")


def _import_others() -> None:
    """Import what the tests import and is not ours. A fork finds out what that is, so that nothing else is imported."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            quiet = os.open(os.devnull, os.O_RDWR)
            os.dup2(quiet, 1)
            pytest.main([*OPTIONS, "--collect-only", *(path for path in _LIKE_ALL if (ROOT / path).exists())])
            names = [
                name for name, module in list(sys.modules.items()) if not _is_ours(getattr(module, "__file__", None))
            ]
            with os.fdopen(writer, "w") as pipe:
                json.dump(names, pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        names = json.load(pipe)
    os.waitpid(pid, 0)
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _is_ours(file: str | None) -> bool:
    return file is not None and file.startswith(str(ROOT)) and "/.venv/" not in file
