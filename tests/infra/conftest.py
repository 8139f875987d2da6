"""Fixtures of the operators' commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.infra.deploying.cloud import cloud_before
from tests.infra.deploying.stage import DeployStage, direct_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Engine
    from tests.infra.deploying.cloud import Cloud


@pytest.fixture(scope="session")
def _lambda_client(dynamodb: Engine) -> Iterator[Any]:
    if dynamodb.name != "ministack":
        pytest.skip("Lambda is MiniStack's")
    client = direct_client(dynamodb.endpoint)
    yield client
    client.close()


@pytest.fixture(scope="session")
def _cloud(dynamodb: Engine) -> Iterator[Cloud]:
    with cloud_before(dynamodb.endpoint) as cloud:
        yield cloud


@pytest.fixture
def deploy_stage(_lambda_client: Any, _cloud: Cloud, tmp_path: Path) -> Iterator[DeployStage]:
    """The cloud without a fault, no snapshots, and no functions; those that a test makes go with it."""
    _cloud.forget()
    made = DeployStage(_cloud, _lambda_client, tmp_path)
    yield made
    _cloud.forget()
    made.clear()


@pytest.fixture(scope="module")
def shared_deploy_stage(
    _lambda_client: Any, _cloud: Cloud, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DeployStage]:
    """One for a whole module, whose tests reset it themselves: to make a function takes longer than to deploy one."""
    made = DeployStage(_cloud, _lambda_client, tmp_path_factory.mktemp("deploy"))
    yield made
    _cloud.forget()
    made.clear()


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the SDK's pause between its tries nor a disk that may lose its power is tested."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("os.fsync", lambda _descriptor: None)
