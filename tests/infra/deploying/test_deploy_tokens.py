"""No Slack credential serves untried: `deploy` and `rollback` ask Slack about a token before anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devkit.listen import free_port
from devkit.slack import people
from tests.infra.deploying.handlers import a_zip
from tests.infra.deploying.stage import BEFORE
from tests.infra.stacks.building_site import slack_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")
REFUSED = "xoxb-canary-of-nobody-at-all"


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """Return the address of a strict Slack, which knows one token."""
    with slack_of() as environment:
        yield environment["SLACK_API_URL"]


def _function(deploy_stage: DeployStage, api: str, **others: str) -> str:
    return deploy_stage.a_function(variables={**BEFORE, "SLACK_API_URL": api, **others})


def test_a_token_that_slack_refuses_is_not_deployed(deploy_stage: DeployStage, api: str) -> None:
    name = _function(deploy_stage, api)
    result = deploy_stage.deploy(name, a_zip("two"), "--set", f"SLACK_BOT_TOKEN={REFUSED}")
    assert result.exit_code == 1
    assert "Slack refuses the bot token (invalid_auth)." in result.stderr
    assert "Nothing was changed." in result.stderr
    assert REFUSED not in result.output
    assert deploy_stage.cloud.writes == []
    assert not list((deploy_stage.folder / "snapshots").rglob("journal.jsonl"))


@pytest.mark.parametrize("source", ["the environment", "what is offered", "$LATEST", "the prompt", "one function"])
def test_nor_from_wherever_else_it_comes(
    deploy_stage: DeployStage, api: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {**BEFORE, "SLACK_API_URL": api}
    if source == "what is offered":
        del variables["SLACK_BOT_TOKEN"]
    name = deploy_stage.a_function(variables=variables)
    options, answers = ["--set-from-env", "SLACK_BOT_TOKEN"], None
    if source == "the environment":
        monkeypatch.setenv("SLACK_BOT_TOKEN", REFUSED)
    elif source == "what is offered":
        (deploy_stage.folder / "our.env").write_text(f"SLACK_BOT_TOKEN={REFUSED}")
        options = ["--env-file", str(deploy_stage.folder / "our.env")]
    elif source == "$LATEST":
        deploy_stage.client.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, "SLACK_BOT_TOKEN": REFUSED}}
        )
        options = ["--keep", "latest"]
    elif source == "one function":
        options = ["--set", f"{name}:SLACK_BOT_TOKEN={REFUSED}"]
    else:
        options, answers = ["--set", "SLACK_BOT_TOKEN"], f"{REFUSED}\n"
    result = deploy_stage.deploy(name, a_zip("two"), *options, answers=answers)
    assert result.exit_code == 1
    assert "Slack refuses the bot token (invalid_auth)." in result.stderr
    assert deploy_stage.cloud.writes == []


def test_nor_does_a_dry_run_pass_it(deploy_stage: DeployStage, api: str) -> None:
    name = _function(deploy_stage, api)
    result = deploy_stage.deploy(name, a_zip("two"), "--set", f"SLACK_BOT_TOKEN={REFUSED}", "--dry-run")
    assert result.exit_code == 1
    assert "Slack refuses the bot token" in result.stderr


def test_a_token_that_slack_takes_is_deployed(deploy_stage: DeployStage, api: str) -> None:
    name = _function(deploy_stage, api, SLACK_TEAM_ID=people.TEAM_ID)
    result = deploy_stage.deploy(name, a_zip("two"), "--set", f"SLACK_BOT_TOKEN={people.BOT_TOKEN}")
    assert result.exit_code == 0, result.output
    assert deploy_stage.variables(name, "live")["SLACK_BOT_TOKEN"] == people.BOT_TOKEN


def test_a_token_of_another_workspace_is_refused(deploy_stage: DeployStage, api: str) -> None:
    name = _function(deploy_stage, api, SLACK_TEAM_ID="T0ANOTHER")
    result = deploy_stage.deploy(name, a_zip("two"), "--set", f"SLACK_BOT_TOKEN={people.BOT_TOKEN}")
    assert result.exit_code == 1
    assert f"belongs to the workspace {people.TEAM_ID}, but SLACK_TEAM_ID is T0ANOTHER." in result.stderr
    assert deploy_stage.cloud.writes == []


def test_where_slack_does_not_answer_a_person_is_asked(deploy_stage: DeployStage) -> None:
    name = _function(deploy_stage, f"http://127.0.0.1:{free_port()}/api/")
    zipped = str(deploy_stage.put(a_zip("two")))
    words = ("deploy", "--function", name, "--zip", zipped, "--no-smoke", "--set", "SLACK_BOT_TOKEN=xoxb-canary-newer")
    result = deploy_stage.run(*words, answers="n\n")
    assert result.exit_code == 1
    assert "Slack did not answer, so the new SLACK_BOT_TOKEN could not be checked." in result.stderr
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.run(*words, "--yes").exit_code == 0


def test_code_alone_asks_slack_nothing(deploy_stage: DeployStage) -> None:
    name = _function(deploy_stage, f"http://127.0.0.1:{free_port()}/api/")
    result = deploy_stage.deploy(name, a_zip("two"))
    assert result.exit_code == 0, result.output
    assert "Slack" not in result.stderr


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"])
@pytest.mark.parametrize(("value", "message"), [("", "would be empty"), ("xoxb-a b", "a space"), ("xoxb\n", "a space")])
def test_an_empty_or_broken_credential_is_refused(
    deploy_stage: DeployStage, api: str, variable: str, value: str, message: str
) -> None:
    name = _function(deploy_stage, api)
    result = deploy_stage.deploy(name, a_zip("two"), "--set", f"{variable}={value}")
    assert result.exit_code == 1
    assert f"{variable} of {name} would" in result.stderr
    assert message in result.stderr
    assert deploy_stage.cloud.writes == []


def test_a_signing_secret_that_looks_like_none_is_asked_about(deploy_stage: DeployStage, api: str) -> None:
    name = _function(deploy_stage, api)
    zipped = str(deploy_stage.put(a_zip("two")))
    words = ("deploy", "--function", name, "--zip", zipped, "--no-smoke")
    result = deploy_stage.run(*words, "--set", "SLACK_SIGNING_SECRET=canary", answers="n\n")
    assert result.exit_code == 1
    assert "does not have the form of Slack's" in result.stderr
    assert deploy_stage.cloud.writes == []
    result = deploy_stage.run(*words, "--set", f"SLACK_SIGNING_SECRET={'f' * 32}", "--yes")
    assert result.exit_code == 0, result.output
    assert "type a command in Slack to check it" in result.stderr


def test_a_rollback_to_a_token_that_slack_refuses_is_insisted_on_or_not_made(
    deploy_stage: DeployStage, api: str
) -> None:
    name = _function(deploy_stage, api, SLACK_BOT_TOKEN=REFUSED)
    assert deploy_stage.deploy(name, a_zip("two"), "--set", f"SLACK_BOT_TOKEN={people.BOT_TOKEN}").exit_code == 0
    deploy_stage.cloud.forget()
    for answers in ("", "n\n"):
        result = deploy_stage.run("rollback", "--function", name, "--yes", answers=answers)
        assert result.exit_code == 1
        assert "Slack refuses the bot token (invalid_auth)." in result.stderr
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.run("rollback", "--function", name, "--yes", "--with-refused-token").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "one"
