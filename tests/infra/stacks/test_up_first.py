"""The first version of a new stack is tried before anybody is served by it, as every later one is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.infra.deploying.cloud import cloud_before
from tests.infra.stacks.building_site import site, slack
from tests.infra.stacks.releasing import ReleaseStage, saying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.infra.deploying.cloud import Answer
    from tests.infra.stacks.building_site import BuildingSite

__all__ = ["site", "slack"]  # fixtures


@pytest.fixture
def stage(site: BuildingSite, slack: dict[str, str]) -> Iterator[ReleaseStage]:
    """Nothing is there yet."""
    with cloud_before(site.endpoint) as cloud:
        yield ReleaseStage(site, cloud, slack)


def _is_open(stage: ReleaseStage) -> bool:
    """Return True if CloudFront may call the web function, by the function's own policy."""
    web = stage.site.outputs["WebFunctionName"]
    try:
        policy = stage.site.client("lambda").get_policy(FunctionName=web, Qualifier="live")["Policy"]
    except ClientError:
        return False
    return any("cloudfront" in json.dumps(each) for each in json.loads(policy)["Statement"])


def test_it_is_tried_behind_closed_doors_and_then_they_open(stage: ReleaseStage) -> None:
    found: list[bool] = []

    def look(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        if operation == "Invoke":
            found.append(_is_open(stage))
        return do()

    stage.cloud.fault = look
    result = stage.up(ships=True)
    assert result.exit_code == 0, result.output
    assert found[:4] == [False] * 4, "two requests to the bot, one to each of the others"
    assert _is_open(stage)
    assert stage.site.outputs["SiteUrl"] == stage.asked()["environment"]["PUBLIC_BASE_URL"]


@pytest.mark.parametrize("host", [(), ("--parameter", "PublicHost=trips.example.com")], ids=["CloudFront's", "own"])
def test_a_first_version_that_does_not_work_serves_nobody_and_the_next_run_brings_one_that_does(
    stage: ReleaseStage, host: tuple[str, ...]
) -> None:
    stage.site.zip_says = "def lambda_handler(event, context): return {'statusCode': 500}"
    result = stage.up(*host, ships=True)
    assert result.exit_code == 1
    assert "answers 500" in result.stderr
    assert "This is the first version, and it serves nobody yet" in result.stderr
    assert "manifest --url" not in result.stdout, "nobody learns the bot's address"
    assert not _is_open(stage)

    again = stage.up(*host, ships=True)
    assert again.exit_code == 1
    assert not _is_open(stage), "the same code is tried again"

    stage.site.zip_says = saying("two")
    mended = stage.up(*host, ships=True)
    assert mended.exit_code == 0, mended.output
    assert _is_open(stage)
    assert stage.asked()["mark"] == "two"


def test_nobody_sets_the_gate_by_hand(stage: ReleaseStage) -> None:
    result = stage.up("--parameter", "Serving=true", ships=True)
    assert result.exit_code == 1
    assert "Serving cannot be set." in result.stderr
