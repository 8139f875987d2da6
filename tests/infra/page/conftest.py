"""The public site, with its bucket, as the page's tests find it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.landing import Landing, berth, landing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine


@pytest.fixture(scope="module")
def running(dynamodb: Engine) -> Iterator[Landing]:
    """One for a module: to start it takes longer than most tests."""
    with landing_of(dynamodb) as landing:
        yield landing


@pytest.fixture
def landing(running: Landing) -> Iterator[Landing]:
    """It with an empty bucket. Every fault that a test orders must have hit something."""
    yield berth(running)
    assert running.s3_proxy.unused == {}
