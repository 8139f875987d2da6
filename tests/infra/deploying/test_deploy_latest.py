"""`infra deploy` of a function that serves its `$LATEST`, as the one of the story does: no alias, one URL."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.infra.deploying.cloud import WRITES, refusal
from tests.infra.deploying.handlers import a_broken_zip, a_zip, sha_of
from tests.infra.deploying.stage import BEFORE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")
OLD, NEW = a_zip("one"), a_zip("two")
CHANGES: Final = (
    *("PublishVersion", "CreateAlias", "UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"),
    "UpdateAlias",
)


def _with_url(deploy_stage: DeployStage) -> str:
    name = deploy_stage.a_function(code=OLD, alias=False)
    deploy_stage.client.create_function_url_config(FunctionName=name, AuthType="NONE")
    return name


def _works(deploy_stage: DeployStage, name: str, mark: str, **more: str) -> None:
    """The invariant, where `$LATEST` is production."""
    deploy_stage.cloud.fault = None
    assert deploy_stage.asked(name, "$LATEST") == {"mark": mark, "environment": {**BEFORE, "NEW": None, **more}}


def _is_as_before(deploy_stage: DeployStage, name: str) -> bool:
    return deploy_stage.variables(name) == BEFORE and deploy_stage.latest(name)["CodeSha256"] == sha_of(OLD)


def _deploy(deploy_stage: DeployStage, name: str, code: bytes = NEW) -> Any:
    return deploy_stage.deploy(name, code, "--set", "NEW=canary-new")


def test_what_is_there_is_published_first_and_the_plan_says_who_is_served(deploy_stage: DeployStage) -> None:
    name = _with_url(deploy_stage)
    result = _deploy(deploy_stage, name)
    assert result.exit_code == 0, result.output
    assert tuple(deploy_stage.cloud.writes) == CHANGES
    assert "its function URL is served by $LATEST itself" in result.output
    assert "published as a version first" in result.output
    _works(deploy_stage, name, "two", NEW="canary-new")
    assert deploy_stage.asked(name, "live")["mark"] == "two"
    assert deploy_stage.asked(name, "1") == {"mark": "one", "environment": {**BEFORE, "NEW": None}}


@pytest.mark.parametrize("qualifier", [{}, {"Qualifier": "live"}], ids=["function", "alias"])
def test_only_a_policy_of_the_function_itself_lets_callers_in_to_latest(
    deploy_stage: DeployStage, qualifier: dict[str, str]
) -> None:
    name = deploy_stage.a_function(code=OLD)
    deploy_stage.client.add_permission(
        FunctionName=name, StatementId="they", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", **qualifier
    )
    result = deploy_stage.deploy(name, NEW, "--dry-run")
    assert result.exit_code == 0, result.output
    assert ("any caller that its policy allows is served by $LATEST itself" in result.output) == (not qualifier)


def test_code_that_does_not_work_is_taken_out_of_latest_again(deploy_stage: DeployStage) -> None:
    name = _with_url(deploy_stage)
    result = _deploy(deploy_stage, name, a_broken_zip())
    assert result.exit_code == 1
    assert not [value for value in (*SECRETS.values(), "canary-new") if value in result.output + deploy_stage.on_disk()]
    assert _is_as_before(deploy_stage, name)
    _works(deploy_stage, name, "one")
    assert deploy_stage.asked(name, "live")["mark"] == "one", "the alias that was made serves what was there"


def test_when_the_public_address_fails_alias_and_latest_go_back(deploy_stage: DeployStage) -> None:
    name = _with_url(deploy_stage)
    result = deploy_stage.deploy(name, NEW, "--set", "NEW=canary-new", "--bot-url", "http://127.0.0.1:1/")
    assert result.exit_code == 1
    assert _is_as_before(deploy_stage, name)
    assert deploy_stage.asked(name, "live") == {"mark": "one", "environment": {**BEFORE, "NEW": None}}


@pytest.mark.parametrize("kind", ["refused", "lost", "nobody"])
@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_fault_at_any_change_leaves_latest_working(deploy_stage: DeployStage, number: int, kind: str) -> None:
    name = _with_url(deploy_stage)
    changes = 0

    def fault(_number: int, operation: str, do: Callable[[], Answer]) -> Answer | None:
        nonlocal changes
        changes += operation in WRITES
        if operation not in WRITES or changes not in (number + 1, number + 2):
            return do()
        if kind == "lost":
            do()
        return refusal("ServiceException", 500) if kind == "refused" else None

    deploy_stage.cloud.fault = fault
    result = _deploy(deploy_stage, name)
    if result.exit_code:
        assert _is_as_before(deploy_stage, name), result.output
        _works(deploy_stage, name, "one")
    else:
        _works(deploy_stage, name, "two", NEW="canary-new")


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_deploy_that_is_killed_leaves_every_credential_and_the_next_one_mends_it(
    deploy_stage: DeployStage, number: int
) -> None:
    name = _with_url(deploy_stage)
    pids: list[int] = []
    changes = 0

    def strike(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        nonlocal changes
        answer = do()
        changes += operation in WRITES
        if operation in WRITES and changes == number + 1:
            os.kill(pids[0], signal.SIGKILL)
        return answer

    deploy_stage.cloud.fault = strike
    process, _output = deploy_stage.start(
        "deploy", "--function", name, "--zip", str(deploy_stage.put(NEW)), "--yes", "--set", "NEW=x"
    )
    assert process.pid
    pids.append(process.pid)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    deploy_stage.cloud.fault = None
    assert BEFORE.items() <= deploy_stage.asked(name, "$LATEST")["environment"].items()
    result = _deploy(deploy_stage, name)
    assert result.exit_code == 0, result.output
    assert "did not finish" in result.output
    _works(deploy_stage, name, "two", NEW="canary-new")


def test_the_second_deploy_still_knows_that_latest_serves(deploy_stage: DeployStage) -> None:
    name = _with_url(deploy_stage)
    assert _deploy(deploy_stage, name).exit_code == 0
    result = _deploy(deploy_stage, name, a_broken_zip())
    assert result.exit_code == 1
    assert "is served by $LATEST itself" in result.output
    _works(deploy_stage, name, "two", NEW="canary-new")


def test_a_rollback_takes_latest_back_too_and_drops_no_credential(deploy_stage: DeployStage) -> None:
    name = _with_url(deploy_stage)
    assert deploy_stage.deploy(name, NEW, "--set", "NEW=canary-new", "--set", "EVENTS_TABLE=other").exit_code == 0
    result = deploy_stage.run("rollback", "--function", name, "--yes")
    assert result.exit_code == 0, result.output
    _works(deploy_stage, name, "one", NEW="canary-new")
    assert deploy_stage.asked(name, "live")["mark"] == "one"


def test_an_alias_that_points_at_latest_is_put_back_to_it(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function(code=OLD, alias=False)
    deploy_stage.client.create_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")
    assert _deploy(deploy_stage, name, a_broken_zip()).exit_code == 1
    assert deploy_stage.version(name) == "$LATEST"
    assert _is_as_before(deploy_stage, name)
    assert _deploy(deploy_stage, name).exit_code == 0
    assert deploy_stage.version(name) != "$LATEST"
    assert deploy_stage.asked(name)["mark"] == "two"
