"""An operator with one distribution that was there before, in the embedded AWS."""

from __future__ import annotations

import contextlib
import copy
import itertools
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from devkit.edge.matching import matches
from infra.aws import Aws
from infra.edge.origins import domain_of
from infra.main import main
from tests.infra.site_stage import a_distribution

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

    from tests.conftest import Engine

WEB = "made-up-url-id.lambda-url.us-west-2.on.aws"
BUCKET = f"harbour-{os.getpid()}.s3.us-west-2.amazonaws.com"
OURS = ["/g/*/waiver", "/api/*", "/_staging/*"]
_numbers = itertools.count()


class Office:
    """An operator with one distribution."""

    def __init__(self, engine: Engine, aws: Aws, snapshots: Path) -> None:
        self.engine, self._aws = engine, aws
        self.client: Any = aws.distributions
        self.id = ""
        self.snapshots = snapshots
        self.name = f"ship-{os.getpid()}-{next(_numbers)}"  # parts belong to the account: each test has its own

    def build(self, *behaviours: Any, **changed: Any) -> dict[str, Any]:
        """Create a distribution by hand. Return its configuration as CloudFront has it."""
        config = a_distribution(BUCKET, f"{self.name}-{next(_numbers)}", *behaviours, **changed)
        self.id = self.client.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
        return self.config

    def a_bucket(self) -> str:
        """A bucket for our page."""
        name = f"{self.name}-page"
        self._aws.buckets.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def leads(self, path: str) -> str:
        """Return the domain that gets a path."""
        config = self.config
        items = config["CacheBehaviors"].get("Items", [])
        found = next((each for each in items if matches(each["PathPattern"], path)), config["DefaultCacheBehavior"])
        return domain_of(config, found["TargetOriginId"])

    @contextlib.contextmanager
    def dying_at(self, number: int, *, after: bool = False) -> Iterator[list[str]]:
        """The process ends at its call with that number, before it is sent or after it took effect."""
        calls: list[str] = []

        def count(**details: Any) -> None:
            calls.append(details["event_name"])
            if len(calls) == number:
                raise KeyboardInterrupt

        event = "after-call" if after else "before-send"
        clients = (self._aws.distributions, self._aws.buckets)
        for client in clients:
            client.meta.events.register(event, count)
        yield calls
        for client in clients:
            client.meta.events.unregister(event, count)

    @property
    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.client.get_distribution_config(Id=self.id)["DistributionConfig"]
        return config

    @property
    def patterns(self) -> list[str]:
        return [each["PathPattern"] for each in self.config["CacheBehaviors"].get("Items", [])]

    def invoke(self, *arguments: str, typed: str = "", command: str = "adopt") -> Result:
        names = ("AWS_PROFILE", "AWS_CONFIG_FILE")
        environment: dict[str, str | None] = {
            **dict.fromkeys(names),
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.engine.endpoint,
            "INFRA_SNAPSHOTS": str(self.snapshots),
        }
        where = ["--distribution-id", self.id]
        if command == "adopt":
            where += ["--web-url", f"https://{WEB}/", "--name", self.name]
        with mock.patch("infra.services.Aws", return_value=self._aws):  # made once: half a second each
            return CliRunner().invoke(main, ["cloudfront", command, *where, *arguments], env=environment, input=typed)

    def adopt(self, *arguments: str, code: int = 0, typed: str = "") -> str:
        """Run the command and return its output. It must end with `code`."""
        result = self.invoke("--yes", *arguments, typed=typed)
        assert result.exit_code == code, result.output
        return result.output

    def undo(self, *arguments: str, code: int = 0) -> str:
        """Run `cloudfront undo` and return its output. It must end with `code`."""
        result = self.invoke("--yes", *arguments, command="undo")
        assert result.exit_code == code, result.output
        return result.output

    def update(self, config: dict[str, Any]) -> None:
        """Somebody else changes the distribution."""
        etag = self.client.get_distribution_config(Id=self.id)["ETag"]
        self.client.update_distribution(Id=self.id, IfMatch=etag, DistributionConfig=config)


@contextlib.contextmanager
def aws_of(engine: Engine) -> Iterator[Aws]:
    """The clients of the command line, made once."""
    if engine.name != "ministack":
        pytest.skip("CloudFront is MiniStack's")
    ours = {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": engine.endpoint}
    with mock.patch.dict(os.environ, ours):
        made = Aws(region=REGION)
        clients = (made.distributions, made.functions, made.buckets)
    yield made
    for client in clients:
        client.close()


def behaviour(pattern: str, origin: str = "old-bucket", **changed: Any) -> dict[str, Any]:
    """A behaviour that somebody made by hand."""
    return {
        "PathPattern": pattern,
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        **changed,
    }


def web_origin(origin: str = "by-hand", domain: str = WEB, **changed: Any) -> dict[str, Any]:
    """An origin that somebody made by hand."""
    return {
        "Id": origin,
        "DomainName": domain,
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
        **changed,
    }


def with_origins(*more: dict[str, Any]) -> dict[str, Any]:
    old = a_distribution(BUCKET, "")["Origins"]["Items"]
    return {"Origins": {"Quantity": len(more) + 1, "Items": [*old, *more]}}


def without_ours(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration but for what adoption may add."""
    rest = copy.deepcopy(config)
    for name, ours in (("CacheBehaviors", lambda each: each["PathPattern"] in OURS), ("Origins", _is_new)):
        items = [each for each in rest[name].get("Items", []) if not ours(each)]
        rest[name] = {"Quantity": len(items), "Items": items}
    return rest


def _is_new(origin: dict[str, Any]) -> bool:
    return str(origin["Id"]).startswith("ship-")
