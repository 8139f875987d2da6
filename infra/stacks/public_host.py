"""The host of every link: who answers it, and what is left to do for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.asking import Refused
from infra.edge.hosts import other_distribution
from infra.outputs import HOST_NOT_KNOWN
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws import Aws
    from terminal.console import Console


# What links need, and the patterns that may lead there.
_NEEDED: Final = {
    "the waiver": frozenset({"/g/*/waiver"}),
    "/dispatch": frozenset({"/dispatch"}),
    "the API": frozenset({"/api/*", "/api/events*"}),
}


def check_certificate(aws: Aws, values: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Raise Stopped where the stack's distribution would claim a host that another distribution has.

    CloudFront gives a name to one distribution only, and the whole change would be rolled back.
    """
    host = values.get("PublicHost", "")
    if not values.get("CertificateArn") or host in {"", HOST_NOT_KNOWN}:
        return
    try:
        other = other_distribution(aws, host, outputs.get("DistributionId", ""))
    except Refused:
        return  # CloudFront itself refuses it then
    if other is not None and host in other.aliases:
        raise Stopped(
            f"{host} is a name of the distribution {other.id}, and CloudFront gives it to no second one. To let links "
            f"lead there, leave CertificateArn empty, and run: {adopt(other.id)}"
        )


def show_next_step(aws: Aws, console: Console, settings: Mapping[str, str], outputs: Mapping[str, str]) -> str:
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
    except Refused as refused:
        console.warn(
            f"Links start with https://{host}, which is not the stack's distribution. {refused} If another "
            "distribution has that name, adopt it (docs/adopting.md); otherwise set CertificateArn."
        )
        return site
    if other is None:
        console.warn(f"Links start with https://{host}, which has no certificate here. Set CertificateArn.")
        return site
    lacks = [name for name, patterns in _NEEDED.items() if not patterns & set(other.patterns)]
    if lacks:
        console.warn(
            f"Links start with https://{host}, which the distribution {other.id} answers. It does not lead {lacks[0]} "
            f"to this stack yet: {adopt(other.id)}"
        )
    return f"https://{host}"


def adopt(distribution_id: str) -> str:
    """Return the command that adopts a distribution."""
    return f"python -m infra cloudfront adopt --distribution-id {distribution_id} --page"
