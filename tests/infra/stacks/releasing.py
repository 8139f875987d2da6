"""A whole stack whose functions answer, over a Lambda that is as strict as AWS."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest

from infra.aws import Aws
from tests.infra.deploying.cloud import cloud_before
from tests.infra.stacks.building_site import BuildingSite, site, slack
from tests.infra.standing import transformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from click.testing import Result

    from tests.infra.deploying.cloud import Cloud

__all__ = ["site", "slack"]  # fixtures

MODULES: Final = ("lambda_function", "web_function", "announce_function")
OUTPUTS: Final = ("BotFunctionName", "WebFunctionName", "AnnounceFunctionName")
_CODE: Final = """
import hashlib, hmac, os
def lambda_handler(event, context):
    if event.get("ask"):
        return {"mark": "MARK", "environment": dict(os.environ)}
    if "Records" in event or event.get("rawPath") == "/api/health":
        return {"statusCode": 200, "body": "{}"}
    headers, body = event.get("headers", {}), event.get("body", "")
    text = "v0:" + headers.get("x-slack-request-timestamp", "") + ":" + body
    digest = "v0=" + hmac.new(os.environ["SLACK_SIGNING_SECRET"].encode(), text.encode(), hashlib.sha256).hexdigest()
    return {"statusCode": 200 if headers.get("x-slack-signature") == digest else 401, "body": "{}"}
if os.environ.get("CURRENCY") in "REFUSED":
    raise ValueError("not in this currency")
"""


def saying(mark: str, *, refuses: str = "none") -> str:
    """Code of all three functions that answers `mark`, and does not start with the currency that it `refuses`."""
    return _CODE.replace("MARK", mark).replace('in "REFUSED"', f'== "{refuses}"')


class ReleaseStage:
    """One whole stack. The operators' commands reach Lambda through the strict proxy."""

    def __init__(self, site: BuildingSite, cloud: Cloud, environment: Mapping[str, str]) -> None:
        self.site, self._environment = site, {**environment, "AWS_ENDPOINT_URL_LAMBDA": cloud.url}
        self._cloud = cloud
        self._parameters: dict[str, str] = {}
        self.others: dict[str, Any] = {}
        """Further resources of the template."""
        self._aws: Aws | None = None
        site.template, site.modules, site.zip_says = transformed(), MODULES, saying("one")
        site.aws = self._clients

    def up(self, *arguments: str, ships: bool = False, environment: Mapping[str, str] = {}) -> Result:
        """`up`, which ships the site's zip only where `ships` is true."""
        return self.site.up("--yes", *arguments, ships=ships, environment={**self._environment, **environment})

    def deploy(self, code: str, *options: str) -> Result:
        """`deploy` of that code to all functions of the stack."""
        zipped = self.site.folder / "deployed.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            for name in MODULES:
                archive.writestr(zipfile.ZipInfo(f"{name}.py"), code)
        return self.run("deploy", "--zip", str(zipped), "--no-smoke", "--yes", *options)

    def rollback(self) -> Result:
        """`rollback` of the last release, from wherever it came. By function: no address is served."""
        names = [word for name in self.names for word in ("--function", name)]
        told = self.run("rollback", "--yes", *names)
        assert told.exit_code == 0, told.output
        return told

    @property
    def names(self) -> list[str]:
        """The stack's functions."""
        return [self.site.outputs[output] for output in OUTPUTS]

    def run(self, command: str, *arguments: str) -> Result:
        """Another command, about this stack."""
        return self.site.run(command, "--stack", self.site.stack, *arguments, environment=self._environment)

    def asked(self, output: str = "BotFunctionName") -> dict[str, Any]:
        """Answer of the live version: its mark and its environment."""
        told = self.site.client("lambda").invoke(
            FunctionName=self.site.outputs[output], Qualifier="live", Payload=json.dumps({"ask": True})
        )
        answer: dict[str, Any] = json.loads(told["Payload"].read())
        return answer

    def live_variables(self) -> dict[str, str]:
        """The variables of the bot's live version, as Lambda holds them."""
        told = self.site.client("lambda").get_function_configuration(
            FunctionName=self.site.outputs[OUTPUTS[0]], Qualifier="live"
        )
        found: dict[str, str] = told["Environment"]["Variables"]
        return found

    def version(self, output: str = "BotFunctionName") -> str:
        """The version that serves."""
        alias = self.site.client("lambda").get_alias(FunctionName=self.site.outputs[output], Name="live")
        return str(alias["FunctionVersion"])

    def _transform(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The template as CloudFormation transforms it for these parameters; the emulator does not."""
        now = self._parameters | {
            each["ParameterKey"]: each["ParameterValue"] for each in params["Parameters"] if "ParameterValue" in each
        }
        self._parameters = now
        url = f"{params['TemplateURL']}-{now['Revision']}"
        bucket, _slash, key = url.partition("//")[2].partition("/")[2].partition("/")
        body = transformed(**now)
        body["Resources"] |= self.others
        self.site.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(body))
        return {**params, "TemplateURL": url}

    def _clients(self, **named: Any) -> Aws:
        if self._aws is None:
            self._aws = Aws(**named, pause=0.001)
            events: Any = self._aws._session.events
            events.register("provide-client-params.cloudformation.CreateChangeSet", self._transform)
        # The zips that the stack was made of are known to the proxy, as they are to Lambda.
        for path in self.site.folder.glob("*.zip"):
            self._cloud.remember(path.read_bytes())
        return self._aws


@pytest.fixture
def stage(site: BuildingSite, slack: dict[str, str]) -> Iterator[ReleaseStage]:
    """The stack stands, and serves `one`."""
    with cloud_before(site.endpoint) as cloud:
        made = ReleaseStage(site, cloud, slack)
        told = made.up(ships=True)
        assert told.exit_code == 0, told.output
        yield made
