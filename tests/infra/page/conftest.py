"""The public site, with its bucket, as the page's tests find it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.site_stage import SiteStage, berth, site_stage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine


@pytest.fixture(scope="module")
def running(dynamodb: Engine) -> Iterator[SiteStage]:
    """One for a module: to start it takes longer than most tests."""
    with site_stage_of(dynamodb) as site_stage:
        yield site_stage


@pytest.fixture
def site_stage(running: SiteStage) -> Iterator[SiteStage]:
    """It with an empty bucket. Every fault that a test orders must have hit something."""
    yield berth(running)
    assert running.s3_proxy.unused == {}
