"""`cloudfront adopt` on the distribution of an older system: its page, API and error pages; and the way back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.edge.behaviours import API_PATHS, GROUPS
from infra.template import read_template
from tests.infra.edge.adopting import BUCKET, WEB, Office, aws_of, behaviour, web_origin, with_origins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.aws import Aws
    from tests.conftest import Engine

OLD = "old-function.lambda-url.us-west-2.on.aws"
ERRORS = [
    {"ErrorCode": code, "ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 10}
    for code in (403, 404)
]


@pytest.fixture(scope="module")
def aws(dynamodb: Engine) -> Iterator[Aws]:
    with aws_of(dynamodb) as made:
        yield made


@pytest.fixture
def office(dynamodb: Engine, aws: Aws, tmp_path: Path) -> Office:
    return Office(dynamodb, aws, tmp_path)


def an_older_system(office: Office, *more: Any) -> dict[str, Any]:
    """The old page in its bucket, as an application with paths of its own; its Lambda behind /api/*."""
    return office.build(
        behaviour("/api/*", "old-function"),
        *more,
        CustomErrorResponses={"Quantity": 2, "Items": ERRORS},
        **with_origins(web_origin("old-function", OLD)),
    )


def test_a_first_run_without_the_bucket_is_put_right_by_a_second_with_it(office: Office) -> None:
    office.build()
    said = office.adopt()
    assert f"! /dispatch stays with the default behaviour (→ {BUCKET})" in said
    assert office.leads("/_staging/dispatch") == BUCKET
    bucket = office.a_bucket()
    said = office.adopt("--page", "--site-bucket", bucket)
    assert "behaviour /_staging/* changes its origin" in said
    for path in ("/dispatch", "/dispatch/app.js", "/_staging/dispatch"):
        assert office.leads(path) == f"{bucket}.s3.us-west-2.amazonaws.com"
    assert office.leads("/") == office.leads("/dispatcher") == BUCKET
    assert "/dispatch stays" not in said
    assert "Nothing is missing" in office.adopt("--page", "--site-bucket", bucket)


def test_an_api_of_others_blocks_nothing_but_itself(office: Office) -> None:
    before = an_older_system(office)
    said = office.adopt(code=1)
    assert f"✗ /api/* exists already, but its origin is {OLD} and not {WEB}." in said
    for option in ("--narrow-api", "--only waiver --only staging", "--take-over"):
        assert f"\n  {option}    " in said
    assert office.config == before
    office.adopt("--only", "waiver")
    assert office.patterns == ["/g/*/waiver", "/api/*"]
    assert "Nothing is missing" in office.adopt("--only", "waiver")
    said = office.adopt("--only", "api", "--narrow-api")
    assert f"! /api/* (→ {OLD}) no longer gets the paths of /api/events*" in said
    assert office.patterns == [*API_PATHS, "/g/*/waiver", "/api/*"]
    assert office.leads("/api/events/2026-05-23-dave/payment-log") == office.leads("/api/books/2026-05") == WEB
    assert office.leads("/api/crew") == office.leads("/api/login") == OLD
    assert "Nothing is missing" in office.adopt("--only", "api", "--only", "waiver", "--narrow-api")


def test_every_path_of_the_template_has_a_group() -> None:
    config = read_template()["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    assert {each["PathPattern"] for each in config["CacheBehaviors"]} <= GROUPS.keys()


def test_taking_over_replaces_what_leads_elsewhere_and_undo_brings_it_back(office: Office) -> None:
    theirs = behaviour("/g/*/waiver", "old-function", TrustedKeyGroups={"Enabled": False, "Quantity": 0})
    before = an_older_system(office, theirs)
    said = office.adopt("--take-over")
    assert f"behaviour /g/*/waiver is replaced by ours: → {WEB}, before {OLD}" in said
    assert office.leads("/g/x/waiver") == office.leads("/api/crew") == WEB
    assert "Nothing is missing" in office.adopt("--take-over")
    assert office.patterns == ["/_staging/*", "/api/*", "/g/*/waiver"]

    dry = office.undo("--dry-run")
    assert f"+ behaviour /api/* leads to {OLD} again" in dry
    assert "+ behaviour /_staging/* is removed" in dry
    assert office.leads("/api/crew") == WEB
    office.update({**office.config, "Comment": "somebody else's, meanwhile"})
    office.undo()
    assert {**office.config, "Comment": before["Comment"]} == before
    assert "No adoption of" in office.undo(code=1)


def test_undo_leaves_what_somebody_changed_since(office: Office) -> None:
    an_older_system(office)
    office.adopt("--only", "waiver")
    config = office.config
    config["CacheBehaviors"]["Items"][0]["Compress"] = False
    office.update(config)
    said = office.undo(code=1)
    assert "✗ /g/*/waiver was changed after the adoption" in said
    assert office.config == config


def test_error_pages_are_explained_and_end_where_that_is_asked_for(office: Office) -> None:
    before = an_older_system(office)
    said = office.adopt("--only", "waiver")
    assert "! The distribution answers 403, 404 with a page of its own, on every path (403 → /index.html as 200" in said
    assert "looks as if it had been saved" in said
    assert office.config["CustomErrorResponses"] == before["CustomErrorResponses"]

    said = office.adopt("--only", "waiver", "--end-error-pages")
    assert "+ the error page 404 → /index.html as 200 is removed" in said
    items = office.config["CustomErrorResponses"]["Items"]
    assert [(each["ErrorCode"], each.get("ResponsePagePath", "")) for each in items] == [(403, ""), (404, "")]
    (added,) = office.config["DefaultCacheBehavior"]["FunctionAssociations"]["Items"]
    assert (added["EventType"], added["FunctionARN"].rpartition("/")[2]) == (
        "viewer-request",
        f"{office.name}-old-page",
    )
    code = office.client.get_function(Name=f"{office.name}-old-page", Stage="LIVE")["FunctionCode"].read().decode()
    assert 'request.uri = "/index.html"' in code
    assert "Nothing is missing" in office.adopt("--only", "waiver", "--end-error-pages")

    office.undo()
    assert office.config["CustomErrorResponses"] == before["CustomErrorResponses"]
    assert office.patterns == ["/g/*/waiver", "/api/*"], "of the last run alone"
    office.undo()
    assert office.config["CacheBehaviors"] == before["CacheBehaviors"]


def test_a_default_behaviour_with_a_function_of_its_own_keeps_it(office: Office) -> None:
    made = office.client.create_function(
        Name=f"{office.name}-theirs",
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=b"function handler(event) { return event.request; }",
    )
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    theirs = {"Quantity": 1, "Items": [{"EventType": "viewer-request", "FunctionARN": arn}]}
    before = an_older_system(office)
    office.update(
        {**before, "DefaultCacheBehavior": {**before["DefaultCacheBehavior"], "FunctionAssociations": theirs}}
    )
    said = office.adopt("--only", "waiver", "--end-error-pages")
    assert "! The old page's own paths are answered with 403 or 404 from then on" in said
    assert office.config["DefaultCacheBehavior"]["FunctionAssociations"]["Items"] == theirs["Items"]


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_wherever_it_dies_the_same_command_finishes_and_undo_takes_it_back(office: Office, after: bool) -> None:  # noqa: FBT001  # a parameter
    options = ["--page", "--site-bucket", office.a_bucket(), "--narrow-api", "--end-error-pages"]
    before = an_older_system(office)
    with office.dying_at(0, after=after) as calls:
        office.invoke("--dry-run", *options)
    reads = len(calls)
    number = reads
    while True:  # every call that changes something, and those between them
        number += 1
        with office.dying_at(number, after=after):
            result = office.invoke("--yes", *options)
        changed = office.config != before
        if result.exit_code == 0:
            break
        assert "Interrupted. Run the same command to continue." in result.output
        if changed:
            assert "Nothing is missing" in office.adopt(*options)
            break
    assert number > reads + 1
    assert office.leads("/dispatch").startswith(f"{office.name}-page")
    office.undo()
    assert json.dumps(office.config, sort_keys=True) == json.dumps(before, sort_keys=True)
