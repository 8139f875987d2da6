"""A second stack in the account has credentials of its own, and takes another's only when a person says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infra.stacks.building_site import SIGNING_SECRET, TOKEN, BuildingSite, site, standing

if TYPE_CHECKING:
    from click.testing import Result

__all__ = ["site", "standing"]  # fixtures

OTHER = "xoxb-0987654321-of-the-second"


@pytest.fixture
def second(standing: BuildingSite) -> BuildingSite:
    """Another stack's engineer, in the account in which the first stack stands."""
    return BuildingSite(standing.endpoint, standing.folder, f"{standing.stack}-b")


def _sharing(second: BuildingSite, first: BuildingSite, *arguments: str, answers: str = "") -> Result:
    return second.up("--yes", "--parameter", f"CredentialsName={first.stack}", *arguments, answers=answers)


def test_its_secret_has_its_own_name_where_nobody_names_one(standing: BuildingSite, second: BuildingSite) -> None:
    options = ("--zip", str(second.folder / "app.zip"), "--template", str(second.folder / "template.json"))
    result = second.run(
        *("up", "--yes", "--stack", second.stack, *options),
        environment={"SLACK_BOT_TOKEN": OTHER, "SLACK_SIGNING_SECRET": SIGNING_SECRET},
    )
    assert result.exit_code == 0, result.output
    assert second.secret["slack_bot_token"] == OTHER
    assert standing.secret["slack_bot_token"] == TOKEN


@pytest.mark.parametrize("answers", ["", "n\n"], ids=["nobody is there", "no"])
def test_a_yes_beforehand_does_not_give_it_anothers_credentials(
    standing: BuildingSite, second: BuildingSite, answers: str
) -> None:
    result = _sharing(second, standing, answers=answers)
    assert result.exit_code == 1
    assert f"The secret {standing.stack} belongs to the stack {standing.stack}." in result.stderr
    assert second.status == ""


@pytest.mark.parametrize(("options", "answers"), [((), "y\n"), (("--share-credentials",), "")])
def test_it_shares_them_when_a_person_or_the_option_says_so_and_is_not_asked_again(
    standing: BuildingSite, second: BuildingSite, options: tuple[str, ...], answers: str
) -> None:
    result = _sharing(second, standing, *options, answers=answers)
    assert result.exit_code == 0, result.output
    assert _sharing(second, standing).exit_code == 0
    assert standing.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}


def test_what_it_shares_it_never_writes(standing: BuildingSite, second: BuildingSite) -> None:
    assert _sharing(second, standing, "--share-credentials").exit_code == 0
    before = standing.secret
    for arguments, answers in (
        (("--renew", "slack_signing_secret"), f"{'f' * 32}\n"),
        (("--credentials", "-"), json.dumps({"slack_bot_token": OTHER})),
        (("--use-gmail",), "client\nsecret\nrefresh\n"),
    ):
        result = _sharing(second, standing, *arguments, answers=answers)
        assert result.exit_code == 1
        assert f"use --stack {standing.stack}" in result.stderr
        assert standing.secret == before
    assert standing.up("--yes", "--credentials", "-", answers=json.dumps({"slack_bot_token": OTHER})).exit_code == 0
    assert standing.secret["slack_bot_token"] == OTHER


def test_a_secret_that_no_stack_uses_is_asked_about(site: BuildingSite) -> None:
    site.put_secret(json.dumps({"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}))
    result = site.up(answers="y\nn\n")
    assert result.exit_code == 1
    assert "exists already, and no stack uses it. Use it?" in result.stderr
    assert site.status == ""
