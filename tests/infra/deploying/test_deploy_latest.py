"""`infra deploy` of a function that serves its `$LATEST`, as the one of the story does: no alias, one URL."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.infra.deploying.cloud import WRITES, refusal
from tests.infra.deploying.handlers import a_broken_zip, a_zip, sha_of
from tests.infra.deploying.quay import BEFORE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.quay import Quay

pytestmark = pytest.mark.usefixtures("no_waiting")
OLD, NEW = a_zip("one"), a_zip("two")
CHANGES: Final = (
    *("PublishVersion", "CreateAlias", "UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"),
    "UpdateAlias",
)


def _with_url(quay: Quay) -> str:
    name = quay.a_function(code=OLD, alias=False)
    quay.client.create_function_url_config(FunctionName=name, AuthType="NONE")
    return name


def _works(quay: Quay, name: str, mark: str, **more: str) -> None:
    """The invariant, where `$LATEST` is production."""
    quay.cloud.fault = None
    assert quay.asked(name, "$LATEST") == {"mark": mark, "environment": {**BEFORE, "NEW": None, **more}}


def _is_as_before(quay: Quay, name: str) -> bool:
    return quay.variables(name) == BEFORE and quay.latest(name)["CodeSha256"] == sha_of(OLD)


def _deploy(quay: Quay, name: str, code: bytes = NEW) -> Any:
    return quay.deploy(name, code, "--set", "NEW=canary-new")


def test_what_is_there_is_published_first_and_the_plan_says_who_is_served(quay: Quay) -> None:
    name = _with_url(quay)
    result = _deploy(quay, name)
    assert result.exit_code == 0, result.output
    assert tuple(quay.cloud.writes) == CHANGES
    assert "its function URL is served by $LATEST itself" in result.output
    assert "published as a version first" in result.output
    _works(quay, name, "two", NEW="canary-new")
    assert quay.asked(name, "live")["mark"] == "two"
    assert quay.asked(name, "1") == {"mark": "one", "environment": {**BEFORE, "NEW": None}}


@pytest.mark.parametrize("qualifier", [{}, {"Qualifier": "live"}], ids=["function", "alias"])
def test_only_a_policy_of_the_function_itself_lets_callers_in_to_latest(quay: Quay, qualifier: dict[str, str]) -> None:
    name = quay.a_function(code=OLD)
    quay.client.add_permission(
        FunctionName=name, StatementId="they", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", **qualifier
    )
    result = quay.deploy(name, NEW, "--dry-run")
    assert result.exit_code == 0, result.output
    assert ("any caller that its policy allows is served by $LATEST itself" in result.output) == (not qualifier)


def test_code_that_does_not_work_is_taken_out_of_latest_again(quay: Quay) -> None:
    name = _with_url(quay)
    result = _deploy(quay, name, a_broken_zip())
    assert result.exit_code == 1
    assert not [value for value in (*SECRETS.values(), "canary-new") if value in result.output + quay.on_disk()]
    assert _is_as_before(quay, name)
    _works(quay, name, "one")
    assert quay.asked(name, "live")["mark"] == "one", "the alias that was made serves what was there"


def test_when_the_public_address_fails_alias_and_latest_go_back(quay: Quay) -> None:
    name = _with_url(quay)
    result = quay.deploy(name, NEW, "--set", "NEW=canary-new", "--bot-url", "http://127.0.0.1:1/")
    assert result.exit_code == 1
    assert _is_as_before(quay, name)
    assert quay.asked(name, "live") == {"mark": "one", "environment": {**BEFORE, "NEW": None}}


@pytest.mark.parametrize("kind", ["refused", "lost", "nobody"])
@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_fault_at_any_change_leaves_latest_working(quay: Quay, number: int, kind: str) -> None:
    name = _with_url(quay)
    changes = 0

    def fault(_number: int, operation: str, do: Callable[[], Answer]) -> Answer | None:
        nonlocal changes
        changes += operation in WRITES
        if operation not in WRITES or changes not in (number + 1, number + 2):
            return do()
        if kind == "lost":
            do()
        return refusal("ServiceException", 500) if kind == "refused" else None

    quay.cloud.fault = fault
    result = _deploy(quay, name)
    if result.exit_code:
        assert _is_as_before(quay, name), result.output
        _works(quay, name, "one")
    else:
        _works(quay, name, "two", NEW="canary-new")


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_deploy_that_is_killed_leaves_every_credential_and_the_next_one_mends_it(quay: Quay, number: int) -> None:
    name = _with_url(quay)
    pids: list[int] = []
    changes = 0

    def strike(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        nonlocal changes
        answer = do()
        changes += operation in WRITES
        if operation in WRITES and changes == number + 1:
            os.kill(pids[0], signal.SIGKILL)
        return answer

    quay.cloud.fault = strike
    process, _output = quay.start("deploy", "--function", name, "--zip", str(quay.put(NEW)), "--yes", "--set", "NEW=x")
    assert process.pid
    pids.append(process.pid)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    quay.cloud.fault = None
    assert BEFORE.items() <= quay.asked(name, "$LATEST")["environment"].items()
    result = _deploy(quay, name)
    assert result.exit_code == 0, result.output
    assert "did not finish" in result.output
    _works(quay, name, "two", NEW="canary-new")


def test_the_second_deploy_still_knows_that_latest_serves(quay: Quay) -> None:
    name = _with_url(quay)
    assert _deploy(quay, name).exit_code == 0
    result = _deploy(quay, name, a_broken_zip())
    assert result.exit_code == 1
    assert "is served by $LATEST itself" in result.output
    _works(quay, name, "two", NEW="canary-new")


def test_a_rollback_takes_latest_back_too_and_drops_no_credential(quay: Quay) -> None:
    name = _with_url(quay)
    assert quay.deploy(name, NEW, "--set", "NEW=canary-new", "--set", "EVENTS_TABLE=other").exit_code == 0
    result = quay.run("rollback", "--function", name, "--yes")
    assert result.exit_code == 0, result.output
    _works(quay, name, "one", NEW="canary-new")
    assert quay.asked(name, "live")["mark"] == "one"


def test_an_alias_that_points_at_latest_is_put_back_to_it(quay: Quay) -> None:
    name = quay.a_function(code=OLD, alias=False)
    quay.client.create_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")
    assert _deploy(quay, name, a_broken_zip()).exit_code == 1
    assert quay.version(name) == "$LATEST"
    assert _is_as_before(quay, name)
    assert _deploy(quay, name).exit_code == 0
    assert quay.version(name) != "$LATEST"
    assert quay.asked(name)["mark"] == "two"
