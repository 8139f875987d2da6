"""Pseudonyms replace a person's names in a text, and the rest of the text stays."""

from __future__ import annotations

import pytest

from charter.pseudonyms import (
    Pseudonym,
    Words,
    is_forgotten,
    is_pseudonym,
    new_patron_id,
    plain,
    read_pseudonym,
    same_phone,
)

DAVE = Pseudonym(
    name="Patron 7F3A",
    old_id="dave",
    new_id="forgotten-7f3a",
    names=("Dave O’Hara-Lund",),
    contacts=("Dave@Example.com", "+1 415 555 0101"),
    minors=("Mia Lund",),
)


@pytest.mark.parametrize(
    ("text", "own", "others"),
    [
        ("for DAVE O'HARA LUND.", "for Patron 7F3A.", "for Patron 7F3A."),
        ("Lund, Dave O’Hara’s check", "Patron 7F3A’s check", "Patron 7F3A’s check"),
        ("Dave paid", "Patron 7F3A paid", "Dave paid"),
        ("will dave pay", "will dave pay", "will dave pay"),
        ("mail dave@example.COM", "mail Patron 7F3A", "mail Patron 7F3A"),
        ("call (415) 555-0101 or 415.555.0199", "call forgotten or 415.555.0199", "call forgotten or 415.555.0199"),
        ("with Mia Lund", "with Minor 1 of Patron 7F3A", "with Minor 1 of Patron 7F3A"),
        ("check 415, 5550 and 101", "check 415, 5550 and 101", "check 415, 5550 and 101"),
        ("Davenport", "Davenport", "Davenport"),
        ("", "", ""),
    ],
)
def test_names_phones_and_emails_leave_a_text(text: str, own: str, others: str) -> None:
    assert Words([DAVE], [DAVE]).replaced(text) == own
    assert Words([DAVE]).replaced(text) == others
    assert Words([DAVE], [DAVE]).replaced(own) == own


def test_a_namesake_keeps_their_name_in_texts_of_others() -> None:
    shared = Pseudonym(name="Patron 0001", old_id="a", new_id="forgotten-0001", names=("Bo Lee",), unique=False)
    assert Words([shared]).replaced("Bo Lee came") == "Bo Lee came"
    assert Words([shared], [shared]).replaced("Bo Lee came") == "Patron 0001 came"


def test_a_pseudonym_is_kept_and_known_again() -> None:
    signer = Pseudonym(name="Signer 00FF", old_id="", new_id="", names=(), contacts=(), minors=())
    assert [read_pseudonym(plain(each)) for each in (DAVE, signer)] == [DAVE, signer]
    assert all(map(is_pseudonym, ("Patron 7F3A", "Signer 00FF", "Minor 2 of Patron 7F3A")))
    assert not any(map(is_pseudonym, ("Patron", "Patron Saint", "Dave Patron 7F3A")))
    assert [is_forgotten(each) for each in ("forgotten-7f3a", "forgotten-7f3a-1a2b3c", "forgotten-x", "dave")] == [
        True,
        True,
        False,
        False,
    ]
    made = [new_patron_id("7F3A"), new_patron_id("7F3A", mark="1a2b3c")]
    assert made == ["forgotten-7f3a", "forgotten-7f3a-1a2b3c"]
    assert [same_phone("415 555 0101", each) for each in ("+1 (415) 555-0101", "555 0101", "")] == [True, False, False]
