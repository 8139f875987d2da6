"""The distributions of an account, and the buckets behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.asking import ask
from infra.edge.error_pages import ErrorPages
from infra.edge.hosts import distributions
from infra.edge.origins import domain_of, is_bucket

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.aws import Aws
    from infra.edge.hosts import DistributionSummary
    from infra.survey.looking import Looking

_NAMES: Final = 12  # names at the top of a bucket that are shown


@dataclass(frozen=True)
class Served:
    """One distribution, and the stack of ours that has it; empty for another's."""

    edge: DistributionSummary
    stack: str

    @property
    def default(self) -> str:
        """The domain of the default behaviour."""
        return domain_of(dict(self.edge.summary), self.edge.summary["DefaultCacheBehavior"]["TargetOriginId"])

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of its origins."""
        return tuple(each["DomainName"] for each in self.edge.summary["Origins"]["Items"])

    def domain_at(self, pattern: str) -> str:
        """Return the domain of the behaviour with that pattern; empty where there is none."""
        return self.edge.domain_at(pattern)

    @property
    def has_error_pages(self) -> bool:
        """True if it answers errors with pages of its own."""
        return bool(ErrorPages.of(dict(self.edge.summary)))

    @property
    def host(self) -> str:
        """The name that people use."""
        return next((name for name in self.edge.aliases if "*" not in name), self.edge.domain)

    def leads(self, hosts: Mapping[str, str]) -> Iterator[str]:
        """Yield the behaviours in words. `hosts` has the function of each function URL's host."""
        config = dict(self.edge.summary)
        for each in (config.get("CacheBehaviors") or {}).get("Items", ()):
            domain = domain_of(config, each["TargetOriginId"])
            yield f"{each['PathPattern']} → {hosts.get(domain, domain)}"
        yield f"everything else → {hosts.get(self.default, self.default)}"

    def lines(self, hosts: Mapping[str, str]) -> Iterator[str]:
        """Yield the distribution in words."""
        whose = f"of the stack {self.stack}" if self.stack else "an older system's, or another product's"
        yield f"{self.edge.id}: {', '.join((*self.edge.aliases, self.edge.domain))}, {whose}"
        for line in self.leads(hosts):
            yield f"  {line}"
        if pages := ErrorPages.of(dict(self.edge.summary)):
            yield f"  error pages, on every path: {'; '.join(pages.in_words())}"


def read_edges(aws: Aws, looking: Looking, ours: Mapping[str, str]) -> list[Served]:
    """Return every distribution. `ours` has the stack of each of our distributions by id."""
    found = looking.several("the distributions", lambda: list(distributions(aws)))
    return [Served(each, ours.get(each.id, "")) for each in found]


def read_buckets(aws: Aws, looking: Looking, served: list[Served]) -> Iterator[str]:
    """Yield the buckets behind the distributions, in words."""
    domains = dict.fromkeys(domain for each in served for domain in each.domains if is_bucket(domain))
    for domain in domains:
        name = domain.partition(".s3")[0]
        versions = looking.at(f"the versions of {name}", lambda name=name: _keeps(aws, name), "not seen")  # type: ignore[misc]
        top = looking.at(f"the objects of {name}", lambda name=name: _top(aws, name), ["not seen"])  # type: ignore[misc]
        yield f"{name}: earlier versions {versions}; holds {', '.join(top) or 'nothing'}"


def _keeps(aws: Aws, name: str) -> str:
    status = ask(aws.buckets, "GetBucketVersioning", Bucket=name).get("Status")
    return "kept" if status == "Enabled" else "not kept"


def _top(aws: Aws, name: str) -> list[str]:
    page = ask(aws.buckets, "ListObjectsV2", Bucket=name, Delimiter="/", MaxKeys=_NAMES)
    names = [each["Prefix"] for each in page.get("CommonPrefixes", ())] + [
        each["Key"] for each in page.get("Contents", ())
    ]
    return names + (["…"] if page.get("IsTruncated") else [])
