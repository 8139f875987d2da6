"""`infra deploy`: the careful sequence over functions that stand, on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.cloud import cloud_before
from tests.infra.quay import BEFORE, Quay, a_zip, direct_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Engine


@pytest.fixture
def quay(dynamodb: Engine, tmp_path: Path) -> Iterator[Quay]:
    client = direct_client(dynamodb.endpoint)
    with cloud_before(dynamodb.endpoint) as cloud:
        yield Quay(cloud, client, tmp_path)
    client.close()


def test_a_deploy_brings_new_code_and_keeps_every_credential(quay: Quay) -> None:
    name = quay.a_function()
    result = quay.deploy(name, a_zip("two"), "--set", "NEW=canary-new")
    assert result.exit_code == 0, result.output
    assert quay.asked(name) == {"mark": "two", "environment": {**BEFORE, "NEW": "canary-new"}}
    assert quay.cloud.writes == ["UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion", "UpdateAlias"]
