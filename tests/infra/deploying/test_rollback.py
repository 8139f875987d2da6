"""`infra rollback`: a step back in seconds, and what it does where a step is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip, sha_of
from tests.infra.deploying.stage import BEFORE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_rollback_is_one_call_that_changes_anything(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    result = deploy_stage.rollback(name)
    assert result.exit_code == 0, result.output
    assert deploy_stage.cloud.writes == ["UpdateAlias"]
    assert deploy_stage.asked(name) == {"mark": "one", "environment": {**BEFORE, "NEW": None}}
    assert "live 2 → 1" in result.output


def test_each_rollback_goes_one_deploy_further_back(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two", "three")
    for mark in ("two", "one"):
        assert deploy_stage.rollback(name).exit_code == 0
        assert deploy_stage.asked(name)["mark"] == mark
    result = deploy_stage.rollback(name)
    assert result.exit_code == 1
    assert "No deploy from this machine brought what serves now" in result.output
    assert deploy_stage.asked(name)["mark"] == "one"


def test_a_snapshot_can_be_named_and_again_changes_nothing(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two", "three")
    oldest = deploy_stage.snapshots[-1]
    assert deploy_stage.run("rollback", oldest, "--yes").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "one"
    deploy_stage.cloud.forget()
    again = deploy_stage.run("rollback", oldest, "--yes")
    assert again.exit_code == 0
    assert "Production is in that state already" in again.output
    assert deploy_stage.cloud.writes == []


def test_a_dry_run_shows_the_change_and_writes_nothing(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    result = deploy_stage.rollback(name, "--dry-run")
    assert "live 2 → 1" in result.output
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.asked(name)["mark"] == "two"


def test_who_says_no_stays(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    deploy_stage.cloud.forget()
    result = deploy_stage.run("rollback", "--function", name, answers="n\n")
    assert result.exit_code == 1
    assert deploy_stage.cloud.writes == []


def test_it_names_the_values_that_go_back_and_those_that_are_lacking(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    options = ("--set", "SLACK_BOT_TOKEN=xoxb-canary-renewed", "--set", "NEW=canary-new")
    assert deploy_stage.deploy(name, a_zip("two"), *options).exit_code == 0
    result = deploy_stage.rollback(name)
    assert "gets back its earlier values of SLACK_BOT_TOKEN" in result.output
    assert "lacks NEW" in result.output
    assert not [value for value in (*SECRETS.values(), "canary") if value in result.output]


def test_a_gmail_credential_is_not_lost_by_going_back_either(deploy_stage: DeployStage) -> None:
    without = {name: value for name, value in BEFORE.items() if name != "GMAIL_REFRESH_TOKEN"}
    name = deploy_stage.a_function(variables=without)
    assert deploy_stage.deploy(name, a_zip("two"), "--set", "GMAIL_REFRESH_TOKEN=canary").exit_code == 0
    result = deploy_stage.rollback(name)
    assert result.exit_code == 1
    assert "GMAIL_REFRESH_TOKEN would be lost" in result.output
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.rollback(name, "--yes-drop-gmail").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "one"


def test_a_version_that_is_gone_is_deployed_again_from_disk(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    deploy_stage.client.delete_function(FunctionName=name, Qualifier="1")
    deploy_stage.client.update_function_configuration(FunctionName=name, MemorySize=512, Timeout=9)
    result = deploy_stage.rollback(name)
    assert result.exit_code == 0, result.output
    assert "deployed again" in result.output
    assert deploy_stage.asked(name)["mark"] == "one"
    assert deploy_stage.version(name) == "3"
    config = deploy_stage.client.get_function_configuration(FunctionName=name, Qualifier="live")
    assert (config["MemorySize"], config["Timeout"], config["CodeSha256"]) == (128, 3, sha_of(a_zip()))
    assert len(deploy_stage.snapshots) == 2, "what was there is kept, too"


def test_when_that_fails_too_production_stays_as_it_is(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    deploy_stage.client.delete_function(FunctionName=name, Qualifier="1")
    deploy_stage.client.update_function_configuration(FunctionName=name, MemorySize=512)
    before = deploy_stage.latest(name)

    def closed(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        return refusal("AccessDeniedException", 403) if operation == "UpdateAlias" else do()

    deploy_stage.cloud.forget()
    deploy_stage.cloud.fault = closed
    result = deploy_stage.run("rollback", "--function", name, "--yes")
    assert result.exit_code == 1
    assert deploy_stage.asked(name)["mark"] == "two"
    for what in ("MemorySize", "CodeSha256", "Environment"):
        assert deploy_stage.latest(name)[what] == before[what]


def test_a_snapshot_of_another_function_is_refused(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    (snapshot,) = deploy_stage.snapshots
    journal = deploy_stage.folder / "snapshots" / snapshot / "journal.jsonl"
    journal.write_text(journal.read_text().replace(":000000000000:", ":111111111111:"))
    deploy_stage.cloud.forget()
    result = deploy_stage.run("rollback", snapshot, "--yes")
    assert result.exit_code == 1
    assert f"is not of this {name}" in result.output
    assert deploy_stage.cloud.writes == []


def test_a_snapshot_of_another_alias_says_which(deploy_stage: DeployStage) -> None:
    name = deploy_stage.deployed("two")
    deploy_stage.client.create_alias(FunctionName=name, Name="other", FunctionVersion="1")
    result = deploy_stage.run("rollback", *deploy_stage.snapshots, "--alias", "other", "--yes")
    assert result.exit_code == 1
    assert "needs --alias live." in result.output


def test_a_snapshot_that_is_not_there_is_named(deploy_stage: DeployStage) -> None:
    result = deploy_stage.run("rollback", "20200101T000000Z", "--yes")
    assert result.exit_code == 1
    assert "There is no snapshot 20200101T000000Z" in result.output


def test_when_the_aliases_move_apart_it_says_which_still_serves_what(deploy_stage: DeployStage) -> None:
    one, two = deploy_stage.a_function(), deploy_stage.a_function()
    deploy = ("--function", one, "--function", two, "--zip", str(deploy_stage.put(a_zip("two"))), "--yes")
    assert deploy_stage.run("deploy", *deploy).exit_code == 0
    met = 0

    def first(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        nonlocal met
        met += operation == "UpdateAlias"
        return refusal("TooManyRequestsException", 429) if operation == "UpdateAlias" and met <= 2 else do()

    deploy_stage.cloud.forget()
    deploy_stage.cloud.fault = first
    result = deploy_stage.run("rollback", "--function", one, "--function", two, "--yes")
    assert result.exit_code == 1
    assert f"{one} still serves version 2" in result.output
    assert deploy_stage.asked(two)["mark"] == "one", "one that fails holds up none of the others"
    deploy_stage.cloud.fault = None
    assert deploy_stage.run("rollback", deploy_stage.snapshots[0], "--yes").exit_code == 0
    assert deploy_stage.asked(one)["mark"] == "one"


def test_one_function_of_several_can_go_back_alone(deploy_stage: DeployStage) -> None:
    one, two = deploy_stage.a_function(), deploy_stage.a_function()
    deploy = ("--function", one, "--function", two, "--zip", str(deploy_stage.put(a_zip("two"))), "--yes")
    assert deploy_stage.run("deploy", *deploy).exit_code == 0
    result = deploy_stage.rollback(one)
    assert result.exit_code == 0, result.output
    assert [deploy_stage.asked(name)["mark"] for name in (one, two)] == ["one", "two"]
