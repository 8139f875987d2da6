"""The bot function: what it may do, which settings it gets, and that Slack reaches it."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from typing import Any

import pytest

from adapters.dynamo import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT, TIME_BUDGET
from bot.settings import BotSettings, read_settings
from devkit.aws import ROOT
from devkit.edge import read_template
from tests.infra.standing import transformed

TEMPLATE: dict[str, Any] = read_template()
BOT: dict[str, Any] = TEMPLATE["Resources"]["BotFunction"]["Properties"]
VARIABLES: dict[str, Any] = BOT["Environment"]["Variables"]


def test_lambda_alone_takes_the_bots_role() -> None:
    role = TEMPLATE["Resources"]["BotRole"]["Properties"]
    assert "ManagedPolicyArns" not in role
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_only_what_announces_scans_the_table() -> None:
    others = [path for folder in ("bot", "web") for path in (ROOT / folder).rglob("*.py")]
    callers = [path.name for path in others if re.search(r"takings\(|DynamoHistory", path.read_text())]
    assert len(others) > 50
    assert callers == []


def test_slack_reaches_the_url_which_both_permissions_open() -> None:
    assert BOT["FunctionUrlConfig"] == {"AuthType": "NONE"}
    resources = transformed()["Resources"]
    assert resources["BotFunctionUrl"]["Properties"] == {
        "TargetFunctionArn": {"Ref": "BotFunctionAliaslive"},
        "AuthType": "NONE",
    }
    permissions = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::Permission"]
    everybodys = [each for each in permissions if each["Principal"] == "*"]
    both = {"FunctionName": {"Ref": "BotFunctionAliaslive"}, "Principal": "*"}
    assert sorted(everybodys, key=lambda each: str(each["Action"])) == [
        {**both, "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
        {**both, "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
    ]


def test_the_bot_gets_every_setting_that_is_not_a_tests() -> None:
    every = {setting.name.upper() for setting in fields(BotSettings)}
    by_lambda_itself = {"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION"}
    assert every - VARIABLES.keys() - by_lambda_itself == {"SLACK_API_URL"}  # the real Slack's is the default
    assert VARIABLES.keys() <= every


@pytest.mark.parametrize("given", [{}, {"AdminUsers": "U0OLIVIA", "SlackTeamId": "T0", "CrewUsergroup": "S0CREW"}])
def test_the_parameters_make_settings_that_the_bot_starts_with(given: dict[str, str]) -> None:
    def made(name: str, value: dict[str, str]) -> str:
        parameter = TEMPLATE["Parameters"].get(value.get("Ref"), {})
        if "Default" in parameter:
            return str(given.get(value["Ref"], parameter["Default"]))
        return "https://trips.example.com" if name == "PUBLIC_BASE_URL" else f"{name} of thirty-two letters or more"

    settings = read_settings({name: made(name, value) for name, value in VARIABLES.items()})
    assert settings.admin_users == ((given["AdminUsers"],) if given else ())
    assert settings.slack_team_id == given.get("SlackTeamId")
    assert settings.crew_usergroup == given.get("CrewUsergroup")
    assert settings.admin_usergroup is None
    for setting in fields(BotSettings):  # an empty parameter means what the default means
        if not given and setting.default is not MISSING and setting.name != "slack_api_url":
            assert getattr(settings, setting.name) == setting.default


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("AdminUsers", ["", "*", "U0OLIVIA", "U0A,W0B , U0C", "*, U0A"], ["olivia", "U0A;U0B", "U0A,", ",U0A", "@U0A"]),
        ("CrewUsers", ["*", "U0DANA,U0MARCO"], ["", "everybody", "S0CREW"]),  # "" would mean everybody
        ("AdminUsergroup", ["", "S0ADMINS"], ["*", "U0A", "S0A,S0B"]),
        ("CrewUsergroup", ["", "S0CREW"], ["*", "crew"]),
        ("SlackTeamId", ["", "T0BOAT", "E0GRID"], ["boat", "T0 BOAT"]),
        ("SlackBotId", ["", "B0BOT"], ["U0BOT"]),
        ("SlackBotUserId", ["", "U0BOT", "W0BOT"], ["B0BOT"]),
        ("Release", ["", "0123456789", "f" * 64], ["v1", "012345678", "F" * 16]),
        ("Revision", ["", "0123456789", "f" * 64], ["v1", "012345678", "F" * 16]),
    ],
)
def test_a_parameter_takes_ids_and_not_names(parameter: str, good: list[str], bad: list[str]) -> None:
    pattern = TEMPLATE["Parameters"][parameter]["AllowedPattern"]
    assert [text for text in good if not re.fullmatch(pattern, text)] == []
    assert [text for text in bad if re.fullmatch(pattern, text)] == []


def test_the_bot_outlives_the_slowest_answer_that_it_gives_itself() -> None:
    # Two calls to Slack, and the ledger's calls: none starts after its patience, and the last may take two tries.
    (to_slack,) = re.findall(r"^LONGEST_CALL: Final = (\d+)", (ROOT / "bot" / "deadline.py").read_text(), re.MULTILINE)
    last_call = ATTEMPTS * (CONNECT_TIMEOUT + READ_TIMEOUT)
    assert 3 < 2 * int(to_slack) + TIME_BUDGET + last_call < BOT["Timeout"]
