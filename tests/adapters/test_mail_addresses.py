"""Mail addresses with names and domains of any letters, in the form that mail services accept."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from adapters.mail_addresses import in_ascii


@pytest.mark.parametrize(
    "mailbox", ["crew@example.com", "Ship Captain Crew <crew@example.com>", "O'Brien <crew@example.com>"]
)
def test_plain_mailboxes_stay_as_they_are(mailbox: str) -> None:
    assert in_ascii(mailbox) == mailbox


@pytest.mark.parametrize("name", ["Señor Crew", "Käpt'n", "船長", "⛵ Crew", "Ж" * 60, "é" + "x" * 200])
def test_names_become_encoded_words_that_read_the_same(name: str) -> None:
    encoded = in_ascii(f"{name} <crew@example.com>")
    words, address = parseaddr(encoded)
    assert encoded.isascii()
    assert "\n" not in encoded
    assert "\r" not in encoded
    assert str(make_header(decode_header(words))) == name
    assert address == "crew@example.com"
    assert all(len(word) <= 75 for word in words.split())


@pytest.mark.parametrize(
    ("domain", "encoded"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("boat。example", "boat.example"),
        ("ｂｏａｔ.example", "boat.example"),
    ],
)
def test_domains_become_punycode(domain: str, encoded: str) -> None:
    assert in_ascii(f"crew@{domain}") == f"crew@{encoded}"
    assert in_ascii(f"Crew <crew@{domain}>") == f"Crew <crew@{encoded}>"


@pytest.mark.parametrize("name", ["Crew. Ltd", 'The "best" crew', "Crew; boats"])
def test_signs_with_a_meaning_in_addresses_are_quoted(name: str) -> None:
    assert parseaddr(in_ascii(f"{name} <crew@example.com>")) == (name, "crew@example.com")
