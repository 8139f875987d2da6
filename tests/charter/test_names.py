"""Names that look alike are compared as equal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter import names

# Names that look alike, and the form in which they are compared.
ALIKE = {
    "pat ohara": (
        *(
            "Pat O'Hara",
            "Pat O’Hara",
            "PAT O‘HARA",
            "Pat OʼHara",
            "Pat O`Hara",
            "Pat O´Hara",
            "Pat O＇Hara",
            "pat o′hara",
        ),
        *("O'Hara, Pat", "O’HARA ,PAT", "O’Hara，Pat", "  Pat \t O'Hara\n", "Pat\u2800O'Hara", "Pat\u00a0O'Hara\u3164"),
    ),
    "anne marie lowe": ("Anne-Marie Lowe", "Anne–Marie Lowe", "Anne—Marie Lowe", "Anne‑Marie Lowe", "Anne Marie Lowe"),
    "lukasz zolc": ("Łukasz Żółć", "LUKASZ ZOLC", "Żółć, Łukasz", unicodedata.normalize("NFD", "Łukasz Żółć")),
    "jose garcia nunez": ("José García Núñez", "Jose\u0301 Garcia Nunez", "JOSÉ GARCÍA NÚÑEZ", "Ｊｏｓé García Núñez"),
    "soren aeroe": ("Søren Ærøe", "SØREN ÆRØE", "Søren Aerøe"),
    "sorena dordevic": ("Sørena Đorđević", "sorena dordevic"),
    "gudrun thor": ("Guðrún Þór", "GUÐRÚN ÞÓR"),
    "isil irmak": ("Işıl Irmak", "IŞIL IRMAK", "İşil İrmak", "isil irmak"),
    "hans gross": ("Hans Groß", "HANS GROẞ", "Hans Gross"),
    "kofi": (
        "Kofi",
        "Kɔfi",
        "Ko\u200bfi",
        "\u200eKofi\u200f",
        "Ko\u00adfi",
        "\ufeffKofi",
        "Ko\u2060fi",
        "\u202eKofi\u202c",
    ),
    "dave kowalski": ("Kowalski, Dave", "Dave Kowalski,", ", Dave Kowalski", "Dave “Kowalski”", "dave_kowalski"),
    "martin king jr": ("Martin King, Jr.", "King, Martin, Jr.", "Martin King Jr", "King Jr., Martin"),
    "j r reyes": ("J.R. Reyes", "J. R. Reyes", "Reyes, J.R."),
    "σωκρατησ": ("Σωκράτης", "ΣΩΚΡΑΤΗΣ"),
    "семен": ("Семён", "СЕМЕН"),
    "שרה": ("שָׂרָה", "שרה"),
    "احمد": ("أَحْمَد", "احمد", "احمـــد"),
    "葛城": ("葛城", "葛\U000e0100城"),
    "filip": ("ﬁlip", "FILIP"),
}
# Names that look different in only a few details.
DIFFERENT = [
    ("Dave", "Davey"),
    ("Anne Marie", "Annemarie"),
    ("Dave Kowalski", "Kowalski Dave"),
    ("かき", "がき"),
    ("किरण", "करण"),
    ("ඉන්දු", "ඉන්ද"),
    ("Ana 2", "Ana 3"),
    ("", ""),
    ("🚤", "🚤"),
    ("…", "!"),
]
SEARCHES = [
    ("kowalski, d", "Dave Kowalski", True),
    ("kowalski,d", "Dave Kowalski", True),
    ("o’h", "Pat O'Hara", True),
    ("lukasz", "Łukasz Nowak", True),
    ("ŁUK now", "Łukasz Nowak", True),
    ("anne—ma", "Anne-Marie Lowe", True),
    ("anne mar", "Anne–Marie", True),
    ("2026-11-2", "Captain Cory 2026-11-23-cory", True),
    ("2026-11-2", "Captain Cory 2026-12-11-cory", False),
    ("", "anybody", True),
    ("\u200b", "anybody", True),
    ("dave lima", "Dave Kowalski", False),
    ("🚤", "Dave 🚤", True),
    ("🚤", "Dave", False),
    ("!", "Dave", False),
    ("dave !", "Dave", True),
]


@pytest.mark.parametrize(("folded", "written"), [(key, text) for key, texts in ALIKE.items() for text in texts])
def test_what_looks_alike_folds_alike(folded: str, written: str) -> None:
    assert names.fold(written) == folded
    assert names.same(written, folded)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_looks_different_stays_apart(one: str, other: str) -> None:
    assert not names.same(one, other)


@pytest.mark.parametrize(("query", "text", "found"), SEARCHES)
def test_a_search_finds_each_word_wherever_it_is(query: str, text: str, *, found: bool) -> None:
    assert names.contains(query, text) == found


def test_words_for_ids_keep_their_order_and_have_plain_letters() -> None:
    words = names.ascii_words("Sunset sail, with Señor O’Brien & Łukasz")
    assert " ".join(words) == "sunset sail with senor obrien lukasz"
    assert names.ascii_words("李 🚤") == []


# Letters of many kinds, with the marks and signs that people's names have.
LETTERS = st.text(
    "abzÅéłøđæıİßſñŽςΣΑёЙאָبـ한かがक्षि李'’ʻ-–—.,_ \u00a0\u200b\u200d\u0301\u0308\u3164\u2800🚤1", max_size=24
)


@given(st.text(max_size=40) | LETTERS)
def test_a_folded_name_folds_to_itself(text: str) -> None:
    assert names.fold(names.fold(text)) == names.fold(text)


@given(LETTERS)
def test_neither_case_nor_the_form_of_letters_makes_another_name(text: str) -> None:
    for other in (text.upper(), text.lower(), unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
        assert names.fold(other) == names.fold(text)


@given(LETTERS, st.integers(0, 24), st.sampled_from("'’ʻ`\u200b\u200e\u2060\u0301\u00ad\ufe0f"))
def test_a_mark_that_nobody_sees_or_types_makes_no_other_name(text: str, place: int, mark: str) -> None:
    assert names.fold(text[:place] + mark + text[place:]) == names.fold(text)


@given(LETTERS, LETTERS)
def test_dashes_and_spaces_separate_alike(one: str, other: str) -> None:
    assert len({names.fold(f"{one}{dash}{other}") for dash in (" ", "-", "–", "—", "‑", "−", "\u00a0", "_")}) == 1


@given(st.text(max_size=40) | LETTERS)
def test_every_name_is_found_by_itself_and_what_folds_to_something_is_visible(text: str) -> None:
    assert names.contains(text, text)
    assert names.is_visible(text) or not names.fold(text)
    assert names.parts(text) == names.fold(text).split()


def test_a_strangers_name_may_have_eight_accents_on_a_letter_and_not_nine() -> None:
    for mark in ("\u0301", "\u20dd"):  # beside a letter, around it
        assert names.is_plain(f"a{mark * 8}b{mark * 8}")
        assert not names.is_plain(f"a{mark * 9}")
        assert names.is_plain(mark * 8)
    assert names.is_plain("क" + "ा" * 9)  # vowel signs that have their own place


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Dave O’Hara-Łukasz Jr.", True),
        ("Marcel·la", True),
        ("奥黛丽·赫本", True),
        ("Dave · paid", False),
        ("Dave | paid", False),
        ("http://evil", False),
        ("h : / / evil", False),
        ("WWW.evil", False),
        ("wwwx", True),
        ("Dave\u2800", False),
        ("Dave\u17b4", False),
        ("👩\u200d👩", True),
        ("❤\ufe0f\u200d🔥", True),
        ("Dave\u200b", True),
        ("Dave\u200b\u200b", False),
        ("Da\u200dve", False),
        ("\U000e0041", False),
        ("\ue000" * 3, True),
        ("\ue000" * 4, False),
    ],
)
def test_a_strangers_name_has_no_link_no_separator_and_no_filler(text: str, *, plain: bool) -> None:
    assert names.is_plain(text) == plain


def test_something_is_visible_where_a_letter_a_digit_a_mark_or_a_sign_shows() -> None:
    for text in ("a", "7", "?", "🚤", " \u2800a"):
        assert names.is_visible(text)
    for text in ("", " ", "\u2800", "\u17b4", "\u200b", "\u0301"):
        assert not names.is_visible(text)
    assert names.without_unseen("a\u200bb\u2800c\u17b4\ufeff") == "ab c"


def test_names_are_listed_with_one_and() -> None:
    assert [names.listed(each) for each in ([], ["Dave"], ["Dave", "Ana"], ["Dave", "Ana", "Bob"])] == [
        "",
        "Dave",
        "Dave and Ana",
        "Dave, Ana and Bob",
    ]


def test_lone_halves_of_letters_and_invisible_ones_make_no_other_name() -> None:
    assert names.fold("da\ud800ve") == names.fold("da\u200bve") == "dave"
    assert names.same("O’Hara, Pat, Jr", "pat ohara JR")
    assert names.fold("King, Jr., Martin, Esq") == "martin king jr esq"
    for suffix in ("Jr.", "Sr", "II", "III", "IV", "Esq.", "MD", "M.D.", "PhD", "Ph.D."):
        assert names.same(f"Dave Kowalski, {suffix}", f"Dave Kowalski {suffix}")
    assert names.fold("a, b, c") == "a b c"
    assert not names.same("…", "…")
    assert names.parts("Łukasz, Ana") == ["ana", "lukasz"]
    assert names.contains("🚤", "the 🚤")
    assert not names.contains("🚤", "the boat")


def test_letters_of_other_alphabets_fold_to_the_nearest_plain_ones() -> None:
    written = "øæœłđðþħŧıȷŋĸɓɗɖƙƴəǝɛɔɵɨʉƀȼɇǥƚɫɍⱥⱦƶɏ"
    assert names.fold(written) == "oaeoelddthhtijnkbddkyeeeooiubcegllratzy"
    assert names.fold("یىک") == "ييك"
    assert names.fold("ـaـ") == "a"
    assert names.fold("O’Hara ʻOkina") == "ohara okina"
    assert names.fold("XØ Xø") == "xo xo"


@given(st.text(st.characters(max_codepoint=127, exclude_characters=","), max_size=40))
def test_plain_letters_fold_as_all_others_do(text: str) -> None:
    assert names.fold(f"{text} ø") == f"{names.fold(text)} o".strip()
