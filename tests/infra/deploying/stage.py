"""Functions that serve in the cloud, and the command line that deploys them, here or in a process to be killed."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import boto3
from botocore.config import Config
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from infra.aws import Aws
from infra.main import main
from tests.infra.deploying.handlers import FUNCTION_ERROR, a_zip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.context import ForkServerProcess

    from click.testing import Result

    from tests.infra.deploying.cloud import Cloud

SECRETS: Final = {
    "SLACK_SIGNING_SECRET": "canary-signing-secret-7f3a",
    "SLACK_BOT_TOKEN": "xoxb-canary-bot-token-91c2",
    "GMAIL_CLIENT_ID": "canary-client-id-55d0.apps.example.com",
    "GMAIL_CLIENT_SECRET": "canary-client-secret-0b6e",
    "GMAIL_REFRESH_TOKEN": "1//canary-refresh-token-c4a8",
}
BEFORE: Final = {**SECRETS, "EVENTS_TABLE": "canary-events-table"}

_ROLE: Final = "arn:aws:iam::000000000000:role/crew"
_count: Final = itertools.count()


IMPATIENT: Final = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 2})


_sessions: Final[dict[tuple[str, Config], Aws]] = {}


def _impatient(url: str, config: Config = IMPATIENT) -> Any:
    """Short waits, and one session for each cloud: to make one takes longer than all that it is asked for."""

    def session(**_options: object) -> Aws:
        if (url, config) not in _sessions:
            _sessions[url, config] = Aws(region=REGION, config=config, pause=0)
        return _sessions[url, config]

    return mock.patch("infra.services.Aws", session)


def _environment(url: str) -> dict[str, str]:
    return {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "COLUMNS": "200",
    }


def _run_here(arguments: list[str], url: str, output: str) -> None:
    """The command line, as a process of its own runs it."""
    os.environ.update(_environment(url))
    with Path(output).open("w", buffering=1) as file:
        sys.stdout = sys.stderr = file
        with _impatient(url):
            main(arguments, prog_name="python -m infra")


@dataclass
class DeployStage:
    """One test's functions. `client` goes past the proxy."""

    cloud: Cloud
    client: Any
    folder: Path
    made: list[str] = field(default_factory=list)

    def run(self, *arguments: str, config: Config = IMPATIENT, answers: str | None = None) -> Result:
        """The command line in this process."""
        with _impatient(self.cloud.url, config):
            return CliRunner().invoke(
                main,
                [*arguments, *self._snapshots(arguments)],
                env=_environment(self.cloud.url),
                input=answers,
            )

    def rollback(self, name: str, *arguments: str) -> Result:
        """A rollback of one function without questions, its calls counted from here on."""
        self.cloud.forget()
        return self.run("rollback", "--function", name, "--yes", *arguments)

    def deployed(self, *marks: str) -> str:
        """The name of a new function to which each of these was deployed."""
        name = self.a_function()
        for mark in marks:
            assert self.deploy(name, a_zip(mark)).exit_code == 0
        return name

    @property
    def snapshots(self) -> list[str]:
        """The snapshots that were taken, the newest first."""
        taken = (path.name for path in (self.folder / "snapshots").iterdir() if path.is_dir())
        return sorted(taken, reverse=True)

    def start(self, *arguments: str) -> tuple[ForkServerProcess, Path]:
        """The command line in a process of its own, and where its words go."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.infra.deploying.warm"])
        output = self.folder / f"output-{next(_count)}"
        command = [*arguments, *self._snapshots(arguments)]
        process = context.Process(target=_run_here, args=(command, self.cloud.url, str(output)))
        process.start()
        return process, output

    def deploy(self, name: str, code: bytes, *options: str, **others: Any) -> Result:
        """`deploy` of one function with that code, without a question."""
        return self.run("deploy", "--function", name, "--zip", str(self.put(code)), "--yes", *options, **others)

    def put(self, code: bytes) -> Path:
        """The code as a file."""
        path = self.folder / f"{self.cloud.remember(code).replace('/', '_')[:12]}.zip"
        path.write_bytes(code)
        return path

    def a_function(
        self,
        *,
        variables: Mapping[str, str] = BEFORE,
        code: bytes | None = None,
        alias: bool = True,
        handler: str = "lambda_function.lambda_handler",
        **others: Any,
    ) -> str:
        """A function that serves, by its alias or by `$LATEST` alone."""
        name, code = f"crew-{os.getpid()}-{next(_count)}", code or a_zip()
        self.cloud.remember(code)
        self.client.create_function(
            FunctionName=name,
            Handler=handler,
            Role=_ROLE,
            Code={"ZipFile": code},
            Environment={"Variables": dict(variables)},
            **{"Runtime": "python3.13", "Architectures": ["arm64"], **others},
        )
        self.made.append(name)
        if alias:
            version = self.client.publish_version(FunctionName=name)["Version"]
            self.client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
        return name

    def asked(self, name: str, qualifier: str = "live") -> dict[str, Any]:
        """Return the mark and the environment of the code that answers there."""
        status, headers, content = self.cloud.invoke(name, qualifier, json.dumps({"ask": [*BEFORE, "NEW"]}).encode())
        answer: dict[str, Any] = json.loads(content)
        assert (status, headers.get(FUNCTION_ERROR)) == (200, None), answer
        return answer

    def latest(self, name: str) -> dict[str, Any]:
        """`$LATEST` as it is."""
        config: dict[str, Any] = self.client.get_function_configuration(FunctionName=name)
        return config

    def variables(self, name: str, qualifier: str = "$LATEST") -> dict[str, str]:
        """The environment there."""
        config = self.client.get_function_configuration(FunctionName=name, Qualifier=qualifier)
        found: dict[str, str] = config["Environment"]["Variables"]
        return found

    def version(self, name: str) -> str:
        """Return the version that the alias points to."""
        version: str = self.client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
        return version

    def reset(self, name: str, code: bytes, variables: Mapping[str, str] = BEFORE, version: str = "1") -> None:
        """The function as it was at first, and no snapshots."""
        self.client.update_function_code(FunctionName=name, ZipFile=code)
        self.client.update_function_configuration(FunctionName=name, Environment={"Variables": dict(variables)})
        with suppress(self.client.exceptions.ResourceNotFoundException):
            self.client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
        self.cloud.forget()
        for path in sorted((self.folder / "snapshots").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def clear(self) -> None:
        """No function is left."""
        while self.made:
            self.client.delete_function(FunctionName=self.made.pop())

    def on_disk(self) -> str:
        """Every journal of every snapshot."""
        return "".join(path.read_text() for path in (self.folder / "snapshots").rglob("journal.jsonl"))

    def _snapshots(self, arguments: tuple[str, ...]) -> list[str]:
        return [] if "--help" in arguments else ["--snapshots", str(self.folder / "snapshots")]


def direct_client(endpoint: str) -> Any:
    """Lambda without the proxy."""
    make: Any = boto3.client
    return make(
        "lambda",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
