"""The Lambdas' environment in the local world, for `make run` and for tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from devkit.aws import CREDENTIALS, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS_TABLE = "events"
ANNOUNCEMENTS_TABLE = "announcements"
WAIVERS_BUCKET = "waivers"
TIMEZONE = "America/Los_Angeles"
MAIL_DOMAIN = "shipcaptaincrew.example"
# In `make run` patrons are mailed, so that their mails can be seen.
MAILED_PATRONS = {"MAIL_PATRONS": "receipts,changes,reminders"}
_OF_ANNOUNCING = ("OPS_CHANNEL", "CARD_NAMES", "NOTIFY_EMAIL_", "GMAIL_", "MAIL_PATRONS")


def bot_environment(  # noqa: PLR0913  # each is one variable
    *,
    aws: str,
    slack: str | None,
    public_url: str,
    token_secret: str,
    events_table: str = EVENTS_TABLE,
    announcements_table: str = ANNOUNCEMENTS_TABLE,
    waivers_bucket: str = WAIVERS_BUCKET,
    dead_letters: str | None = None,
) -> dict[str, str]:
    """Return every variable that the Lambdas need. If `slack` is None, those of Slack come from `os.environ`.

    `aws` is the engine's endpoint, `slack` the strict Slack's address without `/api/`, `public_url` the start of links.
    """
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": aws,
        "EVENTS_TABLE": events_table,
        "ANNOUNCEMENTS_TABLE": announcements_table,
        "WAIVERS_BUCKET": waivers_bucket,
        "PUBLIC_BASE_URL": public_url,
        "ADMIN_TOKEN_SECRET": token_secret,
        "TIMEZONE": TIMEZONE,
        **({"DEAD_LETTER_QUEUE_URL": dead_letters} if dead_letters else {}),
        **(_of_the_devkit(slack) if slack else _of_the_real_slack()),
    }


def _of_the_devkit(slack: str) -> dict[str, str]:
    from devkit.slack import people

    return {
        "SLACK_API_URL": f"{slack}/api/",
        "SLACK_SIGNING_SECRET": people.SIGNING_SECRET,
        "SLACK_BOT_TOKEN": people.BOT_TOKEN,
        "SLACK_TEAM_ID": people.TEAM_ID,
        "SLACK_BOT_ID": people.BOT_ID,
        "SLACK_BOT_USER_ID": people.BOT_USER_ID,
        "ADMIN_USERS": "U0OLIVIA",
        "CREW_USERS": "*",
        "OPS_CHANNEL": "C0OFFICE",
        "CARD_NAMES": "unsigned",
        "NOTIFY_EMAIL_TO": f"office@{MAIL_DOMAIN}",
        "NOTIFY_EMAIL_FROM": f"crew@{MAIL_DOMAIN}",
    }


def _of_the_real_slack() -> dict[str, str]:
    """Return the variables of Slack and roles in `os.environ`. Socket Mode has no signatures, so any secret will do."""
    ours = ("SLACK_", "ADMIN_USER", "CREW_USER", *_OF_ANNOUNCING)
    given = {name: value for name, value in os.environ.items() if name.startswith(ours)}
    return {"SLACK_SIGNING_SECRET": "unused-in-socket-mode", **given}


def use(environment: Mapping[str, str]) -> None:
    """Make `environment` this process's own, and remove all other variables of AWS, Slack and mail."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SLACK_", *_OF_ANNOUNCING))]:
        del os.environ[name]
    os.environ.update(environment)
