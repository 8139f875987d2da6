"""Credentials of others: asked for once, kept in one secret, never shown, and never lost."""

from __future__ import annotations

import json

import pytest

from tests.infra.stacks.building_site import SIGNING_SECRET, SLACK_ENVIRONMENT, TOKEN, BuildingSite, site, standing

__all__ = ["site", "standing"]  # fixtures


def test_only_what_is_missing_is_asked_for_unseen_and_what_is_there_stays(site: BuildingSite) -> None:
    site.put_secret(json.dumps({"slack_bot_token": TOKEN, "something_else": "of theirs"}))
    result = site.up("--yes", answers=f"{SIGNING_SECRET}\n", environment={})
    assert result.exit_code == 0, result.output
    assert "slack_signing_secret: " in result.stderr
    assert "slack_bot_token: " not in result.stderr
    assert SIGNING_SECRET not in result.output
    assert site.secret == {
        "slack_bot_token": TOKEN,
        "something_else": "of theirs",
        "slack_signing_secret": SIGNING_SECRET,
    }


def test_the_environment_fills_gaps_and_never_replaces(site: BuildingSite) -> None:
    site.put_secret(json.dumps({"slack_bot_token": TOKEN}))
    stale = {**SLACK_ENVIRONMENT, "SLACK_BOT_TOKEN": "xoxb-0000000000-stale"}
    assert site.up("--yes", environment=stale).exit_code == 0
    assert site.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}


def test_what_is_handed_over_replaces(standing: BuildingSite) -> None:
    newer = json.dumps({"slack_bot_token": "xoxb-0987654321-newer"})
    result = standing.up("--yes", "--credentials", "-", answers=newer)
    assert "now has slack_bot_token." in result.stderr
    assert standing.secret == {"slack_bot_token": "xoxb-0987654321-newer", "slack_signing_secret": SIGNING_SECRET}


def test_what_is_to_be_renewed_is_asked_for_anew_and_nothing_else(standing: BuildingSite) -> None:
    newer = "f" * 32
    result = standing.up("--yes", "--renew", "slack_signing_secret", answers=f"{newer}\n", environment={})
    assert result.exit_code == 0, result.output
    assert newer not in result.output
    assert standing.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": newer}
    assert "Nothing has to change" not in result.stdout, "the functions get it by a new release"


def test_gmails_three_are_wanted_with_gmail_alone(standing: BuildingSite) -> None:
    result = standing.up("--yes", "--use-gmail", answers="client\nsecret\n\trefresh \n")
    assert result.exit_code == 0, result.output
    gmail = {"gmail_client_id": "client", "gmail_client_secret": "secret", "gmail_refresh_token": "refresh"}
    assert standing.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET, **gmail}


def test_a_credential_that_nobody_can_be_asked_for_is_named(site: BuildingSite) -> None:
    result = site.up("--yes", environment={"SLACK_BOT_TOKEN": TOKEN})
    assert result.exit_code == 1
    assert "slack_signing_secret is missing. Set SLACK_SIGNING_SECRET" in result.stderr
    assert site.status == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('{"slack_bot_token": "xapp-1-secret-of-another-kind"}', "This is not a slack_bot_token: it starts with xoxb-"),
        ('{"slack_signing_secret": "hunter2-secret"}', "This is not a slack_signing_secret"),
        ('{"slack_app_token": "xapp-1-secret"}', "Unknown credentials: slack_app_token."),
        ("xoxb-secret", "are not a JSON object"),
        ('["xoxb-secret"]', "are not a JSON object"),
    ],
)
def test_what_is_no_credential_is_refused_without_being_quoted(site: BuildingSite, given: str, message: str) -> None:
    result = site.up("--yes", "--credentials", "-", answers=given)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "secret-of" not in result.output
    assert "hunter2" not in result.output
    assert "xoxb-secret" not in result.output


def test_a_secret_that_holds_something_else_is_left_alone(site: BuildingSite) -> None:
    site.put_secret("just a text")
    result = site.up("--yes")
    assert result.exit_code == 1
    assert f"The secret {site.stack} is not a JSON object." in result.stderr
    assert site.client("secretsmanager").get_secret_value(SecretId=site.stack)["SecretString"] == "just a text"
