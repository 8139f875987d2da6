"""`infra deploy --function NAME` where NAME is another product's: it asks, loudly, and --yes does not answer."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from tests.infra.deploying.handlers import a_zip
from tests.infra.deploying.stage import BEFORE

if TYPE_CHECKING:
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")

ANOTHERS = [
    {"variables": {"STRIPE_KEY": "canary"}},
    {"variables": {"SLACK_SIGNING_SECRET": "canary", "SLACK_BOT_TOKEN": "xoxb-canary"}},
    {"variables": {"EVENTS_TABLE": "their-own"}},
    {"handler": "web_function.lambda_handler", "code": a_zip(module="web_function")},
    {"handler": "app.main", "code": a_zip(module="app")},
    {"handler": "lambda_function.main"},
    {"variables": {}, "alias": False},
]


@pytest.mark.parametrize("anothers", ANOTHERS)
@pytest.mark.parametrize("answers", [None, "n\n"], ids=["nobody is there", "no"])
def test_a_function_of_another_product_stays_as_it_is(
    deploy_stage: DeployStage, anothers: dict[str, Any], answers: str | None
) -> None:
    name = deploy_stage.a_function(**anothers)
    before = deploy_stage.latest(name)["RevisionId"]
    for options in (("--zip", str(deploy_stage.put(a_zip("two")))), ("--keep-code", "--set", "NEW=x")):
        result = deploy_stage.run("deploy", "--function", name, *options, "--yes", answers=answers)
        assert result.exit_code == 1
        assert f"{name} is not a function of Ship Captain Crew" in result.output
        assert "canary" not in result.output
        line = f"Found {name}: handler {deploy_stage.latest(name)['Handler']}, runtime python3.13, last modified 20"
        assert line in result.output
        assert f"variables {', '.join(sorted(anothers.get('variables', BEFORE))) or 'none'}\n" in result.output
        assert ("Pass --onto-another" in result.output) is (answers is None)
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.latest(name)["RevisionId"] == before


def test_it_is_deployed_to_when_a_person_or_the_option_says_so_and_is_known_from_then_on(
    deploy_stage: DeployStage,
) -> None:
    for options, answers in (((), "y\n"), (("--onto-another",), None)):
        name = deploy_stage.a_function(variables={"SLACK_SIGNING_SECRET": "canary"})
        result = deploy_stage.deploy(name, a_zip("two"), *options, answers=answers)
        assert result.exit_code == 0, result.output
        assert "is not a function of Ship Captain Crew" in result.output
        assert deploy_stage.asked(name)["mark"] == "two"
        again = deploy_stage.deploy(name, a_zip("three"))
        assert again.exit_code == 0, again.output


def test_one_of_anothers_among_ours_stops_them_all(deploy_stage: DeployStage) -> None:
    ours, theirs = deploy_stage.a_function(), deploy_stage.a_function(variables={"STRIPE_KEY": "canary"})
    zipped = str(deploy_stage.put(a_zip("two")))
    result = deploy_stage.run("deploy", "--function", ours, "--function", theirs, "--zip", zipped, "--yes")
    assert result.exit_code == 1
    assert deploy_stage.cloud.writes == []


def test_a_dry_run_says_so_and_asks_nothing(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function(variables={"STRIPE_KEY": "canary"})
    result = deploy_stage.deploy(name, a_zip("two"), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "is not a function of Ship Captain Crew" in result.output
    assert "[y/N]" not in result.output


def test_ours_are_never_asked_about(deploy_stage: DeployStage) -> None:
    for handler, more in (
        ("lambda_function", {}),
        ("web_function", {"ADMIN_TOKEN_SECRET": "canary"}),
        ("announce_function", {"ANNOUNCEMENTS_TABLE": "canary"}),
    ):
        name = deploy_stage.a_function(
            variables={**BEFORE, **more}, handler=f"{handler}.lambda_handler", code=a_zip(module=handler)
        )
        result = deploy_stage.run("deploy", "--function", name, "--keep-code", "--set", "NEW=x", "--dry-run")
        assert "is not a function of" not in result.output


def test_the_examples_of_the_help_name_functions_of_the_stack(deploy_stage: DeployStage) -> None:
    help_text = deploy_stage.run("deploy", "--help").output
    named = [
        word
        for line in help_text.splitlines()
        if line.strip().startswith("python -m infra") and "--function" in line
        for option, word in zip(shlex.split(line), shlex.split(line)[1:], strict=False)
        if option == "--function"
    ]
    assert named
    assert {name.rpartition("-")[0] for name in named} == {"ship-captain-crew"}
