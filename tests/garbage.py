"""Hooks of pytest for the garbage collector, which took a seventh of the work of a whole run."""

from __future__ import annotations

import gc
import itertools
from typing import Final

import pytest

_TESTS_RUN: Final = itertools.count(1)


def pytest_collection_finish() -> None:
    """Take what was imported for the run out of the collector's sight, and let it look for garbage less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Look for garbage after every twentieth test. Clients in cycles keep their connections open until then.

    What is left then stays (caches, modules, engines): it is taken out of sight too, or each look would take longer.
    """
    if next(_TESTS_RUN) % 20 == 0:
        gc.collect()
        gc.freeze()
