"""The office hears in Slack of whatever took production back: a rollback, a deploy undone, or one that undid itself."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip
from tests.infra.deploying.recording_slack import recording_slack
from tests.infra.deploying.stage import BEFORE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_deploy_that_was_killed_is_undone_and_the_office_is_notified(deploy_stage: DeployStage) -> None:
    with recording_slack() as (api, posts):
        variables = {**BEFORE, "OPS_CHANNEL": "C0OFFICE", "SLACK_API_URL": api, "SLACK_BOT_TOKEN": "xoxb-canary"}
        name = deploy_stage.a_function(variables=variables)
        _kill_a_deploy_of(deploy_stage, name)
        for mark in ("two", "three"):
            assert deploy_stage.deploy(deploy_stage.a_function(), a_zip(mark)).exit_code == 0
        deploy_stage.run("snapshots", "--prune", "1")
        kept = deploy_stage.snapshots
        assert len(kept) == 2, "the newest, and the one that somebody still needs"

        result = deploy_stage.rollback(name)

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


def test_the_office_is_notified_in_its_channel_and_no_failure_of_that_fails_the_rollback(
    deploy_stage: DeployStage, caplog: pytest.LogCaptureFixture
) -> None:
    with recording_slack() as (api, posts):
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
            snapshot = deploy_stage.snapshots[0]
            result = deploy_stage.rollback(name, "--with-refused-token")
            assert result.exit_code == 0, result.output
            assert said in result.output
            assert deploy_stage.asked(name)["mark"] == "one"
            assert "canary" not in result.output + caplog.text
            channel, text = posts[-1]
            assert channel == "C0OFFICE"
            assert f"rolled back to its state before the deploy {snapshot} ({name} " in text
    assert deploy_stage.deploy(name, a_zip("two"), "--keep", "live").exit_code == 0
    result = deploy_stage.rollback(name)  # Slack is down
    assert (result.exit_code, "The office was not told: Slack did not answer" in result.output) == (0, True)


def test_the_office_hears_of_a_deploy_that_undid_itself_and_of_none_that_nobody_met(deploy_stage: DeployStage) -> None:
    with recording_slack() as (api, posts):
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


def test_without_a_channel_of_the_office_nobody_is_notified(deploy_stage: DeployStage) -> None:
    result = deploy_stage.rollback(deploy_stage.deployed("two"))
    assert result.exit_code == 0
    assert "The office was not told, because no OpsChannel is set." in result.output
