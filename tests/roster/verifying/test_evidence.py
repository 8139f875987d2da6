"""`verify` of signatures and edits: each promise broken once."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.rows import edit_row
from charter.edits import Edit
from tests.builders import DANA, EID, NOW, a_row, a_signature_row
from tests.roster.operating import Operator

if TYPE_CHECKING:
    from devkit.proxy import Proxy
    from tests.conftest import Engine

pytestmark = pytest.mark.dynamodb

Row = dict[str, Any]
AN_EDIT = Edit("due", before="250.00", after="125.00", by=DANA, at=NOW, patron_id="dave", reason="a child")
SIGNED = "#signature:s1"
EDITED = str(edit_row(EID, AN_EDIT)["crew_id"])

# Changes of a sound signature → the report of each.
SIGNATURES: dict[str, tuple[Row, str, str]] = {
    "no-name": ({"name": None}, "broken", "name is missing"),
    "blank-name": ({"name": "\u3164"}, "broken", "name is"),
    "signed-at": ({"signed_at": "yesterday"}, "broken", "signed_at is “yesterday”, not a moment in UTC"),
    "signed-local": ({"signed_at": "2026-05-22T18:00:00-07:00"}, "broken", "not a moment in UTC"),
    "minors": ({"minors": "Mia"}, "broken", "minors is not a list of names"),
    "minors-odd": ({"minors": ["Mia", Decimal(4)]}, "broken", "minors is not a list of names"),
    "booked-by": ({"booked_by": ["Dave"]}, "broken", "booked_by is"),
    "version": ({"version": None}, "odd", "has no version of the waiver"),
    "language": ({"language": "Spanish"}, "odd", "language is “Spanish”, not letters such as en or es"),
    "stranger": ({"patron_id": "eve"}, "broken", "“eve”, who is not on this event's roster"),
    "no-patron-id": ({"patron_id": Decimal(7)}, "broken", "“7”, who is not on this event's roster"),
    "unknown-when": ({"matched_at": None}, "odd", "matched_at or matched_by is missing"),
    "unknown-by": ({"matched_by": None}, "odd", "matched_at or matched_by is missing"),
    "matched-at": ({"matched_at": "then"}, "broken", "matched_at is “then”"),
    "matched-by": ({"matched_by": "a guess"}, "broken", "matched_by is “a guess”"),
    "half-a-match": ({"patron_id": None}, "odd", "has matched_at and matched_by, but no patron"),
}
EDITS: dict[str, tuple[Row, str, str]] = {
    "no-what": ({"what": None}, "broken", "has no what"),
    "no-values": ({"from": None, "to": None}, "broken", "has no from and no to"),
    "no-by": ({"by": None}, "broken", "has no by"),
    "by": ({"by": "Dana"}, "broken", "by is “Dana”, neither slack:…, web:… nor roster:…"),
    "at": ({"at": "2026-05-23"}, "broken", "at is “2026-05-23”, not a moment in UTC"),
    "no-at": ({"at": None}, "broken", "at is missing"),
    "altered": ({"to": "25.00"}, "odd", "its id does not match its content"),
    "altered-why": ({"reason": "two children"}, "odd", "its id does not match its content"),
    "odd-id": ({"crew_id": "#change:first"}, "odd", "its id is not a ULID"),
}
REDIRECT = {"eid": "2026-05-22", "crew_id": "#event", "moved_to": EID}


def _eid(case: str) -> str:
    return f"2026-05-23-{case}"


def _changed(row: Row, changes: Row) -> Row:
    return {name: value for name, value in (row | changes).items() if value is not None}


def _rows() -> list[Row]:
    rows = [a_row(EID, renamed_from=["2026-05-22"]), a_signature_row(), a_signature_row("s2"), edit_row(EID, AN_EDIT)]
    rows += [a_signature_row("s3", name="Mum", patron_id=None, matched_at=None, matched_by=None, minors=["Leo"])]
    rows += [a_signature_row("s4", name="李小龍", matched_by=DANA), a_signature_row("s5", matched_by="link")]
    rows += [edit_row(EID, replace(AN_EDIT, what="price", patron_id=None, by="roster:anna", before="", reason=""))]
    rows += [edit_row(EID, replace(AN_EDIT, what="discount", form="01J0FORM"))]
    for case, (changes, _, _) in SIGNATURES.items():
        rows += [a_row(_eid(case)), _changed(a_signature_row(eid=_eid(case)), changes)]
    for case, (changes, _, _) in EDITS.items():
        rows += [a_row(_eid(case)), _changed(edit_row(_eid(case), AN_EDIT), changes)]
    rows += [a_row(_eid("edit-of-a-stranger")), edit_row(_eid("edit-of-a-stranger"), replace(AN_EDIT, patron_id="eve"))]
    rows += [a_row(_eid("walk-up"), payments={"zoe": None}), a_signature_row(eid=_eid("walk-up"), patron_id="zoe")]
    rows += [REDIRECT, *(a_signature_row(each, eid="2026-05-22") for each in ("s1", "s9"))]
    rows += [edit_row("2026-05-22", replace(AN_EDIT, reason="left behind"))]
    rows += [{"eid": _eid("copies"), "crew_id": "#moving", "moving_from": EID}, a_signature_row(eid=_eid("copies"))]
    return [*rows, a_signature_row(eid=_eid("no-row"))]


@pytest.fixture(scope="module")
def found(dynamodb: Engine, before_the_table: Proxy, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Return the findings in one table with one event for each broken promise, and sound ones between them."""
    with dynamodb.fresh_table() as table:
        operator = Operator(table, dynamodb.client, before_the_table, tmp_path_factory.mktemp("verify"))
        operator.put(*_rows())
        before = operator.snapshot()
        findings: list[dict[str, str]] = json.loads(operator.run("verify", "--format", "json").stdout)
        assert operator.snapshot() == before
        return findings


def _of(found: list[dict[str, str]], case: str) -> list[tuple[str, str]]:
    return [(each["level"], each["where"]) for each in found if each["eid"] == _eid(case)]


@pytest.mark.parametrize("case", SIGNATURES)
def test_a_signature_that_breaks_a_promise_is_found(found: list[dict[str, str]], case: str) -> None:
    _, level, what = SIGNATURES[case]

    assert _of(found, case) == [(level, SIGNED)]
    assert any(what in each["what"] for each in found if each["eid"] == _eid(case))


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_that_breaks_a_promise_is_found(found: list[dict[str, str]], case: str) -> None:
    changes, level, what = EDITS[case]

    assert (level, str(changes.get("crew_id", EDITED))) in _of(found, case)
    assert any(what in each["what"] for each in found if each["eid"] == _eid(case))


def test_sound_signatures_and_edits_are_not_reported_however_many_one_party_has(found: list[dict[str, str]]) -> None:
    assert [each for each in found if each["eid"] == EID] == []


def test_a_patron_who_only_paid_may_have_signed(found: list[dict[str, str]]) -> None:
    assert SIGNED not in {where for _, where in _of(found, "walk-up")}


def test_an_edit_of_somebody_who_is_not_on_the_roster_is_odd(found: list[dict[str, str]]) -> None:
    ((level, where),) = _of(found, "edit-of-a-stranger")

    assert (level, where[:8]) == ("odd", "#change:")


def test_rows_that_are_left_at_an_old_id_are_broken_for_nobody_reads_them_but_second_copies_are_odd(
    found: list[dict[str, str]],
) -> None:
    left = {each["where"]: (each["level"], each["what"]) for each in found if each["eid"] == "2026-05-22"}

    level, what = left.pop(SIGNED)
    assert level == "odd"
    assert f"a second copy of the row at {EID}, where this id leads. Run `events rename` again" in what
    assert {each[:8] for each in left} == {"#signatu", "#change:"}
    assert all(
        level == "broken" and f"redirects to {EID}, where nothing reads it. Run `events rename` again" in what
        for level, what in left.values()
    )


def test_copies_that_wait_for_a_rename_are_reported_as_that_alone(found: list[dict[str, str]]) -> None:
    assert _of(found, "copies") == [("odd", "#moving")]


def test_a_matched_signature_of_an_event_without_a_roster_is_broken(found: list[dict[str, str]]) -> None:
    assert _of(found, "no-row") == [("broken", SIGNED)]
