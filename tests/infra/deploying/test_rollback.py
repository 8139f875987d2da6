"""`infra rollback`: a step back in seconds, and what it does where a step is not enough."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip, sha_of
from tests.infra.deploying.quay import BEFORE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.quay import Quay

pytestmark = pytest.mark.usefixtures("no_waiting")


def _rollback(quay: Quay, name: str, *arguments: str) -> Any:
    quay.cloud.forget()
    return quay.run("rollback", "--function", name, "--yes", *arguments)


def _snapshots(quay: Quay) -> list[str]:
    """Newest first."""
    return sorted((path.name for path in (quay.folder / "snapshots").iterdir() if path.is_dir()), reverse=True)


def _deployed(quay: Quay, *marks: str) -> str:
    name = quay.a_function()
    for mark in marks:
        assert quay.deploy(name, a_zip(mark)).exit_code == 0
    return name


def test_a_rollback_is_one_call_that_changes_anything(quay: Quay) -> None:
    name = _deployed(quay, "two")
    result = _rollback(quay, name)
    assert result.exit_code == 0, result.output
    assert quay.cloud.writes == ["UpdateAlias"]
    assert quay.asked(name) == {"mark": "one", "environment": {**BEFORE, "NEW": None}}
    assert "live 2 → 1" in result.output


def test_each_rollback_goes_one_deploy_further_back(quay: Quay) -> None:
    name = _deployed(quay, "two", "three")
    for mark in ("two", "one"):
        assert _rollback(quay, name).exit_code == 0
        assert quay.asked(name)["mark"] == mark
    result = _rollback(quay, name)
    assert result.exit_code == 1
    assert "No deploy from this machine brought what serves now" in result.output
    assert quay.asked(name)["mark"] == "one"


def test_a_snapshot_can_be_named_and_again_changes_nothing(quay: Quay) -> None:
    name = _deployed(quay, "two", "three")
    oldest = _snapshots(quay)[-1]
    assert quay.run("rollback", oldest, "--yes").exit_code == 0
    assert quay.asked(name)["mark"] == "one"
    quay.cloud.forget()
    again = quay.run("rollback", oldest, "--yes")
    assert again.exit_code == 0
    assert "Production is in that state already" in again.output
    assert quay.cloud.writes == []


def test_a_dry_run_only_tells(quay: Quay) -> None:
    name = _deployed(quay, "two")
    result = _rollback(quay, name, "--dry-run")
    assert "live 2 → 1" in result.output
    assert quay.cloud.writes == []
    assert quay.asked(name)["mark"] == "two"


def test_who_says_no_stays(quay: Quay) -> None:
    name = _deployed(quay, "two")
    quay.cloud.forget()
    result = quay.run("rollback", "--function", name, answers="n\n")
    assert result.exit_code == 1
    assert quay.cloud.writes == []


def test_it_tells_by_name_which_values_go_back_and_which_are_lacking(quay: Quay) -> None:
    name = quay.a_function()
    options = ("--set", "SLACK_BOT_TOKEN=xoxb-canary-renewed", "--set", "NEW=canary-new")
    assert quay.deploy(name, a_zip("two"), *options).exit_code == 0
    result = _rollback(quay, name)
    assert "gets back its earlier values of SLACK_BOT_TOKEN" in result.output
    assert "lacks NEW" in result.output
    assert not [value for value in (*SECRETS.values(), "canary") if value in result.output]


def test_a_gmail_credential_is_not_lost_by_going_back_either(quay: Quay) -> None:
    without = {name: value for name, value in BEFORE.items() if name != "GMAIL_REFRESH_TOKEN"}
    name = quay.a_function(variables=without)
    assert quay.deploy(name, a_zip("two"), "--set", "GMAIL_REFRESH_TOKEN=canary").exit_code == 0
    result = _rollback(quay, name)
    assert result.exit_code == 1
    assert "GMAIL_REFRESH_TOKEN would be lost" in result.output
    assert quay.cloud.writes == []
    assert _rollback(quay, name, "--yes-drop-gmail").exit_code == 0
    assert quay.asked(name)["mark"] == "one"


def test_a_version_that_is_gone_is_deployed_again_from_disk(quay: Quay) -> None:
    name = _deployed(quay, "two")
    quay.client.delete_function(FunctionName=name, Qualifier="1")
    quay.client.update_function_configuration(FunctionName=name, MemorySize=512, Timeout=9)
    result = _rollback(quay, name)
    assert result.exit_code == 0, result.output
    assert "deployed again" in result.output
    assert quay.asked(name)["mark"] == "one"
    assert quay.version(name) == "3"
    told = quay.client.get_function_configuration(FunctionName=name, Qualifier="live")
    assert (told["MemorySize"], told["Timeout"], told["CodeSha256"]) == (128, 3, sha_of(a_zip()))
    assert len(_snapshots(quay)) == 2, "what was there is kept, too"


def test_when_that_fails_too_production_stays_as_it_is(quay: Quay) -> None:
    name = _deployed(quay, "two")
    quay.client.delete_function(FunctionName=name, Qualifier="1")
    quay.client.update_function_configuration(FunctionName=name, MemorySize=512)
    before = quay.latest(name)

    def closed(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        return refusal("AccessDeniedException", 403) if operation == "UpdateAlias" else do()

    quay.cloud.forget()
    quay.cloud.fault = closed
    result = quay.run("rollback", "--function", name, "--yes")
    assert result.exit_code == 1
    assert quay.asked(name)["mark"] == "two"
    for what in ("MemorySize", "CodeSha256", "Environment"):
        assert quay.latest(name)[what] == before[what]


def test_a_snapshot_of_another_function_is_refused(quay: Quay) -> None:
    name = _deployed(quay, "two")
    (snapshot,) = _snapshots(quay)
    journal = quay.folder / "snapshots" / snapshot / "journal.jsonl"
    journal.write_text(journal.read_text().replace(":000000000000:", ":111111111111:"))
    quay.cloud.forget()
    result = quay.run("rollback", snapshot, "--yes")
    assert result.exit_code == 1
    assert f"is not of this {name}" in result.output
    assert quay.cloud.writes == []


def test_a_snapshot_of_another_alias_says_which(quay: Quay) -> None:
    name = _deployed(quay, "two")
    quay.client.create_alias(FunctionName=name, Name="other", FunctionVersion="1")
    result = quay.run("rollback", *_snapshots(quay), "--alias", "other", "--yes")
    assert result.exit_code == 1
    assert "needs --alias live." in result.output


def test_a_snapshot_that_is_not_there_is_named(quay: Quay) -> None:
    result = quay.run("rollback", "20200101T000000Z", "--yes")
    assert result.exit_code == 1
    assert "There is no snapshot 20200101T000000Z" in result.output


def test_when_the_aliases_move_apart_it_says_which_still_serves_what(quay: Quay) -> None:
    one, two = quay.a_function(), quay.a_function()
    deploy = ("--function", one, "--function", two, "--zip", str(quay.put(a_zip("two"))), "--yes")
    assert quay.run("deploy", *deploy).exit_code == 0
    met = 0

    def first(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        nonlocal met
        met += operation == "UpdateAlias"
        return refusal("TooManyRequestsException", 429) if operation == "UpdateAlias" and met <= 2 else do()

    quay.cloud.forget()
    quay.cloud.fault = first
    result = quay.run("rollback", "--function", one, "--function", two, "--yes")
    assert result.exit_code == 1
    assert f"{one} still serves version 2" in result.output
    assert quay.asked(two)["mark"] == "one", "one that fails holds up none of the others"
    quay.cloud.fault = None
    assert quay.run("rollback", _snapshots(quay)[0], "--yes").exit_code == 0
    assert quay.asked(one)["mark"] == "one"


def test_one_function_of_several_can_go_back_alone(quay: Quay) -> None:
    one, two = quay.a_function(), quay.a_function()
    deploy = ("--function", one, "--function", two, "--zip", str(quay.put(a_zip("two"))), "--yes")
    assert quay.run("deploy", *deploy).exit_code == 0
    result = _rollback(quay, one)
    assert result.exit_code == 0, result.output
    assert [quay.asked(name)["mark"] for name in (one, two)] == ["one", "two"]


def test_a_deploy_that_was_killed_is_undone(quay: Quay) -> None:
    name = quay.a_function()
    pids: list[int] = []

    def strike(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        answer = do()
        if operation == "UpdateAlias":
            os.kill(pids[0], signal.SIGKILL)
        return answer

    quay.cloud.fault = strike
    code = str(quay.put(a_zip("two")))
    process, _output = quay.start("deploy", "--function", name, "--zip", code, "--yes", "--set", "NEW=canary-new")
    assert process.pid
    pids.append(process.pid)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    quay.cloud.forget()

    status = quay.run("status", "--function", name)
    assert status.exit_code == 1
    assert "did not finish. It stopped at: move live to version 2" in status.output
    assert "did not finish" in quay.run("snapshots").output
    for mark in ("two", "three"):
        assert quay.deploy(quay.a_function(), a_zip(mark)).exit_code == 0
    quay.run("snapshots", "--prune", "1")
    assert len(_snapshots(quay)) == 2, "the newest, and the one that somebody still needs"

    result = _rollback(quay, name)
    assert result.exit_code == 0, result.output
    assert quay.asked(name)["mark"] == "one"
    assert quay.variables(name) == BEFORE
    assert quay.run("status", "--function", name).exit_code == 0
