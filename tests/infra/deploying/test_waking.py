"""`infra rollback` onto versions that AWS made inactive because nobody called them for two weeks."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


def _deployed(deploy_stage: DeployStage) -> str:
    name = deploy_stage.a_function()
    assert deploy_stage.deploy(name, a_zip("two")).exit_code == 0
    return name


def test_a_version_that_aws_made_inactive_is_woken_before_anybody_is_sent_there(deploy_stage: DeployStage) -> None:
    one, two = deploy_stage.a_function(), deploy_stage.a_function()
    both = ("--function", one, "--function", two)
    assert deploy_stage.run("deploy", *both, "--zip", str(deploy_stage.put(a_zip("two"))), "--yes").exit_code == 0
    deploy_stage.cloud.forget()
    deploy_stage.cloud.asleep = {f"{one}:1", f"{two}:1"}

    dry = deploy_stage.run("rollback", *both, "--dry-run")
    assert f"AWS made version 1 of {one} inactive, as it does after 14 days without a call." in dry.output
    assert "Invoke" not in deploy_stage.cloud.calls
    at_the_move: list[dict[str, int]] = []

    def look(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        if operation == "UpdateAlias":
            at_the_move.append(dict.fromkeys(deploy_stage.cloud.asleep, 1) | +Counter(deploy_stage.cloud.settling))
        return do()

    deploy_stage.cloud.fault = look
    result = deploy_stage.run("rollback", *both, "--yes")
    assert result.exit_code == 0, result.output
    assert f"✓ {one}: wake version 1" in result.output
    assert at_the_move == [{}, {}], "both can answer before the first alias moves"
    assert [deploy_stage.asked(name)["mark"] for name in (one, two)] == ["one", "one"]


def test_where_one_cannot_be_woken_no_alias_moves(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage)
    deploy_stage.cloud.forget()
    deploy_stage.cloud.asleep = {f"{name}:1"}

    def closed(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        return refusal("AccessDeniedException", 403) if operation == "Invoke" else do()

    deploy_stage.cloud.fault = closed
    result = deploy_stage.run("rollback", "--function", name, "--yes")
    assert result.exit_code == 1
    assert "You lack the permission for Invoke" in result.output
    assert f"Version 1 of {name} could not be woken, so nothing was changed" in result.output
    assert deploy_stage.cloud.writes == []
    deploy_stage.cloud.fault = None
    assert deploy_stage.run("rollback", "--function", name, "--yes").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "one"


def test_the_undoing_of_an_old_unfinished_deploy_wakes_the_version_too(deploy_stage: DeployStage) -> None:
    name = _deployed(deploy_stage)
    (snapshot,) = [path.name for path in (deploy_stage.folder / "snapshots").iterdir() if path.is_dir()]
    journal = deploy_stage.folder / "snapshots" / snapshot / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if json.loads(line)["what"] != "done"))
    deploy_stage.cloud.forget()
    deploy_stage.cloud.asleep = {f"{name}:1"}
    result = deploy_stage.run("rollback", snapshot, "--yes")
    assert result.exit_code == 0, result.output
    assert deploy_stage.cloud.calls.index("Invoke") < deploy_stage.cloud.calls.index("UpdateAlias")
    assert deploy_stage.asked(name)["mark"] == "one"
