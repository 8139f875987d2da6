"""The template becomes a stack in the embedded AWS, of the very zip that is shipped, and its functions answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
import snapshot_restore_py  # type: ignore[import-untyped]  # it says nothing of its types

from adapters.canary import CANARY
from devkit.buckets import create_waivers_bucket
from devkit.edge import read_template
from devkit.functions import from_answer, to_event
from infra.packing.wheels import HERE
from tests.infra.packing.zips import zip_of
from tests.infra.standing import FUNCTIONS, client, transformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine

STACK = "as-it-stands"  # and the bucket and the secret that were there before it
PUBLIC_HOST = "trips.example.com"
SIGNING_SECRET = "made-up-signing-secret"
CREDENTIALS_GIVEN = {
    "slack_signing_secret": SIGNING_SECRET,
    "slack_bot_token": "xoxb-made-up",
    "gmail_client_id": "made-up-client",
    "gmail_client_secret": "made-up-client-secret",
    "gmail_refresh_token": "made-up-refresh-token",
}
GIVEN = {
    "CodeBucket": STACK,
    "CodeKey": "app.zip",
    "Release": "0123456789abcdef",
    "PublicHost": PUBLIC_HOST,
    "CredentialsName": STACK,
    "SlackTeamId": "T0",
    "AdminUsers": "U0OLIVIA",
    "NotifyEmailTo": "office@example.com",
    "NotifyEmailFrom": "crew@example.com",
    "UseGmail": "true",
    "AlarmEmail": "office@example.com",
    "AlarmSet": "all",
    "Canary": "true",
    "FastStart": "true",
}
# What Lambda itself says to a process whose snapshot it will take; and nobody here speaks to the real Slack.
OF_LAMBDA = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "SLACK_API_URL": "http://127.0.0.1:9/api/"}

Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def made(dynamodb: Engine, ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outputs of the stack, once it stands in MiniStack; every resource of it is created there."""
    template = transformed(**GIVEN)
    for function in FUNCTIONS:
        template["Resources"][f"{function}Function"]["Properties"]["Environment"]["Variables"].update(OF_LAMBDA)
    create_waivers_bucket(dynamodb.endpoint, STACK)
    ask("s3").put_object(Bucket=STACK, Key="app.zip", Body=shipped(tmp_path_factory))
    ask("s3").put_object(Bucket=STACK, Key="template.json", Body=json.dumps(template))  # too large for a request
    ask("secretsmanager").create_secret(Name=STACK, SecretString=json.dumps(CREDENTIALS_GIVEN))
    ask("cloudformation").create_stack(
        StackName=STACK,
        TemplateURL=f"{dynamodb.endpoint}/{STACK}/template.json",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in GIVEN.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    wait = ask("cloudformation").get_waiter("stack_create_complete")
    wait.wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    (stack,) = ask("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


@pytest.fixture(scope="module")
def ask(dynamodb: Engine) -> Iterator[Ask]:
    """A client of a service, the same one each time."""
    if dynamodb.name != "ministack":
        pytest.skip("CloudFormation is MiniStack's")
    clients: dict[str, Any] = {}

    def client_of(service: str) -> Any:
        return clients[service] if service in clients else clients.setdefault(service, client(dynamodb, service))

    with ExitStack() as stack:
        yield client_of
        for each in clients.values():
            stack.callback(each.close)


def shipped(factory: pytest.TempPathFactory) -> bytes:
    """The zip with this interpreter's wheels, and the registry of hooks, which MiniStack's Python has not."""
    path = factory.mktemp("stack") / "app.zip"
    path.write_bytes(zip_of(HERE, factory).path.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(Path(snapshot_restore_py.__file__), "snapshot_restore_py.py")
    return path.read_bytes()


def post(engine: Engine, url: str, form: dict[str, str], *, secret: str = SIGNING_SECRET) -> tuple[int, str]:
    """Return the answer of a function's URL to a form from Slack."""
    body, stamp = urlencode(form), str(int(time.time()))
    signature = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    host, path = urlsplit(url).netloc, urlsplit(url).path
    request = urllib.request.Request(  # noqa: S310 - the engine's, on this machine
        f"{engine.endpoint}/_aws/lambda-url/{host.partition('.')[0]}{path}",
        data=body.encode(),
        headers={"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_every_output_of_the_stack_has_a_value(made: dict[str, str]) -> None:
    assert made["SiteUrl"].startswith("https://")
    assert made.keys() == read_template()["Outputs"].keys()
    assert all(made.values())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_live_is_a_version_and_of_bot_and_site_one_from_a_snapshot(
    ask: Ask, made: dict[str, str], function: str
) -> None:
    name = made[f"{function}FunctionName"]
    assert name == f"{STACK}-{function.lower()}"
    functions = ask("lambda")
    # Active: the handler was imported, and what it does before the snapshot and after a restore did not fail.
    functions.get_waiter("published_version_active").wait(
        FunctionName=name, Qualifier="live", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    live = functions.get_function_configuration(FunctionName=name, Qualifier="live")
    snapshot = {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
    assert (live.get("SnapStart") == snapshot) == (function in {"Bot", "Web"})
    assert live["Version"] == "1"
    assert live["Description"].endswith(f" {GIVEN['Release']}")


@pytest.mark.parametrize("path", ["", "slack/events", "whatever/else"])
def test_slack_is_answered_at_every_path_of_the_bots_url(dynamodb: Engine, made: dict[str, str], path: str) -> None:
    form = {"command": "/payment-status", "user_id": "U0OLIVIA", "channel_id": "C0DOCK", "team_id": "T0", "text": ""}
    status, answer = post(dynamodb, made["BotUrl"] + path, form)
    assert status == 200
    assert json.loads(answer)["text"].startswith("No events are coming.")  # as the stack's own table says
    assert post(dynamodb, made["BotUrl"] + path, form, secret="another")[0] == 401


def test_the_web_function_of_the_stack_finds_its_table(ask: Ask, made: dict[str, str]) -> None:
    request = to_event("GET", "/api/health", "", {}, b"")
    answer = ask("lambda").invoke(FunctionName=made["WebFunctionName"], Qualifier="live", Payload=json.dumps(request))
    status, _, body = from_answer(json.loads(answer["Payload"].read()))
    assert status == 200, body


@pytest.mark.parametrize(("function", "status"), [("Bot", 405), ("Web", 200)])
def test_the_knock_that_keeps_it_awake_is_answered(ask: Ask, made: dict[str, str], function: str, status: int) -> None:
    knock = read_template()["Resources"][f"{function}StaysAwake"]["Properties"]
    # A snapshot is gone after 14 days without anybody, and a process after some minutes.
    assert knock["ScheduleExpression"] == {"Fn::If": ["StartsFast", "rate(1 day)", "rate(5 minutes)"]}
    assert knock["Target"]["Arn"] == {"Ref": f"{function}Function.Alias"}
    name = made[f"{function}FunctionName"]
    answer = ask("lambda").invoke(FunctionName=name, Qualifier="live", Payload=knock["Target"]["Input"])
    assert json.loads(answer["Payload"].read())["statusCode"] == status


def test_the_functions_know_their_tables_and_what_others_gave_us(ask: Ask, made: dict[str, str]) -> None:
    def variables(function: str) -> dict[str, str]:
        name = made[f"{function}FunctionName"]
        config = ask("lambda").get_function_configuration(FunctionName=name, Qualifier="live")
        found: dict[str, str] = config["Environment"]["Variables"]
        return found

    environments = {function: variables(function) for function in FUNCTIONS}
    for each in environments.values():
        assert each["EVENTS_TABLE"] == made["EventsTableName"]
        assert each["PUBLIC_BASE_URL"] == f"https://{PUBLIC_HOST}"
        assert not [value for value in each.values() if "{{resolve:" in value]
    assert environments["Web"]["WAIVERS_BUCKET"] == made["WaiversBucketName"]
    assert len(environments["Web"]["ADMIN_TOKEN_SECRET"]) == 64
    # The one makes what the other reads.
    assert environments["Bot"]["ADMIN_TOKEN_SECRET"] == environments["Web"]["ADMIN_TOKEN_SECRET"]
    assert environments["Bot"]["SLACK_SIGNING_SECRET"] == SIGNING_SECRET
    for function in ("Bot", "Announce", "Mail"):
        assert environments[function]["SLACK_BOT_TOKEN"] == "xoxb-made-up"
    for function in ("Announce", "Mail"):
        assert environments[function]["ANNOUNCEMENTS_TABLE"] == made["AnnouncementsTableName"]
    for name, value in CREDENTIALS_GIVEN.items():
        if name.startswith("gmail"):
            assert environments["Mail"][name.upper()] == value
    assert "NOTIFY_EMAIL_TO" not in environments["Announce"]


def test_the_stream_has_its_two_readers(ask: Ask, made: dict[str, str]) -> None:
    mappings = ask("lambda").list_event_source_mappings(EventSourceArn=made["EventsStreamArn"])["EventSourceMappings"]
    assert sorted(each["FunctionArn"].partition("function:")[2] for each in mappings) == [
        f"{STACK}-announce:live",
        f"{STACK}-mail:live",
    ]


def test_the_stack_has_its_morning_and_its_dead_letters(ask: Ask, made: dict[str, str]) -> None:
    schedules = [
        ask("scheduler").get_schedule(Name=each["Name"]) for each in ask("scheduler").list_schedules()["Schedules"]
    ]
    mine = [each for each in schedules if each["Target"]["Arn"].endswith(f":function:{STACK}-announce:live")]
    canary, digest, late = sorted(mine, key=lambda each: str(each["ScheduleExpression"]))
    assert digest["ScheduleExpression"].startswith("cron(")
    assert json.loads(digest["Target"]["Input"]) == {"digest": "morning"}
    assert json.loads(canary["Target"]["Input"]) == {"canary": True}
    assert (late["ScheduleExpression"], json.loads(late["Target"]["Input"])) == ("rate(3 hours)", {"sweep": "late"})
    for name in ("AnnounceDeadLettersUrl", "MailDeadLettersUrl"):
        kept = ask("sqs").get_queue_attributes(QueueUrl=made[name], AttributeNames=["MessageRetentionPeriod"])
        assert kept["Attributes"]["MessageRetentionPeriod"] == "1209600"


def test_the_canary_of_the_stack_pays_into_its_table_and_takes_it_back(ask: Ask, made: dict[str, str]) -> None:
    run = read_template()["Resources"]["CanaryPayments"]["Properties"]["Target"]["Input"]
    answer = ask("lambda").invoke(FunctionName=made["AnnounceFunctionName"], Qualifier="live", Payload=run)
    assert json.loads(answer["Payload"].read()) == {}
    key = {"eid": {"S": CANARY}, "crew_id": {"S": CANARY}}
    row = ask("dynamodb").get_item(TableName=made["EventsTableName"], Key=key, ConsistentRead=True)["Item"]
    record = row["payments"]["M"]["canary"]["M"]
    assert sorted(entry["M"]["kind"]["S"] for entry in record["entries"]["M"].values()) == ["payment", "void"]
    assert float(record["amount"]["N"]) == 0


def test_the_stack_has_its_alarms_and_its_dashboard(ask: Ask, made: dict[str, str]) -> None:
    alarms = ask("cloudwatch").describe_alarms(AlarmNamePrefix=STACK)["MetricAlarms"]
    wanted = [each for each in read_template()["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == len(wanted)
    assert {action for each in alarms for action in each["AlarmActions"]} == {made["AlarmsTopicArn"]}
    watched = {value["Value"] for each in alarms for value in each["Dimensions"]}
    assert {f"{STACK}-{function.lower()}:live" for function in FUNCTIONS} <= watched
    body = json.loads(ask("cloudwatch").get_dashboard(DashboardName=made["DashboardName"])["DashboardBody"])
    shown = {arn for widget in body["widgets"] for arn in widget["properties"].get("alarms", ())}
    assert shown <= {each["AlarmArn"] for each in alarms}
    labels = re.findall(r"\$\{[^}]*\}", json.dumps(body))
    assert set(labels) == {"${PROP('Dim.method')}", "${PROP('Dim.source')}", "${PROP('Dim.kind')}"}  # CloudWatch's own


def test_the_distribution_of_the_stack_has_the_behaviours_in_order(ask: Ask, made: dict[str, str]) -> None:
    config = ask("cloudfront").get_distribution_config(Id=made["DistributionId"])["DistributionConfig"]
    assert [(each["PathPattern"], each["TargetOriginId"]) for each in config["CacheBehaviors"]["Items"]] == [
        ("/g/*/waiver", "web"),
        ("/api/*", "web"),
        ("/_staging/*", "site"),
    ]
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == "site"
