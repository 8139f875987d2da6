"""Whichever call to AWS is lost, before it arrives or after it was done: a sentence, and the next run finishes it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from infra.aws import Aws
from tests.infra.stacks.building_site import SIGNING_SECRET, SITE, TOKEN, site

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
BEFORE, AFTER = "before-send", "needs-retry"  # botocore's names for the moments


class Weather:
    """Over one set of clients, which try nothing twice: loses one call, on its way there or on its way back."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._lost = ("", "")
        self._aws: Aws | None = None

    def aws(self, **named: Any) -> Aws:
        """In place of the command's own clients."""
        if self._aws is None:
            once = Config(retries={"mode": "standard", "total_max_attempts": 1})
            self._aws = Aws(**named, config=once, pause=0.001)
            for when in (BEFORE, AFTER):
                self._aws._session.events.register(when, self._meet)
        return self._aws

    def lose(self, operation: str, when: str) -> None:
        """The next call of it."""
        self.calls.clear()
        self._lost = (when, operation)

    def _meet(self, event_name: str, **_: Any) -> None:
        when, _service, operation = event_name.split(".")
        if when == BEFORE:
            self.calls[operation] += 1
        if (when, operation) == self._lost:
            self._lost = ("", "")
            raise ConnectionClosedError(endpoint_url="https://aws.example")


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
    told = exposed.up("--yes")
    assert weather.calls[operation], "the call was made"
    if told.exit_code:
        assert f"AWS did not answer {operation}" in told.stderr
    again = exposed.up("--yes")
    assert again.exit_code == 0, again.output
    assert exposed.settings[1] == SITE
    assert exposed.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}
    (bucket,) = exposed.buckets
    s3 = exposed.client("s3")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
