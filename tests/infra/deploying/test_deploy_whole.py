"""The real zip onto three functions with the real environment: the app itself answers before it serves."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from devkit.aws import create_announcements_table
from infra.packing.wheels import HERE
from tests.infra.deploying.handlers import a_zip
from tests.infra.packing.zips import zip_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Engine
    from tests.infra.deploying.stage import DeployStage

HANDLERS: Final = ("lambda_function", "web_function", "announce_function")
PROBED: Final = (
    *("a signed Slack request answers 200, a forged one 401", "/api/health answers 200"),
    "took an empty batch",
)
# The wheels are this interpreter's, for it is what MiniStack runs; SnapStart is for newer ones.
THIS_MACHINE: Final[dict[str, Any]] = {
    "Runtime": f"python3.{sys.version_info.minor}",
    "Architectures": ["arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"],
    "Timeout": 30,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip as it is built, for this machine."""
    return zip_of(HERE, tmp_path_factory).path


def _variables(engine: Engine, table: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": engine.endpoint,
        "EVENTS_TABLE": table,
        "WAIVERS_BUCKET": "waivers",
        "ANNOUNCEMENTS_TABLE": f"announcements-{table}",
        "PUBLIC_BASE_URL": "https://trips.example.com",
        "ADMIN_TOKEN_SECRET": "canary-token-secret-of-at-least-32-bytes",
        "SLACK_SIGNING_SECRET": "canary-signing-secret",
        "SLACK_BOT_TOKEN": "xoxb-canary-token",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "GMAIL_CLIENT_ID": "canary-client",
        "GMAIL_CLIENT_SECRET": "canary-client-secret",
        "GMAIL_REFRESH_TOKEN": "canary-refresh-token",
    }


def _address(deploy_stage: DeployStage, name: str, engine: Engine) -> str:
    url = deploy_stage.client.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE")[
        "FunctionUrl"
    ]
    return f"{engine.endpoint}/_aws/lambda-url/{url.partition('//')[2].partition('.')[0]}/"


def _serving(deploy_stage: DeployStage, module: str, variables: dict[str, str]) -> str:
    handler = f"{module}.lambda_handler"
    return deploy_stage.a_function(variables=variables, code=a_zip(module=module), handler=handler, **THIS_MACHINE)


def test_the_app_is_deployed_tried_served_and_taken_back(
    deploy_stage: DeployStage, dynamodb: Engine, app: Path
) -> None:
    with dynamodb.fresh_table() as table:
        variables = _variables(dynamodb, table)
        create_announcements_table(dynamodb.client, variables["ANNOUNCEMENTS_TABLE"])
        names = [_serving(deploy_stage, module, variables) for module in HANDLERS]
        functions = [word for name in names for word in ("--function", name)]
        bot_url = _address(deploy_stage, names[0], dynamodb)
        options = ("--zip", str(app), "--yes", "--bot-url", bot_url, "--set", "CURRENCY=EUR")
        result = deploy_stage.run("deploy", *functions, *options)
        assert result.exit_code == 0, result.output
        assert [deploy_stage.version(name) for name in names] == ["2", "2", "2"]
        for found in PROBED:
            assert f'"found": "{found}"' in deploy_stage.on_disk()
        assert '"smoke", "ok": true' in deploy_stage.on_disk()
        assert "canary" not in result.output + deploy_stage.on_disk()
        for name in names:
            assert deploy_stage.variables(name, "live") == {**variables, "CURRENCY": "EUR"}

        # A new version that the app refuses to start as serves nobody.
        short = ("--keep-code", "--set", "ADMIN_TOKEN_SECRET=short", "--yes")
        result = deploy_stage.run("deploy", "--function", names[1], *short)
        assert result.exit_code == 1
        assert "Production was restored" in result.output
        assert [deploy_stage.version(name) for name in names] == ["2", "2", "2"]

        status = deploy_stage.run("status", *functions)
        assert status.exit_code == 0, status.output
        assert "passed" in status.output
        assert deploy_stage.run("rollback", *functions, "--yes").exit_code == 0
        assert deploy_stage.asked(names[0])["mark"] == "one"
