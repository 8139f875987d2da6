"""The stage of `up`: the command as an engineer runs it, over the embedded AWS's CloudFormation."""

from __future__ import annotations

import itertools
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from devkit.local_slack import local_slack, serve
from devkit.slack import people
from devkit.slack.wire import Answer
from infra.aws import Aws
from infra.main import main
from tests.infra.deploying.handlers import write_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from click.testing import Result

    from tests.conftest import Engine

TOKEN, SIGNING_SECRET = "xoxb-1234567890-made-up", "0123456789abcdef" * 2
SLACK_ENVIRONMENT = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
SITE = "d111111abcdef8.cloudfront.net"


def a_template(**changed: Any) -> dict[str, Any]:
    """As ours in all that `up` looks at, but of two resources; `changed` are properties of its table."""
    text = {"Type": "String"}
    return {
        "Parameters": {
            "CodeBucket": text,
            "CodeKey": text,
            "Release": {**text, "Default": ""},
            "PublicHost": {**text, "AllowedPattern": "[a-z0-9-]+([.][a-z0-9-]+)+"},
            "CredentialsName": {**text, "Default": "ship-captain-crew"},
            "UseGmail": {**text, "Default": "false", "AllowedValues": ["true", "false"]},
            "Currency": {**text, "Default": "USD", "AllowedPattern": "[A-Z]{3}"},
            "TimeZone": {**text, "Default": "America/Los_Angeles"},
        },
        "Resources": {
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    **changed,
                },
            },
            "Settings": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {
                    "Type": "String",
                    "Value": {"Fn::Sub": "${CodeKey} ${PublicHost} ${Currency} ${TimeZone} ${Release}"},
                },
            },
        },
        "Outputs": {
            "SiteUrl": {"Value": f"https://{SITE}"},
            "BotUrl": {"Value": "https://bot.lambda-url.us-west-2.on.aws/"},
            "Settings": {"Value": {"Ref": "Settings"}},
            "Table": {"Value": {"Ref": "Table"}},
        },
    }


@cache
def _client(endpoint: str, account: str, service: str) -> Any:
    make: Any = boto3.client
    return make(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=account, aws_secret_access_key="local"
    )


@cache
def _aws(_account: str, *, region: str | None, profile: str | None) -> Aws:
    """The command's own clients, for the account of the environment; making them is most of what a run costs."""
    return Aws(region=region, profile=profile, pause=0.001)


@dataclass
class BuildingSite:
    """One engineer with one stack that no other test has."""

    endpoint: str
    folder: Path
    stack: str
    account: str = CREDENTIALS["AWS_ACCESS_KEY_ID"]
    template: dict[str, Any] = field(default_factory=a_template)
    zip_says: str = "the first code"
    modules: tuple[str, ...] = ("lambda_function",)
    aws: Callable[..., Aws] | None = None
    """In place of the usual clients."""

    def up(
        self,
        *arguments: str,
        answers: str = "",
        environment: Mapping[str, str] = SLACK_ENVIRONMENT,
        ships: bool = True,
    ) -> Result:
        """`python -m infra up`, with answers typed in; the stack and its secret are this site's own.

        `ships` names the zip; without it, the code that serves stays.
        """
        template, zipped = self.folder / "template.json", self.folder / "app.zip"
        template.write_text(json.dumps(self.template))
        write_zip(zipped, self.modules, self.zip_says)
        ours = ["--stack", self.stack, *(["--zip", str(zipped)] if ships else []), "--template", str(template)]
        return self.run(
            "up",
            *ours,
            "--parameter",
            f"CredentialsName={self.stack}",
            *arguments,
            answers=answers,
            environment=environment,
        )

    def run(self, *arguments: str, answers: str = "", environment: Mapping[str, str] = {}) -> Result:
        """Any command, in this account."""
        theirs = {"AWS_", "SLACK_", "GMAIL_"}
        clean = dict.fromkeys(name for name in os.environ if name.startswith(tuple(theirs)))
        variables = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "INFRA_SNAPSHOTS": str(self.folder / "snapshots"),
            **environment,
        }
        aws = self.aws or partial(_aws, variables["AWS_ACCESS_KEY_ID"])
        with mock.patch("infra.services.Aws", aws):
            return CliRunner().invoke(main, arguments, input=answers, env={**clean, **variables})

    def client(self, service: str) -> Any:
        """boto3's, past the command."""
        return _client(self.endpoint, self.account, service)

    @property
    def status(self) -> str:
        """The stack's; empty where there is none."""
        pages = self.client("cloudformation").get_paginator("list_stacks").paginate()
        found = [each for page in pages for each in page["StackSummaries"] if each["StackName"] == self.stack]
        return next((each["StackStatus"] for each in found if each["StackStatus"] != "DELETE_COMPLETE"), "")

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}

    @property
    def settings(self) -> list[str]:
        """Return the parameters of the stack: code key, host, currency, time zone, release."""
        value: str = self.client("ssm").get_parameter(Name=self.outputs["Settings"])["Parameter"]["Value"]
        return value.split(" ")

    @property
    def secret(self) -> dict[str, str]:
        """Return the contents of the secret."""
        text = self.client("secretsmanager").get_secret_value(SecretId=self.stack)["SecretString"]
        values: dict[str, str] = json.loads(text)
        return values

    def put_secret(self, text: str) -> None:
        """Somebody else writes it first."""
        self.client("secretsmanager").create_secret(Name=self.stack, SecretString=text)

    @property
    def buckets(self) -> list[str]:
        """Of this stack."""
        return [each["Name"] for each in self.client("s3").list_buckets()["Buckets"] if self.stack in each["Name"]]


_numbers = itertools.count()


def a_site(engine: Engine, folder: Path) -> BuildingSite:
    """Return a site of which nothing stands yet."""
    if engine.name != "ministack":
        pytest.skip("CloudFormation is MiniStack's")
    return BuildingSite(engine.endpoint, folder, f"crew-{os.getpid()}-{next(_numbers)}")


@pytest.fixture
def site(dynamodb: Engine, tmp_path: Path) -> BuildingSite:
    """Nothing stands yet."""
    return a_site(dynamodb, tmp_path)


@pytest.fixture
def standing(site: BuildingSite) -> BuildingSite:
    """The stack stands."""
    result = site.up("--yes")
    assert result.exit_code == 0, result.output
    return site


@contextmanager
def slack_of() -> Iterator[dict[str, str]]:
    """The environment of somebody whose app is in the strict Slack, which runs until the block ends."""
    running = serve(local_slack(lambda _kind, _headers, _body: Answer(200)))
    yield {
        "SLACK_API_URL": f"{running.url}/api/",
        "SLACK_BOT_TOKEN": people.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }
    running.stop()


@pytest.fixture
def slack() -> Iterator[dict[str, str]]:
    """The environment of somebody whose app is in the strict Slack."""
    with slack_of() as environment:
        yield environment
