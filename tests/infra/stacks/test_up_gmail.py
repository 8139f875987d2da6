"""`infra up --gmail-from FUNCTION`: Gmail's credentials come out of an older function's environment, unseen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.stacks.credentials import GMAIL
from tests.infra.deploying.handlers import a_zip
from tests.infra.stacks.building_site import SIGNING_SECRET, SLACK_ENVIRONMENT, TOKEN, BuildingSite, site, standing
from tests.infra.weather import AFTER, BEFORE, Weather

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["site", "standing"]  # fixtures
VALUES = {"gmail_client_id": "canary-id", "gmail_client_secret": "canary-secret", "gmail_refresh_token": "1//canary"}
SLACK = {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}


@pytest.fixture
def old(standing: BuildingSite) -> Iterator[tuple[str, Any]]:
    """The older function: its name, and its client."""
    client, name = standing.client("lambda"), f"{standing.stack}-old"
    client.create_function(
        FunctionName=name,
        Handler="lambda_function.lambda_handler",
        Runtime="python3.9",
        Role="arn:aws:iam::000000000000:role/crew",
        Code={"ZipFile": a_zip()},
        Environment={"Variables": {"ADMIN": "canary-admin", **{key.upper(): value for key, value in VALUES.items()}}},
    )
    yield name, client
    client.delete_function(FunctionName=name)


def test_they_are_in_the_secret_afterwards_and_nowhere_else(standing: BuildingSite, old: tuple[str, Any]) -> None:
    name, client = old
    dry = standing.up("--dry-run", "--gmail-from", name)
    assert dry.exit_code == 0, dry.output
    assert "gmail_refresh_token would be written into the secret" in dry.stderr
    assert standing.secret == SLACK

    result = standing.up("--yes", "--gmail-from", name)
    assert result.exit_code == 0, result.output
    named = ", ".join(key.upper() for key in GMAIL)
    assert f"Taken over from {name}: {named}. The values are not shown, and the function keeps them." in result.stderr
    assert standing.secret == {**SLACK, **VALUES}
    assert "canary" not in dry.output + result.output
    assert {path for path in standing.folder.rglob("*") if path.is_file() and b"canary" in path.read_bytes()} == set()
    again = standing.up("--yes", "--gmail-from", name)
    assert "Nothing has to change" in again.stdout
    assert "Taken over" not in again.output
    kept = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert kept["GMAIL_REFRESH_TOKEN"] == VALUES["gmail_refresh_token"]


def test_what_the_function_lacks_is_said_and_asked_for(standing: BuildingSite, old: tuple[str, Any]) -> None:
    name, client = old
    partly = {"GMAIL_CLIENT_ID": " canary-id ", "GMAIL_CLIENT_SECRET": "canary-secret", "GMAIL_REFRESH_TOKEN": " "}
    client.update_function_configuration(FunctionName=name, Environment={"Variables": partly})
    result = standing.up("--yes", "--gmail-from", name, answers="1//canary\n")
    assert result.exit_code == 0, result.output
    assert f"! {name} has no GMAIL_REFRESH_TOKEN." in result.stderr
    assert "gmail_refresh_token: " in result.stderr
    assert standing.secret == {**SLACK, **VALUES}
    assert "canary" not in result.output


def test_newer_ones_in_the_secret_stay_and_never_mix_with_older_ones(
    standing: BuildingSite, old: tuple[str, Any]
) -> None:
    name, _client = old
    newer = dict.fromkeys(GMAIL, "newer")
    assert standing.up("--yes", "--credentials", "-", answers=json.dumps(newer)).exit_code == 0
    result = standing.up("--yes", "--gmail-from", name)
    assert result.exit_code == 0, result.output
    assert "The secret's stay." in result.stderr
    assert standing.secret == {**SLACK, **newer}
    standing.client("secretsmanager").put_secret_value(
        SecretId=standing.stack, SecretString=json.dumps({**SLACK, "gmail_client_id": "newer"})
    )
    result = standing.up("--yes", "--gmail-from", name)
    assert result.exit_code == 1
    assert "has another gmail_client_id than" in result.stderr
    assert "canary" not in result.output
    assert standing.secret == {**SLACK, "gmail_client_id": "newer"}


def test_a_function_that_is_not_there_changes_nothing(standing: BuildingSite) -> None:
    result = standing.up("--yes", "--gmail-from", "nobodys")
    assert (result.exit_code, "There is no function nobodys" in result.stderr) == (1, True), result.output
    assert standing.secret == SLACK


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("operation", ["GetFunctionConfiguration", "PutSecretValue"])
def test_a_lost_call_is_made_good_by_the_same_command(
    standing: BuildingSite, old: tuple[str, Any], operation: str, when: str
) -> None:
    name, _client = old
    weather = Weather()
    standing.aws = weather.aws
    weather.lose(operation, when)
    result = standing.up("--yes", "--gmail-from", name, environment=SLACK_ENVIRONMENT)
    assert result.exit_code == 1
    assert "canary" not in result.output
    result = standing.up("--yes", "--gmail-from", name)
    assert result.exit_code == 0, result.output
    assert standing.secret == {**SLACK, **VALUES}
