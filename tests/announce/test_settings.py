"""The announce Lambda's environment: a missing or malformed variable stops the start and is named."""

from __future__ import annotations

import pytest

from announce.settings import read_settings
from charter.settings import SettingsMalformed

COMPLETE = {
    "SLACK_BOT_TOKEN": "xoxb-token",
    "EVENTS_TABLE": "events",
    "ANNOUNCEMENTS_TABLE": "announcements",
    "PUBLIC_BASE_URL": "https://trips.example.com",
}
MAIL = {"NOTIFY_EMAIL_TO": "office@example.com", "NOTIFY_EMAIL_FROM": "crew@example.com"}
GMAIL = {"GMAIL_CLIENT_ID": "id", "GMAIL_CLIENT_SECRET": "hunter2-secret", "GMAIL_REFRESH_TOKEN": "hunter2-token"}


@pytest.mark.parametrize("name", COMPLETE)
def test_what_is_required_is_named_when_it_is_missing(name: str) -> None:
    with pytest.raises(SettingsMalformed, match=rf"^The environment variable {name} is missing\.$"):
        read_settings({**COMPLETE, name: ""})


def test_nothing_more_is_required() -> None:
    settings = read_settings(COMPLETE)
    assert (settings.ops_channel, settings.notify_email_to) == (None, ())
    assert settings.announce_by == ("books", "slack", "mail")


def test_who_is_mailed_and_by_whom() -> None:
    several = {"NOTIFY_EMAIL_TO": "office@example.com, Olivia Park <olivia@example.com>"}
    settings = read_settings(COMPLETE | MAIL | several)
    assert settings.notify_email_to == ("office@example.com", "Olivia Park <olivia@example.com>")
    assert settings.notify_email_from == "crew@example.com"


def test_mail_needs_a_sender_for_ses_sends_what_gmail_does_not() -> None:
    with pytest.raises(SettingsMalformed, match="NOTIFY_EMAIL_FROM is missing"):
        read_settings(COMPLETE | MAIL | GMAIL | {"NOTIFY_EMAIL_FROM": ""})


def test_patrons_are_mailed_only_where_it_is_said_and_they_can_answer() -> None:
    assert read_settings(COMPLETE | MAIL).mail_patrons == ()
    patrons = COMPLETE | MAIL | {"MAIL_PATRONS": "receipts, reminders", "ADMIN_TOKEN_SECRET": "hunter2-" * 5}
    assert read_settings(patrons).mail_patrons == ("receipts", "reminders")
    assert "hunter2" not in repr(read_settings(patrons))
    assert read_settings({**patrons, "NOTIFY_EMAIL_TO": "", "ADMIN_TOKEN_SECRET": ""}).notify_email_to == ()
    for name in ("NOTIFY_EMAIL_FROM", "ADMIN_TOKEN_SECRET"):
        with pytest.raises(SettingsMalformed, match=rf"^The environment variable {name} is missing\.$"):
            read_settings({**patrons, name: ""})


@pytest.mark.parametrize("name", GMAIL)
def test_two_thirds_of_gmails_access_are_a_slip(name: str) -> None:
    with pytest.raises(SettingsMalformed, match=rf"^The environment variable {name} is missing\.$"):
        read_settings(COMPLETE | MAIL | GMAIL | {name: ""})


MALFORMED = {
    ("NOTIFY_EMAIL_TO", "hunter2"): "be an e-mail address",
    ("NOTIFY_EMAIL_TO", "office@example.com,hunter2@"): "be an e-mail address",
    ("NOTIFY_EMAIL_FROM", "hunter2 <crew@example.com"): "be an e-mail address",
    ("NOTIFY_EMAIL_FROM", "crew@example.com>"): "be an e-mail address",
    ("NOTIFY_EMAIL_FROM", "hunter2\r\nBcc: eve@example.org <crew@example.com>"): "be an e-mail address",
    ("NOTIFY_EMAIL_FROM", "crew@example.com\r\nBcc: eve@example.org"): "be an e-mail address",
    ("MAIL_PATRONS", "hunter2"): "list receipts, changes or reminders",
    ("ANNOUNCE_BY", "hunter2"): "list books, slack or mail",
    ("ANNOUNCE_BY", "slack,pigeon"): "list books, slack or mail",
    ("ANNOUNCE_BY", ","): "list books, slack or mail",
}


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: f"{case[0]}={case[1]!r}")
def test_a_malformed_variable_is_named_and_its_value_is_not_shown(case: tuple[str, str]) -> None:
    name, text = case
    with pytest.raises(SettingsMalformed) as refused:
        read_settings(COMPLETE | MAIL | {name: text})
    assert str(refused.value).startswith(f"The environment variable {name} must {MALFORMED[case]}")
    assert "hunter2" not in str(refused.value)


def test_secrets_are_not_shown() -> None:
    shown = repr(read_settings(COMPLETE | MAIL | GMAIL))
    assert "hunter2" not in shown
    assert "xoxb" not in shown


@pytest.mark.parametrize("mailbox", ["böb@example.com", "Crew <böb@example.com>"])
def test_an_address_whose_own_part_is_not_ascii_is_refused(mailbox: str) -> None:
    with pytest.raises(SettingsMalformed, match="plain letters, digits and signs before the @") as refused:
        read_settings(COMPLETE | MAIL | {"NOTIFY_EMAIL_FROM": mailbox})
    assert "böb" not in str(refused.value)


@pytest.mark.parametrize("mailbox", ["Señor Crew <crew@bücher.example>", "crew@例え.example"])
def test_names_and_domains_of_any_letters_are_taken(mailbox: str) -> None:
    assert read_settings(COMPLETE | MAIL | {"NOTIFY_EMAIL_FROM": mailbox}).notify_email_from == mailbox
