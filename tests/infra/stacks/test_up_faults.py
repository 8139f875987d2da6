"""Whichever call to AWS is lost, before it arrives or after it was done: a sentence, and the next run finishes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infra.stacks.building_site import SIGNING_SECRET, SITE, TOKEN, site
from tests.infra.weather import AFTER, BEFORE, Weather

if TYPE_CHECKING:
    from tests.infra.stacks.building_site import BuildingSite

__all__ = ["site"]  # a fixture

# The calls of a first run, in their order; a test below holds that there are no others.
CALLS = (
    *("GetCallerIdentity", "DescribeStacks", "HeadBucket", "CreateBucket", "PutPublicAccessBlock"),
    *("PutBucketEncryption", "PutBucketVersioning", "PutBucketPolicy", "HeadObject", "PutObject"),
    *("GetTemplateSummary", "GetSecretValue", "CreateSecret", "CreateChangeSet", "DescribeChangeSet"),
    *("DescribeStackEvents", "ExecuteChangeSet"),
)


@pytest.fixture(scope="module")
def weather() -> Weather:
    return Weather()


@pytest.fixture
def exposed(site: BuildingSite, weather: Weather) -> BuildingSite:
    """A site in that weather."""
    site.aws = weather.aws
    return site


def test_a_first_run_makes_these_calls(exposed: BuildingSite, weather: Weather) -> None:
    weather.lose("", "")
    assert exposed.up("--yes").exit_code == 0
    assert set(weather.calls) == set(CALLS)


@pytest.mark.parametrize("when", [BEFORE, AFTER], ids=["on its way", "when it was done"])
@pytest.mark.parametrize("operation", CALLS)
def test_the_next_run_finishes_what_a_lost_call_ended(
    exposed: BuildingSite, weather: Weather, operation: str, when: str
) -> None:
    weather.lose(operation, when)
    result = exposed.up("--yes")
    assert weather.calls[operation], "the call was made"
    if result.exit_code:
        assert f"AWS did not answer {operation}" in result.stderr
    again = exposed.up("--yes")
    assert again.exit_code == 0, again.output
    assert exposed.settings[1] == SITE
    assert exposed.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}
    (bucket,) = exposed.buckets
    s3 = exposed.client("s3")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
