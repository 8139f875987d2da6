"""The template's way from the table's stream to Slack and the mail: bounded, apart from each other, least privilege."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from adapters.cash import HAND_OVER_ROW
from adapters.meter import NAMESPACE, EmbeddedMetrics
from adapters.moved import MOVING_ROW
from adapters.rows import CHANGE_ROW
from adapters.s3 import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT
from adapters.slack_posts import PACE
from announce.run import FILING_RESERVE, RESERVE
from announce.settings import read_settings
from charter.credits import DECISIONS
from charter.editing import FIELDS
from charter.reminders import REMINDED
from charter.trip_news import STARTS_AT, STATUS
from charter.void_requests import VOID_REQUESTED
from devkit.aws import ROOT, create_announcements_table
from devkit.edge import read_template
from tests.infra import events_table

if TYPE_CHECKING:
    from tests.conftest import Engine

TEMPLATE: dict[str, Any] = read_template()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
WAYS = {"slack": "Announce", "mail": "Mail"}
A_DAY = 24 * 3600  # how long the stream has a record


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def test_the_mail_function_mails_as_one_sender() -> None:
    of_ses = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:"
    (policy,) = properties("MailRole")["Policies"]
    (mail,) = [each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "Mail"]
    assert mail["Resource"] == [{"Fn::Sub": f"{of_ses}identity/*"}, {"Fn::Sub": f"{of_ses}configuration-set/*"}]
    assert mail["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "NotifyEmailFrom"}}}


@pytest.mark.parametrize("role", ["AnnounceRole", "MailRole"])
def test_lambda_alone_takes_the_roles(role: str) -> None:
    assert properties(role)["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]
    assert "ManagedPolicyArns" not in properties(role)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_has_a_function_a_reader_and_dead_letters_of_its_own(way: str) -> None:
    function, mapping = properties(f"{WAYS[way]}Function"), properties(f"{WAYS[way]}Mapping")
    # The stream serves two readers, so the books are kept by the function that is always there.
    work = f"books,{way}" if way == "slack" else way
    assert function["Environment"]["Variables"]["ANNOUNCE_BY"] == work
    assert function["Role"] == {"Fn::GetAtt": [f"{WAYS[way]}Role", "Arn"]}
    assert "Policies" not in function  # with which the transform would make another role
    assert function["Environment"]["Variables"]["DEAD_LETTER_QUEUE_URL"] == {"Ref": f"{WAYS[way]}DeadLetters"}
    assert mapping["FunctionName"] == {"Ref": f"{WAYS[way]}Function.Alias"}
    assert mapping["EventSourceArn"] == events_table.STREAM
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": [f"{WAYS[way]}DeadLetters", "Arn"]
    }


def test_the_stream_has_no_more_readers_than_it_serves() -> None:
    mappings = [each for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    assert len(mappings) == 2


@pytest.mark.parametrize("way", WAYS)
def test_a_batch_is_halved_partly_answered_and_bounded(way: str) -> None:
    mapping = properties(f"{WAYS[way]}Mapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["StartingPosition"] == "TRIM_HORIZON"  # LATEST would miss what is written meanwhile
    assert mapping["ParallelizationFactor"] == 1  # what comes of one event comes in order
    # A bound, and hours left of the stream's own to save what it cuts off.
    assert A_DAY / 2 < mapping["MaximumRecordAgeInSeconds"] < A_DAY - 3600
    assert 0 < mapping["MaximumRetryAttempts"] <= 10_000


def test_a_batch_for_one_channel_is_posted_in_time() -> None:
    assert properties("AnnounceMapping")["BatchSize"] * PACE + RESERVE < properties("AnnounceFunction")["Timeout"]


@pytest.mark.parametrize("way", WAYS)
def test_only_what_can_mean_something_wakes_the_function(way: str) -> None:
    given, *more = (
        json.loads(each["Pattern"]) for each in properties(f"{WAYS[way]}Mapping")["FilterCriteria"]["Filters"]
    )
    boarding = ["#boarding", MOVING_ROW] if way == "slack" else []  # of which nobody is mailed
    cash = [{"prefix": HAND_OVER_ROW}] if way == "slack" else []  # the same
    assert given == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"Keys": {"crew_id": {"S": ["#event", *boarding, {"prefix": "#signature:"}, *cash]}}},
    }
    what = [VOID_REQUESTED, REMINDED, *FIELDS, *sorted(DECISIONS)]
    request = {"Keys": {"crew_id": {"S": [{"prefix": CHANGE_ROW}]}}, "NewImage": {"what": {"S": what}}}
    kept = {"Keys": {"crew_id": {"S": ["#event", {"prefix": HAND_OVER_ROW}]}}}
    gone = {"eventName": ["REMOVE"], "dynamodb": kept}  # leaves the books
    news = {**request, "NewImage": {"what": {"S": [STARTS_AT, STATUS]}}}  # mailed to patrons
    edits = {"eventName": ["INSERT"], "dynamodb": request if way == "slack" else news}
    assert more == ([edits, gone] if way == "slack" else [edits])


def test_the_function_of_slack_alone_files_cast_offs_and_begins_one_only_with_time_for_it() -> None:
    variables = {way: properties(f"{name}Function")["Environment"]["Variables"] for way, name in WAYS.items()}
    assert variables["slack"]["WAIVERS_BUCKET"] == {"Ref": "WaiversBucket"}
    assert "WAIVERS_BUCKET" not in variables["mail"]
    # Two objects, each written and perhaps read, each call tried twice by the SDK, and a post.
    slow_s3 = 4 * ATTEMPTS * (CONNECT_TIMEOUT + READ_TIMEOUT)
    assert slow_s3 + RESERVE < FILING_RESERVE < properties("AnnounceFunction")["Timeout"] - RESERVE


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("gmail", ["true", "false"])
@pytest.mark.parametrize("patrons", ["", "receipts, reminders"], ids=["office", "patrons too"])
def test_the_functions_get_every_variable_that_they_require(way: str, gmail: str, patrons: str) -> None:
    variables = properties(f"{WAYS[way]}Function")["Environment"]["Variables"]
    given = {"UseGmail": gmail, "NotifyEmailTo": "office@example.com", "NotifyEmailFrom": "crew@example.com"}
    given["MailPatrons"] = patrons
    settings = read_settings({name: _made(value, given) for name, value in variables.items()})
    assert settings.announce_by == (("books", "slack") if way == "slack" else ("mail",))
    assert (settings.currency, settings.card_names) == ("USD", "unsigned")
    assert bool(settings.notify_email_to) == (way == "mail")
    assert bool(settings.gmail_refresh_token) == (way == "mail" and gmail == "true")
    assert bool(settings.mail_patrons) == bool(settings.admin_token_secret) == bool(way == "mail" and patrons)


def _made(value: Any, given: dict[str, str]) -> str:
    """Return the value of a variable, and a plausible one where only AWS knows it."""
    match value:
        case str():
            return value
        case {"Ref": str(name)} if name.endswith("DeadLetters"):
            return f"https://sqs.us-west-2.amazonaws.com/000000000000/{name}"
        case {"Ref": name} | {"Fn::If": ["NamesTable", _, {"Ref": name}]}:
            return str(given.get(name) or TEMPLATE["Parameters"].get(name, {}).get("Default", name))
        case {"Fn::Sub": "https://${PublicHost}"}:
            return "https://trips.example.com"
        case {"Fn::Sub": text}:
            assert text.startswith("{{resolve:secretsmanager:")
            return "resolved" * 8
        case {"Fn::If": [condition, then, {"Ref": "AWS::NoValue"}]}:
            holds = {"UsesGmail": given["UseGmail"] == "true", "MailsPatrons": bool(given["MailPatrons"])}[condition]
            return _made(then, given) if holds else ""
    raise AssertionError(value)


def test_without_an_address_nothing_of_the_mail_is_made() -> None:
    of_mail = [name for name in RESOURCES if name.startswith("Mail")]
    assert len(of_mail) == 13
    more = dict.fromkeys(("MailErrorsAlarm", "MailThrottlesAlarm"), "WatchesAllMail")
    conditions = {**dict.fromkeys(of_mail, "SendsMail"), "MailReminders": "MailsPatrons", **more}
    assert {name: RESOURCES[name].get("Condition") for name in of_mail} == conditions
    assert RESOURCES["GmailAlarm"]["Condition"] == "UsesGmail"


def test_the_announcements_table_is_the_one_that_the_tests_run_on(dynamodb: Engine) -> None:
    create_announcements_table(dynamodb.client, "announcements-as-made-here")
    made: Any = dynamodb.client.describe_table(TableName="announcements-as-made-here")["Table"]
    kept: Any = dynamodb.client.describe_time_to_live(TableName="announcements-as-made-here")
    dynamodb.client.delete_table(TableName="announcements-as-made-here")
    table = properties("AnnouncementsTable")
    for name in ("AttributeDefinitions", "KeySchema"):
        assert made[name] == table[name]
    assert made["BillingModeSummary"]["BillingMode"] == table["BillingMode"]
    assert table["TimeToLiveSpecification"]["Enabled"] is True
    assert kept["TimeToLiveDescription"]["AttributeName"] == table["TimeToLiveSpecification"]["AttributeName"]


@pytest.mark.parametrize("way", WAYS.values())
def test_dead_letters_are_kept_long_encrypted_and_alarmed_by_their_age(way: str) -> None:
    queue = properties(f"{way}DeadLetters")
    assert queue == {"MessageRetentionPeriod": 14 * A_DAY, "SqsManagedSseEnabled": True}
    alarm = properties(f"{way}DeadLettersAlarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", "ApproximateAgeOfOldestMessage")
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [f"{way}DeadLetters", "QueueName"]}}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


@pytest.mark.parametrize("way", WAYS.values())
def test_a_quarter_of_an_hour_of_silence_is_alarmed(way: str) -> None:
    alarm = properties(f"{way}LagAlarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "IteratorAge")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": f"{way}Function"}}]
    assert alarm["Threshold"] == 15 * 60 * 1000


@pytest.mark.parametrize(("alarm", "counted"), [("GmailAlarm", "GmailRefused"), ("NobodyHearsAlarm", "NoChannel")])
def test_what_the_functions_count_themselves_is_alarmed_by_the_name_that_they_count(alarm: str, counted: str) -> None:
    # Each is counted once without dimensions of its own, which is what an alarm can watch.
    sources = [path.read_text() for folder in ("announce", "adapters") for path in (ROOT / folder).rglob("*.py")]
    assert any(f'.count("{counted}")' in source for source in sources)
    watched = properties(alarm)
    assert (watched["Namespace"], watched["MetricName"], watched["Statistic"]) == (NAMESPACE, counted, "Sum")
    assert watched["Dimensions"] == [
        {"Name": "service", "Value": "announce"},
        {"Name": "stack", "Value": {"Ref": "AWS::StackName"}},
    ]
    for function in ("Announce", "Mail"):
        assert properties(f"{function}Function")["Environment"]["Variables"]["STACK_NAME"] == {"Ref": "AWS::StackName"}


def test_what_one_stack_counts_is_never_anothers(capsys: pytest.CaptureFixture[str]) -> None:
    for stack in ("crew", "crew-rehearsal"):
        EmbeddedMetrics(stack).count("NoChannel")
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["stack"] for each in metrics] == ["crew", "crew-rehearsal"]
    for each in metrics:
        assert each["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service", "stack"]]


def test_every_alarm_notifies_somebody() -> None:
    alarms = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == 24
    for alarm in alarms:
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "Alarms"}]
        without = "breaching" if alarm["MetricName"] == "CanaryPayment" else "notBreaching"  # no payment is no trouble
        assert alarm["TreatMissingData"] == without
