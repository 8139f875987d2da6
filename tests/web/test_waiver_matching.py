"""Signatures are matched to parties once, and never by a guess; those of each party are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.signatures import DynamoSignatures
from charter.signatures import SignatureMatch
from tests.builders import EID, MARCO, NOW, a_row
from tests.web.stage import MINORS

if TYPE_CHECKING:
    from tests.web.stage import WebStage

DAVE, OTHER_DAVE = "dave", "dave.kowalski-2"


def _line(name: str, *, party: int = 1, due: int = 0) -> dict[str, Any]:
    return {"name": name, "party": party, "due": due}


def _people(web_stage: WebStage, **lines: dict[str, Any]) -> None:
    """Book only these patrons. Nobody owes anything unless a line has a `due`."""
    web_stage.world.put(a_row(patrons={patron_id.replace("_", "."): line for patron_id, line in lines.items()}))


def _match(web_stage: WebStage, signature_id: str, patron_id: str) -> None:
    """Match a signature to a party, as crew do in Slack."""
    ledger = web_stage.world.web_function.ledger
    signatures = DynamoSignatures(web_stage.world.client, web_stage.world.table, ledger=ledger)
    kept = signatures.event(EID).signatures or {}
    signatures.match(
        SignatureMatch(EID, kept[signature_id].ref, patron_id, kept[signature_id].patron_id), by=MARCO, now=NOW
    )


def test_a_party_of_six_with_three_signatures_is_neither_signed_nor_clear(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=6))

    web_stage.signed("Dave Kowalski")
    for name in ("Ruth Kowalski", "Sam Kowalski"):
        web_stage.signed(name, party=web_stage.party(DAVE))

    line = web_stage.lines()[DAVE]
    assert (line["signed_people"], line["party"], line["signed"]) == (3, 6, False)
    assert (line["cleared"], line["clear_to_board"]) == (True, False)
    counts = web_stage.world.get(f"/api/events/{EID}").json["counts"]
    assert (counts["signed"], counts["people"], counts["patrons"], counts["unmatched"]) == (3, 6, 1, 0)


def test_everybody_in_the_party_has_signed_with_the_minors_named_in_it(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=4))

    web_stage.signed("Dave Kowalski", minors=MINORS)
    assert web_stage.lines()[DAVE]["signed_people"] == 3
    web_stage.signed("Ruth Kowalski", booked_by="dave KOWALSKI")

    line = web_stage.lines()[DAVE]
    assert (line["signed_people"], line["signed"], line["clear_to_board"]) == (4, True, True)


def test_the_same_person_signing_twice_counts_once_and_so_does_a_child_of_two_guardians(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=6))

    web_stage.signed("Dave Kowalski", minors=MINORS)
    web_stage.signed("DAVE  Kowalski")
    web_stage.signed("Ruth Kowalski", booked_by="Dave Kowalski", minors=[{"name": "Kowalski, Mia", "age": 9}])

    assert web_stage.lines()[DAVE]["signed_people"] == 4


def test_a_youth_who_signs_and_is_named_as_a_minor_too_counts_once(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=3))

    web_stage.signed("Dave Kowalski", minors=[{"name": "Mia Kowalski", "age": 17}])
    web_stage.signed("Mia Kowalski", booked_by="Dave Kowalski")

    line = web_stage.lines()[DAVE]
    assert (line["signed_people"], line["signed"]) == (2, False)


def test_a_father_and_a_son_of_one_name_are_two_also_where_the_mother_names_the_son_too(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=4))
    son = [{"name": "Dave Kowalski", "age": 8}]

    web_stage.signed("Dave Kowalski", minors=son)
    assert web_stage.lines()[DAVE]["signed_people"] == 2
    web_stage.signed("Ruth Kowalski", minors=son, booked_by="Dave Kowalski")

    assert web_stage.lines()[DAVE]["signed_people"] == 3


def test_others_of_the_party_cannot_sign_in_the_patrons_place(web_stage: WebStage) -> None:
    _people(web_stage, ines=_line("Ines Duarte", party=2))

    for name in ("Zed One", "Zed Two", "Zed Three"):
        web_stage.signed(name, party=web_stage.party("ines"))

    line = web_stage.lines()["ines"]
    assert (line["signed_people"], line["signed"], line["clear_to_board"]) == (1, False, False)
    web_stage.signed("Ines Duarte")
    assert web_stage.lines()["ines"]["signed"] is True


def test_a_patron_who_owes_is_signed_but_not_clear(web_stage: WebStage) -> None:
    web_stage.signed("Dave Kowalski")

    line = web_stage.lines()[DAVE]
    assert (line["signed"], line["cleared"], line["clear_to_board"]) == (True, False, False)
    web_stage.world.log()
    assert web_stage.lines()[DAVE]["clear_to_board"] is True


def test_of_two_namesakes_nobody_has_signed_until_crew_say_who_it_was(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski"), dave_2=_line("Dave Kowalski"))

    signature_id = web_stage.signed("Dave Kowalski")

    assert {patron_id: line["signed"] for patron_id, line in web_stage.lines().items()} == {
        "dave": False,
        "dave.2": False,
    }
    assert web_stage.unmatched() == ["Dave Kowalski"]
    _match(web_stage, signature_id, "dave.2")
    assert {patron_id: line["signed"] for patron_id, line in web_stage.lines().items()} == {
        "dave": False,
        "dave.2": True,
    }
    assert web_stage.unmatched() == []


ALIKE = [
    ("Pat O'Hara", "Pat O’Hara"),
    ("Pat O’Hara", "PAT O`HARA"),
    ("José Núñez", "Jose Nunez"),
    ("Zoë Ångström", "Zoe\u0308 A\u030angstro\u0308m"),
    ("Zoë Ångström", "ZOE ANGSTROM"),
    ("Łukasz Wójcik", "Lukasz Wojcik"),
    ("Søren Ærø", "Soren Aero"),
    ("Weiß", "WEISS"),
    ("Dave Kowalski", "Dave\u200b Kowal\u00adski"),
    ("Dave Kowalski", "\u2066Dave\u00a0Kowalski\u2069"),
    ("Dave Kowalski", "Kowalski, Dave"),
    ("Kowalski, Dave", "dave kowalski"),
    ("Anne–Marie Roux", "Anne-Marie Roux"),
    ("Dave Kowalski", "Ｄａｖｅ Ｋｏｗａｌｓｋｉ"),
    ("ﬁona Flint", "Fiona Flint"),
    ("Dave Kowalski Jr.", "Dave Kowalski, Jr"),
]


@pytest.mark.parametrize(("booked", "signer"), ALIKE)
def test_names_that_look_alike_are_one_name(web_stage: WebStage, booked: str, signer: str) -> None:
    _people(web_stage, dave=_line(booked), ana=_line("Ana Lima"))

    signature_id = web_stage.signed(signer)

    assert web_stage.waivers()[signature_id]["patron_id"] == DAVE
    assert web_stage.lines()[DAVE]["signed"] is True


@pytest.mark.parametrize(
    "signer", ["Davy Kowalski", "Dave", "Kowalski", "Dave K.", "D. Kowalski", "dave", "Kowalski Dave"]
)
def test_a_name_that_only_resembles_is_not_matched(web_stage: WebStage, signer: str) -> None:
    signature_id = web_stage.signed(signer)

    assert not web_stage.waivers()[signature_id].keys() & {"patron_id", "matched_at", "matched_by"}
    assert web_stage.unmatched() == [signer]
    assert web_stage.lines()[DAVE]["signed_people"] == 0


def test_two_names_that_fold_alike_are_a_question(web_stage: WebStage) -> None:
    _people(web_stage, jose=_line("José Núñez"), jose_2=_line("Jose Nunez"))

    web_stage.signed("José Núñez")

    assert web_stage.unmatched() == ["José Núñez"]


def test_who_booked_leads_to_the_party_of_exactly_that_patron(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=3), ana=_line("Ana Lima"))

    signature_id = web_stage.signed("Ruth Bell", booked_by="Kowalski, Dave")

    entry = web_stage.waivers()[signature_id]
    assert (entry["patron_id"], entry["matched_by"], entry["booked_by"]) == (DAVE, "booked_by", "Kowalski, Dave")
    assert web_stage.lines()[DAVE]["signed_people"] == 1
    assert web_stage.lines()["ana"]["signed_people"] == 0


@pytest.mark.parametrize("booked_by", ["Dave Kowalski", "Nobody Here", "Dave"])
def test_who_booked_that_fits_several_or_nobody_matches_nobody(web_stage: WebStage, booked_by: str) -> None:
    _people(web_stage, dave=_line("Dave Kowalski", party=2), dave_2=_line("Dave Kowalski", party=2))

    web_stage.signed("Ruth Bell", booked_by=booked_by)

    api = web_stage.world.get(f"/api/events/{EID}").json
    assert [(each["name"], each["booked_by"]) for each in api["unmatched"]] == [("Ruth Bell", booked_by)]
    assert {line["signed_people"] for line in api["patrons"]} == {0}


def test_who_has_a_patrons_name_but_was_booked_by_another_is_a_question(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski"), ana=_line("Ana Lima", party=2))

    web_stage.signed("Dave Kowalski", booked_by="Ana Lima")

    assert web_stage.unmatched() == ["Dave Kowalski"]


@pytest.mark.parametrize("booked_by", ["", "  ", "me", "Myself", "\u3164", None])
def test_who_booked_that_says_nothing_is_left_out(web_stage: WebStage, booked_by: str | None) -> None:
    signature_id = web_stage.signed("Dave Kowalski", booked_by=booked_by)

    assert web_stage.waivers()[signature_id]["patron_id"] == DAVE


def test_a_name_that_is_edited_after_signing_leaves_the_patron_signed(web_stage: WebStage) -> None:
    signature_id = web_stage.signed("Dave Kowalski")
    before = web_stage.waivers()[signature_id], web_stage.kept()

    _people(web_stage, dave=_line("David K. Kowalski-Bell"), ana=_line("Dave Kowalski"))

    assert {patron_id: line["signed"] for patron_id, line in web_stage.lines().items()} == {"dave": True, "ana": False}
    assert (web_stage.waivers()[signature_id], web_stage.kept()) == before


def test_a_party_that_grows_after_everybody_signed_is_no_longer_signed(web_stage: WebStage) -> None:
    _people(web_stage, dave=_line("Dave Kowalski"))
    web_stage.signed("Dave Kowalski")
    assert web_stage.lines()[DAVE]["clear_to_board"] is True

    _people(web_stage, dave=_line("Dave Kowalski", party=2))

    line = web_stage.lines()[DAVE]
    assert (line["signed_people"], line["signed"], line["clear_to_board"]) == (1, False, False)


def test_the_signature_of_a_patron_who_left_the_roster_is_a_question_again(web_stage: WebStage) -> None:
    web_stage.signed("Dave Kowalski")

    _people(web_stage, ana=_line("Ana Lima"))

    assert web_stage.unmatched() == ["Dave Kowalski"]


def test_somebody_who_only_paid_is_matched_by_the_id_that_they_go_by(bare_web_stage: WebStage) -> None:
    payment = {"amount": 125, "method": "cash", "logged_by": "U0DANA", "timestamp": "2026-05-22T18:00:00Z"}
    bare_web_stage.world.put(a_row(patrons={}, payments={"dave": payment}))

    signature_id = bare_web_stage.signed("Somebody Else", party=bare_web_stage.party(DAVE))

    assert bare_web_stage.waivers()[signature_id]["patron_id"] == DAVE


def test_a_replay_is_the_success_it_was_also_after_crew_matched_it(web_stage: WebStage) -> None:
    sent = web_stage.signing(name="Davy Kowalski")
    first = web_stage.sign(sent)
    _match(web_stage, sent["signature_id"], DAVE)
    matched = web_stage.waivers()
    web_stage.world.later(minutes=3)

    again = web_stage.sign(sent)

    assert (first.status, again.status) == (201, 200)
    assert again.json == {**first.json, "replayed": True}
    assert web_stage.waivers() == matched
    assert matched[sent["signature_id"]]["matched_by"] == MARCO
    assert web_stage.lines()[DAVE]["signed"] is True


def test_evidence_never_changes_when_crew_match_a_signature(web_stage: WebStage) -> None:
    signature_id = web_stage.signed("Davy Kowalski")
    before = web_stage.kept()

    _match(web_stage, signature_id, DAVE)

    assert web_stage.kept() == before
