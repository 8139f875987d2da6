"""A served workspace whose bot opens the payment form for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.devkit.slack.serving import served
from tests.devkit.slack.stage import Stage, a_select, a_text_input, a_view, an_input, opening

if TYPE_CHECKING:
    from collections.abc import Iterator

PATRON = an_input({"type": "external_select", "min_query_length": 0}, "patron")


@pytest.fixture
def stage() -> Stage:
    return opening(*[a_view(PATRON, a_text_input("amount"), a_select("method"))] * 3)


@pytest.fixture
def url(stage: Stage) -> Iterator[str]:
    """The address of the stage's workspace."""
    with served(stage.slack) as address:
        yield address
