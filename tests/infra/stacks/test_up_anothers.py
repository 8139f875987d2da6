"""`infra up` on a stack that is another product's: it warns and asks, and --yes does not answer."""

from __future__ import annotations

import json
import time

import pytest

from tests.infra.stacks.building_site import BuildingSite, site

__all__ = ["site"]  # a fixture
THEIRS = {"Queue": {"Type": "AWS::SQS::Queue"}, **{f"Topic{n}": {"Type": "AWS::SNS::Topic"} for n in range(6)}}


@pytest.fixture
def theirs(site: BuildingSite) -> BuildingSite:
    """Another product's stack has the name that the engineer passes."""
    site.client("cloudformation").create_stack(StackName=site.stack, TemplateBody=json.dumps({"Resources": THEIRS}))
    while site.status.endswith("_IN_PROGRESS"):
        time.sleep(0.01)
    return site


def _held(site: BuildingSite) -> set[str]:
    resources = site.client("cloudformation").describe_stack_resources(StackName=site.stack)["StackResources"]
    return {each["LogicalResourceId"] for each in resources if each["ResourceStatus"] != "DELETE_COMPLETE"}


@pytest.mark.parametrize("answers", ["", "n\n"], ids=["nobody is there", "no"])
def test_nothing_of_it_is_removed_by_a_yes_beforehand(theirs: BuildingSite, answers: str) -> None:
    result = theirs.up("--yes", answers=answers)
    assert result.exit_code == 1
    assert f"{theirs.stack} is not a stack of Ship Captain Crew. `up` would remove everything in it: " in result.stderr
    assert "Queue (AWS::SQS::Queue), " in result.stderr
    assert " and 2 more." in result.stderr
    assert ("Pass --onto-another" in result.stderr) is (not answers)
    assert _held(theirs) == THEIRS.keys()
    assert theirs.buckets == []


def test_a_dry_run_warns_and_does_not_ask(theirs: BuildingSite) -> None:
    result = theirs.up("--dry-run")
    assert result.exit_code == 0, result.output
    assert "is not a stack of Ship Captain Crew" in result.stderr
    assert "[y/N]" not in result.output
    assert _held(theirs) == THEIRS.keys()


@pytest.mark.parametrize(("options", "answers"), [((), "y\n"), (("--onto-another",), "")])
def test_it_is_replaced_when_a_person_or_the_option_says_so_and_is_ours_from_then_on(
    theirs: BuildingSite, options: tuple[str, ...], answers: str
) -> None:
    result = theirs.up("--yes", *options, answers=answers)
    assert result.exit_code == 0, result.output
    assert not THEIRS.keys() & _held(theirs)
    assert "is not a stack of Ship Captain Crew" not in theirs.up("--yes").output


@pytest.mark.parametrize("command", ["doctor", "cost"])
def test_nothing_is_said_about_it(theirs: BuildingSite, command: str) -> None:
    result = theirs.run(command, "--stack", theirs.stack)
    assert result.exit_code == 1
    assert result.output == f"Error: {theirs.stack} is not a stack of Ship Captain Crew. Name another with --stack.\n"
