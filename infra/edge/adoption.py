"""`cloudfront adopt`: an existing distribution gets what it lacks of the template's, and nothing else of it changes.

The distribution comes last: what is made before it, parts and permissions, does nothing by itself, and is found again
by its name when an interrupted run is repeated.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.asking import Refused, ask
from infra.edge.behaviours import Side, is_bucket, plan, read_wanted, references
from infra.edge.parts import Parts, read_part
from infra.template import read_template
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws import Aws
    from infra.edge.behaviours import Plan
    from infra.edge.parts import Part
    from infra.template import JSON

ACCESS: Final = {"web": "WebAccess", "site": "SiteAccess"}
STACK_TAG: Final = "aws:cloudformation:stack-name"
EVERY: Final = 10.0  # seconds
AT_MOST: Final = 1800.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the operator named."""

    distribution_id: str
    web_host: str
    site_bucket: str | None = None
    name: str
    """Begins the names of what is made, as a stack's name does."""
    page: bool = False
    take_over: bool = False


class Distribution:
    """One distribution as it was read, and the parts that it will need. Everything raises Refused and Stopped."""

    def __init__(self, aws: Aws, order: Order) -> None:
        self.order = order
        self._aws, self._client = aws, aws.distributions
        try:
            told = ask(self._client, "GetDistribution", Id=order.distribution_id)
        except Refused as refused:
            if refused.code == "NoSuchDistribution":
                raise Stopped(f"There is no distribution {order.distribution_id} in this account.") from None
            raise
        self.arn = str(told["Distribution"]["ARN"])
        self.config: JSON = told["Distribution"]["DistributionConfig"]
        self._etag = str(told["ETag"])
        self._parts = Parts(self._client)
        self._template = read_template()
        self._ids: dict[str, str | None] = {}

    def plan(self) -> Plan:
        """What it lacks, by what is there now."""
        sides = self._domains()
        made = plan(self.config, *self._wanted(sides), name=self.order.name, take_over=self.order.take_over)
        made.adds[:0] = [part.words for part in self.missing(made)]
        if made.adds and (stack := self._stack()):
            made.warns.insert(
                0,
                f"The stack {stack} made this distribution, and its next update may take back what is added here. "
                "To keep it, add the same to its template.",
            )
        return made

    def missing(self, made: Plan) -> list[Part]:
        """The parts that must be made for what the plan adds."""
        used = json.dumps([made.config["Origins"], made.config.get("CacheBehaviors")])
        return [self._part(name) for name, found in self._ids.items() if found is None and _new(name) in used]

    def carry_out(self, made: Plan) -> None:
        """Makes the parts, and then the distribution, if it is still the one that was read."""
        config = json.dumps(made.config, default=str)
        for name, found in list(self._ids.items()):
            if found is None and _new(name) in config:
                self._ids[name] = self._parts.make(self._part(name))
                config = config.replace(_new(name), str(self._ids[name]))
        try:
            ask(
                self._client,
                "UpdateDistribution",
                Id=self.order.distribution_id,
                IfMatch=self._etag,
                DistributionConfig=json.loads(config),
            )
        except Refused as refused:
            if refused.code in ("PreconditionFailed", "InvalidIfMatchVersion"):
                raise Stopped(
                    "Somebody else changed the distribution after this plan was made. Nothing of it was changed. "
                    "Run this again for a new plan."
                ) from None
            raise

    def await_deployed(self) -> None:
        """Returns once every edge has it."""
        deadline = time.monotonic() + AT_MOST
        while time.monotonic() < deadline:
            told = ask(self._client, "GetDistribution", Id=self.order.distribution_id)
            if told["Distribution"]["Status"] == "Deployed":
                return
            time.sleep(EVERY)
        raise Stopped("CloudFront has not rolled it out everywhere yet. It goes on by itself; look again later.")

    def _wanted(self, domains: Mapping[str, str]) -> tuple[Any, Any]:
        """The behaviours with the ids of what they name, and the sides. What must yet be made has a name for an id."""
        for name in (*references(self._template, page=self.order.page), *(ACCESS[side] for side in domains)):
            self._ids[name] = self._parts.find(self._part(name))
        sides = {}
        for side, domain in domains.items():
            access = self._id(ACCESS[side])
            alike = frozenset(self._alike(ACCESS[side]))
            sides[side] = Side(domain=domain, access=access, also=alike, as_it_is=side == "site")
        return read_wanted(self._template, self._id, page=self.order.page), sides

    def _stack(self) -> str:
        """The stack of CloudFormation that keeps the distribution, as CloudFormation's own tag says; empty if none."""
        try:
            told = ask(self._client, "ListTagsForResource", Resource=self.arn)
        except Refused:
            return ""  # a warning is not worth a right more
        tags = {each["Key"]: each.get("Value", "") for each in told["Tags"].get("Items", ())}
        return str(tags.get(STACK_TAG, ""))

    def _domains(self) -> dict[str, str]:
        """Where each side is. The page's bucket is the one named, else the one that the default behaviour reads."""
        domains = {"web": self.order.web_host}
        if self.order.site_bucket:
            told = ask(self._aws.buckets, "GetBucketLocation", Bucket=self.order.site_bucket)
            region = told.get("LocationConstraint") or "us-east-1"
            return {**domains, "site": f"{self.order.site_bucket}.s3.{region}.amazonaws.com"}
        target = self.config["DefaultCacheBehavior"]["TargetOriginId"]
        for origin in self.config["Origins"]["Items"]:
            if origin["Id"] == target and is_bucket(origin["DomainName"]) and not origin.get("OriginPath"):
                domains["site"] = origin["DomainName"]
        return domains

    def _alike(self, name: str) -> list[str]:
        kind = self._part(name).config
        return [
            each["Id"]
            for each in self._parts.access_controls()
            if all(each.get(key) == value for key, value in kind.items() if key != "Name")
        ]

    def _part(self, name: str) -> Part:
        return read_part(self._template, name, prefix=self.order.name)

    def _id(self, name: str) -> str:
        return self._ids.get(name) or _new(name)


def _new(name: str) -> str:
    return f"[new {name}]"
