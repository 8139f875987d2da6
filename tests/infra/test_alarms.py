"""Alarms, the people that they reach, and the dashboard."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from adapters.meter import NAMESPACE
from devkit.aws import ROOT
from devkit.edge import read_template
from devkit.functions import to_event
from devkit.slack import people
from devkit.slack.wire import signed_headers
from infra.costs.prices import PRICES
from tests.infra import events_table
from tests.infra.standing import FUNCTIONS

if TYPE_CHECKING:
    from tests.conftest import World

RESOURCES: dict[str, Any] = read_template()["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}

# As Lambda's Python writes what a function logs, unless it is set to write JSON.
LAMBDAS_OWN = "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\ta-request\t%(message)s"


def of_live(function: str) -> list[dict[str, Any]]:
    """The dimensions of what Lambda measures of the version that is live."""
    return [
        {"Name": "FunctionName", "Value": {"Ref": f"{function}Function"}},
        {"Name": "Resource", "Value": {"Fn::Sub": f"${{{function}Function}}:live"}},
    ]


def watched(alarm: str) -> tuple[Any, Any, Any, float]:
    given = ALARMS[alarm]
    assert given["ComparisonOperator"] == "GreaterThanThreshold"
    return given["Namespace"], given["MetricName"], given.get("Dimensions"), given["Threshold"]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("trouble", ["Errors", "Throttles"])
def test_the_first_error_or_throttled_request_of_what_is_live_raises_an_alarm(function: str, trouble: str) -> None:
    assert watched(f"{function}{trouble}Alarm") == ("AWS/Lambda", trouble, of_live(function), 0)
    assert ALARMS[f"{function}{trouble}Alarm"]["Statistic"] == "Sum"


@pytest.mark.parametrize(("function", "limit"), [("Bot", 3000), ("Web", 3001)])
def test_slow_answers_raise_an_alarm_before_slack_gives_up(function: str, limit: int) -> None:
    namespace, metric, dimensions, milliseconds = watched(f"{function}SlowAlarm")
    assert (namespace, metric, dimensions) == ("AWS/Lambda", "Duration", of_live(function))
    assert 2000 < milliseconds < limit
    alarm = ALARMS[f"{function}SlowAlarm"]
    assert alarm["ExtendedStatistic"] == "p99"
    # With `ignore`, CloudWatch would wait for a thousand clicks within five minutes.
    assert "EvaluateLowSampleCountPercentile" not in alarm


@pytest.mark.parametrize("function", ["Bot", "Web"])
def test_what_was_answered_politely_and_logged_as_an_error_raises_an_alarm(function: str) -> None:
    counted = RESOURCES[f"{function}Troubles"]["Properties"]
    assert counted["LogGroupName"] == {"Ref": f"{function}Logs"}
    (metric,) = counted["MetricTransformations"]
    assert watched(f"{function}TroublesAlarm") == (metric["MetricNamespace"], metric["MetricName"], None, 0)
    # A stack's own: two of them in one account do not wake for each other.
    assert metric["MetricNamespace"] == {"Fn::Sub": f"{NAMESPACE}/${{AWS::StackName}}"}


def test_the_filter_finds_what_nobody_expected(world: World, caplog: pytest.LogCaptureFixture) -> None:
    pattern = RESOURCES["BotTroubles"]["Properties"]["FilterPattern"]
    assert pattern == RESOURCES["WebTroubles"]["Properties"]["FilterPattern"]
    world.table_faults.fail_next("Query", error="AccessDeniedException")  # nobody expects it, once all is set up
    dana = world.slack.as_("U0DANA")
    dana.command("/payment-status", "2026-05-23-captain-cory")
    lines = [logging.Formatter(LAMBDAS_OWN).format(record) for record in caplog.records]
    assert [json.loads(pattern) in line for line in lines] == [True]
    assert "wrong on our side" in dana.sees()[-1].text  # and was answered


def test_a_wrong_signing_secret_raises_an_alarm_and_strangers_do_not(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    counted = RESOURCES["RefusedSignatures"]["Properties"]
    (metric,) = counted["MetricTransformations"]
    assert counted["LogGroupName"] == {"Ref": "BotLogs"}
    assert watched("SigningSecretAlarm") == (metric["MetricNamespace"], metric["MetricName"], None, 0)
    pattern, now = json.loads(counted["FilterPattern"]), int(time.time())

    def refused(workspace: str = people.TEAM_ID, *, age: int = 0) -> int:
        sent = f"command=/log-payment&team_id={workspace}&user_id=U0DANA".encode()
        headers = signed_headers(sent, secret="f" * 32, timestamp=now - age)
        event = to_event("POST", "/slack/events", "", headers, sent)
        return int(world.lambda_function.lambda_handler(event, None)["statusCode"])

    assert [refused(""), refused("T0ANOTHER"), refused(age=4000)] == [401] * 3
    assert pattern not in caplog.text
    assert refused() == 401
    assert caplog.text.count(pattern) == 1


def test_an_outage_of_the_table_raises_an_alarm() -> None:
    def of_table(operation: str = "") -> list[dict[str, Any]]:
        by_operation = [{"Name": "Operation", "Value": operation}] if operation else []
        return [{"Name": "TableName", "Value": events_table.NAME}, *by_operation]

    alarms = {name: watched(name)[:3] for name in ("WritesFailAlarm", "ReadsFailAlarm")}
    assert alarms == {
        "WritesFailAlarm": ("AWS/DynamoDB", "SystemErrors", of_table("UpdateItem")),
        "ReadsFailAlarm": ("AWS/DynamoDB", "SystemErrors", of_table("GetItem")),
    }
    for what in ("Write", "Read"):
        assert watched(f"{what}sThrottledAlarm")[:3] == ("AWS/DynamoDB", f"{what}ThrottleEvents", of_table())


def test_what_is_of_the_mail_is_there_only_where_mails_are_sent() -> None:
    for name, each in RESOURCES.items():
        if each["Type"] == "AWS::CloudWatch::Alarm" and "MailFunction" in json.dumps(each):
            assert each["Condition"] in {"SendsMail", "WatchesAllMail"}, name


def test_the_essential_alarms_and_the_secrets_leave_an_idle_month_below_a_dollar() -> None:
    always = {name for name in ALARMS if "Condition" not in RESOURCES[name]}
    assert {name for name in ALARMS if RESOURCES[name].get("Condition") == "WatchesAll"} == {
        *("WebSlowAlarm", "WebThrottlesAlarm", "AnnounceErrorsAlarm", "AnnounceThrottlesAlarm"),
        *("ReadsFailAlarm", "WritesThrottledAlarm", "ReadsThrottledAlarm"),
    }
    assert len(always) <= 11  # ten of an account are free; two secrets are 0.80
    assert "KmsMasterKeyId" not in RESOURCES["Alarms"]["Properties"], "a key of ours is a dollar a month"
    assert not [name for name, each in RESOURCES.items() if each["Type"] == "AWS::KMS::Key"]


def test_a_budget_mails_the_address_of_the_alarms_where_both_are_given() -> None:
    assert RESOURCES["Budget"]["Condition"] == "HasBudget"
    notifications = RESOURCES["Budget"]["Properties"]["NotificationsWithSubscribers"]
    assert {each["Notification"]["NotificationType"] for each in notifications} == {"ACTUAL", "FORECASTED"}
    (address,) = {json.dumps(subscriber["Address"]) for each in notifications for subscriber in each["Subscribers"]}
    assert json.loads(address) == {"Ref": "AlarmEmail"}
    assert RESOURCES["Budget"]["Properties"]["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlyBudget"}


def test_each_alarm_names_the_section_of_the_runbook_that_says_what_to_do() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    sections = set(re.findall(r"^## (.*)$", runbook, re.MULTILINE))
    for name, alarm in ALARMS.items():
        (section,) = re.findall(r"Runbook, “(.*)”[.]$", alarm["AlarmDescription"])
        assert section in sections, name


def test_alarms_of_this_account_speak_on_the_topic_and_nobody_else() -> None:
    policy = RESOURCES["AlarmsPolicy"]["Properties"]
    assert policy["Topics"] == [{"Ref": "Alarms"}]
    allowed, denied = policy["PolicyDocument"]["Statement"]
    assert (allowed["Effect"], allowed["Action"], allowed["Resource"]) == ("Allow", "sns:Publish", {"Ref": "Alarms"})
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    alarms = {"Fn::Sub": "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"}
    assert allowed["Condition"] == {"ArnLike": {"aws:SourceArn": alarms}, **ACCOUNT}
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


# The dashboard


def widgets() -> list[dict[str, Any]]:
    """The dashboard's, with each `${Name}` left as it is: none of them spoils the JSON."""
    text, others = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for name in others.keys() - {"Table"}:
        text = text.replace(f"${{{name}}}", "")
    found: list[dict[str, Any]] = json.loads(text)["widgets"]
    return found


def alarms_of_some() -> dict[str, str]:
    """The dashboard's further alarms, as JSON, by the condition of the stacks that have them."""
    _, others = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return {
        condition: text["Fn::Sub"]
        for condition, text, _ in (each["Fn::If"] for name, each in others.items() if name != "Table")
    }


def test_the_dashboard_answers_four_questions_and_stays_free() -> None:
    questions = [each["properties"]["markdown"] for each in widgets() if each["type"] == "text"]
    assert [text.partition("?")[0] for text in questions] == [
        *("## Do payments get through", "## How fast", "## Does Slack hear of them", "## What costs what"),
    ]
    metrics = [metric for each in widgets() for metric in each["properties"].get("metrics", [])]
    assert len(metrics) <= 50, "the first three dashboards are free with at most 50 metrics each"


def test_what_the_dashboard_counts_in_dollars_has_the_prices_of_the_cost_command() -> None:
    (costs,) = [each["properties"] for each in widgets() if "Dollars" in each["properties"].get("title", "")]
    formulas = " ".join(each[0]["expression"] for each in costs["metrics"] if isinstance(each[0], dict))
    for price in ("lambda_gb_s", "lambda_request", "write_unit", "read_unit"):
        assert f"{PRICES[price].dollars:.10f}".rstrip("0") in formulas


def test_no_widget_covers_another_and_none_stands_beside_the_page() -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets():
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, widget["properties"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_dashboard_shows_every_alarm_that_there_always_is() -> None:
    (shown,) = [each["properties"]["alarms"] for each in widgets() if each["type"] == "alarm"]
    always = {name for name in ALARMS if "Condition" not in RESOURCES[name]}
    assert set(shown) == {f"${{{name}.Arn}}" for name in always}
    for condition, text in alarms_of_some().items():
        more = json.loads(f'["first"{text}]')[1:]
        assert more, condition
        for each in more:
            assert RESOURCES[each.removeprefix("${").removesuffix(".Arn}")]["Condition"] == condition


def test_the_dashboard_names_what_is_there() -> None:
    text, given = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert given["Table"] == events_table.NAME
    named = set(re.findall(r"\$\{(\w+)", text.replace("${AWS::", "{"))) - given.keys()
    assert named <= RESOURCES.keys()
    conditional = {name for name in named if "Condition" in RESOURCES[name]}
    assert conditional == set()  # without mails there would be no page at all


def test_the_dashboard_shows_what_the_functions_count_by_the_dimensions_that_they_count_by() -> None:
    text = json.dumps([each["properties"] for each in widgets()])
    source = (ROOT / "announce" / "posting.py").read_text()
    (counted,) = re.findall(r'count\("EntryLogged", (.*)\)', source)
    dimensions = sorted([*re.findall(r"(\w+)=", counted), "service", "stack"])
    for wanted in re.findall(r"SEARCH\('\{([^}]*)\} MetricName=\\+\"EntryLogged", text):
        assert wanted.split(",") == [NAMESPACE, *dimensions]
    for metric in ("AnnounceLag", "PatronSigned"):
        assert f'"{metric}"' in source
        assert f'["{NAMESPACE}", "{metric}", "service", "announce", "stack", "${{AWS::StackName}}"' in text
    for metric in ("Duration", "IteratorAge", "Errors", "Throttles", "Invocations", "WriteThrottleEvents"):
        assert f'"{metric}"' in text
