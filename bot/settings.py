"""Settings of the bot, read once from the environment."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from charter.frozen import dataclass
from charter.settings import DEFAULT_CURRENCY, DEFAULT_METHODS, DEFAULT_TIMEZONE, read_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from charter.party_links import PartyLinks

ANYONE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings:
    """Environment of the bot Lambda. Each field is the variable of that name in capitals."""

    slack_signing_secret: str = field(repr=False)
    slack_bot_token: str = field(repr=False)
    slack_team_id: str | None = None
    slack_bot_id: str | None = None
    slack_bot_user_id: str | None = None
    slack_api_url: str = "https://slack.com/api/"
    events_table: str
    public_base_url: str
    admin_token_secret: str = field(repr=False)
    admin_users: tuple[str, ...] = ()
    crew_users: tuple[str, ...] = (ANYONE,)
    admin_usergroup: str | None = None
    crew_usergroup: str | None = None
    currency: str = DEFAULT_CURRENCY
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_TIMEZONE))
    payment_methods: tuple[str, ...] = DEFAULT_METHODS
    aws_lambda_function_name: str = ""
    aws_lambda_function_version: str = "$LATEST"


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """Settings of the views: currency, time zone, payment methods, and the maker of the parties' waiver links."""

    currency: str
    zone: tzinfo
    methods: Sequence[str]
    links: PartyLinks


def read_settings(environment: Mapping[str, str]) -> BotSettings:
    """Return the settings in `environment`. Raises charter.settings.SettingsMalformed."""
    return read_from(environment, BotSettings)
