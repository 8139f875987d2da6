"""Settings: the reader of each variable, and the error for an invalid one."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from charter.settings import DEFAULT_METHODS, SettingsMalformed, read_from


@dataclass
class Settings:
    """Settings with a reader each."""

    slack_api_url: str = ""
    admin_token_secret: str = ""
    admin_users: tuple[str, ...] = ()
    crew_users: tuple[str, ...] = ()
    currency: str = "USD"
    timezone: ZoneInfo | None = None
    payment_methods: tuple[str, ...] = ()
    announce_by: tuple[str, ...] = ()
    card_names: str = "unsigned"
    mail_patrons: tuple[str, ...] = ("receipts",)
    notify_email_to: tuple[str, ...] = ()
    notify_email_from: str = ""
    other: str = "x"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("slack_api_url", "http://localhost:1/api", "http://localhost:1/api"),
        ("admin_token_secret", "ñ" * 16, "ñ" * 16),
        ("admin_users", " U1 ,, U2 ", ("U1", "U2")),
        ("crew_users", "U3, *", ("U3", "*")),
        ("currency", "SEK", "SEK"),
        ("timezone", "Europe/Paris", ZoneInfo("Europe/Paris")),
        ("payment_methods", "Cash, cash,Venmo", ("cash", "venmo")),
        ("payment_methods", "x" * 75, ("x" * 75,)),
        (
            "payment_methods",
            ",".join(f"m{number}" for number in range(100)),
            tuple(f"m{number}" for number in range(100)),
        ),
        ("announce_by", "books,slack, mail", ("books", "slack", "mail")),
        ("card_names", "none", "none"),
        ("mail_patrons", ",", ()),
        ("mail_patrons", "receipts,changes,reminders", ("receipts", "changes", "reminders")),
        ("notify_email_to", "a@x.com, B <b@x.com>", ("a@x.com", "B <b@x.com>")),
        ("notify_email_from", "Crew <a@x.com>", "Crew <a@x.com>"),
        ("notify_email_from", "", ""),
        ("other", "anything", "anything"),
    ],
)
def test_a_setting_is_read_from_the_variable_of_its_name(name: str, text: str, value: object) -> None:
    assert getattr(read_from({name.upper(): text}, Settings), name) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("SLACK_API_URL", "ftp://x", "must be an address that starts with https://"),
        ("SLACK_API_URL", "https:///x", "must be an address that starts with https://"),
        ("ADMIN_TOKEN_SECRET", "x" * 31, "must be 32 bytes or more"),
        ("CURRENCY", "usd", "must be three capital letters, such as USD"),
        ("TIMEZONE", "Mars", "must be the name of a time zone, such as America/Los_Angeles"),
        ("TIMEZONE", "America", "must be the name of a time zone, such as America/Los_Angeles"),
        ("PAYMENT_METHODS", ",", "must list 1 to 100 methods of at most 75 letters, separated by commas"),
        ("PAYMENT_METHODS", "x" * 76, "must list 1 to 100 methods of at most 75 letters, separated by commas"),
        ("PAYMENT_METHODS", ",".join(map(str, range(101))), "must list 1 to 100 methods of at most 75 letters,"),
        ("ANNOUNCE_BY", "fax", "must list books, slack or mail, separated by commas"),
        ("ANNOUNCE_BY", ",", "must list books, slack or mail, separated by commas"),
        ("CARD_NAMES", "all", "must be unsigned or none"),
        ("MAIL_PATRONS", "all", "must list receipts, changes or reminders, separated by commas"),
        ("NOTIFY_EMAIL_TO", "a@x.com,b", "must be an e-mail address, such as office@example.com"),
        ("NOTIFY_EMAIL_FROM", "a@x.com>", "must be an e-mail address, such as office@example.com"),
        ("NOTIFY_EMAIL_FROM", "Crew <a@x.com", "must be an e-mail address, such as office@example.com"),
        ("NOTIFY_EMAIL_FROM", "ñ@x.com", "must have only plain letters, digits and signs before the @:"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_its_value_is_not(name: str, text: str, words: str) -> None:
    with pytest.raises(SettingsMalformed) as raised:
        read_from({name: text}, Settings)
    assert str(raised.value).startswith(f"The environment variable {name} {words}")
    assert str(raised.value).endswith(".")


def test_a_setting_without_a_default_must_be_there() -> None:
    @dataclass
    class Needed:
        table: str

    assert read_from({"TABLE": "events"}, Needed) == Needed("events")
    with pytest.raises(SettingsMalformed, match=r"^The environment variable TABLE is missing\.$"):
        read_from({"TABLE": ""}, Needed)


def test_without_a_setting_the_methods_are_those_of_the_documents() -> None:
    assert DEFAULT_METHODS == ("cash", "venmo", "zelle", "card", "check", "other")
