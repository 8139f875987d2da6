"""Hooks of pytest for the garbage collector, which took a seventh of the work of a whole run."""

from __future__ import annotations

import gc
import itertools
from typing import Final

import pytest

_TESTS_RUN: Final = itertools.count(1)
_FREEZES: Final = frozenset({20, 80, 320})
_OLD: Final = 200


def pytest_configure() -> None:
    """Let the collector run less often, also while modules are imported.

    By Python's own thresholds it runs 1,200 times then, which takes a quarter of the time.
    """
    gc.set_threshold(100_000, 50, 50)


def pytest_collection_finish() -> None:
    """Exclude the imported objects from garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Collect garbage before every twentieth test. Clients in cycles keep their connections open until then.

    Objects that survived are checked again before every two hundredth test: nearly all of them are caches, and a full
    collection takes several times longer. Caches and engines stay, so they are excluded too, now and then. The last
    test's connections, which the next test would replace, are excluded with them and stay open.
    """
    run = next(_TESTS_RUN)
    if run in _FREEZES or run % _OLD == 0:
        while gc.collect():  # freed objects can hold other cycles
            pass
        if run in _FREEZES:
            gc.freeze()
    elif run % 20 == 0:
        gc.collect(1)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Exclude the remaining objects: pytest has just collected garbage, and does so once more before it ends."""
    gc.freeze()
