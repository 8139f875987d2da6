"""The world of all histories, for the tests that play them."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.histories.__main__ import prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.histories.boat import Harness


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """The world of all histories, prepared once for a file."""
    with prepared() as harness:
        gc.collect()
        gc.disable()
        try:
            yield harness
        finally:
            gc.enable()
