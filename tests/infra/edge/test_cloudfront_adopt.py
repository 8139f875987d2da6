"""`cloudfront adopt` on a distribution that was there before: what comes, what lets it in, and what may go wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.template import read_template
from tests.infra.edge.adopting import OURS, WEB, Office, aws_of, behaviour, without_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.aws import Aws
    from tests.conftest import Engine

TEMPLATE = {
    each["PathPattern"]: each
    for each in read_template()["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
}


@pytest.fixture(scope="module")
def aws(dynamodb: Engine) -> Iterator[Aws]:
    with aws_of(dynamodb) as made:
        yield made


@pytest.fixture
def office(dynamodb: Engine, aws: Aws, tmp_path: Path) -> Office:
    return Office(dynamodb, aws, tmp_path)


def test_a_bare_distribution_gets_the_three_behaviours_and_nothing_else_changes(office: Office) -> None:
    before = office.build(behaviour("/images/*"), behaviour("*.jpg"))
    said = office.adopt()
    after = office.config
    assert office.patterns == [*OURS, "/images/*", "*.jpg"]
    assert without_ours(after) == without_ours(before)
    assert "+ behaviour /g/*/waiver → " + WEB in said
    assert after["CacheBehaviors"]["Quantity"] == 5
    assert after["Origins"]["Quantity"] == 2  # the bucket was read already


def test_what_is_added_is_what_the_template_says(office: Office) -> None:
    office.build()
    office.adopt()
    config, client = office.config, office.client
    origins = {each["Id"]: each for each in config["Origins"]["Items"]}
    items = {each["PathPattern"]: each for each in config["CacheBehaviors"]["Items"]}
    for pattern, wanted in TEMPLATE.items():
        made = items[pattern]
        assert set(made["AllowedMethods"]["Items"]) == set(wanted["AllowedMethods"])
        assert made["Compress"] is wanted["Compress"]
        assert made["ViewerProtocolPolicy"] == wanted["ViewerProtocolPolicy"]
        assert made.get("OriginRequestPolicyId") == wanted.get("OriginRequestPolicyId")
    waiver = items["/g/*/waiver"]
    cache = client.get_cache_policy(Id=waiver["CachePolicyId"])["CachePolicy"]["CachePolicyConfig"]
    assert (cache["Name"], cache["MinTTL"], cache["DefaultTTL"], cache["MaxTTL"]) == (f"{office.name}-fresh", 0, 0, 1)
    headers = client.get_response_headers_policy(Id=waiver["ResponseHeadersPolicyId"])["ResponseHeadersPolicy"]
    assert headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]["FrameOptions"]["FrameOption"] == "DENY"
    (function,) = waiver["FunctionAssociations"]["Items"]
    assert function["EventType"] == "viewer-request"
    code = client.get_function(Name=f"{office.name}-viewer", Stage="LIVE")["FunctionCode"].read().decode()
    assert code == read_template()["Resources"]["ViewerFunction"]["Properties"]["FunctionCode"]
    access = client.get_origin_access_control(Id=origins[waiver["TargetOriginId"]]["OriginAccessControlId"])
    config = access["OriginAccessControl"]["OriginAccessControlConfig"]
    assert (config["OriginAccessControlOriginType"], config["SigningBehavior"]) == ("lambda", "always")
    assert origins[waiver["TargetOriginId"]]["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert items["/_staging/*"]["TargetOriginId"] == "old-bucket"


def test_twice_is_a_no_op(office: Office) -> None:
    office.build(behaviour("/g/*"))
    office.adopt()
    before = office.client.get_distribution_config(Id=office.id)
    assert office.adopt().endswith("Nothing is missing.\n")
    after = office.client.get_distribution_config(Id=office.id)
    assert (after["ETag"], after["DistributionConfig"]) == (before["ETag"], before["DistributionConfig"])


def test_a_dry_run_and_a_no_change_nothing_at_all(office: Office) -> None:
    before = office.build()
    said = office.invoke("--dry-run")
    assert said.exit_code == 0
    assert f"+ cache policy {office.name}-fresh" in said.output
    assert f"+ origin access control {office.name}-web" in said.output
    assert f"{office.name}-site\n" in said.output  # its function and policy
    assert f"+ origin access control {office.name}-site" not in said.output  # the bucket needs none
    refused = office.invoke(typed="n\n")
    assert (refused.exit_code, "Error: Nothing was changed.\n" in refused.output) == (1, True)
    nobody = office.invoke(typed="")
    assert (nobody.exit_code, "because nobody answered. Pass --yes" in nobody.output) == (1, True)
    assert office.config == before
    policies = office.client.list_cache_policies(Type="custom")["CachePolicyList"].get("Items", [])
    assert office.name not in json.dumps(policies, default=str)
    assert office.invoke(typed="y\n").exit_code == 0
    assert office.patterns == OURS


def test_an_interrupted_run_finds_again_what_it_had_made(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.edge.parts import Parts

    office.build()
    make = Parts.make
    made: list[str] = []

    def interrupted(self: Parts, part: Any) -> str:
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(part.words)
        return make(self, part)

    with monkeypatch.context() as patched:
        patched.setattr(Parts, "make", interrupted)
        stopped = office.invoke("--yes")
    assert (stopped.exit_code, stopped.stderr.splitlines()[-1]) == (
        1,
        "Error: Interrupted. Run the same command to continue.",
    )
    assert office.patterns == []
    said = office.adopt()
    assert office.patterns == OURS
    assert not any(words in said for words in made)


def test_it_waits_until_every_edge_has_it_and_not_for_ever(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.asking import ask

    # The embedded CloudFront is deployed at once; the real one takes minutes.
    waited: list[float] = []

    def slowly(client: object, operation: str, **arguments: Any) -> dict[str, Any]:
        answer = ask(client, operation, **arguments)
        if operation == "GetDistribution" and len(waited) < 3:
            answer["Distribution"]["Status"] = "InProgress"
        return answer

    monkeypatch.setattr("infra.edge.adoption.ask", slowly)
    monkeypatch.setattr("infra.edge.adoption.time.sleep", waited.append)
    office.build()
    assert "Waiting for CloudFront to roll it out" in office.adopt()
    assert waited == [10.0] * 3
    office.build()
    waited.clear()
    office.adopt("--no-wait")
    assert waited == []
    office.build()
    monkeypatch.setattr("infra.edge.adoption.AT_MOST", 0.0)
    assert "It continues by itself" in office.adopt(code=1)
    assert office.patterns == OURS


def test_a_function_that_was_never_published_is_published(office: Office) -> None:
    office.build()
    viewer = read_template()["Resources"]["ViewerFunction"]["Properties"]
    office.client.create_function(
        Name=f"{office.name}-viewer",
        FunctionConfig=viewer["FunctionConfig"],
        FunctionCode=viewer["FunctionCode"].encode(),
    )
    office.adopt()
    office.client.describe_function(Name=f"{office.name}-viewer", Stage="LIVE")


def test_a_part_of_that_name_that_is_another_is_never_taken(office: Office) -> None:
    before = office.build()
    office.client.create_function(
        Name=f"{office.name}-viewer",
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=b"function handler(event) { return event.request; }",
    )
    said = office.adopt(code=1)
    assert f"CloudFront Function {office.name}-viewer exists already and differs from infra/template.yaml" in said
    assert "--name" in said
    assert office.config == before


def test_an_access_control_that_signs_another_way_is_never_taken(office: Office) -> None:
    office.build()
    office.client.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": f"{office.name}-web",
            "OriginAccessControlOriginType": "lambda",
            "SigningBehavior": "no-override",
            "SigningProtocol": "sigv4",
        }
    )
    assert "differs from infra/template.yaml" in office.adopt(code=1)


def test_somebody_elses_change_meanwhile_wins_and_the_plan_is_made_anew(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infra.edge.adoption import DistributionToAdopt

    office.build()
    carry_out: Callable[..., None] = DistributionToAdopt.carry_out

    def too_late(self: DistributionToAdopt, *rest: Any) -> None:
        office.update({**office.config, "Comment": "meanwhile"})
        carry_out(self, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(DistributionToAdopt, "carry_out", too_late)
        said = office.adopt(code=1)
    assert "Somebody else changed the distribution" in said
    assert "Run this again" in said
    assert (office.patterns, office.config["Comment"]) == ([], "meanwhile")
    assert "No adoption of" in office.undo(code=1)
    office.adopt()
    assert (office.patterns, office.config["Comment"]) == (OURS, "meanwhile")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--distribution-id", "ENONE"], "This account has no distribution ENONE"),
        (["--web-url", "http://x.example.com"], "is not a function URL"),
        (["--web-url", "https://x.example.com/path"], "is not a function URL"),
    ],
)
def test_what_is_not_there_or_no_address_is_one_sentence(office: Office, arguments: list[str], says: str) -> None:
    office.build()
    assert says in office.adopt(*arguments, code=1)
