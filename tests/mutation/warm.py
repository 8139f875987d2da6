"""One process that has imported everything and collected the tests. Each mutant is put into a fork of it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.mutation.children import NEEDS_IMPORT, SAME, SURVIVED, Child, Ended, run
from tests.mutation.swapping import Functions, NeedsImport, Same
from tests.mutation.watching import OPTIONS, Watcher, calm_hypothesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.mutation.arguments import Arguments as Limits
    from tests.mutation.choosing import Recorded
    from tests.mutation.mutants import Mutant

_STAGES: Final = ("table", "bot_stage", "announce_stage", "web_world", "web_stage", "operator")
"""Fixtures. One test of each runs before the first fork, so that what it imports is there."""
PATIENCE: Final = 90.0


class Warm:
    """A plugin that runs mutants in place of the tests that were collected."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        recorded: Recorded,
        limits: Limits,
        report: Callable[[Mutant, Ended], None],
    ) -> None:
        self._mutants = mutants
        self._recorded = recorded
        self._limits = limits
        self._report = report
        self._items: dict[str, pytest.Item] = {}
        self._folder = Path(tempfile.gettempdir())

    def run(self, arguments: Sequence[str]) -> None:
        """Collect the tests and run the mutants."""
        calm_hypothesis()
        with tempfile.TemporaryDirectory() as folder:
            self._folder = Path(folder)
            status = pytest.main([*OPTIONS, *arguments], plugins=[self])
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            raise RuntimeError(f"The tests could not be collected: {status}.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all mutants."""
        self._items = {item.nodeid: item for item in session.items}
        for path in {mutant.path for mutant in self._mutants}:
            importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        with _shared_caches():
            self._warm_up(session)
            functions = Functions()
            gc.collect()
            gc.freeze()
            for mutant, ended in run(self._jobs(functions), at_once=self._limits.processes):
                assert hasattr(mutant, "path")
                self._report(mutant, ended)  # type: ignore[arg-type]  # the jobs' own
        return True

    def _warm_up(self, session: pytest.Session) -> None:
        for stage in _STAGES:
            found = [
                item
                for item in session.items
                if stage in getattr(item, "fixturenames", ()) and item.nodeid in self._recorded.seconds
            ]
            if found:
                item = min(found, key=lambda each: self._recorded.seconds[each.nodeid])
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def _jobs(self, functions: Functions) -> Iterator[tuple[object, float, Callable[[Child], None]]]:
        for mutant in self._mutants:
            tests = [
                test for test in self._recorded.tests_of(mutant, budget=self._limits.budget) if test in self._items
            ]
            patience = PATIENCE + 10 * sum(self._recorded.seconds[test] for test in tests)
            yield mutant, patience, self._work(functions, mutant, tests)

    def _work(self, functions: Functions, mutant: Mutant, tests: list[str]) -> Callable[[Child], None]:
        def work(child: Child) -> None:
            try:
                functions.replace(mutant.path, mutant.source.text, mutant.text)
            except Same:
                child.end(SAME)
            except NeedsImport:
                child.end(NEEDS_IMPORT)
            self._run_tests(child, tests)
            child.end(SURVIVED)

        return work

    def _run_tests(self, child: Child, tests: list[str]) -> None:
        items = [self._items[test] for test in tests]
        if not items:
            return
        config: Any = items[0].config
        config._tmp_path_factory._given_basetemp = self._folder / str(os.getpid())  # one for each child
        config.pluginmanager.register(Watcher(child, tests, self._recorded.seconds, self._limits.least))
        for item, following in zip(items, [*items[1:], None], strict=True):
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)


@contextlib.contextmanager
def _shared_caches() -> Iterator[None]:
    """Cache around the children what each of them would read again."""
    from tests.cached_bolt import cached_bolt
    from tests.cached_botocore import cached_botocore
    from tests.cached_template import cached_template

    with cached_botocore(), cached_bolt(), cached_template():
        yield
