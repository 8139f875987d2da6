"""`infra rollback`: a step back in seconds, and what it does where a step is not enough."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip, sha_of
from tests.infra.deploying.stage import BEFORE, SECRETS
from tests.infra.deploying.told_slack import told_slack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


def _rollback(deploy_stage: DeployStage, name: str, *arguments: str) -> Any:
    deploy_stage.cloud.forget()
    return deploy_stage.run("rollback", "--function", name, "--yes", *arguments)


def _snapshots(deploy_stage: DeployStage) -> list[str]:
    """Newest first."""
    return sorted((path.name for path in (deploy_stage.folder / "snapshots").iterdir() if path.is_dir()), reverse=True)


def _deployed(deploy_stage: DeployStage, *marks: str) -> str:
    name = deploy_stage.a_function()
    for mark in marks:
        assert deploy_stage.deploy(name, a_zip(mark)).exit_code == 0
    return name


def test_a_rollback_is_one_call_that_changes_anything(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two")
    result = _rollback(deploy_stage, name)
    assert result.exit_code == 0, result.output
    assert deploy_stage.cloud.writes == ["UpdateAlias"]
    assert deploy_stage.asked(name) == {"mark": "one", "environment": {**BEFORE, "NEW": None}}
    assert "live 2 → 1" in result.output


def test_each_rollback_goes_one_deploy_further_back(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two", "three")
    for mark in ("two", "one"):
        assert _rollback(deploy_stage, name).exit_code == 0
        assert deploy_stage.asked(name)["mark"] == mark
    result = _rollback(deploy_stage, name)
    assert result.exit_code == 1
    assert "No deploy from this machine brought what serves now" in result.output
    assert deploy_stage.asked(name)["mark"] == "one"


def test_a_snapshot_can_be_named_and_again_changes_nothing(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two", "three")
    oldest = _snapshots(deploy_stage)[-1]
    assert deploy_stage.run("rollback", oldest, "--yes").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "one"
    deploy_stage.cloud.forget()
    again = deploy_stage.run("rollback", oldest, "--yes")
    assert again.exit_code == 0
    assert "Production is in that state already" in again.output
    assert deploy_stage.cloud.writes == []


def test_a_dry_run_only_tells(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two")
    result = _rollback(deploy_stage, name, "--dry-run")
    assert "live 2 → 1" in result.output
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.asked(name)["mark"] == "two"


def test_who_says_no_stays(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two")
    deploy_stage.cloud.forget()
    result = deploy_stage.run("rollback", "--function", name, answers="n\n")
    assert result.exit_code == 1
    assert deploy_stage.cloud.writes == []


def test_it_tells_by_name_which_values_go_back_and_which_are_lacking(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    options = ("--set", "SLACK_BOT_TOKEN=xoxb-canary-renewed", "--set", "NEW=canary-new")
    assert deploy_stage.deploy(name, a_zip("two"), *options).exit_code == 0
    result = _rollback(deploy_stage, name)
    assert "gets back its earlier values of SLACK_BOT_TOKEN" in result.output
    assert "lacks NEW" in result.output
    assert not [value for value in (*SECRETS.values(), "canary") if value in result.output]


def test_a_gmail_credential_is_not_lost_by_going_back_either(deploy_stage: DeployStage) -> None:
    without = {name: value for name, value in BEFORE.items() if name != "GMAIL_REFRESH_TOKEN"}
    name = deploy_stage.a_function(variables=without)
    assert deploy_stage.deploy(name, a_zip("two"), "--set", "GMAIL_REFRESH_TOKEN=canary").exit_code == 0
    result = _rollback(deploy_stage, name)
    assert result.exit_code == 1
    assert "GMAIL_REFRESH_TOKEN would be lost" in result.output
    assert deploy_stage.cloud.writes == []
    assert _rollback(deploy_stage, name, "--yes-drop-gmail").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "one"


def test_a_version_that_is_gone_is_deployed_again_from_disk(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two")
    deploy_stage.client.delete_function(FunctionName=name, Qualifier="1")
    deploy_stage.client.update_function_configuration(FunctionName=name, MemorySize=512, Timeout=9)
    result = _rollback(deploy_stage, name)
    assert result.exit_code == 0, result.output
    assert "deployed again" in result.output
    assert deploy_stage.asked(name)["mark"] == "one"
    assert deploy_stage.version(name) == "3"
    told = deploy_stage.client.get_function_configuration(FunctionName=name, Qualifier="live")
    assert (told["MemorySize"], told["Timeout"], told["CodeSha256"]) == (128, 3, sha_of(a_zip()))
    assert len(_snapshots(deploy_stage)) == 2, "what was there is kept, too"


def test_when_that_fails_too_production_stays_as_it_is(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two")
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
    name = _deployed(deploy_stage, "two")
    (snapshot,) = _snapshots(deploy_stage)
    journal = deploy_stage.folder / "snapshots" / snapshot / "journal.jsonl"
    journal.write_text(journal.read_text().replace(":000000000000:", ":111111111111:"))
    deploy_stage.cloud.forget()
    result = deploy_stage.run("rollback", snapshot, "--yes")
    assert result.exit_code == 1
    assert f"is not of this {name}" in result.output
    assert deploy_stage.cloud.writes == []


def test_a_snapshot_of_another_alias_says_which(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage, "two")
    deploy_stage.client.create_alias(FunctionName=name, Name="other", FunctionVersion="1")
    result = deploy_stage.run("rollback", *_snapshots(deploy_stage), "--alias", "other", "--yes")
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
    assert deploy_stage.run("rollback", _snapshots(deploy_stage)[0], "--yes").exit_code == 0
    assert deploy_stage.asked(one)["mark"] == "one"


def test_one_function_of_several_can_go_back_alone(deploy_stage: DeployStage) -> None:
    one, two = deploy_stage.a_function(), deploy_stage.a_function()
    deploy = ("--function", one, "--function", two, "--zip", str(deploy_stage.put(a_zip("two"))), "--yes")
    assert deploy_stage.run("deploy", *deploy).exit_code == 0
    result = _rollback(deploy_stage, one)
    assert result.exit_code == 0, result.output
    assert [deploy_stage.asked(name)["mark"] for name in (one, two)] == ["one", "two"]


def test_a_deploy_that_was_killed_is_undone_and_the_office_is_told(deploy_stage: DeployStage) -> None:
    with told_slack() as (api, posts):
        variables = {**BEFORE, "OPS_CHANNEL": "C0OFFICE", "SLACK_API_URL": api, "SLACK_BOT_TOKEN": "xoxb-canary"}
        name = deploy_stage.a_function(variables=variables)
        _kill_a_deploy_of(deploy_stage, name)
        for mark in ("two", "three"):
            assert deploy_stage.deploy(deploy_stage.a_function(), a_zip(mark)).exit_code == 0
        deploy_stage.run("snapshots", "--prune", "1")
        kept = _snapshots(deploy_stage)
        assert len(kept) == 2, "the newest, and the one that somebody still needs"

        result = _rollback(deploy_stage, name)

        assert (result.exit_code, "The office was told in its channel." in result.output) == (0, True), result.output
        assert deploy_stage.asked(name)["mark"] == "one"
        assert deploy_stage.variables(name) == variables
        assert deploy_stage.run("status", "--function", name).exit_code == 0
        ((channel, text),) = posts
        assert channel == "C0OFFICE"
        assert f"The deploy {kept[-1]} did not finish, and production was restored ({name} 2 → 1)." in text


def _kill_a_deploy_of(deploy_stage: DeployStage, name: str) -> None:
    """Kill the process of a deploy right after it moved the alias."""
    pids: list[int] = []

    def strike(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        answer = do()
        if operation == "UpdateAlias":
            os.kill(pids[0], signal.SIGKILL)
        return answer

    deploy_stage.cloud.fault = strike
    code = str(deploy_stage.put(a_zip("two")))
    process, _output = deploy_stage.start(
        "deploy", "--function", name, "--zip", code, "--yes", "--set", "NEW=canary-new"
    )
    assert process.pid
    pids.append(process.pid)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    deploy_stage.cloud.forget()

    status = deploy_stage.run("status", "--function", name)
    assert status.exit_code == 1
    assert "did not finish. It stopped at: move live to version 2" in status.output
    assert "did not finish" in deploy_stage.run("snapshots").output


def test_the_office_is_told_in_its_channel_and_no_failure_of_that_fails_the_rollback(
    deploy_stage: DeployStage, caplog: pytest.LogCaptureFixture
) -> None:
    with told_slack() as (api, posts):
        office = {"OPS_CHANNEL": "C0OFFICE", "SLACK_API_URL": api, "SLACK_BOT_TOKEN": "xoxb-old-canary"}
        name = deploy_stage.a_function(variables={**BEFORE, **office})
        for refused, said in (
            ((), "The office was told in its channel."),
            (("xoxb-new-canary",), "The office was told in its channel."),  # by the token of the version before
            (("xoxb-new-canary", "xoxb-old-canary"), "The office was not told: Slack refused the post (invalid_auth)."),
        ):
            posts.clear()
            posts.refused = refused
            new = ("--set", "SLACK_BOT_TOKEN=xoxb-new-canary")
            assert deploy_stage.deploy(name, a_zip("two"), *new).exit_code == 0
            snapshot = _snapshots(deploy_stage)[0]
            result = _rollback(deploy_stage, name, "--with-refused-token")
            assert result.exit_code == 0, result.output
            assert said in result.output
            assert deploy_stage.asked(name)["mark"] == "one"
            assert "canary" not in result.output + caplog.text
            channel, text = posts[-1]
            assert channel == "C0OFFICE"
            assert f"rolled back to its state before the deploy {snapshot} ({name} " in text
    assert deploy_stage.deploy(name, a_zip("two"), "--keep", "live").exit_code == 0
    result = _rollback(deploy_stage, name)  # Slack is down
    assert (result.exit_code, "The office was not told: Slack did not answer" in result.output) == (0, True)


def test_the_office_hears_of_a_deploy_that_undid_itself_and_of_none_that_nobody_met(deploy_stage: DeployStage) -> None:
    with told_slack() as (api, posts):
        office = {"OPS_CHANNEL": "C0OFFICE", "SLACK_API_URL": api, "SLACK_BOT_TOKEN": "xoxb-canary"}
        name = deploy_stage.a_function(variables={**BEFORE, **office})
        result = deploy_stage.deploy(name, a_zip("two"), "--bot-url", "http://127.0.0.1:1/")  # nothing answers there
        assert (result.exit_code, deploy_stage.asked(name)["mark"]) == (1, "one")
        ((channel, text),) = posts
        assert channel == "C0OFFICE"
        assert f"did not finish, and production was restored ({name} 2 → 1). Nothing that was logged is lost." in text
        posts.clear()

        def refused(_: int, called: str, do: Callable[[], Answer]) -> Answer:
            return refusal("AccessDeniedException", 403) if called == "PublishVersion" else do()

        deploy_stage.cloud.fault = refused
        assert deploy_stage.deploy(name, a_zip("three")).exit_code == 1
        assert (list(posts), deploy_stage.asked(name)["mark"]) == ([], "one")


def test_without_a_channel_of_the_office_nobody_is_told(deploy_stage: DeployStage) -> None:
    result = _rollback(deploy_stage, _deployed(deploy_stage, "two"))
    assert result.exit_code == 0
    assert "The office was not told, because no OpsChannel is set." in result.output
