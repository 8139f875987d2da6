"""The host of every link: who answers it, and what is left to do for it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused
from infra.edge.admission import function_host
from infra.edge.hosts import other_distribution
from infra.outputs import HOST_NOT_KNOWN, for_stack
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws import Aws
    from infra.edge.hosts import DistributionSummary
    from terminal.console import Console


# What links need: the side of the stack that answers it, and the patterns that may lead there.
_NEEDED: Final = {
    "the waiver": ("web", ("/g/*/waiver",)),
    "/dispatch": ("site", ("/dispatch",)),
    "the API": ("web", ("/api/*", "/api/events*")),
}


def check_certificate(aws: Aws, stack: str, values: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Raise Stopped where the stack's distribution would claim a host that another distribution has.

    CloudFront gives a name to one distribution only, and the whole change would be rolled back.
    """
    host = values.get("PublicHost", "")
    if not values.get("CertificateArn") or host in {"", HOST_NOT_KNOWN}:
        return
    try:
        other = other_distribution(aws, host, outputs.get("DistributionId", ""))
    except AwsRefused:
        return  # CloudFront itself refuses it then
    if other is not None and host in other.aliases:
        raise Stopped(
            f"{host} is a name of the distribution {other.id}, and CloudFront gives it to no second one. To let links "
            f"lead there, leave CertificateArn empty, and run: {_adopt(other.id, stack)}"
        )


def show_next_step(
    aws: Aws, console: Console, stack: str, settings: Mapping[str, str], outputs: Mapping[str, str]
) -> str:
    """Show what the host of the links still needs. Return the address that people use."""
    host, site = settings.get("PublicHost", ""), outputs.get("SiteUrl", "")
    own = site.removeprefix("https://")
    if settings.get("CertificateArn"):
        console.say(f"Point {host} at {own}: by a CNAME, or an alias record for a whole zone.")
        return f"https://{host}"
    if host in {"", HOST_NOT_KNOWN, own}:
        return site
    try:
        other = other_distribution(aws, host, outputs.get("DistributionId", ""))
    except AwsRefused as refused:
        console.warn(
            f"Links start with https://{host}, which is not the stack's distribution. {refused} If another "
            "distribution has that name, adopt it (docs/adopting.md); otherwise set CertificateArn."
        )
        return site
    if other is None:
        console.warn(f"Links start with https://{host}, which has no certificate here. Set CertificateArn.")
        return site
    lacks = _lacks(aws, other, outputs)
    if lacks:
        console.warn(
            f"Links start with https://{host}, which the distribution {other.id} answers. It does not lead "
            f"{', '.join(lacks)} to this stack yet: {_adopt(other.id, stack)}"
        )
    return f"https://{host}"


def _lacks(aws: Aws, other: DistributionSummary, outputs: Mapping[str, str]) -> list[str]:
    """Return what of `_NEEDED` the distribution does not lead to this stack."""
    ours = {"site": outputs.get("SiteBucketName", ""), "web": ""}
    if name := outputs.get("WebFunctionName"):
        with suppress(AwsRefused, Stopped):  # without the right to read the address, the path alone counts
            ours["web"] = function_host(aws.functions, name, "live")[0]
    return [
        name
        for name, (side, patterns) in _NEEDED.items()
        if not any((domain := other.domain_at(each)) and domain.startswith(ours[side]) for each in patterns)
    ]


def _adopt(distribution_id: str, stack: str) -> str:
    """Return the command that adopts a distribution."""
    return for_stack(f"python -m infra cloudfront adopt --distribution-id {distribution_id} --page", stack)
