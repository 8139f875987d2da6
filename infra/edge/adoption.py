"""`cloudfront adopt`: add the template's missing behaviours to an existing distribution, and change nothing unasked.

The distribution is changed last. The parts and permissions created before have no effect by themselves, and a repeated
run finds them by name.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask
from infra.edge.behaviours import Side, plan, read_wanted, references
from infra.edge.error_pages import ErrorPages, takes_function, with_function, without_pages
from infra.edge.origins import domain_of, is_bucket
from infra.edge.parts import Parts, read_part
from infra.template import read_template
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.aws import Aws
    from infra.edge.behaviours import EdgePlan
    from infra.edge.parts import EdgeResource
    from infra.template import JSON

ACCESS: Final = {"web": "WebAccess", "site": "SiteAccess"}
STACK_TAG: Final = "aws:cloudformation:stack-name"
STAND_IN: Final = "OldPageFunction"
EVERY: Final = 10.0  # seconds
AT_MOST: Final = 1800.0


@dataclass(frozen=True, kw_only=True)
class AdoptionOptions:
    """The operator's options."""

    distribution_id: str
    web_host: str
    site_bucket: str | None = None
    name: str
    """The prefix for the names of new resources, as a stack's name."""
    stack: str = ""
    """The stack whose outputs filled in options; empty where none did."""
    page: bool = False
    take_over: bool = False
    narrow: bool = False
    """Adopt the API's own paths, and not all of /api/*."""
    only: tuple[str, ...] = ()
    """The groups of paths to adopt; empty for all."""
    end_error_pages: bool = False

    def wants(self, group: str) -> bool:
        """Return True if the paths of that group are to be adopted."""
        return group in self.only if self.only else (group != "page" or self.page)


class DistributionToAdopt:
    """One distribution as it was read, and the parts that it needs. Every method raises AwsRefused and Stopped."""

    def __init__(self, aws: Aws, order: AdoptionOptions) -> None:
        self.order = order
        self._aws, self._client = aws, aws.distributions
        try:
            answer = ask(self._client, "GetDistribution", Id=order.distribution_id)
        except AwsRefused as refused:
            if refused.code == "NoSuchDistribution":
                raise Stopped(f"This account has no distribution {order.distribution_id}. Check --profile.") from None
            raise
        self.arn = str(answer["Distribution"]["ARN"])
        self._domain = str(answer["Distribution"].get("DomainName", ""))
        self.config: JSON = answer["Distribution"]["DistributionConfig"]
        self._etag = str(answer["ETag"])
        self._parts = Parts(self._client)
        self._template = read_template()
        self._ids: dict[str, str | None] = {}
        self._own_parts: dict[str, EdgeResource] = {}
        """Parts that are not the template's."""

    @property
    def host(self) -> str:
        """The name that people use."""
        names = (self.config.get("Aliases") or {}).get("Items", ())
        return next((name for name in names if "*" not in name), self._domain)

    @property
    def default_domain(self) -> str:
        """The domain that gets every path without a behaviour."""
        return domain_of(self.config, self.config["DefaultCacheBehavior"]["TargetOriginId"])

    def plan(self) -> EdgePlan:
        """Return the plan for what the distribution lacks."""
        sides = self._domains()
        made = plan(self.config, *self._wanted(sides), name=self.order.name, take_over=self.order.take_over)
        self._plan_defaults(made, sides)
        made.adds[:0] = [part.words for part in self.missing(made)]
        if made.adds and (stack := self._stack()):
            made.warns.insert(
                0,
                f"The stack {stack} created this distribution, and its next update may remove what is added here. "
                "To keep it, add the same to that stack's template.",
            )
        return made

    def missing(self, made: EdgePlan) -> list[EdgeResource]:
        """Return the parts that the plan needs and that do not exist."""
        used = json.dumps([made.config[each] for each in ("Origins", "CacheBehaviors", "DefaultCacheBehavior")])
        return [self._part(name) for name, found in self._ids.items() if found is None and _new(name) in used]

    def carry_out(self, made: EdgePlan, keep: Callable[[JSON], object]) -> None:
        """Create the parts, then change the distribution, whose new configuration `keep` gets before.

        Raises Stopped when the distribution changed since it was read.
        """
        config = json.dumps(made.config, default=str)
        for name, found in list(self._ids.items()):
            if found is None and _new(name) in config:
                self._ids[name] = self._parts.make(self._part(name))
                config = config.replace(_new(name), str(self._ids[name]))
        after: JSON = json.loads(config)
        keep(after)
        self.update(after)

    def update(self, config: JSON) -> None:
        """Change the distribution. Raises Stopped when it changed since it was read."""
        try:
            ask(
                self._client,
                "UpdateDistribution",
                Id=self.order.distribution_id,
                IfMatch=self._etag,
                DistributionConfig=config,
            )
        except AwsRefused as refused:
            if refused.code in ("PreconditionFailed", "InvalidIfMatchVersion"):
                raise Stopped(
                    "Somebody else changed the distribution after this plan was made. It was not changed. "
                    "Run this again for a new plan."
                ) from None
            raise

    def await_deployed(self) -> None:
        """Wait until every edge has the change."""
        deadline = time.monotonic() + AT_MOST
        while time.monotonic() < deadline:
            answer = ask(self._client, "GetDistribution", Id=self.order.distribution_id)
            if answer["Distribution"]["Status"] == "Deployed":
                return
            time.sleep(EVERY)
        raise Stopped("CloudFront has not rolled out the change everywhere yet. It continues by itself. Check later.")

    def _wanted(self, domains: Mapping[str, str]) -> tuple[Any, Any]:
        """Return the behaviours with the ids of their parts, and the sides. A missing part has a placeholder id."""
        order = self.order
        for name in (
            *references(self._template, page=order.page, only=order.only),
            *(ACCESS[each] for each in domains),
        ):
            self._ids[name] = self._parts.find(self._part(name))
        sides = {}
        for side, domain in domains.items():
            access = self._id(ACCESS[side])
            alike = frozenset(self._alike(ACCESS[side]))
            sides[side] = Side(domain=domain, access=access, also=alike, as_it_is=side == "site")
        wanted = read_wanted(self._template, self._id, page=order.page, narrow=order.narrow, only=order.only)
        return wanted, sides

    def _plan_defaults(self, made: EdgePlan, sides: Mapping[str, str]) -> None:
        """Plan what concerns paths without a behaviour: the error pages, and the page's paths that stay there."""
        default, site = self.default_domain, sides.get("site", "")
        if default != site and any(each.startswith("behaviour /_staging/* →") for each in made.adds):
            made.warns.append(f"The default behaviour (→ {default}) no longer gets the paths of /_staging/*.")
        patterns = {each["PathPattern"] for each in (made.config.get("CacheBehaviors") or {}).get("Items", ())}
        if "/dispatch" not in patterns and (default != site or not self.order.site_bucket):
            made.warns.append(
                f"/dispatch stays with the default behaviour (→ {default}). The link of Slack's /dispatch holds a "
                "token, and that page would open with it. Pass --page before PublicHost is this distribution's host."
            )
        pages = ErrorPages.of(self.config)
        if pages and self.order.end_error_pages:
            self._end(made, pages)
        elif pages:
            made.warns.append(pages.meaning())

    def _end(self, made: EdgePlan, pages: ErrorPages) -> None:
        """Plan the end of the error pages, with a function that answers the old page's own paths in their place."""
        made.config["CustomErrorResponses"] = without_pages(self.config)
        made.adds += [f"the error page {each} is removed" for each in pages.in_words()]
        default = self.config["DefaultCacheBehavior"]
        if not pages.page:
            return
        if not takes_function(default):
            made.warns.append(
                f"The old page's own paths are answered with 403 or 404 from then on, and no longer with {pages.page}: "
                "the default behaviour has a function on the viewer's request already. Let that one do it."
            )
            return
        self._own_parts[STAND_IN] = pages.stand_in(self.order.name)
        self._ids[STAND_IN] = self._parts.find(self._own_parts[STAND_IN])
        made.config["DefaultCacheBehavior"] = with_function(default, self._id(STAND_IN))
        made.adds.append(
            f"the default behaviour answers paths without a file's ending with {pages.page}, as the error page did, by "
            f"the CloudFront Function {self._own_parts[STAND_IN].name}"
        )

    def _stack(self) -> str:
        """Return the stack that owns the distribution, by CloudFormation's own tag; empty if none."""
        try:
            answer = ask(self._client, "ListTagsForResource", Resource=self.arn)
        except AwsRefused:
            return ""  # a warning does not justify one more permission
        tags = {each["Key"]: each.get("Value", "") for each in answer["Tags"].get("Items", ())}
        return str(tags.get(STACK_TAG, ""))

    def _domains(self) -> dict[str, str]:
        """Return each side's domain. The page's bucket is the named one, else the default behaviour's."""
        domains = {"web": self.order.web_host}
        if self.order.site_bucket:
            answer = ask(self._aws.buckets, "GetBucketLocation", Bucket=self.order.site_bucket)
            region = answer.get("LocationConstraint") or "us-east-1"
            return {**domains, "site": f"{self.order.site_bucket}.s3.{region}.amazonaws.com"}
        if self.order.wants("page"):
            raise Stopped(
                f"The page's bucket is not known, and the default behaviour leads to {self.default_domain}: its page "
                "would open at /dispatch, with a token. Pass --site-bucket, or the stack's name with --stack."
            )
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

    def _part(self, name: str) -> EdgeResource:
        return self._own_parts.get(name) or read_part(self._template, name, prefix=self.order.name)

    def _id(self, name: str) -> str:
        return self._ids.get(name) or _new(name)


def _new(name: str) -> str:
    return f"[new {name}]"
