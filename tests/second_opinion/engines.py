"""Start moto, and make a stack of the template in an engine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3

from devkit.aws import CREDENTIALS, REGION, ROOT, EngineFailed
from tests.infra.standing import transformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOTO: Final = ROOT / ".venv" / "moto" / "bin" / "python"
SECRET: Final = {
    "slack_signing_secret": "made-up-signing-secret",
    "slack_bot_token": "xoxb-made-up",
    "gmail_client_id": "made-up-client",
    "gmail_client_secret": "made-up-client-secret",
    "gmail_refresh_token": "made-up-refresh-token",
}
WHOLE: Final = "whole-stack"
GIVEN: Final = {
    "Release": "0123456789abcdef",
    "PublicHost": "trips.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/made-up",
    "SlackTeamId": "T0",
    "AdminUsers": "U0OLIVIA",
    "OpsChannel": "C0OPS",
    "NotifyEmailTo": "office@example.com",
    "NotifyEmailFrom": "crew@example.com",
    "MailPatrons": "receipts,reminders",
    "UseGmail": "true",
    "AlarmEmail": "office@example.com",
    "AlarmSet": "all",
    "Canary": "true",
    "FastStart": "true",
    "MonthlyBudget": "10",
}
"""The parameters that turn everything on."""
_CODE: Final = "def lambda_handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"


@dataclass(frozen=True)
class Opinion:
    """An engine that makes a stack of the template and reports its settings.

    `templates` is the address at which it finds a template. `lacks` are types that it refuses, which it is not given.
    """

    name: str
    endpoint: str
    templates: str
    lacks: tuple[str, ...] = ()

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    def ask(self, service: str) -> Any:
        """Return the client of a service, the same one each time."""
        if service not in self._clients:
            make: Any = boto3.client
            self._clients[service] = make(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            )
        return self._clients[service]

    def close(self) -> None:
        """Close the connections."""
        for each in self._clients.values():
            each.close()

    def make(self, stack: str, given: Mapping[str, str]) -> None:
        """Make the stack, with its code and its secret."""
        bucket = f"code-of-{stack}"
        self.ask("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.ask("s3").put_object(Bucket=bucket, Key="app.zip", Body=_zipped())
        self.ask("secretsmanager").create_secret(Name=stack, SecretString=json.dumps(SECRET))
        values = {"CodeBucket": bucket, "CodeKey": "app.zip", "CredentialsName": stack, **given}
        template = transformed(**values)
        there = template["Resources"].items()
        template["Resources"] = {name: each for name, each in there if each["Type"] not in self.lacks}
        self.ask("s3").put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template))  # too large to be sent
        self.ask("cloudformation").create_stack(
            StackName=stack,
            TemplateURL=f"{self.templates}/{bucket}/template.json",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        wait = self.ask("cloudformation").get_waiter("stack_create_complete")
        wait.wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def _zipped() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in ("lambda_function", "web_function", "announce_function"):
            archive.writestr(zipfile.ZipInfo(f"{name}.py"), _CODE)
    return whole.getvalue()


@contextmanager
def moto() -> Iterator[Opinion]:
    """Run moto until the block ends. Raises EngineFailed where it is not installed."""
    if not MOTO.exists():
        raise EngineFailed("moto is not installed. Run `make .venv/moto/ready` once.")
    environment = {**os.environ, **CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(  # noqa: S603 - ours
        [MOTO, "-W", "ignore", "-m", "tests.second_opinion.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    with process:
        assert process.stdout
        port = process.stdout.readline().strip()
        assert port, "moto did not start"
        made = Opinion("moto", f"http://127.0.0.1:{port}", f"https://s3.{REGION}.amazonaws.com")
        yield made
        made.close()
        process.terminate()
