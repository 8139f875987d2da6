"""Settings, read once from the environment. A missing or malformed value stops the start with its name.

pydantic is not used: its import alone is a sixth of the bot's cold start (docs/adr/0011).
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from charter.money import is_currency_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)

DEFAULT_CURRENCY: Final = "USD"
DEFAULT_TIMEZONE: Final = "America/Los_Angeles"
DEFAULT_METHODS: Final = ("cash", "venmo", "zelle", "card", "check", "other")


class SettingsMalformed(Exception):  # noqa: N818 - said like every other refusal
    """One sentence that names the variable that is wrong, and never its value."""


def read_from(environment: Mapping[str, str], kind: type[T]) -> T:
    """Return the settings of `kind`, a dataclass. Each field is read from the variable of that name in capitals.

    Raises SettingsMalformed.
    """
    values: dict[str, Any] = {}
    for setting in fields(kind):
        name = setting.name.upper()
        text = environment.get(name, "")
        # AWS's console sets an empty variable where none is meant.
        if text:
            try:
                values[setting.name] = _READERS.get(setting.name, str)(text)
            except ValueError as error:
                raise SettingsMalformed(f"The environment variable {name} {error}.") from None
        elif setting.default is MISSING and setting.default_factory is MISSING:
            raise SettingsMalformed(f"The environment variable {name} is missing.")
    return kind(**values)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _methods(text: str) -> tuple[str, ...]:
    methods = tuple(dict.fromkeys(method.lower() for method in _listed(text)))
    if not 1 <= len(methods) <= 100 or any(len(method) > 75 for method in methods):  # noqa: PLR2004 - Slack's select
        raise ValueError("must list 1 to 100 methods of at most 75 letters, separated by commas")
    return methods


def _transports(text: str) -> tuple[str, ...]:
    transports = _listed(text)
    if not transports or not set(transports) <= {"books", "slack", "mail"}:
        raise ValueError("must list books, slack or mail, separated by commas")
    return transports


def _patron_mails(text: str) -> tuple[str, ...]:
    kinds = _listed(text)
    if not set(kinds) <= {"receipts", "changes", "reminders"}:
        raise ValueError("must list receipts, changes or reminders, separated by commas")
    return kinds


def _card_names(text: str) -> str:
    if text not in {"unsigned", "none"}:
        raise ValueError("must be unsigned or none")
    return text


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, as "America"
        raise ValueError("must be the name of a time zone, such as America/Los_Angeles") from None


def _currency(text: str) -> str:
    if not is_currency_code(text):
        raise ValueError("must be three capital letters, such as USD")
    return text


def _address(text: str) -> str:
    if re.fullmatch(r"https?://[^\s/]\S*", text) is None:
        raise ValueError("must be an address that starts with https://")
    return text


def _mailbox(text: str) -> str:
    """Return a mailbox, as `office@example.com` or `Ship Captain Crew <office@example.com>`."""
    if re.fullmatch(r"(?:[^<>@,\r\n]+<)?[^\s<>@,]+@[^\s<>@,]+>?", text) is None or (">" in text) != ("<" in text):
        raise ValueError("must be an e-mail address, such as office@example.com")
    if not text.rpartition("<")[2].partition("@")[0].isascii():
        raise ValueError("must have only plain letters, digits and signs before the @: mail services take no others")
    return text


def _mailboxes(text: str) -> tuple[str, ...]:
    return tuple(_mailbox(part) for part in _listed(text))


def _long(secret: str) -> str:
    if len(secret.encode()) < 32:  # noqa: PLR2004 - HS256 wants a key as long as its hash
        raise ValueError("must be 32 bytes or more")
    return secret


# The reader of each variable that is more than a text. Its ValueError ends a sentence that starts with the name.
_READERS: Final[dict[str, Callable[[str], object]]] = {
    "slack_api_url": _address,
    "public_base_url": _address,
    "dead_letter_queue_url": _address,
    "admin_token_secret": _long,
    "admin_users": _listed,
    "crew_users": _listed,
    "currency": _currency,
    "timezone": _zone,
    "payment_methods": _methods,
    "announce_by": _transports,
    "card_names": _card_names,
    "mail_patrons": _patron_mails,
    "notify_email_to": _mailboxes,
    "notify_email_from": _mailbox,
}
