"""The template's schedules: what comes by the clock, as whom, and where it goes when it fails."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.canary import CANARY
from adapters.meter import NAMESPACE
from announce.late import GROUPED
from announce.waiting import WINDOW
from charter.announcements import REMEMBERED
from charter.late import GIVEN_UP, LOOKED_BACK
from charter.patron_mails import APART, REMINDED_FROM
from tests.infra import events_table
from tests.infra.test_announcing import A_DAY, RESOURCES, TEMPLATE, properties


def statements(role: str) -> dict[str, tuple[Any, Any]]:
    """Action and resource by Sid; all of them allow."""
    (policy,) = properties(role)["Policies"]
    given = policy["PolicyDocument"]["Statement"]
    assert {each["Effect"] for each in given} == {"Allow"}
    return {each["Sid"]: (each["Action"], each["Resource"]) for each in given}


def test_the_scheduler_invokes_what_is_live_and_nothing_else() -> None:
    assert statements("SchedulerRole") == {
        "Digest": ("lambda:InvokeFunction", {"Ref": "AnnounceFunction.Alias"}),
        "StayAwake": ("lambda:InvokeFunction", [{"Ref": "BotFunction.Alias"}, {"Ref": "WebFunction.Alias"}]),
        "DeadLetters": ("sqs:SendMessage", {"Fn::GetAtt": ["AnnounceDeadLetters", "Arn"]}),
    }
    assert statements("MailSchedulerRole") == {
        "Late": ("lambda:InvokeFunction", {"Ref": "MailFunction.Alias"}),
        "DeadLetters": ("sqs:SendMessage", {"Fn::GetAtt": ["MailDeadLetters", "Arn"]}),
    }
    for role in ("SchedulerRole", "MailSchedulerRole"):
        (trusted,) = properties(role)["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"] == {"Service": "scheduler.amazonaws.com"}
        assert trusted["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_digest_comes_in_the_boats_morning_and_is_tried_again_while_slack_is_down() -> None:
    digest = properties("MorningDigest")
    assert digest["ScheduleExpression"] == "cron(30 6-9 * * ? *)"
    assert digest["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
    assert json.loads(digest["Target"]["Input"]) == {"digest": "morning"}
    assert digest["Target"]["Arn"] == {"Ref": "AnnounceFunction.Alias"}
    assert digest["Target"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["AnnounceDeadLetters", "Arn"]}}
    invoked = properties("AnnounceFunction")["EventInvokeConfig"]
    assert invoked["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["AnnounceDeadLetters", "Arn"]}


@pytest.mark.parametrize(
    ("schedule", "way", "role"),
    [("LateAnnouncements", "Announce", "SchedulerRole"), ("MailLateAnnouncements", "Mail", "MailSchedulerRole")],
)
def test_what_was_never_announced_is_looked_for_several_times_a_day(schedule: str, way: str, role: str) -> None:
    late = properties(schedule)
    assert late["ScheduleExpression"] == "rate(3 hours)"
    assert json.loads(late["Target"]["Input"]) == {"sweep": "late"}
    assert late["Target"]["Arn"] == {"Ref": f"{way}Function.Alias"}
    assert late["Target"]["RoleArn"] == {"Fn::GetAtt": [role, "Arn"]}
    assert late["Target"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [f"{way}DeadLetters", "Arn"]}}
    invoked = properties(f"{way}Function")["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert invoked["Destination"] == {"Fn::GetAtt": [f"{way}DeadLetters", "Arn"]}


def test_signatures_that_wait_for_a_shared_mail_get_it_in_good_time() -> None:
    waiting = properties("MailWaiting")
    assert waiting["ScheduleExpression"] == "rate(5 minutes)"
    assert timedelta(minutes=5) <= WINDOW <= timedelta(minutes=15)
    assert json.loads(waiting["Target"]["Input"]) == {"sweep": "waiting"}
    assert waiting["Target"]["Arn"] == {"Ref": "MailFunction.Alias"}


def test_patrons_are_reminded_by_day_and_often_enough_for_both_reminders() -> None:
    reminders = properties("MailReminders")
    assert reminders["ScheduleExpression"] == "cron(10 9-19 * * ? *)"
    assert reminders["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
    assert json.loads(reminders["Target"]["Input"]) == {"remind": "patrons"}
    assert reminders["Target"]["Arn"] == {"Ref": "MailFunction.Alias"}
    night = timedelta(hours=14)  # from the last run of a day to the first of the next
    first, second = REMINDED_FROM
    assert first - second >= APART + night
    assert second > night, "a trip at dawn is reminded of the day before"


def test_a_sweep_leaves_to_the_stream_what_the_stream_still_tries() -> None:
    tried = properties("AnnounceMapping")["MaximumRecordAgeInSeconds"]
    assert timedelta(seconds=tried) < GIVEN_UP < GROUPED <= timedelta(seconds=A_DAY)
    assert LOOKED_BACK < REMEMBERED, "what is forgotten would be announced again"


def test_the_canary_is_off_by_default_and_has_a_run_an_hour_a_row_and_an_alarm_where_it_is_on() -> None:
    assert TEMPLATE["Parameters"]["Canary"]["Default"] == "false"
    assert TEMPLATE["Conditions"]["HasCanary"] == {"Fn::Equals": [{"Ref": "Canary"}, "true"]}
    for name in ("CanaryPayments", "CanaryPolicy", "CanaryAlarm"):
        assert RESOURCES[name]["Condition"] == "HasCanary"
    run = properties("CanaryPayments")
    assert (run["ScheduleExpression"], run["FlexibleTimeWindow"]) == ("cron(20 * * * ? *)", {"Mode": "OFF"})
    assert json.loads(run["Target"]["Input"]) == {"canary": True}
    assert run["Target"]["Arn"] == {"Ref": "AnnounceFunction.Alias"}
    assert run["Target"]["RoleArn"] == {"Fn::GetAtt": ["SchedulerRole", "Arn"]}
    assert "DeadLetterConfig" not in run["Target"], "the next run says the same"
    policy = properties("CanaryPolicy")
    (given,) = policy["PolicyDocument"]["Statement"]
    assert policy["Roles"] == [{"Ref": "AnnounceRole"}]
    one_row = [f"dynamodb:{each}Item" for each in ("Get", "Put", "Update")]
    assert (given["Action"], given["Resource"]) == (one_row, events_table.ARN)
    assert given["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [CANARY]}}
    alarm = properties("CanaryAlarm")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (NAMESPACE, "CanaryPayment", "Sum")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (3600, 2), "one run that fails alarms nobody"
    assert alarm["TreatMissingData"] == "breaching"


def test_no_reader_of_the_stream_is_woken_by_the_canary() -> None:
    for mapping in ("AnnounceMapping", "MailMapping"):
        for each in properties(mapping)["FilterCriteria"]["Filters"]:
            for row in json.loads(each["Pattern"])["dynamodb"]["Keys"]["crew_id"]["S"]:
                assert not (row == CANARY if isinstance(row, str) else CANARY.startswith(row["prefix"]))
