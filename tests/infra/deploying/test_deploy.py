"""`infra deploy`: the careful sequence over functions that stand, on the wire."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_broken_zip, a_zip, sha_of
from tests.infra.deploying.stage import BEFORE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.mark.parametrize("in_processes", [True, False])
def test_a_deploy_brings_new_code_and_keeps_every_credential(deploy_stage: DeployStage, *, in_processes: bool) -> None:
    deploy_stage.cloud.in_processes = in_processes
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=canary-new")
    assert result.exit_code == 0, result.output
    assert deploy_stage.asked(name) == {"mark": "two", "environment": {**BEFORE, "NEW": "canary-new"}}
    assert deploy_stage.cloud.writes == [
        "UpdateFunctionConfiguration",
        "UpdateFunctionCode",
        "PublishVersion",
        "UpdateAlias",
    ]
    assert f"{name}: live → version 2" in result.output


def test_every_change_names_the_revision_that_was_read(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    assert deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=x").exit_code == 0
    sent = [
        json.loads(body)
        for call, body in zip(deploy_stage.cloud.calls, deploy_stage.cloud.bodies, strict=True)
        if call in deploy_stage.cloud.writes
    ]
    assert len(sent) == 4
    assert all(each["RevisionId"] for each in sent)
    assert len({each["RevisionId"] for each in sent}) == 4, "each change makes a new one"


def test_a_dry_run_writes_nothing_anywhere(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=canary-new", "--unset", "EVENTS_TABLE", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "+NEW −EVENTS_TABLE" in result.output
    assert "Nothing was changed" in result.output
    assert deploy_stage.cloud.writes == []
    assert "Invoke" not in deploy_stage.cloud.calls
    assert not (deploy_stage.folder / "snapshots").exists()


def test_the_difference_is_shown_by_names_and_never_by_values(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    options = ("--set", "NEW=canary-new", "--set", "SLACK_BOT_TOKEN=xoxb-canary-newer", "--unset", "EVENTS_TABLE")
    result = deploy_stage.deploy(name, a_zip("two"), *options)
    assert "+NEW ~SLACK_BOT_TOKEN −EVENTS_TABLE" in result.output
    assert "canary" not in result.output
    assert "canary" not in deploy_stage.on_disk()
    assert "\x1b" not in result.output, "no colours where nobody looks at a screen"
    assert deploy_stage.variables(name, "live") == {
        **{key: value for key, value in BEFORE.items() if key != "EVENTS_TABLE"},
        "NEW": "canary-new",
        "SLACK_BOT_TOKEN": "xoxb-canary-newer",
    }


def test_the_operator_is_asked_for_a_value_that_was_not_given_and_it_is_not_echoed(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    zipped = str(deploy_stage.put(a_zip("two")))
    result = deploy_stage.run(
        "deploy", "--function", name, "--zip", zipped, "--set", "NEW", answers="canary-typed\ny\n"
    )
    assert result.exit_code == 0, result.output
    assert "canary" not in result.output
    assert deploy_stage.variables(name, "live")["NEW"] == "canary-typed"


def test_a_variable_can_change_while_the_code_stays(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    left = a_zip("left lying in LATEST")
    deploy_stage.cloud.remember(left)
    deploy_stage.client.update_function_code(FunctionName=name, ZipFile=left)
    result = deploy_stage.run("deploy", "--function", name, "--keep-code", "--set", "NEW=x", "--yes")
    assert result.exit_code == 0, result.output
    assert deploy_stage.asked(name) == {"mark": "one", "environment": {**BEFORE, "NEW": "x"}}


def test_a_value_may_come_from_the_operators_own_environment(
    deploy_stage: DeployStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = deploy_stage.a_function()
    monkeypatch.setenv("NEW", "canary-exported")
    assert deploy_stage.deploy(name, a_zip("two"), "--set-from-env", "NEW").exit_code == 0
    assert deploy_stage.variables(name, "live")["NEW"] == "canary-exported"
    result = deploy_stage.deploy(name, a_zip("two"), "--set-from-env", "NOT_THERE")
    assert result.exit_code == 1
    assert "NOT_THERE is not in your environment" in result.output


def test_an_env_file_offers_what_production_lacks_and_changes_nothing_else(
    deploy_stage: DeployStage, tmp_path: Path
) -> None:
    name = deploy_stage.a_function()
    (tmp_path / "local.env").write_text("NEW=canary-local\nSLACK_BOT_TOKEN=xoxb-canary-local\n")
    assert deploy_stage.deploy(name, a_zip("two"), "--env-file", str(tmp_path / "local.env")).exit_code == 0
    assert deploy_stage.variables(name, "live") == {**BEFORE, "NEW": "canary-local"}


@pytest.mark.parametrize("how", [("--unset", "GMAIL_REFRESH_TOKEN"), ("--set", "GMAIL_REFRESH_TOKEN=")])
def test_a_gmail_credential_goes_only_when_that_is_said(deploy_stage: DeployStage, how: tuple[str, str]) -> None:
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_zip("two"), *how)
    assert result.exit_code == 1
    assert "GMAIL_REFRESH_TOKEN would be lost" in result.output
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.deploy(name, a_zip("two"), *how, "--yes-drop-gmail").exit_code == 0
    assert deploy_stage.variables(name, "live").get("GMAIL_REFRESH_TOKEN", "") == ""


def test_an_environment_that_is_too_large_is_refused_before_anything_changes(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_zip("two"), "--set", f"NEW={'canary' * 1000}")
    assert result.exit_code == 1
    assert "Lambda accepts 4,096" in result.output
    assert "canary" not in result.output
    assert deploy_stage.cloud.writes == []


def test_an_environment_that_cannot_be_read_is_never_written(deploy_stage: DeployStage) -> None:
    """Without the right to the key, Lambda answers 200 and leaves the values out: a merge over that would lose all."""
    name = deploy_stage.a_function()

    def locked(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        status, headers, body = do()
        if operation != "GetFunctionConfiguration":
            return status, headers, body
        config = json.loads(body)
        config["Environment"] = {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no kms:Decrypt"}}
        return status, headers, json.dumps(config).encode()

    deploy_stage.cloud.fault = locked
    result = deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=x")
    assert result.exit_code == 1
    assert "cannot be read (AccessDeniedException)" in result.output
    assert deploy_stage.cloud.writes == []


def test_what_aws_quotes_of_the_environment_is_not_shown(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()

    def quoting(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        if operation == "UpdateFunctionConfiguration":
            return refusal("InvalidParameterValueException", 400, f"String measured: {json.dumps(BEFORE)}")
        return do()

    deploy_stage.cloud.fault = quoting
    result = deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=x")
    assert result.exit_code == 1
    assert "InvalidParameterValueException" in result.output
    assert not [value for value in SECRETS.values() if value in result.output + deploy_stage.on_disk()]


def test_the_snapshot_is_whole_and_for_nobody_elses_eyes(deploy_stage: DeployStage) -> None:
    name, old = deploy_stage.a_function(), a_zip()
    assert deploy_stage.deploy(name, a_zip("two")).exit_code == 0
    (folder,) = (path for path in (deploy_stage.folder / "snapshots").iterdir() if path.is_dir())
    assert json.loads((folder / f"{name}.latest.json").read_text())["Environment"]["Variables"] == BEFORE
    assert json.loads((folder / f"{name}.alias.json").read_text())["version"] == "1"
    assert [sha_of(path.read_bytes()) for path in folder.glob("*.zip")] == [sha_of(old)]
    for path in [folder.parent, *folder.parent.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_code_that_came_damaged_stops_the_deploy(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()

    def damaged(_number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        status, headers, body = do()
        return (status, headers, body[:-1]) if operation == "FetchCode" else (status, headers, body)

    deploy_stage.cloud.fault = damaged
    result = deploy_stage.deploy(name, a_zip("two"))
    assert result.exit_code == 1
    assert "does not have the hash that Lambda names" in result.output
    assert deploy_stage.cloud.writes == []


def test_who_says_no_has_changed_nothing_and_left_nothing(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    for answers in ("n\n", ""):
        result = deploy_stage.run(
            "deploy", "--function", name, "--zip", str(deploy_stage.put(a_zip("two"))), answers=answers
        )
        assert result.exit_code == 1
        assert "Nothing was changed" in result.output
        assert deploy_stage.cloud.writes == []
        assert [path.name for path in (deploy_stage.folder / "snapshots").iterdir()] == ["lock"]


def test_the_same_deploy_again_changes_nothing(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    assert deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=x").exit_code == 0
    deploy_stage.cloud.forget()
    again = deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=x")
    assert again.exit_code == 0
    assert "Production has all of this already" in again.output
    assert deploy_stage.cloud.writes == []


@pytest.mark.parametrize("in_processes", [True, False])
def test_new_code_that_does_not_work_never_serves(deploy_stage: DeployStage, *, in_processes: bool) -> None:
    deploy_stage.cloud.in_processes = in_processes
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_broken_zip(), "--set", "NEW=x")
    assert result.exit_code == 1
    assert "raises" in result.output
    assert "restored" in result.output
    assert not [value for value in SECRETS.values() if value in result.output + deploy_stage.on_disk()]
    assert "UpdateAlias" not in deploy_stage.cloud.writes
    assert deploy_stage.asked(name) == {"mark": "one", "environment": {**BEFORE, "NEW": None}}
    assert deploy_stage.variables(name) == BEFORE
    assert deploy_stage.latest(name)["CodeSha256"] == sha_of(a_zip())


def test_a_version_whose_snapshot_cannot_be_made_never_serves(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function(SnapStart={"ApplyOn": "PublishedVersions"})
    result = deploy_stage.deploy(name, a_zip(source="raise RuntimeError"))
    assert result.exit_code == 1
    assert "Lambda could not start" in result.output
    assert deploy_stage.asked(name)["mark"] == "one"
    assert deploy_stage.latest(name)["CodeSha256"] == sha_of(a_zip())
    assert deploy_stage.deploy(name, a_zip("two")).exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "two"


def test_a_function_whose_last_update_failed_is_mended_by_a_deploy(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()

    def failed_before(number: int, operation: str, do: Callable[[], Answer]) -> Answer:
        status, headers, body = do()
        if operation != "GetFunctionConfiguration" or number > 2:
            return status, headers, body
        return status, headers, body.replace(b'"LastUpdateStatus": "Successful"', b'"LastUpdateStatus": "Failed"')

    deploy_stage.cloud.fault = failed_before
    result = deploy_stage.deploy(name, a_zip("two"))
    assert result.exit_code == 0, result.output
    assert deploy_stage.asked(name)["mark"] == "two"


def test_a_signing_secret_that_is_set_is_the_one_that_is_tried(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    assert deploy_stage.deploy(name, a_zip("two"), "--set", "SLACK_SIGNING_SECRET=rotated").exit_code == 0
    assert deploy_stage.asked(name)["environment"]["SLACK_SIGNING_SECRET"] == "rotated"


def test_a_zip_that_cannot_run_as_the_function_is_refused_before_anything_changes(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    zips = {
        "no lambda_function.py": a_zip(module="other"),
        "The zip is for cpython-311 on x86_64": a_zip(extra="pydantic_core/_core.cpython-311-x86_64-linux-gnu.so"),
        "not a zip": b"not one",
    }
    for words, code in zips.items():
        result = deploy_stage.deploy(name, code)
        assert result.exit_code == 1
        assert words in result.output
    assert deploy_stage.deploy(name, a_zip("two", extra="x/_core.cpython-313-aarch64-linux-gnu.so")).exit_code == 0


def test_a_function_that_is_not_there_is_named(deploy_stage: DeployStage) -> None:
    result = deploy_stage.deploy("nobody", a_zip())
    assert result.exit_code == 1
    assert "There is no function nobody" in result.output


def test_every_command_explains_itself_with_an_example(deploy_stage: DeployStage) -> None:
    for command in ("deploy", "rollback", "snapshots", "status"):
        result = deploy_stage.run(command, "--help")
        assert result.exit_code == 0
        assert f"python -m infra {command}" in result.output.partition("Examples:")[2]
