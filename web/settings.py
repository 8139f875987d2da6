"""The web Lambda's settings, read once from the environment."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from charter.frozen import dataclass
from charter.settings import DEFAULT_CURRENCY, DEFAULT_METHODS, DEFAULT_TIMEZONE, read_from

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The environment of the web Lambda; each field is the variable of that name in capitals."""

    events_table: str
    waivers_bucket: str
    public_base_url: str
    admin_token_secret: str = field(repr=False)
    currency: str = DEFAULT_CURRENCY
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_TIMEZONE))
    payment_methods: tuple[str, ...] = DEFAULT_METHODS
    aws_lambda_function_version: str = "$LATEST"
    """The published version that is running, set by Lambda."""


def read_settings(environment: Mapping[str, str]) -> WebSettings:
    """Return the settings in `environment`. Raises charter.settings.SettingsMalformed."""
    return read_from(environment, WebSettings)
