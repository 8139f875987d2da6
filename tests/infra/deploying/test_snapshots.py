"""`infra snapshots` and `infra status`: what was kept, what serves, and what waits for somebody."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from infra.deploying.journal import UNFINISHED, DeployJournal
from infra.main import main
from tests.infra.deploying.handlers import a_zip
from tests.infra.deploying.stage import BEFORE, SECRETS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_without_a_snapshot_it_says_so(deploy_stage: DeployStage) -> None:
    result = deploy_stage.run("snapshots")
    assert result.exit_code == 0
    assert "There are no snapshots" in result.output


def test_snapshots_are_listed_newest_first_and_old_ones_are_forgotten(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    for mark in ("two", "three", "four"):
        assert deploy_stage.deploy(name, a_zip(mark)).exit_code == 0
    listed = [line for line in deploy_stage.run("snapshots").output.splitlines() if name in line]
    assert [line.partition("(")[2][0] for line in listed] == ["3", "2", "1"], "the version before each deploy"
    assert all("yes" in line and "done" in line for line in listed)
    result = deploy_stage.run("snapshots", "--prune", "1")
    assert "was deleted" in result.output
    assert len([line for line in result.output.splitlines() if name in line]) == 1
    assert deploy_stage.run("rollback", "--function", name, "--yes").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "three"
    assert "rolled back" in deploy_stage.run("snapshots").output


def test_a_folder_that_others_could_read_is_closed_to_them(deploy_stage: DeployStage) -> None:
    folder = deploy_stage.folder / "snapshots"
    folder.mkdir(mode=0o755)
    assert deploy_stage.deploy(deploy_stage.a_function(), a_zip("two")).exit_code == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_is_reported_before_anything_changes(deploy_stage: DeployStage) -> None:
    (deploy_stage.folder / "snapshots").symlink_to(deploy_stage.folder / "gone" / "away")
    result = deploy_stage.deploy(deploy_stage.a_function(), a_zip("two"))
    assert result.exit_code == 1
    assert "Snapshots cannot be saved in" in result.output
    assert deploy_stage.cloud.writes == []


def test_a_journal_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    journal = DeployJournal(tmp_path / "journal.jsonl")
    journal.write("begun", functions={"crew": "arn"}, alias="live")
    journal.write("will", step="update the code", function="crew")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"at": "2026-01-01T00:00:00Z", "wha')
    assert journal.outcome == UNFINISHED
    assert journal.last_step == "update the code of crew"
    journal.write("undone", kept=[])
    assert journal.outcome == "undone"
    assert stat.S_IMODE((tmp_path / "journal.jsonl").stat().st_mode) == 0o600


def test_status_shows_what_serves_and_no_value_of_a_variable(deploy_stage: DeployStage, tmp_path: Path) -> None:
    name = deploy_stage.a_function()
    assert deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=canary-new").exit_code == 0
    by_hand = {**deploy_stage.variables(name), "SLACK_BOT_TOKEN": "xoxb-canary-by-hand", "LATER": "canary-later"}
    deploy_stage.client.update_function_configuration(FunctionName=name, Environment={"Variables": by_hand})
    lines = {**BEFORE, "EVENTS_TABLE": "canary-mine", "MINE": "canary-mine-alone"}
    (tmp_path / "local.env").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))

    result = deploy_stage.run("status", "--function", name, "--env-file", str(tmp_path / "local.env"))
    assert result.exit_code == 0, result.output
    assert f"{name}  version 2  version 2" in result.output
    assert f"{name}, other values in $LATEST: SLACK_BOT_TOKEN" in result.output
    assert f"{name}, only in $LATEST: LATER" in result.output
    assert f"{name}, other values than yours: EVENTS_TABLE" in result.output
    assert f"{name}, not among yours: NEW" in result.output
    assert f"{name}, only yours: MINE" in result.output
    assert "Last deploy from here:" in result.output
    assert "Last smoke test: none from here" in result.output
    assert not [value for value in (*SECRETS.values(), "canary") if value in result.output]
    assert deploy_stage.cloud.writes[4:] == [], "it only looks"


def test_status_shows_the_last_smoke_test(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    assert deploy_stage.deploy(name, a_zip("two"), "--bot-url", "http://127.0.0.1:1/").exit_code == 1
    result = deploy_stage.run("status", "--function", name)
    assert result.exit_code == 0
    assert "failed: The public address fails" in result.output
    assert "undone" in result.output


def test_without_a_region_it_says_what_is_lacking(deploy_stage: DeployStage) -> None:
    nothing = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"))
    elsewhere = {"AWS_CONFIG_FILE": str(deploy_stage.folder / "none"), "AWS_EC2_METADATA_DISABLED": "true"}
    command = ["status", "--function", "crew", "--snapshots", str(deploy_stage.folder / "snapshots")]
    result = CliRunner().invoke(main, command, env={**nothing, **elsewhere})
    assert result.exit_code == 1
    assert "is incomplete (NoRegionError)" in result.output


def test_status_of_a_function_without_an_alias_says_that_latest_serves(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function(alias=False)
    result = deploy_stage.run("status", "--function", name)
    assert result.exit_code == 0
    assert "$LATEST" in result.output
    assert not (deploy_stage.folder / "snapshots").exists()
