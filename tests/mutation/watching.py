"""The plugin of pytest in a child: it ends the process at the first failure, or when a test does not come to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import Phase, settings

from tests.mutation.caches import clear_caches
from tests.mutation.children import KILLED, Child, limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TIMES: Final = 5
OPTIONS: Final = (
    *("-q", "-s", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # plugins are imported already: a fork is to start quickly
)


def calm_hypothesis() -> None:
    """Let property tests try the same examples for each mutant, and not search for a smaller one that fails too."""
    settings.register_profile(
        "mutation", settings(), derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("mutation")


class Watcher:
    """Runs chosen tests in their order. A test may use a multiple of its recorded CPU time."""

    def __init__(self, child: Child, tests: Sequence[str], seconds: Mapping[str, float], least: float) -> None:
        self._child = child
        self._tests = tests
        self._seconds = seconds
        self._least = least

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests, in their order."""
        found = {item.nodeid: item for item in items}
        items[:] = [found[test] for test in self._tests if test in found]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Forget what the product remembers, and limit the test's CPU."""
        clear_caches()
        limit(self._least + _TIMES * self._seconds.get(item.nodeid, 0.0))
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """End this process at the first failure."""
        if report.failed:
            self._child.end(KILLED, report.nodeid)
