"""A whole stack whose functions answer, over a Lambda that is as strict as AWS."""

from __future__ import annotations

import json
import shutil
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pytest

from infra.aws import Aws
from tests.infra.deploying.cloud import cloud_before
from tests.infra.deploying.handlers import FUNCTION_ERROR, write_zip
from tests.infra.stacks.building_site import a_site, slack_of
from tests.infra.standing import transformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from click.testing import Result

    from tests.conftest import Engine
    from tests.infra.deploying.cloud import Cloud
    from tests.infra.stacks.building_site import BuildingSite

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
        self.cloud = cloud
        self._parameters: dict[str, str] = {}
        self.others: dict[str, Any] = {}
        """Further resources of the template."""
        self._aws: Aws | None = None
        self._first_url = self._asked_for = ""
        self._prepare()
        site.aws = self._clients

    def _prepare(self) -> None:
        self.others = {}
        self.site.template, self.site.modules, self.site.zip_says = transformed(), MODULES, saying("one")

    def up(self, *arguments: str, ships: bool = False, environment: Mapping[str, str] = {}) -> Result:
        """`up`, which ships the site's zip only where `ships` is true."""
        return self.site.up("--yes", *arguments, ships=ships, environment={**self._environment, **environment})

    def deploy(self, code: str, *options: str) -> Result:
        """`deploy` of that code to all functions of the stack."""
        zipped = self.site.folder / "deployed.zip"
        write_zip(zipped, MODULES, code)
        return self.run("deploy", "--zip", str(zipped), "--no-smoke", "--yes", *options)

    def rollback(self) -> Result:
        """`rollback` of the last release, from wherever it came. By function: no address is served."""
        names = [word for name in self.names for word in ("--function", name)]
        result = self.run("rollback", "--yes", *names)
        assert result.exit_code == 0, result.output
        return result

    @cached_property
    def names(self) -> list[str]:
        """The stack's functions."""
        outputs = self.site.outputs
        return [outputs[output] for output in OUTPUTS]

    def remember(self) -> None:
        """Keep the stack as it is now, so that `reset` brings it back."""
        self._first_url = self._asked_for
        self._first_parameters = dict(self._parameters)
        self._first_code = (self.site.folder / "app.zip").read_bytes()
        client = self.site.client("lambda")
        self._first = {name: client.get_function_configuration(FunctionName=name) for name in self.names}
        self._versions = {name: self.version(output) for name, output in zip(self.names, OUTPUTS, strict=True)}

    def reset(self) -> None:
        """Bring the stack back to what `remember` kept, past the commands: a new stack takes ten times as long."""
        self._prepare()
        if self._parameters != self._first_parameters or self._asked_for != self._first_url:
            self._reset_stack()
        client = self.site.client("lambda")
        for name, first in self._first.items():
            now = client.get_function_configuration(FunctionName=name)
            if now["CodeSha256"] != first["CodeSha256"]:
                client.update_function_code(FunctionName=name, ZipFile=self._first_code)
            kept = {key: first[key] for key in ("Environment", "Description")}
            if {key: now[key] for key in kept} != kept:
                client.update_function_configuration(FunctionName=name, **kept)
            there = client.list_versions_by_function(FunctionName=name)["Versions"]
            if self._versions[name] not in {each["Version"] for each in there}:  # pruned by a release of the last test
                self._versions[name] = client.publish_version(FunctionName=name)["Version"]
            client.update_alias(FunctionName=name, Name="live", FunctionVersion=self._versions[name])
        self.cloud.forget()
        shutil.rmtree(self.site.folder / "snapshots", ignore_errors=True)

    def _reset_stack(self) -> None:
        """Give CloudFormation the first template and the first parameters again."""
        stacks = self.site.client("cloudformation")
        values = [{"ParameterKey": name, "ParameterValue": value} for name, value in self._first_parameters.items()]
        stacks.update_stack(StackName=self.site.stack, TemplateURL=self._first_url, Parameters=values)
        while self.site.status.endswith("_IN_PROGRESS"):
            time.sleep(0.01)
        assert self.site.status == "UPDATE_COMPLETE"
        self._parameters, self._asked_for = dict(self._first_parameters), self._first_url

    def run(self, command: str, *arguments: str) -> Result:
        """Another command, about this stack."""
        return self.site.run(command, "--stack", self.site.stack, *arguments, environment=self._environment)

    def asked(self, output: str = "BotFunctionName") -> dict[str, Any]:
        """Answer of the live version: its mark and its environment."""
        status, headers, content = self.cloud.invoke(self.site.outputs[output], "live", b'{"ask": true}')
        answer: dict[str, Any] = json.loads(content)
        assert (status, headers.get(FUNCTION_ERROR)) == (200, None), answer
        return answer

    def live_variables(self) -> dict[str, str]:
        """The variables of the bot's live version, as Lambda holds them."""
        config = self.site.client("lambda").get_function_configuration(
            FunctionName=self.site.outputs[OUTPUTS[0]], Qualifier="live"
        )
        found: dict[str, str] = config["Environment"]["Variables"]
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
        self._asked_for = url
        return {**params, "TemplateURL": url}

    def _clients(self, **named: Any) -> Aws:
        if self._aws is None:
            self._aws = Aws(**named, pause=0.001)
            events: Any = self._aws._session.events
            events.register("provide-client-params.cloudformation.CreateChangeSet", self._transform)
        # The zips that the stack was made of are known to the proxy, as they are to Lambda.
        for path in self.site.folder.glob("*.zip"):
            self.cloud.remember(path.read_bytes())
        return self._aws


@pytest.fixture(scope="module")
def _one_stage(dynamodb: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReleaseStage]:
    """One stack for a whole module, which serves `one`."""
    site = a_site(dynamodb, tmp_path_factory.mktemp("release"))
    with cloud_before(site.endpoint) as cloud, slack_of() as environment:
        made = ReleaseStage(site, cloud, environment)
        result = made.up(ships=True)
        assert result.exit_code == 0, result.output
        made.remember()
        yield made


@pytest.fixture
def stage(_one_stage: ReleaseStage) -> ReleaseStage:
    """The stack is there, and serves `one`, whatever the test before made of it."""
    _one_stage.reset()
    return _one_stage
