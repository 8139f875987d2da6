"""Random histories of a boat under faults keep every promise, and faults planted into the product are found."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

import pytest

from tests.histories.__main__ import main, prepared, quietly, report
from tests.histories.mutants import MUTANTS
from tests.histories.steps import LONGEST, history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.histories.boat import Harness

COUNT: Final = 300


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """The world of all histories, prepared once."""
    with prepared() as harness:
        gc.collect()
        gc.disable()
        try:
            yield harness
        finally:
            gc.enable()


def test_three_hundred_histories_keep_every_promise(harness: Harness) -> None:
    print(f"The seeds are ci-0 to ci-{COUNT - 1}.")  # noqa: T201 - a failure shows it
    for number in range(COUNT):
        seed = f"ci-{number}"
        steps = history(seed)
        faults = quietly(harness, seed, steps).faults
        assert not faults, report(harness, seed, steps, faults, longest=LONGEST)
        if number % 50 == 0:
            gc.collect()
