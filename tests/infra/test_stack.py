"""The template becomes a stack: transformed as CloudFormation transforms it, and made in the embedded AWS."""

from __future__ import annotations

import io
import json
import os
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from devkit.aws import CREDENTIALS, REGION
from devkit.buckets import create_waivers_bucket, s3_client
from devkit.edge import read_template

if TYPE_CHECKING:
    from tests.conftest import Engine

STACK = "ship-captain-crew"
PUBLIC_HOST = "trips.example.com"
CREDENTIALS_GIVEN = {
    "slack_bot_token": "xoxb-made-up",
    "gmail_client_id": "made-up-client",
    "gmail_client_secret": "made-up-client-secret",
    "gmail_refresh_token": "made-up-refresh-token",
}
MAILING = {
    "NotifyEmailTo": "office@example.com",
    "NotifyEmailFrom": "crew@example.com",
    "UseGmail": "true",
    "AlarmEmail": "office@example.com",
}


class _ManagedPolicies:
    """The transform asks for the ARNs of AWS's own policies. None of ours are."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """Plain CloudFormation, as the transform leaves it."""
    from samtranslator.translator.transform import transform  # type: ignore[import-untyped]  # it has no types

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_DEFAULT_REGION", REGION)
        whole: dict[str, Any] = json.loads(json.dumps(transform(read_template(), {}, _ManagedPolicies())))
    return whole


@pytest.fixture(scope="module")
def made(dynamodb: Engine, template: dict[str, Any]) -> dict[str, str]:
    """The outputs of the stack, once it stands in MiniStack; every resource of it is created there."""
    if dynamodb.name != "ministack":
        pytest.skip("CloudFormation is MiniStack's")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        for module in ("web_function.py", "announce_function.py"):
            archive.writestr(module, "def lambda_handler(event, context):\n    return {'statusCode': 204}\n")
    create_waivers_bucket(dynamodb.endpoint, f"code-{os.getpid()}")
    s3 = s3_client(dynamodb.endpoint)
    s3.put_object(Bucket=f"code-{os.getpid()}", Key="app.zip", Body=zipped.getvalue())
    s3.close()
    secrets = _client(dynamodb, "secretsmanager")
    secrets.create_secret(Name="ship-captain-crew", SecretString=json.dumps(CREDENTIALS_GIVEN))
    secrets.close()
    client = _client(dynamodb, "cloudformation")
    given = {"CodeBucket": f"code-{os.getpid()}", "CodeKey": "app.zip", "PublicHost": PUBLIC_HOST, **MAILING}
    client.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    client.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    (stack,) = client.describe_stacks(StackName=STACK)["Stacks"]
    client.close()
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _client(engine: Engine, service: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=engine.endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def test_the_transform_adds_versions_aliases_and_the_url_and_no_role(template: dict[str, Any]) -> None:
    added = {name: each for name, each in template["Resources"].items() if name not in read_template()["Resources"]}
    assert sorted(each["Type"] for each in added.values()) == [
        *["AWS::Lambda::Alias"] * 3,
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Url",
        *["AWS::Lambda::Version"] * 3,
    ]
    # The name by which the distribution, and devkit's edge, speak of the URL; and the permissions are the alias's.
    assert added["WebFunctionUrl"]["Properties"]["TargetFunctionArn"] == {"Ref": "WebFunctionAliaslive"}
    for name in ("CloudFrontInvokesTheUrl", "CloudFrontInvokesTheFunction"):
        assert template["Resources"][name]["Properties"]["FunctionName"] == {"Ref": "WebFunctionAliaslive"}


def test_the_stack_stands_and_tells_where(made: dict[str, str]) -> None:
    assert made["SiteUrl"].startswith("https://")
    assert made.keys() == read_template()["Outputs"].keys()
    assert all(made.values())


def test_the_function_of_the_stack_knows_its_table_bucket_and_secret(dynamodb: Engine, made: dict[str, str]) -> None:
    client = _client(dynamodb, "lambda")
    told = client.get_function_configuration(FunctionName=made["WebFunctionName"])
    client.close()
    variables = told["Environment"]["Variables"]
    assert variables["EVENTS_TABLE"] == made["EventsTableName"]
    assert variables["WAIVERS_BUCKET"] == made["WaiversBucketName"]
    assert variables["PUBLIC_BASE_URL"] == f"https://{PUBLIC_HOST}"
    assert len(variables["ADMIN_TOKEN_SECRET"]) == 64  # resolved, and not the reference


def test_the_functions_of_the_stack_read_its_stream_and_know_what_others_gave_us(
    dynamodb: Engine, made: dict[str, str]
) -> None:
    client = _client(dynamodb, "lambda")
    mappings = client.list_event_source_mappings(EventSourceArn=made["EventsStreamArn"])["EventSourceMappings"]
    told = {
        name: client.get_function_configuration(FunctionName=made[name])["Environment"]["Variables"]
        for name in ("AnnounceFunctionName", "MailFunctionName")
    }
    client.close()
    readers = [f"function:{made[name]}:live" for name in ("AnnounceFunctionName", "MailFunctionName")]
    assert sorted(each["FunctionArn"].partition("function:")[2] for each in mappings) == sorted(
        reader.partition("function:")[2] for reader in readers
    )
    for variables in told.values():
        assert variables["SLACK_BOT_TOKEN"] == "xoxb-made-up"  # resolved, and not the reference
        assert variables["ANNOUNCEMENTS_TABLE"] == made["AnnouncementsTableName"]
    mail = told["MailFunctionName"]
    assert {mail[f"GMAIL_{name}"] for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")} == {
        value for name, value in CREDENTIALS_GIVEN.items() if name.startswith("gmail")
    }
    assert "NOTIFY_EMAIL_TO" not in told["AnnounceFunctionName"]


def test_the_stack_has_its_morning_and_its_dead_letters(dynamodb: Engine, made: dict[str, str]) -> None:
    scheduler, queues = _client(dynamodb, "scheduler"), _client(dynamodb, "sqs")
    (schedule,) = scheduler.list_schedules()["Schedules"]
    found = scheduler.get_schedule(Name=schedule["Name"])
    for name in ("AnnounceDeadLettersUrl", "MailDeadLettersUrl"):
        kept = queues.get_queue_attributes(QueueUrl=made[name], AttributeNames=["MessageRetentionPeriod"])
        assert kept["Attributes"]["MessageRetentionPeriod"] == "1209600"
    scheduler.close()
    queues.close()
    assert found["ScheduleExpression"].startswith("cron(")
    assert found["Target"]["Arn"].endswith(f":function:{made['AnnounceFunctionName']}:live")


def test_the_distribution_of_the_stack_has_the_behaviours_in_order(dynamodb: Engine, made: dict[str, str]) -> None:
    client = _client(dynamodb, "cloudfront")
    config = client.get_distribution_config(Id=made["DistributionId"])["DistributionConfig"]
    client.close()
    assert [(each["PathPattern"], each["TargetOriginId"]) for each in config["CacheBehaviors"]["Items"]] == [
        ("/g/*/waiver", "web"),
        ("/api/*", "web"),
        ("/_staging/*", "site"),
    ]
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == "site"
