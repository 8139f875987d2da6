"""Hooks of pytest for the garbage collector, which took a seventh of the work of a whole run."""

from __future__ import annotations

import gc
import itertools
from typing import Final

import pytest

_TESTS_RUN: Final = itertools.count(1)
_MANY: Final = 50_000
"""Objects. A look at so many takes about 20 ms."""


def pytest_collection_finish() -> None:
    """Take what was imported for the run out of the collector's sight, and let it look for garbage less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Look for garbage before every twentieth test. Clients in cycles keep their connections open until then.

    Caches and engines stay, and each look would take longer for them. So they are taken out of sight too, once there
    are many: the last test's connections, which the next test still replaces, go with them and stay open.
    """
    if next(_TESTS_RUN) % 20 == 0:
        while gc.collect():  # what is freed can hold other cycles
            pass
        if len(gc.get_objects()) > _MANY:
            gc.freeze()
