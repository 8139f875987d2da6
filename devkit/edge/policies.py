"""CloudFront's policies: compression, and the headers that are added to answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from devkit.edge.template import TemplateUnclear, only, resource

if TYPE_CHECKING:
    from devkit.edge.template import JSON


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """The parts of a cache policy that matter without a cache: compression, and the headers in the cache key."""

    gzip: bool
    key_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class SetHeader:
    """A header for the answer. Without `override` the origin's own header takes precedence."""

    name: str
    value: str
    override: bool


# CloudFront's own (…/DeveloperGuide/using-managed-cache-policies.html).
_MANAGED: Final = {
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(gzip=True),  # CachingOptimized
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy(gzip=False),  # CachingDisabled, which compresses nothing either
}


def read_cache_policy(template: JSON, reference: Any) -> CachePolicy:  # noqa: ANN401  # any value of the template
    """Return a policy of the template, or a managed one by its id. Raises TemplateUnclear."""
    if isinstance(reference, str) and reference in _MANAGED:
        return _MANAGED[reference]
    config = resource(template, _referred(reference), "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    headers = key["HeadersConfig"]
    # Under a policy that caches nothing at all, CloudFront compresses nothing and lets no header into the key.
    if config["MaxTTL"] == 0 and (key["EnableAcceptEncodingGzip"] or headers["HeaderBehavior"] != "none"):
        raise TemplateUnclear(f"{config['Name']} caches nothing, so it may not compress or have headers in its key")
    return CachePolicy(
        gzip=key["EnableAcceptEncodingGzip"],
        key_headers=frozenset(name.lower() for name in headers.get("Headers", [])),
    )


def read_headers_policy(template: JSON, reference: Any) -> tuple[SetHeader, ...]:  # noqa: ANN401  # as above
    """Return the headers of a response headers policy, or none without a policy. Raises TemplateUnclear."""
    if reference is None:
        return ()
    name = _referred(reference)
    config = resource(template, name, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    only(config, {"Name", "Comment", "SecurityHeadersConfig", "CustomHeadersConfig"}, where=name)
    secured = [_security(kind, each) for kind, each in config.get("SecurityHeadersConfig", {}).items()]
    custom = [
        SetHeader(name=each["Header"].lower(), value=each["Value"], override=each["Override"])
        for each in config.get("CustomHeadersConfig", {}).get("Items", [])
    ]
    return (*secured, *custom)


def _security(kind: str, each: JSON) -> SetHeader:
    match kind:
        case "StrictTransportSecurity":
            value = f"max-age={each['AccessControlMaxAgeSec']}"
            value += "; includeSubDomains" if each.get("IncludeSubdomains") else ""
            value += "; preload" if each.get("Preload") else ""
            name = "strict-transport-security"
        case "ContentTypeOptions":
            name, value = "x-content-type-options", "nosniff"
        case "FrameOptions":
            name, value = "x-frame-options", each["FrameOption"]
        case "ReferrerPolicy":
            name, value = "referrer-policy", each["ReferrerPolicy"]
        case "ContentSecurityPolicy":
            name, value = "content-security-policy", each["ContentSecurityPolicy"]
        case _:
            raise TemplateUnclear(f"{kind} is a security header that the edge does not know")
    return SetHeader(name=name, value=value, override=each["Override"])


def _referred(reference: Any) -> str:  # noqa: ANN401  # as above
    match reference:
        case {"Ref": str(name)}:
            return name
    raise TemplateUnclear(f"{reference} is not a policy that the edge knows")
