"""`infra up` where the links' host is a name of another distribution: one that was adopted, or is to be."""

from __future__ import annotations

import pytest

from tests.infra.site_stage import a_distribution
from tests.infra.stacks.building_site import BuildingSite, site

__all__ = ["site"]  # a fixture
CERTIFICATE = "CertificateArn=arn:aws:acm:us-east-1:1:certificate/x"


@pytest.fixture
def adopted(site: BuildingSite) -> tuple[str, str]:
    """A distribution of the account with a name of its own: the name, and its id."""
    host = f"{site.stack}.example.com"
    config = a_distribution("old.s3.us-west-2.amazonaws.com", host, Aliases={"Quantity": 1, "Items": [host]})
    return host, site.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"]


def test_the_hint_names_the_distribution_and_how_to_adopt_it(site: BuildingSite, adopted: tuple[str, str]) -> None:
    host, distribution = adopted
    site.template["Parameters"]["CertificateArn"] = {"Type": "String", "Default": ""}
    result = site.up("--yes", "--parameter", f"PublicHost={host}")
    assert result.exit_code == 0, result.output
    assert f"Links start with https://{host}, which the distribution {distribution} answers." in result.stderr
    assert "does not lead the waiver, /dispatch, the API to this stack yet" in result.stderr
    adopt = f"python -m infra cloudfront adopt --stack {site.stack} --distribution-id {distribution} --page"
    assert adopt in result.stderr
    assert "Set CertificateArn" not in result.output
    assert f"python -m infra smoke https://{host}" in result.stdout

    client = site.client("cloudfront")
    held = client.get_distribution_config(Id=distribution)
    items = [
        {**held["DistributionConfig"]["DefaultCacheBehavior"], "PathPattern": path}
        for path in ("/g/*/waiver", "/api/events*", "/dispatch")
    ]
    config = {**held["DistributionConfig"], "CacheBehaviors": {"Quantity": len(items), "Items": items}}
    client.update_distribution(Id=distribution, IfMatch=held["ETag"], DistributionConfig=config)
    result = site.up("--yes")
    assert "Links start with" not in result.output


def test_a_certificate_for_a_name_that_another_distribution_has_is_refused_before_anything_changes(
    site: BuildingSite, adopted: tuple[str, str]
) -> None:
    host, distribution = adopted
    site.template["Parameters"]["CertificateArn"] = {"Type": "String", "Default": ""}
    assert site.up("--yes").exit_code == 0
    before = site.settings
    result = site.up("--yes", "--parameter", f"PublicHost={host}", "--parameter", CERTIFICATE)
    assert result.exit_code == 1
    assert f"{host} is a name of the distribution {distribution}" in result.stderr
    assert "leave CertificateArn empty" in result.stderr
    assert site.settings == before


def test_a_host_that_nobody_answers_needs_a_certificate(site: BuildingSite) -> None:
    result = site.up("--yes", "--parameter", "PublicHost=nobody.example.com")
    words = "Links start with https://nobody.example.com, which has no certificate here. Set CertificateArn."
    assert words in result.stderr
