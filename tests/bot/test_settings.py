"""The environment: a missing or malformed variable stops the start with one sentence that names it, not its value."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.settings import read_settings
from charter.settings import SettingsMalformed
from devkit.aws import ROOT
from tests.bot.conftest import last, opened

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

COMPLETE = {
    "SLACK_SIGNING_SECRET": "a-signing-secret",
    "SLACK_BOT_TOKEN": "xoxb-token",
    "EVENTS_TABLE": "events",
    "PUBLIC_BASE_URL": "https://trips.example.com",
    "ADMIN_TOKEN_SECRET": "x" * 32,
}

MALFORMED = {
    ("ADMIN_TOKEN_SECRET", "hunter2-" + "x" * 23): "must be 32 bytes or more",
    ("PUBLIC_BASE_URL", "hunter2.example.com"): "must be an address that starts with https://",
    ("PUBLIC_BASE_URL", "https://hunter2 example.com"): "must be an address that starts with https://",
    ("PUBLIC_BASE_URL", "https://"): "must be an address that starts with https://",
    ("SLACK_API_URL", "ftp://hunter2"): "must be an address that starts with https://",
    ("CURRENCY", "hunter2"): "must be three capital letters, such as USD",
    ("CURRENCY", "usd"): "must be three capital letters, such as USD",
    ("TIMEZONE", "Hunter2/Harbor"): "must be the name of a time zone, such as America/Los_Angeles",
    ("TIMEZONE", "../../hunter2"): "must be the name of a time zone, such as America/Los_Angeles",
    ("TIMEZONE", "America"): "must be the name of a time zone, such as America/Los_Angeles",
    ("PAYMENT_METHODS", " , ,"): "must list 1 to 100 methods of at most 75 letters, separated by commas",
    ("PAYMENT_METHODS", "hunter2" * 11): "must list 1 to 100 methods of at most 75 letters, separated by commas",
    ("PAYMENT_METHODS", ",".join(f"hunter2-{n}" for n in range(101))): (
        "must list 1 to 100 methods of at most 75 letters, separated by commas"
    ),
}


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_each_required_variable_is_named_when_it_is_missing_or_empty(name: str, how: str) -> None:
    environment = {**COMPLETE, name: ""} if how == "empty" else {k: v for k, v in COMPLETE.items() if k != name}
    with pytest.raises(SettingsMalformed) as caught:
        read_settings(environment)
    assert str(caught.value) == f"The environment variable {name} is missing."


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_each_malformed_variable_is_named_and_its_value_is_not(name: str, value: str) -> None:
    with pytest.raises(SettingsMalformed) as caught:
        read_settings({**COMPLETE, name: value})
    assert str(caught.value) == f"The environment variable {name} {MALFORMED[name, value]}."
    assert caught.value.__suppress_context__, "a traceback would show the value through its cause"


def test_the_defaults() -> None:
    settings = read_settings({**COMPLETE, "CURRENCY": "", "CREW_USERS": "", "SLACK_TEAM_ID": "", "UNRELATED": "x"})
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.admin_users, settings.crew_users) == ((), ("*",))
    assert (settings.admin_usergroup, settings.crew_usergroup, settings.slack_team_id) == (None, None, None)
    assert (settings.currency, settings.timezone.key) == ("USD", "America/Los_Angeles")
    assert settings.payment_methods == ("cash", "venmo", "zelle", "card", "check", "other")


def test_lists_are_read_with_their_spaces_and_doubles() -> None:
    settings = read_settings({**COMPLETE, "ADMIN_USERS": " U1 , U2,,", "PAYMENT_METHODS": "Cash, PayPal ,cash"})
    assert settings.admin_users == ("U1", "U2")
    assert settings.payment_methods == ("cash", "paypal")


def test_a_secret_is_measured_in_bytes() -> None:
    assert read_settings({**COMPLETE, "ADMIN_TOKEN_SECRET": "ü" * 16}).events_table == "events"


def test_no_secret_shows_where_settings_are_printed() -> None:
    printed = repr(read_settings(COMPLETE))
    assert "events" in printed
    assert not any(COMPLETE[name] in printed for name in COMPLETE if "SECRET" in name or "TOKEN" in name)


def test_the_lambda_does_not_start_and_says_why_in_one_sentence() -> None:
    environment = {**COMPLETE, "PUBLIC_BASE_URL": "hunter2"}
    ended = subprocess.run(
        [sys.executable, "-c", "import lambda_function"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = "The environment variable PUBLIC_BASE_URL must be an address that starts with https://."
    assert ended.stderr.splitlines()[-1].endswith(f"SettingsMalformed: {sentence}")
    assert not any(value in ended.stderr for value in ("hunter2", "xoxb-token", "a-signing-secret"))


def test_settings_reach_the_form_and_the_card(bot_stage: BotStage) -> None:
    bot_stage.restart(
        PAYMENT_METHODS="PayPal,cash", TIMEZONE="America/New_York", PUBLIC_BASE_URL="https://boats.example.org/"
    )
    form = opened(bot_stage.dana)
    assert form.options("method") == ["Paypal", "Cash"]
    assert form.options("event") == ["Captain Cory, afternoon · Sat May 23, 4:00 PM"]
    bot_stage.dana.command("/waiver", "2026-05-23-captain-cory-afternoon")
    assert "https://boats.example.org/g/2026-05-23-captain-cory-afternoon/waiver" in last(bot_stage.dana).fallback
