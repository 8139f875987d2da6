"""The distributions that answer a host's name: a stack's own, or one that was adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.asking import ask
from infra.edge.origins import domain_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.template import JSON


@dataclass(frozen=True)
class DistributionSummary:
    """One distribution, as a list of them shows it."""

    summary: JSON

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.summary["Id"])

    @property
    def domain(self) -> str:
        """Its host under CloudFront's own name."""
        return str(self.summary["DomainName"])

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other hosts."""
        return tuple((self.summary.get("Aliases") or {}).get("Items", ()))

    def domain_at(self, pattern: str) -> str:
        """Return the domain of the behaviour with that pattern; empty where there is none."""
        listed = (self.summary.get("CacheBehaviors") or {}).get("Items", ())
        found = (domain_of(self.summary, each["TargetOriginId"]) for each in listed if each["PathPattern"] == pattern)
        return next(found, "")

    def answers(self, host: str) -> bool:
        """Return True if requests to that host reach it. An alias may begin with `*.`, for one label."""
        wildcard = f"*.{host.partition('.')[2]}"
        return host.lower() in {name.lower() for name in (self.domain, *self.aliases)} or wildcard in self.aliases


def distributions(aws: Aws) -> Iterator[DistributionSummary]:
    """Yield every distribution of the account. Raises AwsRefused."""
    more: dict[str, str] = {}
    while True:
        page = ask(aws.distributions, "ListDistributions", **more)["DistributionList"]
        yield from (DistributionSummary(each) for each in page.get("Items") or ())
        if not page.get("NextMarker"):
            return
        more = {"Marker": page["NextMarker"]}


def other_distribution(aws: Aws, host: str, own: str) -> DistributionSummary | None:
    """Return the distribution other than `own` that answers the host; None where there is none. Raises AwsRefused.

    A name of its own wins over a wildcard, as CloudFront does it.
    """
    found = [each for each in distributions(aws) if each.answers(host)]
    exact = [each for each in found if host in (each.domain, *each.aliases)] or found
    return None if any(each.id == own for each in exact) else next(iter(exact), None)
