"""`infra snapshots` and `infra status`: what was kept, what serves, and what waits for somebody."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from infra.deploying.journal import UNFINISHED, Journal
from infra.main import main
from tests.infra.deploying.handlers import a_zip
from tests.infra.deploying.quay import BEFORE, SECRETS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.deploying.quay import Quay

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_without_a_snapshot_it_says_so(quay: Quay) -> None:
    result = quay.run("snapshots")
    assert result.exit_code == 0
    assert "There are no snapshots" in result.output


def test_snapshots_are_listed_newest_first_and_old_ones_are_forgotten(quay: Quay) -> None:
    name = quay.a_function()
    for mark in ("two", "three", "four"):
        assert quay.deploy(name, a_zip(mark)).exit_code == 0
    listed = [line for line in quay.run("snapshots").output.splitlines() if name in line]
    assert [line.partition("(")[2][0] for line in listed] == ["3", "2", "1"], "the version before each deploy"
    assert all("yes" in line and "done" in line for line in listed)
    result = quay.run("snapshots", "--prune", "1")
    assert "was deleted" in result.output
    assert len([line for line in result.output.splitlines() if name in line]) == 1
    assert quay.run("rollback", "--function", name, "--yes").exit_code == 0
    assert quay.asked(name)["mark"] == "three"
    assert "rolled back" in quay.run("snapshots").output


def test_a_folder_that_others_could_read_is_closed_to_them(quay: Quay) -> None:
    folder = quay.folder / "snapshots"
    folder.mkdir(mode=0o755)
    assert quay.deploy(quay.a_function(), a_zip("two")).exit_code == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_is_told_before_anything_changes(quay: Quay) -> None:
    (quay.folder / "snapshots").symlink_to(quay.folder / "gone" / "away")
    result = quay.deploy(quay.a_function(), a_zip("two"))
    assert result.exit_code == 1
    assert "Snapshots cannot be saved in" in result.output
    assert quay.cloud.writes == []


def test_a_journal_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write("begun", functions={"crew": "arn"}, alias="live")
    journal.write("will", step="update the code", function="crew")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"at": "2026-01-01T00:00:00Z", "wha')
    assert journal.outcome == UNFINISHED
    assert journal.last_step == "update the code of crew"
    journal.write("undone", kept=[])
    assert journal.outcome == "undone"
    assert stat.S_IMODE((tmp_path / "journal.jsonl").stat().st_mode) == 0o600


def test_status_tells_what_serves_and_names_alone(quay: Quay, tmp_path: Path) -> None:
    name = quay.a_function()
    assert quay.deploy(name, a_zip("two"), "--set", "NEW=canary-new").exit_code == 0
    by_hand = {**quay.variables(name), "SLACK_BOT_TOKEN": "xoxb-canary-by-hand", "LATER": "canary-later"}
    quay.client.update_function_configuration(FunctionName=name, Environment={"Variables": by_hand})
    lines = {**BEFORE, "EVENTS_TABLE": "canary-mine", "MINE": "canary-mine-alone"}
    (tmp_path / "local.env").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))

    result = quay.run("status", "--function", name, "--env-file", str(tmp_path / "local.env"))
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
    assert quay.cloud.writes[4:] == [], "it only looks"


def test_status_tells_of_the_last_smoke_test(quay: Quay) -> None:
    name = quay.a_function()
    assert quay.deploy(name, a_zip("two"), "--bot-url", "http://127.0.0.1:1/").exit_code == 1
    result = quay.run("status", "--function", name)
    assert result.exit_code == 0
    assert "failed: The public address fails" in result.output
    assert "undone" in result.output


def test_without_a_region_it_says_what_is_lacking(quay: Quay) -> None:
    nothing = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"))
    elsewhere = {"AWS_CONFIG_FILE": str(quay.folder / "none"), "AWS_EC2_METADATA_DISABLED": "true"}
    command = ["status", "--function", "crew", "--snapshots", str(quay.folder / "snapshots")]
    result = CliRunner().invoke(main, command, env={**nothing, **elsewhere})
    assert result.exit_code == 1
    assert "is incomplete (NoRegionError)" in result.output


def test_status_of_a_function_without_an_alias_says_that_latest_serves(quay: Quay) -> None:
    name = quay.a_function(alias=False)
    result = quay.run("status", "--function", name)
    assert result.exit_code == 0
    assert "$LATEST" in result.output
    assert not (quay.folder / "snapshots").exists()
