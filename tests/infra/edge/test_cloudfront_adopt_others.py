"""`cloudfront adopt` among behaviours and origins that somebody else made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.edge.adopting import BUCKET, OURS, WEB, Office, aws_of, behaviour, web_origin, with_origins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.aws import Aws
    from tests.conftest import Engine


@pytest.fixture(scope="module")
def aws(dynamodb: Engine) -> Iterator[Aws]:
    with aws_of(dynamodb) as made:
        yield made


@pytest.fixture
def office(dynamodb: Engine, aws: Aws, tmp_path: Path) -> Office:
    return Office(dynamodb, aws, tmp_path)


def test_they_come_before_everything_that_would_take_their_paths(office: Office) -> None:
    office.build(behaviour("*.png"), behaviour("/g/*"), behaviour("*"))
    said = office.adopt()
    assert office.patterns == [*OURS, "*.png", "/g/*", "*"]
    assert f"/g/* (→ {BUCKET}) no longer gets the paths of /g/*/waiver" in said


def test_a_behaviour_that_would_get_nothing_any_more_is_not_overrun_unasked(office: Office) -> None:
    before = office.build(behaviour("/api/v1/*", "another"), **with_origins(web_origin("another", "api.example.com")))
    said = office.adopt(code=1)
    assert "✗ /api/v1/* (→ api.example.com) would get no requests any more: /api/* matches all its paths." in said
    assert "Nothing was changed" in said
    assert office.config == before
    assert "gets no requests any more" in office.adopt("--take-over")
    assert office.patterns == [*OURS, "/api/v1/*"]


def test_a_pattern_that_leads_elsewhere_is_reported_and_left(office: Office) -> None:
    before = office.build(behaviour("api/*", "another"), **with_origins(web_origin("another", "api.example.com")))
    said = office.adopt(code=1)
    assert "✗ api/* exists already, but its origin is api.example.com and not " + WEB in said
    assert office.config == before


def test_a_behaviour_that_is_there_stays_and_its_differences_are_listed(office: Office) -> None:
    by_hand = behaviour("/api/*", "by-hand")
    before = office.build(behaviour("/a"), by_hand, **with_origins(web_origin()))
    said = office.adopt()
    after = office.config
    assert office.patterns == ["/g/*/waiver", "/_staging/*", "/a", "/api/*"]
    assert after["CacheBehaviors"]["Items"][3] == before["CacheBehaviors"]["Items"][1]
    assert "/api/* exists already and is not changed, but it differs" in said
    for name in ("CachePolicyId", "FunctionAssociations", "access control"):
        assert name in said
    # Its origin is not signed for, and others may need it so: ours is a second one to the same place.
    waiver = after["CacheBehaviors"]["Items"][0]
    assert waiver["TargetOriginId"] == f"{office.name}-web"
    assert before["Origins"]["Items"] == after["Origins"]["Items"][:2]


def test_an_origin_that_is_signed_for_already_is_used(office: Office) -> None:
    made = office.client.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": f"{office.name}-by-hand",
            "OriginAccessControlOriginType": "lambda",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
        }
    )["OriginAccessControl"]["Id"]
    office.build(**with_origins(web_origin(OriginAccessControlId=made)))
    office.adopt()
    assert office.config["CacheBehaviors"]["Items"][0]["TargetOriginId"] == "by-hand"
    assert office.config["Origins"]["Quantity"] == 2


def test_one_that_stands_behind_what_takes_all_its_paths_moves_before_it(office: Office) -> None:
    office.build()
    office.adopt()
    config = office.config
    items = config["CacheBehaviors"]["Items"]
    config["CacheBehaviors"] = {"Quantity": 5, "Items": [behaviour("/x"), behaviour("/g*"), *items]}
    office.update(config)
    said = office.adopt()
    assert "behaviour /g/*/waiver moves before /g*" in said
    assert office.patterns == ["/x", "/g/*/waiver", "/g*", "/api/*", "/_staging/*"]
    assert "Nothing is missing" in office.adopt()


def test_a_page_for_errors_is_pointed_out(office: Office) -> None:
    error = {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 10}
    office.build(CustomErrorResponses={"Quantity": 1, "Items": [error]})
    assert "answers 404 with a page of its own" in office.adopt()


def test_without_a_bucket_to_be_seen_staging_is_left_out_and_said(office: Office) -> None:
    office.build(
        Origins={"Quantity": 1, "Items": [web_origin("old-bucket", "www.example.com")]},
    )
    assert "/_staging/* is left out: name the page's bucket with --site-bucket." in office.adopt()
    assert office.patterns == ["/g/*/waiver", "/api/*"]


def test_the_pages_own_paths_come_where_they_are_asked_for_and_its_bucket_is_named(office: Office) -> None:
    before = office.build(behaviour("/dispatcher"))
    said = office.adopt("--page", code=1)
    assert f"the default behaviour leads to {BUCKET}" in said
    assert "Pass --site-bucket" in said
    assert office.config == before
    office.adopt("--page", "--site-bucket", office.a_bucket())
    assert office.patterns == [*OURS, "/dispatch", "/dispatch/*", "/dispatcher"]
    (function,) = office.config["CacheBehaviors"]["Items"][3]["FunctionAssociations"]["Items"]
    assert function["FunctionARN"].endswith(f"{office.name}-site")


def test_a_distribution_that_a_stack_made_is_adopted_with_a_warning(office: Office) -> None:
    office.build()
    arn = office.client.get_distribution(Id=office.id)["Distribution"]["ARN"]
    office.client.tag_resource(
        Resource=arn, Tags={"Items": [{"Key": "aws:cloudformation:stack-name", "Value": "harbour-site"}]}
    )
    assert "! The stack harbour-site created this distribution, and its next update may remove" in office.adopt()
    assert office.patterns == OURS
    assert "harbour-site" not in office.adopt(), "nothing was added"
