"""`events rename`: the whole event moves, the old id redirects, and no event is overwritten."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.rows import edit_row
from charter.payments import Source
from charter.signatures import SignatureMatch
from tests.builders import DANA, EID, MARCO, NOW, a_crew_row, a_draft, a_row, a_signature, a_signature_row
from tests.roster.renames import AN_EDIT, OLD, ledger_on, rename, signatures_on, under

if TYPE_CHECKING:
    from tests.roster.operating import Operator

MIA = "2026-05-23-captain-mia-evening"


@pytest.fixture
def populated(operator: Operator) -> Operator:
    """Put an event under a bare date, with crew, a payment, a signature and an edit, and another on the next day."""
    operator.put(a_row(OLD), a_crew_row(OLD), a_crew_row(OLD, "mia", role="deckhand"), a_row("2026-05-24-mia"))
    ledger_on(operator).log(a_draft(eid=OLD), by=DANA, source=Source.SLACK, now=NOW)
    signatures_on(operator).sign(OLD, a_signature())
    operator.put(edit_row(OLD, AN_EDIT))
    return operator


def test_an_event_moves_with_everything_it_has_and_the_old_id_redirects(populated: Operator) -> None:
    before = under(populated, OLD)

    done = rename(populated, OLD, EID)

    assert done.exit_code == 0, done.output
    moved = {name: {**row, "eid": EID} for name, row in before.items()}
    assert under(populated, EID) == moved | {"#event": moved["#event"] | {"renamed_from": [OLD]}}
    assert under(populated, OLD) == {"#event": {"eid": OLD, "crew_id": "#event", "moved_to": EID}}


def test_signatures_and_edits_are_read_at_the_new_id_as_at_the_old_one(populated: Operator) -> None:
    before = ledger_on(populated).event(OLD)

    rename(populated, OLD, EID)

    for eid in (OLD, EID):
        event = ledger_on(populated).event(eid)
        assert (event.eid, event.signatures, event.edits) == (EID, {"s1": a_signature()}, (AN_EDIT,))
        assert (event.signatures, event.edits) == (before.signatures, before.edits)
    populated.done("verify")


def test_a_signature_that_was_moved_can_be_matched_and_sent_again(populated: Operator) -> None:
    lost = a_signature("s2", name="Mum", patron_id=None)
    signatures_on(populated).sign(OLD, lost)
    rename(populated, OLD, EID)

    assert signatures_on(populated).sign(EID, lost) == lost
    signatures_on(populated).match(SignatureMatch(OLD, lost.ref, "ana"), by=DANA, now=NOW)

    event = ledger_on(populated).event(EID)
    assert {each.signature_id: each.patron_id for each in (event.signatures or {}).values()} == {
        "s1": "dave",
        "s2": "ana",
    }
    assert {edit.what for edit in event.edits} == {"due", "signature"}
    assert set(under(populated, OLD)) == {"#event"}


def test_the_list_of_the_month_shows_the_event_once_under_its_new_id(populated: Operator) -> None:
    rename(populated, OLD, EID)

    assert [each.eid for each in ledger_on(populated).listings([NOW.date()])] == [EID, "2026-05-24-mia"]


def test_the_plan_is_shown_and_a_person_asked(populated: Operator) -> None:
    before = populated.snapshot()

    declined = populated.run("events", "rename", OLD, EID, typed="n\n")

    assert f"{OLD} → {EID}: 2 patrons, 1 payment record, 1 signature, 1 edit, 2 crew rows" in declined.stderr
    assert declined.exit_code == 0
    assert populated.snapshot() == before
    assert populated.run("events", "rename", OLD, EID, typed="y\n").exit_code == 0
    assert populated.row(OLD)["moved_to"] == EID


@pytest.mark.parametrize(("options", "code"), [(["--dry-run"], 0), ([], 1)], ids=["a dry run", "nobody to ask"])
def test_without_a_yes_nothing_is_changed(populated: Operator, options: list[str], code: int) -> None:
    before = populated.snapshot()

    shown = populated.run("events", "rename", OLD, EID, *options)

    assert (shown.exit_code, populated.snapshot()) == (code, before)
    assert "othing was changed" in shown.stderr


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("2026-05-24-mia", "already exists"),
        ("2026-05-25-crew-only", "already exists"),
        ("2026-05-26-elsewhere", "an old id of 2026-05-24-mia"),
        ("2026-05-23-Cory", "capital letters"),
        ("2026-05-23 cory", "dash"),
        ("2026-05-23-captain cory", "spaces"),
        ("2026-02-30-cory", "not in the calendar"),
        ("2026-05-24", "bare date"),
        ("cory", "does not start with a date"),
        ("2026-05-23-" + "c" * 90, "longer than 100"),
    ],
)
def test_what_cannot_be_the_new_id_is_refused_and_nothing_changed(populated: Operator, new: str, why: str) -> None:
    populated.put(
        a_crew_row("2026-05-25-crew-only"),
        {"eid": "2026-05-26-elsewhere", "crew_id": "#event", "moved_to": "2026-05-24-mia"},
    )
    before = populated.snapshot()

    refused = rename(populated, OLD, new)

    assert refused.exit_code == 1
    assert why in refused.stderr
    assert populated.snapshot() == before


def test_an_unknown_event_and_one_that_was_renamed_elsewhere_are_refused(populated: Operator) -> None:
    rename(populated, OLD, EID)

    unknown, elsewhere = rename(populated, "2026-07-01-nobody", MIA), rename(populated, OLD, MIA)

    assert (unknown.exit_code, elsewhere.exit_code) == (1, 1)
    assert "no event “2026-07-01-nobody”" in unknown.stderr
    assert f"already renamed to {EID}" in elsewhere.stderr


def test_the_same_rename_again_changes_nothing(populated: Operator) -> None:
    rename(populated, OLD, EID)
    before = populated.snapshot()

    again = rename(populated, OLD, EID)

    assert (again.exit_code, populated.snapshot()) == (0, before)
    assert "already" in again.stdout


def test_a_second_rename_lets_every_older_id_lead_to_the_newest(populated: Operator) -> None:
    rename(populated, OLD, EID)

    rename(populated, EID, MIA)

    assert (populated.row(OLD)["moved_to"], populated.row(EID)["moved_to"]) == (MIA, MIA)
    assert populated.row(MIA)["renamed_from"] == [OLD, EID]
    assert ledger_on(populated).event(OLD).eid == MIA


def test_a_rename_can_be_taken_back_and_done_again_and_never_leads_in_a_circle(populated: Operator) -> None:
    first = "2026-05-23-cory"
    rename(populated, OLD, first)
    rename(populated, first, EID)

    assert rename(populated, EID, first).exit_code == 0
    assert (populated.row(OLD)["moved_to"], populated.row(EID)["moved_to"]) == (first, first)
    assert rename(populated, first, EID).exit_code == 0

    assert (populated.row(OLD)["moved_to"], populated.row(first)["moved_to"]) == (EID, EID)
    event = ledger_on(populated).event(OLD)
    assert (event.eid, event.first_eid, event.payment("dave").amount) == (EID, OLD, Decimal(125))
    assert (event.signatures, event.edits) == ({"s1": a_signature()}, (AN_EDIT,))
    assert {name for name in under(populated, EID) if name[0] != "#"} == {"cory", "mia"}


def test_an_event_that_only_crew_rows_know_gets_its_row_under_the_new_id(operator: Operator) -> None:
    operator.put(a_crew_row(OLD, name="Cory Blake"))

    assert rename(operator, OLD, EID).exit_code == 0

    event = ledger_on(operator).event(OLD)
    assert (event.eid, event.title, event.first_eid) == (EID, "Captain Cory, afternoon", OLD)
    assert set(under(operator, EID)) == {"#event", "cory"}
    assert set(under(operator, OLD)) == {"#event"}


@pytest.mark.parametrize("old", ["2026-05-23 Cory's Trip!", "2026-02-30", "CORY", "2026-05-23_cory", "<b>&"])
def test_an_event_under_whatever_id_can_be_renamed(operator: Operator, old: str) -> None:
    operator.put({**a_row(EID), "eid": old}, {**a_crew_row(EID), "eid": old})

    assert rename(operator, old, EID).exit_code == 0
    assert set(under(operator, EID)) == {"#event", "cory"}
    assert operator.row(old) == {"eid": old, "crew_id": "#event", "moved_to": EID}


def test_crew_rows_that_another_program_still_writes_under_the_old_id_follow_when_it_is_run_again(
    populated: Operator,
) -> None:
    rename(populated, OLD, EID)
    populated.put(a_crew_row(OLD, "zoe"), a_crew_row(OLD, "cory"), a_crew_row(OLD, "mia", role="captain"))

    again = rename(populated, OLD, EID)

    assert again.exit_code == 1
    assert "mia" in again.stderr
    assert {name for name in under(populated, EID) if name[0] != "#"} == {"cory", "mia", "zoe"}
    assert set(under(populated, OLD)) == {"#event", "mia"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "2 patrons, 0 payment records, 0 signatures, 0 crew rows"),
        ([a_crew_row(OLD)], "0 signatures, 1 crew row"),
        ([a_signature_row("s1", eid=OLD), a_signature_row("s2", eid=OLD)], "2 signatures, 0 crew rows"),
        ([edit_row(OLD, AN_EDIT), edit_row(OLD, replace(AN_EDIT, by=MARCO))], "0 signatures, 2 edits, 0 crew rows"),
        ([{"eid": OLD, "crew_id": "#boarding"}], "0 signatures, 1 boarding, 0 crew rows"),
        ([{"eid": OLD, "crew_id": "#weather"}], "0 signatures, 1 other row, 0 crew rows"),
    ],
)
def test_the_plan_counts_each_kind_of_row_as_what_it_is(
    operator: Operator, rows: list[dict[str, Any]], said: str
) -> None:
    operator.put(a_row(OLD), *rows)

    shown = operator.done("events", "rename", OLD, EID, "--dry-run").stderr

    assert said in shown.splitlines()[1]


def test_a_table_that_is_not_there_is_named(operator: Operator) -> None:
    missing = operator.run("--table", "no-such-table", "events", "rename", OLD, EID)

    assert missing.exit_code == 1
    assert "no table “no-such-table”" in missing.stderr
