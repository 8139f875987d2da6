"""Patrons: names as people have them, ids that are safe everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.enrolling import check_phone
from charter.patrons import LONGEST_NAME, check_name, check_patron_id, walk_up_id
from charter.refusals import NameMalformed, PatronIdMalformed, PhoneMalformed


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dave Kowalski", "Dave Kowalski"),
        ("  Dave \t Kowalski\n", "Dave Kowalski"),
        ("Zoë 🚤 O'Brien-Ñandú", "Zoë 🚤 O'Brien-Ñandú"),
        ("👩‍👩‍👧 Reyes", "👩‍👩‍👧 Reyes"),  # a family of three, joined by invisible joiners
        ("<!channel> & Sons", "<!channel> & Sons"),  # escaping is the screen's work
        ("Dave\x00Kowalski\x1b[2J", "Dave Kowalski [2J"),
        ("Dave\u2028Kowalski", "Dave Kowalski"),
        ("Dave\u202eeve", "Daveeve"),
        ("\u2067Dave\u2069", "Dave"),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME),
        (" " * 500 + "Dave", "Dave"),
        ("李", "李"),
    ],
)
def test_a_name_is_one_line_without_control_characters(typed: str, name: str) -> None:
    assert check_name(typed) == name


NOTHING_TO_SEE = {
    "nothing": "",
    "spaces": " \u00a0\u3000\t",
    "controls": "\x00\x07",
    "a zero-width space": "\u200b",
    "joiners": "\u200d\ufe0f \u2060",
    "a Hangul filler": "\u3164",
    "half a Hangul filler": "\uffa0 \uffa0",
    "fillers of syllables": "\u115f\u1160",
    "a braille blank": "\u2800\u2800",
    "Khmer vowels that show nothing": "\u17b4\u17b5",
    "marks without a letter": "\u0301\u0308",
    "direction marks": "\u200e\u200f\u061c",
    "a soft hyphen": "\u00ad",
    "tags": "\U000e0041\U000e007f",
    "letters of nobody's alphabet": "\ue000",
    "a blank hieroglyph": "\U00013441",
}


@pytest.mark.parametrize(
    "typed", [*NOTHING_TO_SEE.values(), "x" * (LONGEST_NAME + 1)], ids=[*NOTHING_TO_SEE, "too long"]
)
def test_a_name_of_which_nothing_or_too_much_is_seen_is_refused(typed: str) -> None:
    with pytest.raises(NameMalformed) as raised:
        check_name(typed)
    assert raised.value.field == "name"


@given(st.text(max_size=120))
def test_a_checked_name_stays_as_it_is_when_it_is_checked_again(typed: str) -> None:
    try:
        name = check_name(typed)
    except NameMalformed:
        return
    assert check_name(name) == name
    assert name.encode()  # lone halves of letters cannot be sent


@pytest.mark.parametrize("text", ["dave", "Dave.K", "dave@example.com", "+1-555", "a", "_", "x" * 64])
def test_a_patron_id_keeps_what_e_mail_and_telephone_have(text: str) -> None:
    assert check_patron_id(text) == text


@pytest.mark.parametrize("text", ["", " ", "a b", "a/b", "dave\n", "dävé", "٣", "a#b", "x" * 65, "\x00"])
def test_what_is_no_patron_id_is_refused(text: str) -> None:
    with pytest.raises(PatronIdMalformed):
        check_patron_id(text)


@given(st.text(min_size=1, max_size=LONGEST_NAME), st.text(min_size=1, max_size=64))
def test_every_name_makes_a_patron_id_that_is_the_same_each_time(name: str, payment_id: str) -> None:
    patron_id = walk_up_id(name, payment_id)
    assert check_patron_id(patron_id) == patron_id == walk_up_id(name, payment_id)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Zoë O'Brien", "zoe-obrien-"),
        ("Łukasz Øst", "lukasz-ost-"),
        ("Groß–Ðæn", "gross-daen-"),
        ("李 🚤", "patron-"),
        ("x" * 80, "x" * 40 + "-"),
    ],
)
def test_a_walk_ups_id_can_be_read(name: str, start: str) -> None:
    assert walk_up_id(name, "p1").startswith(start)


def test_a_phone_may_have_an_extension() -> None:
    assert check_phone(" +1 (415)  555-0101 x 12 ") == "+1 (415) 555-0101 x 12"
    for text in ("+1 415 555 0101 X12", "415 555 0101 x", "1234", "1" * 21):
        with pytest.raises(PhoneMalformed):
            check_phone(text)


def test_two_walk_ups_of_one_name_are_two_people() -> None:
    assert walk_up_id("Dave", "p1") != walk_up_id("Dave", "p2")
