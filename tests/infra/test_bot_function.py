"""The bot function: what it may do, what it is told, and that Slack reaches it."""

from __future__ import annotations

import ast
import re
from dataclasses import MISSING, fields
from typing import Any, Final

import pytest

from adapters.dynamo import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT, TIME_BUDGET
from bot.settings import BotSettings, read_settings
from devkit.aws import ROOT, dynamodb_client
from devkit.edge import read_template
from tests.infra import events_table
from tests.infra.standing import transformed

TEMPLATE: dict[str, Any] = read_template()
BOT: dict[str, Any] = TEMPLATE["Resources"]["BotFunction"]["Properties"]
VARIABLES: dict[str, Any] = BOT["Environment"]["Variables"]

# The part of a transaction that reads: who checks people in does so while the event still expects them.
CHECK: Final = "dynamodb:ConditionCheckItem"
SCAN: Final = "dynamodb:Scan"

# Adapters that the announce function alone uses, with its own role.
ANNOUNCING: Final = {"books.py", "posted.py", "takings.py", "history.py"}

# The adapter of exports, which the web function alone uses.
EXPORTING: Final = {"month_rows.py"}


def granted(role: str) -> dict[str, tuple[Any, Any]]:
    (policy,) = TEMPLATE["Resources"][role]["Properties"]["Policies"]
    given = policy["PolicyDocument"]["Statement"]
    assert {each["Effect"] for each in given} == {"Allow"}
    limited = {
        each["Sid"]: each["Condition"] for each in given if each.keys() - {"Sid", "Effect", "Action", "Resource"}
    }
    # The web function searches the names of many rosters at once. It may read the whole table in any case.
    of_the_books = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["#books"]}}
    assert limited.pop("Books", None) == (of_the_books if role == "BotRole" else None)
    # A row is deleted only together with what takes its place.
    together = {"ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}}
    assert limited == ({"Renames": together} if role == "BotRole" else {})
    return {each["Sid"]: (each["Action"], each["Resource"]) for each in given}


def asked_of_the_events_table() -> set[str]:
    """DynamoDB's operations that the adapters over the events table call, directly or page by page."""
    known = dynamodb_client("http://127.0.0.1:9").meta.method_to_api_mapping  # which nobody calls
    names = set()
    for path in (ROOT / "adapters").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())) if path.name not in ANNOUNCING | EXPORTING else ():
            match node:
                case ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=name)]):
                    names.add(name)
                case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="_client") | ast.Name("client"), attr=name)):
                    names.add(name)
    return {f"dynamodb:{known[name]}" for name in names if name in known}


def test_the_bot_may_do_what_it_does_and_nothing_more() -> None:
    logs = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${AWS::StackName}-bot:*"
    table = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", CHECK]
    itself = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-bot:*"
    assert granted("BotRole") == {
        "Table": (table, events_table.ARN),
        "Renames": ("dynamodb:DeleteItem", events_table.ARN),
        "Books": ("dynamodb:BatchGetItem", events_table.ARN),
        "Index": ("dynamodb:Query", events_table.INDEX),
        "Release": ("lambda:GetFunctionConfiguration", {"Fn::Sub": itself}),
        "Logs": (["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::Sub": logs}),
    }
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


@pytest.mark.parametrize(("role", "parts"), [("BotRole", {CHECK}), ("WebRole", {SCAN})])
def test_what_may_be_asked_of_the_table_is_what_the_code_asks(role: str, parts: set[str]) -> None:
    asked = asked_of_the_events_table()
    assert "dynamodb:TransactWriteItems" in asked  # whose parts are asked for each by itself
    given = granted(role)
    allowed = {*given["Table"][0], *(given[name][0] for name in ("Books", "Batches", "Export") if name in given)}
    assert allowed == asked - {"dynamodb:TransactWriteItems"} | parts


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


def test_the_bot_is_told_every_setting_that_is_not_a_tests() -> None:
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
