"""The announce Lambda's settings, read once from the environment."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from charter.frozen import dataclass
from charter.settings import DEFAULT_CURRENCY, DEFAULT_METHODS, DEFAULT_TIMEZONE, SettingsMalformed, read_from

if TYPE_CHECKING:
    from collections.abc import Mapping

SLACK, MAIL, BOOKS = "slack", "mail", "books"
UNSIGNED, NONE = "unsigned", "none"

_GMAIL: Final = ("gmail_client_id", "gmail_client_secret", "gmail_refresh_token")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceSettings:
    """The environment of the announce Lambda; each field is the variable of that name in capitals."""

    slack_bot_token: str = field(repr=False)
    slack_api_url: str = "https://slack.com/api/"
    events_table: str
    announcements_table: str
    public_base_url: str
    ops_channel: str | None = None
    announce_by: tuple[str, ...] = (BOOKS, SLACK, MAIL)
    """The work of this function: the books, Slack, mail. In AWS mail has a function of its own, so that neither waits
    for the other's outage."""
    waivers_bucket: str | None = None
    """The bucket in which the function of Slack files the list of each cast-off. Without it none is filed."""
    card_names: str = UNSIGNED
    """The names on a boarding card: those of the parties that still have to sign, or none."""
    stack_name: str = "none"
    """The stack whose metrics are counted; CloudWatch takes no empty dimension."""
    dead_letter_queue_url: str | None = None
    """The queue for records that will never be announced. Without it they come again until the stream's retries end."""
    currency: str = DEFAULT_CURRENCY
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_TIMEZONE))
    payment_methods: tuple[str, ...] = DEFAULT_METHODS
    notify_email_to: tuple[str, ...] = ()
    notify_email_from: str | None = None
    mail_patrons: tuple[str, ...] = ()
    """The kinds of mails that patrons get: receipts, changes, reminders. None by default, and none where the office, to
    which patrons answer, gets no mail."""
    admin_token_secret: str | None = field(default=None, repr=False)
    """Makes the links in mails to patrons. Nothing else of this function needs it."""
    gmail_client_id: str | None = None
    gmail_client_secret: str | None = field(default=None, repr=False)
    gmail_refresh_token: str | None = field(default=None, repr=False)


def read_settings(environment: Mapping[str, str]) -> AnnounceSettings:
    """Return the settings in `environment`. Raises charter.settings.SettingsMalformed."""
    settings = read_from(environment, AnnounceSettings)
    # SES needs a sender, also behind Gmail. Gmail needs all three of its variables, so one or two are a mistake.
    # Mails to patrons have links.
    needed = ["notify_email_from"] if settings.notify_email_to else []
    needed += ["admin_token_secret"] if settings.mail_patrons and settings.notify_email_to else []
    needed += _GMAIL if any(getattr(settings, name) for name in _GMAIL) else []
    missing = [name for name in needed if not getattr(settings, name)]
    if missing:
        raise SettingsMalformed(f"The environment variable {missing[0].upper()} is missing.")
    return settings
