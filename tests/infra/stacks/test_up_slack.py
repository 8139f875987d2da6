"""`infra up` asks Slack which app this is: a token that is not good is said before anything is made."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from devkit.listen import free_port
from devkit.slack import people
from tests.infra.stacks.building_site import SIGNING_SECRET, BuildingSite, site, slack

__all__ = ["site", "slack"]  # fixtures

IDS = {"SlackTeamId": people.TEAM_ID, "SlackBotId": people.BOT_ID, "SlackBotUserId": people.BOT_USER_ID}


@pytest.fixture
def wanting(site: BuildingSite) -> BuildingSite:
    """A template that wants to know."""
    for name in IDS:
        site.template["Parameters"][name] = {"Type": "String", "Default": ""}
        site.template["Outputs"][name] = {"Value": {"Fn::Sub": f"=${{{name}}}"}}
    return site


def _ids(site: BuildingSite) -> dict[str, str]:
    return {name: site.outputs[name].removeprefix("=") for name in IDS}


def test_the_ids_that_slack_knows_are_filled_in_and_asked_for_once(
    wanting: BuildingSite, slack: dict[str, str]
) -> None:
    result = wanting.up("--yes", environment=slack)
    assert result.exit_code == 0, result.output
    assert _ids(wanting) == IDS
    assert "Asking Slack" not in wanting.up("--yes", environment=slack).stderr


def test_what_the_operator_says_stands(wanting: BuildingSite, slack: dict[str, str]) -> None:
    result = wanting.up("--yes", "--parameter", "SlackTeamId=T0123456789", environment=slack)
    assert result.exit_code == 0, result.output
    assert _ids(wanting) == {**IDS, "SlackTeamId": "T0123456789"}


def test_a_token_that_slack_does_not_take_is_said_before_anything_is_made(
    wanting: BuildingSite, slack: dict[str, str]
) -> None:
    result = wanting.up("--yes", environment={**slack, "SLACK_BOT_TOKEN": "xoxb-of-nobody-at-all"})
    assert result.exit_code == 1
    assert "Slack refuses the bot token (invalid_auth)." in result.stderr
    assert "xoxb-of-nobody" not in result.output
    assert wanting.status == ""
    secrets = wanting.client("secretsmanager").list_secrets()["SecretList"]
    assert wanting.stack not in [each["Name"] for each in secrets], "it is tried before it is written"
    mended = wanting.up("--yes", "--renew", "slack_bot_token", environment=slack)
    assert mended.exit_code == 0, mended.output


def test_a_renewed_token_is_tried_before_it_is_written(wanting: BuildingSite, slack: dict[str, str]) -> None:
    assert wanting.up("--yes", environment=slack).exit_code == 0
    before = wanting.secret
    bad = {**slack, "SLACK_BOT_TOKEN": "xoxb-of-nobody-at-all"}
    for arguments, answers in (
        (("--renew", "slack_bot_token"), ""),
        (("--credentials", "-"), json.dumps({"slack_bot_token": "xoxb-of-nobody-at-all"})),
    ):
        result = wanting.up("--yes", *arguments, environment=bad, answers=answers)
        assert result.exit_code == 1
        assert "Slack refuses the bot token (invalid_auth)." in result.stderr
        assert wanting.secret == before


def test_a_token_that_no_slack_tried_is_written_only_by_a_yes(wanting: BuildingSite, slack: dict[str, str]) -> None:
    assert wanting.up("--yes", environment=slack).exit_code == 0
    before = wanting.secret
    nowhere = {"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/", "SLACK_BOT_TOKEN": "xoxb-0987654321-newer"}
    result = wanting.up("--renew", "slack_bot_token", environment=nowhere, answers="y\nn\n")
    assert result.exit_code == 1
    assert "Slack could not check the new token. Write it anyway?" in result.stderr
    assert wanting.secret == before


def test_a_token_of_another_workspace_is_not_written(wanting: BuildingSite, slack: dict[str, str]) -> None:
    assert wanting.up("--yes", "--parameter", "SlackTeamId=T0ANOTHER", environment=slack).exit_code == 0
    wanting_other = {**slack, "SLACK_BOT_TOKEN": people.BOT_TOKEN}
    wanting.client("secretsmanager").put_secret_value(
        SecretId=wanting.stack,
        SecretString=json.dumps({"slack_bot_token": "xoxb-0987654321-older", "slack_signing_secret": SIGNING_SECRET}),
    )
    result = wanting.up("--yes", "--renew", "slack_bot_token", environment=wanting_other)
    assert result.exit_code == 1
    assert f"The new token belongs to the workspace {people.TEAM_ID}" in result.stderr
    assert wanting.secret["slack_bot_token"] == "xoxb-0987654321-older"


def test_a_slack_that_does_not_answer_holds_up_nothing(wanting: BuildingSite) -> None:
    nowhere = {
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
        "SLACK_BOT_TOKEN": people.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }
    result = wanting.up("--yes", environment=nowhere)
    assert result.exit_code == 0, result.output
    assert "Slack did not answer" in result.stderr
    assert _ids(wanting) == dict.fromkeys(IDS, "")


class _SlackWithFewScopes(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the server's own name for it
        body = json.dumps(
            {"ok": True, "team_id": people.TEAM_ID, "bot_id": people.BOT_ID, "user_id": people.BOT_USER_ID}
        )
        self.send_response(200)
        self.send_header("x-oauth-scopes", "commands,chat:write,users:read")
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_scopes_that_the_installed_app_lacks_are_named(wanting: BuildingSite) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _SlackWithFewScopes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = {
        "SLACK_API_URL": f"http://127.0.0.1:{server.server_port}/api/",
        "SLACK_BOT_TOKEN": people.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }
    result = wanting.up("--yes", environment=there)
    server.shutdown()
    server.server_close()
    assert result.exit_code == 0, result.output
    assert "The app lacks channels:history, groups:history, usergroups:read." in result.stderr
