"""Matching of signatures to patrons, and the number of a party that they cover: only certain ones count."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.events import SignaturesNotRead
from charter.party_links import PartyLinks, waiver_link
from charter.signatures import Coverage, Signature, coverage_of
from charter.signing import matched
from tests.builders import NOW, a_patron, a_signature, an_event

DAVE = a_patron("dave", name="Dave Kowalski")
INES = a_patron("ines", name="Ines Duarte", party=4)
PAT = a_patron("pat", name="Pat O'Hara")
LUKASZ = a_patron("lukasz", name="Łukasz Żółć")
JOSE, JOSE_TOO = a_patron("jose", name="José Núñez"), a_patron("jose-2", name="Jose Nunez")
EVENT = an_event(DAVE, INES, PAT, LUKASZ, JOSE, JOSE_TOO)


def a_loose(name: str, *, booked_by: str = "", minors: tuple[str, ...] = ()) -> Signature:
    return replace(a_signature(name=name, patron_id=None), booked_by=booked_by, minors=minors)


def whose(name: str, *, link_of: str | None = None, **rest: Any) -> str | None:
    return matched(a_loose(name, **rest), EVENT, link_of=link_of, now=NOW).patron_id


@pytest.mark.parametrize(
    "name",
    [
        "Pat O’Hara",
        "pat o`hara",
        "PAT OʻHARA",
        "O'Hara, Pat",
        "Pat\u200b O'Ha\u00adra",
        "\u202aPat O'Hara\u202c",
        unicodedata.normalize("NFD", "Pat O’Hára"),
    ],
)
def test_a_name_that_looks_like_one_patrons_is_theirs(name: str) -> None:
    assert whose(name) == "pat"


def test_letters_that_do_not_decompose_are_compared_as_people_write_them() -> None:
    assert whose("Lukasz Zolc") == "lukasz"


def test_two_patrons_of_one_name_are_a_question() -> None:
    assert whose("José Núñez") is None
    assert whose("Jose Nunez", booked_by="Jose Nunez") is None
    assert whose("Jose Nunez", link_of="jose") == "jose"


def test_who_booked_for_themselves_is_found_by_their_own_name() -> None:
    said = ("I", "I did", "me", "Myself", "self", "Same")
    assert [whose("Lukasz Zolc", booked_by=each) for each in said] == ["lukasz"] * len(said)


@pytest.mark.parametrize(
    ("name", "booked_by", "patron_id"),
    [
        ("Rui Duarte", "ines duarte", "ines"),
        ("Rui Duarte", "", None),
        ("Rui Duarte", "Somebody Else", None),
        ("Dave Kowalski", "myself", "dave"),
        ("Dave Kowalski", "Dave Kowalski", "dave"),
        ("Dave Kowalski", "Ines Duarte", None),  # a namesake in her party, or Dave himself: nobody knows
        ("Dave Kowalski", "Somebody Else", None),
        ("Rui Duarte", "Jose Nunez", None),
    ],
)
def test_who_booked_matches_where_exactly_one_patron_fits(name: str, booked_by: str, patron_id: str | None) -> None:
    assert whose(name, booked_by=booked_by) == patron_id


def test_how_and_when_it_was_matched_is_kept() -> None:
    ways = [
        matched(a_loose("Dave Kowalski"), EVENT, link_of=None, now=NOW),
        matched(a_loose("Dave Kowalski"), EVENT, link_of="dave", now=NOW),
        matched(a_loose("Zed Cooper"), EVENT, link_of="dave", now=NOW),
        matched(a_loose("Zed Cooper", booked_by="Dave Kowalski"), EVENT, link_of=None, now=NOW),
    ]
    assert [way.matched_by for way in ways] == ["name", "name", "link", "booked_by"]
    assert {way.matched_at for way in ways} == {"2026-05-23T20:30:00.000Z"}


def test_another_name_over_a_personal_link_does_not_clear_the_patron() -> None:
    signature = matched(a_loose("Zed Cooper"), EVENT, link_of="dave", now=NOW)
    event = replace(EVENT, signatures={"s1": signature})
    assert str(event.coverage("dave")) == "0 of 1 signed"
    assert not event.signed("dave")
    assert event.unmatched == []


def covered(*signatures: Signature, party: int = 4) -> str:
    return str(coverage_of(replace(INES, party=party), signatures))


def of_ines(name: str, *, minors: tuple[str, ...] = (), matched_by: str = "link") -> Signature:
    return a_signature(name, name=name, patron_id="ines", minors=minors, matched_by=matched_by)


OWN = of_ines("Ines Duarte", matched_by="name")


def test_everybody_in_a_party_counts_by_a_signature_or_as_a_minor() -> None:
    assert covered() == "0 of 4 signed"
    assert covered(OWN) == "1 of 4 signed"
    assert covered(OWN, of_ines("Rui Duarte")) == "2 of 4 signed"
    assert covered(of_ines("Ines Duarte", minors=("Lia", "Tom"), matched_by="name"), of_ines("Rui")) == "4 of 4 signed"


def test_the_same_person_signed_twice_counts_once() -> None:
    again = replace(OWN, signature_id="again", name="INES  DUARTE")
    assert covered(OWN, again) == "1 of 4 signed"
    assert covered(of_ines("Rui", minors=("Lia",)), of_ines("Ana", minors=("lia",))) == "3 of 4 signed"


def test_others_cannot_sign_for_the_patron() -> None:
    others = [of_ines(name) for name in ("Rui", "Ana", "Bea", "Caio", "Davi")]
    assert covered(*others) == "3 of 4 signed"
    assert covered(*others, OWN) == "4 of 4 signed"


def test_a_patron_who_is_a_minor_is_covered_in_the_guardians_signature() -> None:
    guardian = matched(a_loose("Ana Lima", minors=("Dave Kowalski",)), EVENT, link_of="dave", now=NOW)
    assert coverage_of(DAVE, [guardian]).complete


def test_a_name_that_is_edited_after_signing_stays_signed() -> None:
    assert coverage_of(replace(DAVE, name="David J. Kowalski"), [a_signature()]).complete


def test_crew_who_say_whose_a_signature_is_are_believed() -> None:
    assert coverage_of(DAVE, [a_signature(name="Davy K.", matched_by="slack:U0DANA")]).complete


def test_an_event_read_without_signatures_says_nothing_of_who_signed() -> None:
    event = replace(EVENT, signatures=None)
    for ask in (lambda: event.signed("dave"), lambda: event.unmatched, lambda: event.covered):
        with pytest.raises(SignaturesNotRead, match=event.eid):
            ask()


def test_the_whole_boat_counts_people_and_not_lines() -> None:
    event = replace(EVENT, signatures={"s1": a_signature(), "s2": OWN})
    assert event.covered == Coverage(2, 9)
    assert event.souls == 9


@given(st.lists(st.sampled_from(["Ines Duarte", "Rui", "rui", "Ana", "Bea"]), max_size=6), st.integers(1, 5))
def test_never_more_are_covered_than_come_nor_than_signed(names: list[str], party: int) -> None:
    signatures = [
        replace(of_ines(name, matched_by="name" if name == "Ines Duarte" else "link"), signature_id=f"s{place}")
        for place, name in enumerate(names)
    ]
    coverage = coverage_of(replace(INES, party=party), signatures)
    assert 0 <= coverage.signed <= min(party, len({name.lower() for name in names}))
    assert not coverage.complete or "Ines Duarte" in names


LINKS = PartyLinks("a-secret-of-at-least-thirty-two-bytes", "https://trips.example.com")


def test_a_partys_link_finds_its_patron_alone_and_names_nobody() -> None:
    link = LINKS.link(EVENT, "dave")
    token = link.partition("?party=")[2]
    assert LINKS.find(EVENT, token) == DAVE
    assert len(token) == 22
    assert "dave" not in link.lower()
    for wrong in ("", "dave", token[:-1], token + "A", LINKS.token(EVENT, "nobody"), "é" * 22, "A" * 5000):
        assert LINKS.find(EVENT, wrong) is None
    assert PartyLinks("another-secret-of-thirty-two-bytes!", "x").find(EVENT, token) is None
    assert LINKS.find(replace(EVENT, eid="2026-05-24-other"), token) is None


def test_the_address_of_a_waiver_has_one_slash_behind_the_sites_own() -> None:
    for site in ("https://example.com/MAX", "https://example.com/MAX/"):
        assert waiver_link(site, "2026-05-23-cory") == "https://example.com/MAX/g/2026-05-23-cory/waiver"


def test_a_partys_link_survives_a_rename() -> None:
    renamed = replace(EVENT, eid="2026-05-23-new-name", renamed_from=(EVENT.eid,))
    assert LINKS.find(renamed, LINKS.token(EVENT, "dave")) == DAVE
    assert LINKS.token(renamed, "dave") == LINKS.token(EVENT, "dave")
