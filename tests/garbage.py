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
    """Let the collector look less often, also while modules are imported.

    By Python's own thresholds it looks 1,200 times then, which takes a quarter of the time.
    """
    gc.set_threshold(100_000, 50, 50)


def pytest_collection_finish() -> None:
    """Take what was imported for the run out of the collector's sight."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Look for garbage before every twentieth test. Clients in cycles keep their connections open until then.

    What outlived one look is looked at again before every two hundredth test: nearly all of it is caches, and walking
    them takes several times longer. Caches and engines stay, so they are taken out of sight too, now and then: the last
    test's connections, which the next test still replaces, go with them and stay open.
    """
    run = next(_TESTS_RUN)
    if run in _FREEZES or run % _OLD == 0:
        while gc.collect():  # what is freed can hold other cycles
            pass
        if run in _FREEZES:
            gc.freeze()
    elif run % 20 == 0:
        gc.collect(1)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Keep what is left out of sight: pytest has just looked through it, and does so once more before it ends."""
    gc.freeze()
