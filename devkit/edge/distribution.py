"""The distribution of the template: behaviours in their order, origins, policies and functions.

Reading is strict. A property that affects CloudFront's answers, but that the edge does not implement, raises
TemplateUnclear, so that the local world does not ignore it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from devkit.edge.matching import matches, normalised
from devkit.edge.policies import CachePolicy, SetHeader, read_cache_policy, read_headers_policy
from devkit.edge.template import JSON, TemplateUnclear, only, resource

if TYPE_CHECKING:
    from collections.abc import Sequence

# CloudFront offers these three sets and no others.
METHODS: Final = (
    frozenset({"GET", "HEAD"}),
    frozenset({"GET", "HEAD", "OPTIONS"}),
    frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}),
)
ALL_VIEWER_EXCEPT_HOST: Final = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
MAX_CODE: Final = 10 * 1024  # bytes of a CloudFront Function
MAX_BEHAVIORS: Final = 75


@dataclass(frozen=True, kw_only=True)
class DistributionOrigin:
    """The origin of a behaviour's requests: an S3 bucket or a Lambda's function URL, by its name in the template."""

    kind: str
    """`s3` or `lambda`."""
    resource: str


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """The handling of the paths that match one pattern."""

    pattern: str
    origin: DistributionOrigin
    methods: frozenset[str]
    compress: bool
    cache: CachePolicy
    forwards_all: bool
    """True if the viewer's headers, except Host, and the query are sent to the origin."""
    headers: tuple[SetHeader, ...]
    viewer_request: str | None
    """The JavaScript of its CloudFront Function."""


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """All behaviours. The first that matches a path applies, or the default."""

    behaviors: tuple[Behavior, ...]
    default: Behavior

    def choose(self, raw_path: str) -> Behavior:
        """Return the behaviour of a path as it was sent, without the query."""
        path = normalised(raw_path)
        return next((each for each in self.behaviors if matches(each.pattern, path)), self.default)

    @property
    def origins(self) -> frozenset[DistributionOrigin]:
        """Return every origin that a behaviour uses."""
        return frozenset(each.origin for each in (*self.behaviors, self.default))


def read_distribution(template: JSON, name: str = "Distribution") -> Distribution:
    """Return the distribution of that name. Raises TemplateUnclear."""
    config = resource(template, name, "AWS::CloudFront::Distribution")["DistributionConfig"]
    without_effect_here = {"Aliases", "Comment", "HttpVersion", "IPV6Enabled", "PriceClass", "ViewerCertificate"}
    implemented = {"Enabled", "Origins", "CacheBehaviors", "DefaultCacheBehavior", "CustomErrorResponses"}
    only(config, without_effect_here | implemented, where=name)
    if config["Enabled"] is not True:
        raise TemplateUnclear(f"{name} is not enabled")
    for errors in config.get("CustomErrorResponses", []):
        # An error page would replace the API's errors too.
        only(errors, {"ErrorCode", "ErrorCachingMinTTL"}, where=f"{name}, CustomErrorResponses")
    origins = {origin["Id"]: _origin(template, origin) for origin in config["Origins"]}
    listed: Sequence[JSON] = config.get("CacheBehaviors", [])
    if len(listed) > MAX_BEHAVIORS:
        raise TemplateUnclear(f"{name} has more than {MAX_BEHAVIORS} behaviours")
    return Distribution(
        behaviors=tuple(_behavior(template, each, each["PathPattern"], origins) for each in listed),
        default=_behavior(template, config["DefaultCacheBehavior"], "*", origins),
    )


def _origin(template: JSON, origin: JSON) -> DistributionOrigin:
    where = f"origin {origin['Id']}"
    known = {"Id", "DomainName", "OriginAccessControlId", "S3OriginConfig", "CustomOriginConfig"}
    only(origin, known, where=where)
    match origin["DomainName"]:
        case {"Fn::GetAtt": [str(bucket), "RegionalDomainName"]}:
            found = DistributionOrigin(kind="s3", resource=bucket)
            resource(template, bucket, "AWS::S3::Bucket")
        case {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": [str(url), "FunctionUrl"]}]}]}:
            # The Serverless transform names a function's URL after the function.
            found = DistributionOrigin(kind="lambda", resource=url.removesuffix("Url"))
            function = resource(template, found.resource, "AWS::Serverless::Function")
            if function["FunctionUrlConfig"]["AuthType"] != "AWS_IAM":
                raise TemplateUnclear(f"the URL of {found.resource} can be called by anyone; set AuthType to AWS_IAM")
        case other:
            raise TemplateUnclear(f"{where} has a domain name that the edge does not know: {other}")
    access = resource(template, _named(origin["OriginAccessControlId"], "Id"), "AWS::CloudFront::OriginAccessControl")[
        "OriginAccessControlConfig"
    ]
    signing = (access["OriginAccessControlOriginType"], access["SigningBehavior"], access["SigningProtocol"])
    if signing != (found.kind, "always", "sigv4"):
        raise TemplateUnclear(f"{where} is not signed as the edge signs: {', '.join(signing)}")
    return found


def _behavior(template: JSON, behavior: JSON, pattern: str, origins: dict[str, DistributionOrigin]) -> Behavior:
    where = f"behaviour {pattern}"
    known = {"PathPattern", "TargetOriginId", "AllowedMethods", "ViewerProtocolPolicy", "Compress", "CachePolicyId"}
    known |= {"OriginRequestPolicyId", "ResponseHeadersPolicyId", "FunctionAssociations"}
    only(behavior, known, where=where)
    if behavior["TargetOriginId"] not in origins:
        raise TemplateUnclear(f"{where} has an origin that does not exist: {behavior['TargetOriginId']}")
    methods = frozenset(behavior.get("AllowedMethods", METHODS[0]))
    if methods not in METHODS:
        raise TemplateUnclear(f"{where} allows a set of methods that CloudFront does not offer")
    forwards = behavior.get("OriginRequestPolicyId")
    if forwards not in (None, ALL_VIEWER_EXCEPT_HOST):
        raise TemplateUnclear(f"{where} has an origin request policy that the edge does not know: {forwards}")
    return Behavior(
        pattern=pattern,
        origin=origins[behavior["TargetOriginId"]],
        methods=methods,
        compress=behavior.get("Compress", False),
        cache=read_cache_policy(template, behavior["CachePolicyId"]),
        forwards_all=forwards is not None,
        headers=read_headers_policy(template, behavior.get("ResponseHeadersPolicyId")),
        viewer_request=_viewer_request(template, behavior.get("FunctionAssociations", []), where=where),
    )


def _viewer_request(template: JSON, associations: list[JSON], *, where: str) -> str | None:
    if not associations:
        return None
    if [each["EventType"] for each in associations] != ["viewer-request"]:
        raise TemplateUnclear(f"{where} has functions other than one on viewer-request")
    name = _named(associations[0]["FunctionARN"], "FunctionARN")
    function = resource(template, name, "AWS::CloudFront::Function")
    code: str = function["FunctionCode"]
    if function["FunctionConfig"]["Runtime"] != "cloudfront-js-2.0" or function.get("AutoPublish") is not True:
        raise TemplateUnclear(f"{name} does not have the runtime cloudfront-js-2.0, or is not published")
    if len(code.encode()) > MAX_CODE:
        raise TemplateUnclear(f"{name} is longer than CloudFront allows")
    return code


def _named(reference: Any, attribute: str) -> str:  # noqa: ANN401  # any value of the template
    """Return the resource's name in `!GetAtt Name.attribute`."""
    match reference:
        case {"Fn::GetAtt": [str(name), str(of)]} if of == attribute:
            return name
    raise TemplateUnclear(f"{reference} is not the {attribute} of a resource")
