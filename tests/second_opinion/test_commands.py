"""The operators' commands against moto, another model of AWS. Calls that it cannot answer are listed here."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from infra.deploying.deploy import MARK
from infra.deploying.functions import Functions
from infra.deploying.snapshots import Store
from infra.deploying.targets import read_target
from infra.deploying.unfinished import prune_versions
from terminal.console import Console
from tests.adopting.old_account import OldAccount, secrets_in
from tests.infra.stacks.building_site import BuildingSite
from tests.second_opinion.engines import WHOLE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.second_opinion.engines import Opinion

NOWHERE: Final = ("--url", "http://127.0.0.1:9", "--bot-url", "http://127.0.0.1:9")
OUTSIDE: Final = {
    *("Slack's token", "health", "Slack's signed request", "forged Slack request", "dispatch page"),
    "Slack's request of ten minutes ago",
}
"""Nothing answers at these addresses."""
WRONG_IN_MOTO: Final = {
    "whole-stack-bot": "moto's function URL has no alias, so $LATEST seems to serve",
    "whole-stack-web": "moto's function URL has no alias, so $LATEST seems to serve",
    "secret": "moto does not resolve a secret in a function's environment",
    "point-in-time recovery": "moto's CloudFormation ignores it",
    "reader of the stream: whole-stack-announce": "moto maps the stream to the version behind the alias",
    "reader of the stream: whole-stack-mail": "moto maps the stream to the version behind the alias",
}
NOT_IN_MOTO: Final = {"limit of the waiver page": "GetAccountSettings"}
"""Checks that need a call that moto does not have."""


@pytest.fixture(scope="module")
def site(second: Opinion, whole_in_moto: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> BuildingSite:
    """An engineer with a stack in moto."""
    assert whole_in_moto
    return BuildingSite(second.endpoint, tmp_path_factory.mktemp("moto"), WHOLE, account="moto")


def test_doctor_finds_moto_well_but_for_what_moto_does_otherwise(site: BuildingSite) -> None:
    result = site.run(
        "doctor", "--stack", WHOLE, *NOWHERE, "--json", environment={"SLACK_API_URL": "http://127.0.0.1:9/"}
    )
    checks: dict[str, dict[str, Any]] = {each["name"]: each for each in json.loads(result.stdout)["checks"]}
    by_result = {
        passed: {name for name, each in checks.items() if each["passed"] is passed} for passed in (True, False, None)
    }
    assert by_result[False] - OUTSIDE == WRONG_IN_MOTO.keys()
    assert by_result[None] - OUTSIDE == NOT_IN_MOTO.keys()
    assert checks["limit of the waiver page"]["detail"] == "AWS refused GetAccountSettings: 404."
    assert {
        *(
            "stack",
            "whole-stack-announce",
            "whole-stack-mail",
            "deploys",
            "table",
            "index",
            "stream",
            "alarms",
            "budget",
        ),
        *("dead letters (announce)", "dead letters (mail)", "subscribers of the alarms", "schedules"),
    } <= by_result[True]
    assert checks["budget"]["detail"] == "$0.00 of $10.00 this month, of the whole account"


def test_cost_and_status_read_the_same_stack(site: BuildingSite) -> None:
    result = site.run("cost", "--stack", WHOLE)
    assert result.exit_code == 0, result.output
    assert re.search(r"^Alarms +24 ", result.stdout, re.MULTILINE)
    assert "Not read" not in result.output
    result = site.run("status", "--stack", WHOLE)
    assert (result.exit_code, result.stdout.count("version 1")) == (0, 6), result.output


def test_survey_and_table_lead_an_old_account_in_moto_on_the_same_way(site: BuildingSite) -> None:
    trusted = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    role = site.client("iam").create_role(RoleName="old", AssumeRolePolicyDocument=json.dumps(trusted))["Role"]["Arn"]
    old = OldAccount(site, role=role).build()
    rows = old.system.rows()

    result = site.run("survey", "--stack", "of-tomorrow")

    assert (result.exit_code, secrets_in(result.output)) == (0, []), result.output
    unseen = {line.partition(". ")[2] for line in result.output.splitlines() if line.startswith("! Not seen: ")}
    assert unseen == {"AWS refused ListFunctionUrlConfigs: 404."}  # moto does not have this call
    for line in (
        f"  {old.function}: an older system's, or another product's",
        "    serves $LATEST alone: no alias",
        "  events: eid and crew_id, about 6 rows",
        "    index by_month: none; stream: off; point-in-time recovery: off; billing: fixed capacity",
        "    4 events are known by crew assignments alone",
        f"    everything else → {old.bucket}.s3.us-west-2.amazonaws.com",
        "    error pages, on every path: 403 → /index.html as 200; 404 → /index.html as 200",
        "  python -m infra table events --dry-run",
    ):
        assert line in result.output, result.output
    dry, done, again = (site.run("table", "events", *words) for words in (["--dry-run"], ["--yes"], []))
    assert "events lacks 6. Nothing was changed." in dry.stdout
    assert (done.exit_code, "6 of 6: time to live by forget_at" in done.stderr) == (0, True), done.output
    assert (again.exit_code, "Plan:" in again.stderr) == (0, False), again.output
    assert old.system.rows() == rows


def test_old_versions_are_pruned_and_those_that_serve_are_kept(site: BuildingSite, tmp_path: Path) -> None:
    client, name = site.client("lambda"), f"{WHOLE}-announce"
    for number in range(4):
        client.update_function_configuration(FunctionName=name, Timeout=20 + number)
        client.publish_version(FunctionName=name, Description=f"{MARK}{number}")
    functions = Functions(client, pause=0.001)

    prune_versions(functions, Store(tmp_path), read_target(functions, name, "live"), 2, Console())

    left = [each["Version"] for each in client.list_versions_by_function(FunctionName=name)["Versions"]]
    assert left == ["$LATEST", "1", "4", "5"]  # `live` is at the first


def test_a_refusal_of_moto_is_reported_as_one_of_aws(site: BuildingSite) -> None:
    result = site.run("doctor", "--stack", "nobodys")
    assert (result.exit_code, "There is no stack nobodys" in result.stderr) == (1, True)
