"""`up` and `deploy` release alike: announced, tried first, taken back by `rollback`; code is `deploy`'s to bring."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from infra.smoke.fetch import Unreachable
from tests.infra.deploying.handlers import write_zip
from tests.infra.stacks.releasing import MODULES, OUTPUTS, _one_stage, saying, stage
from tests.infra.stacks.test_up import CANNOT_BE_MADE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer
    from tests.infra.stacks.releasing import ReleaseStage

__all__ = ["_one_stage", "stage"]  # fixtures

NEWER = {"SLACK_SIGNING_SECRET": "f" * 32}


def _marks(stage: ReleaseStage) -> set[str]:
    return {stage.asked(output)["mark"] for output in OUTPUTS}


def test_a_credential_that_is_renewed_after_a_rollback_does_not_bring_the_bad_code_back(stage: ReleaseStage) -> None:
    assert stage.deploy(saying("two")).exit_code == 0
    assert _marks(stage) == {"two"}
    stage.rollback()
    assert _marks(stage) == {"one"}
    result = stage.up("--renew", "slack_signing_secret", environment=NEWER)
    assert result.exit_code == 0, result.output
    assert _marks(stage) == {"one"}
    assert stage.asked()["environment"]["SLACK_SIGNING_SECRET"] == "f" * 32
    assert "stays" in result.stdout


def test_nor_does_a_setting_or_the_plain_command(stage: ReleaseStage) -> None:
    assert stage.deploy(saying("two")).exit_code == 0
    stage.rollback()
    for arguments in ((), ("--parameter", "TimeZone=Europe/Oslo")):
        result = stage.up(*arguments)
        assert result.exit_code == 0, result.output
        assert _marks(stage) == {"one"}
    assert stage.asked()["environment"]["TIMEZONE"] == "Europe/Oslo"


def test_a_variable_that_was_rolled_back_does_not_come_back(stage: ReleaseStage) -> None:
    assert stage.deploy(saying("two"), "--set", "NEW=bad").exit_code == 0
    stage.rollback()
    assert stage.up().exit_code == 0
    assert "NEW" not in stage.live_variables()


def test_code_that_was_deployed_stays_when_a_setting_changes(stage: ReleaseStage) -> None:
    before = int(stage.version())
    assert stage.deploy(saying("two")).exit_code == 0
    result = stage.up("--parameter", "Currency=EUR")
    assert result.exit_code == 0, result.output
    assert _marks(stage) == {"two"}
    assert stage.asked()["environment"]["CURRENCY"] == "EUR"
    assert "~CURRENCY" in result.stdout
    again = stage.up()
    assert "Nothing has to change" in again.stdout
    assert f"To bring newer code: python -m infra deploy --stack {stage.site.stack}" in again.stderr
    assert int(stage.version()) > before


def test_what_up_released_is_taken_back_by_a_rollback(stage: ReleaseStage) -> None:
    assert stage.up("--parameter", "Currency=EUR").exit_code == 0
    stage.site.zip_says = saying("two")
    result = stage.up(ships=True)
    assert result.exit_code == 0, result.output
    assert "python -m infra rollback" in result.stdout
    assert _marks(stage) == {"two"}
    stage.rollback()
    assert (_marks(stage), stage.asked()["environment"]["CURRENCY"]) == ({"one"}, "EUR")
    stage.rollback()
    assert (_marks(stage), stage.asked()["environment"]["CURRENCY"]) == ({"one"}, "USD")


def test_versions_of_up_are_pruned_also_when_an_answer_of_lambdas_is_lost(stage: ReleaseStage) -> None:
    def ours() -> list[str]:
        versions = stage.site.client("lambda").list_versions_by_function(FunctionName=stage.names[0])["Versions"]
        return [each["Version"] for each in versions if each.get("Description", "").startswith("deploy ")]

    def lost(_: int, called: str, do: Callable[[], Answer]) -> Answer | None:
        answer = do()
        return None if called == "DeleteFunction" else answer

    stage.cloud.fault = lost
    for currency in ("EUR", "NOK", "SEK"):
        result = stage.up("--parameter", f"Currency={currency}")
        assert result.exit_code == 0, result.output
        assert stage.asked()["environment"]["CURRENCY"] == currency
    assert ours()[-1] == stage.version()
    assert len(ours()) == 2, "what serves, and what a rollback goes back to"


def test_the_faster_start_makes_a_version_with_a_snapshot_and_its_end_one_without(stage: ReleaseStage) -> None:
    def live() -> str:
        client = stage.site.client("lambda")
        config = client.get_function_configuration(FunctionName=stage.names[0], Qualifier="live")
        return str((config.get("SnapStart") or {}).get("ApplyOn", "None"))

    before = stage.version()
    for chosen, snapshot in (("true", "PublishedVersions"), ("false", "None")):
        result = stage.up("--parameter", f"FastStart={chosen}")
        assert result.exit_code == 0, result.output
        assert live() == snapshot
        assert stage.version() != before
        before = stage.version()


@pytest.mark.parametrize("code", ["raise ValueError('never starts')", "def lambda_handler(e, c): return {}"])
def test_code_that_does_not_work_never_serves(stage: ReleaseStage, code: str) -> None:
    before, stage.site.zip_says = stage.version(), code
    result = stage.up(ships=True)
    assert result.exit_code == 1
    assert "Production was restored" in result.stderr
    assert (stage.version(), _marks(stage)) == (before, {"one"})
    again = stage.up("--parameter", "Currency=EUR")
    assert again.exit_code == 0, again.output
    assert (_marks(stage), stage.asked()["environment"]["CURRENCY"]) == ({"one"}, "EUR")


def test_a_setting_with_which_nothing_starts_never_serves_and_is_not_forgotten(stage: ReleaseStage) -> None:
    assert stage.deploy(saying("two", refuses="EUR")).exit_code == 0
    for arguments in (("--parameter", "Currency=EUR"), ()):
        result = stage.up(*arguments)
        assert result.exit_code == 1, result.output
        assert (_marks(stage), stage.asked()["environment"]["CURRENCY"]) == ({"two"}, "USD")
    assert stage.up("--parameter", "Currency=USD").exit_code == 0


def test_a_zip_that_is_not_the_apps_is_refused_before_anything_changes(stage: ReleaseStage) -> None:
    stage.site.modules = ("app",)
    result = stage.up(ships=True)
    assert result.exit_code == 1
    assert "The zip has no lambda_function.py" in result.stderr


def test_an_up_that_fails_takes_back_no_deploy(stage: ReleaseStage) -> None:
    assert stage.deploy(saying("two"), "--set", "NEW=kept").exit_code == 0
    functions = ["BotFunction", "WebFunction", "AnnounceFunction"]
    stage.others = {"Other": {**CANNOT_BE_MADE, "DependsOn": functions}}
    result = stage.up("--parameter", "Currency=EUR")
    assert result.exit_code == 1
    assert "was rolled back" in result.stderr
    assert _marks(stage) == {"two"}
    environment = stage.asked()["environment"]
    assert (environment["NEW"], environment["CURRENCY"]) == ("kept", "USD")
    stage.others = {}
    assert stage.up("--parameter", "Currency=EUR").exit_code == 0
    assert _marks(stage) == {"two"}


def test_who_says_no_to_what_would_serve_keeps_what_serves(stage: ReleaseStage) -> None:
    result = stage.site.run(
        *("up", "--stack", stage.site.stack, "--template", str(stage.site.folder / "template.json")),
        *("--parameter", "Currency=EUR"),
        answers="y\ny\nn\n",
        environment=stage._environment,
    )
    assert result.exit_code == 1
    assert "Let this serve? [y/N]" in result.stderr
    assert "Production was not changed." in result.stderr
    assert stage.asked()["environment"]["CURRENCY"] == "USD"
    assert stage.up().exit_code == 0
    assert stage.asked()["environment"]["CURRENCY"] == "EUR"


def test_a_token_that_was_written_past_up_is_tried_before_it_serves(stage: ReleaseStage) -> None:
    secrets, before = stage.site.client("secretsmanager"), stage.site.secret
    serves = stage.asked()["environment"]["SLACK_BOT_TOKEN"]
    try:
        for key, value, said in (
            ("slack_bot_token", "xoxb-0987654321-of-nobody", "Slack refuses the bot token (invalid_auth)."),
            ("slack_signing_secret", "hunter2", "This is not a slack_signing_secret"),
        ):
            secrets.put_secret_value(SecretId=stage.site.stack, SecretString=json.dumps({**before, key: value}))
            result = stage.up()
            assert result.exit_code == 1
            assert said in result.stderr
            assert stage.asked()["environment"]["SLACK_BOT_TOKEN"] == serves
    finally:
        secrets.put_secret_value(SecretId=stage.site.stack, SecretString=json.dumps(before))


def test_what_is_set_apart_for_the_web_function_already_counts_as_free(stage: ReleaseStage) -> None:
    functions = stage.site.client("lambda")
    web = stage.site.outputs["WebFunctionName"]
    functions.put_function_concurrency(FunctionName=web, ReservedConcurrentExecutions=20)
    unreserved = functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    result = stage.up("--parameter", "WebConcurrency=1000")
    assert result.exit_code == 1
    assert f"At most {unreserved + 20 - 100} can be." in result.stderr


def test_no_secret_is_on_the_screen_of_a_release(stage: ReleaseStage) -> None:
    result = stage.up("--renew", "slack_signing_secret", environment=NEWER)
    assert "~SLACK_SIGNING_SECRET" in result.stdout
    assert "f" * 32 not in result.output
    assert "f" * 32 not in "".join(path.read_text() for path in stage.site.folder.rglob("journal.jsonl"))
    assert json.loads(stage.site.client("secretsmanager").get_secret_value(SecretId=stage.site.stack)["SecretString"])


def test_a_deploy_checks_the_address_that_people_use(stage: ReleaseStage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage.up("--parameter", "PublicHost=trips.example.com").exit_code == 0
    asked: list[str] = []

    def nobody(_method: str, url: str, *_rest: object) -> None:
        asked.append(url)
        raise Unreachable("nobody answers.")

    monkeypatch.setattr("infra.smoke.fetch._fetched", nobody)
    zipped = stage.site.folder / "newer.zip"
    write_zip(zipped, MODULES, saying("two"))
    result = stage.run("deploy", "--zip", str(zipped), "--yes")
    assert (result.exit_code, "The public address fails" in result.output) == (1, True), result.output
    assert "https://trips.example.com/api/health" in asked
    assert [url for url in asked if "cloudfront.net" in url] == []
    assert _marks(stage) == {"one"}


def test_so_does_the_rollback_that_a_deploy_shows(stage: ReleaseStage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage.up("--parameter", "PublicHost=trips.example.com").exit_code == 0
    result = stage.deploy(saying("two"))
    (shown,) = re.findall(r"To go back: python -m infra (.*)$", result.stdout, re.MULTILINE)
    command, *arguments = shown.split()
    assert arguments[:2] == ["--stack", stage.site.stack]
    asked: list[str] = []

    def nobody(_method: str, url: str, *_rest: object) -> None:
        asked.append(url)
        raise Unreachable("nobody answers.")

    monkeypatch.setattr("infra.smoke.fetch._fetched", nobody)
    result = stage.run(command, *arguments[2:], "--yes")
    assert "Production was rolled back, but its public address fails" in result.output
    assert "https://trips.example.com/api/health" in asked
    assert _marks(stage) == {"one"}
