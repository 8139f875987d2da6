"""Fixtures of the second opinion: moto's server beside MiniStack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.second_opinion.engines import GIVEN, WHOLE, Opinion, moto
from tests.second_opinion.reading import read_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine


@pytest.fixture(scope="session")
def second() -> Iterator[Opinion]:
    """moto, once for all of them."""
    with moto() as running:
        yield running


@pytest.fixture(scope="session")
def first(dynamodb: Engine) -> Iterator[Opinion]:
    """MiniStack."""
    if dynamodb.name != "ministack":
        pytest.skip("CloudFormation is MiniStack's")
    made = Opinion("MiniStack", dynamodb.endpoint, dynamodb.endpoint, lacks=("AWS::Budgets::Budget",))
    yield made
    made.close()


@pytest.fixture(scope="session")
def whole_in_moto(second: Opinion) -> dict[str, Any]:
    """The stack with everything on, as moto reports it. It stays for the tests of the commands."""
    second.make(WHOLE, GIVEN)
    return read_stack(second.ask, WHOLE)
