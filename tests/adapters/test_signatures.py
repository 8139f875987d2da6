"""Signatures: each has its own row, is put once, also during payments, and is never in the row with the money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from charter.refusals import SignatureReused, TableUnavailable
from tests.builders import DANA, EID, NOW, a_crew_row, a_draft, a_row, a_signature, a_signature_row

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

NEW = "2026-05-23-captain-cory-evening"


@pytest.mark.parametrize(
    "rows", [[a_row()], [a_crew_row()], [a_row(), a_signature_row("s0", name="Ana Lima")]], ids=range(3)
)
def test_a_signature_is_a_row_of_its_own_and_touches_no_other(table: Table, rows: list[dict[str, Any]]) -> None:
    table.put(*rows)
    before = [table.wire(row["eid"], row["crew_id"]) for row in rows]
    table.calls.clear()

    table.signatures().sign(EID, replace(a_signature(), version="v1"))

    assert table.calls == {"PutItem": 1, "GetItem": 1}
    assert [row for row in table.signed() if row["crew_id"] == "#signature:s1"] == [
        {
            "eid": EID,
            "crew_id": "#signature:s1",
            "name": "Dave Kowalski",
            "minors": [],
            "version": "v1",
            "signed_at": "2026-05-22T18:00:00.000Z",
            "patron_id": "dave",
            "matched_at": "2026-05-22T18:00:00.000Z",
            "matched_by": "name",
        }
    ]
    assert [table.wire(row["eid"], row["crew_id"]) for row in rows] == before


def test_what_is_written_is_what_is_read(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    signature = replace(
        a_signature(patron_id=None, name="Zoë 🐬"),
        minors=("Mia", "Leo"),
        version="2026-11-23-1a2b3c4d",
        booked_by="Dave Kowalski",
    )

    table.signatures().sign(EID, signature)

    event = ledger.event(EID)
    assert event.signatures == {"s1": signature}
    assert event.unmatched == [signature]


def test_the_same_again_is_a_success_and_another_under_its_id_is_refused(table: Table) -> None:
    table.put(a_row())
    signatures = table.signatures()
    signatures.sign(EID, a_signature())
    before = table.signed()

    assert signatures.sign(EID, a_signature(patron_id="ana")) == a_signature()  # it was matched by the first try
    with pytest.raises(SignatureReused):
        signatures.sign(EID, a_signature(name="Ana Lima"))

    assert table.signed() == before


@pytest.mark.parametrize("fault", [{"drop_answer": True}, {"drop_request": True}, {"throttle": True}], ids=str)
def test_a_put_that_is_hard_to_write_is_written_once(table: Table, fault: dict[str, Any]) -> None:
    table.put(a_row())
    table.proxy.fail_next("PutItem", **fault)

    table.signatures().sign(EID, a_signature())

    assert len(table.signed()) == 1


def test_an_outage_is_reported_and_wrote_nothing(table: Table) -> None:
    table.put(a_row())
    table.proxy.fail_next("PutItem", throttle=True, times=2)

    with pytest.raises(TableUnavailable):
        table.signatures().sign(EID, a_signature())

    assert table.signed() == []


def test_a_signature_put_after_a_rename_goes_where_the_event_is(table: Table) -> None:
    table.put(a_row(NEW, renamed_from=[EID]), {"eid": EID, "crew_id": "#event", "moved_to": NEW})

    table.signatures().sign(EID, a_signature())

    assert [row["name"] for row in table.signed(NEW)] == ["Dave Kowalski"]
    assert table.row() == {"eid": EID, "crew_id": "#event", "moved_to": NEW}


def test_a_whole_boat_signs_and_pays_at_once(table: Table) -> None:
    table.put(a_row(without=["payments"]))
    ledger, signatures = table.ledger(), table.signatures()

    def board(number: int) -> None:
        signatures.sign(EID, a_signature(f"s{number}", name=f"Patron {number}", patron_id=None))
        ledger.log(
            a_draft(f"p{number}", f"walk-{number}", walk_up=f"Patron {number}"), by=DANA, source=Source.SLACK, now=NOW
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(board, range(12)))

    assert len(table.signed()) == 12
    assert len(table.row()["payments"]) == 12


def test_no_number_of_signatures_makes_the_moneys_row_larger(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    before = table.wire()
    signatures = table.signatures()
    for number in range(120):
        signatures.sign(EID, a_signature(f"s{number}", name=f"{'N' * 70} {number}", patron_id=None))

    assert table.wire() == before
    assert not ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW).event.full


def test_the_captain_is_whoever_the_crew_rows_name(table: Table) -> None:
    table.put(
        a_row(name="not a person", role="captain"),
        a_signature_row(name="Dave Kowalski", role="captain"),
        a_crew_row(crew_id="U0DANA", role="first mate", name="Dana Reyes"),
        a_crew_row(crew_id="crew-cory", role="captain", name="Cory Alvarez"),
    )

    assert table.signatures().captain(EID) == "Cory Alvarez"
    assert table.signatures().captain("2026-05-24-nobody") is None


def test_crew_rows_without_a_name_name_nobody(table: Table) -> None:
    table.put(a_crew_row())  # a captain by role, without a name

    assert table.signatures().captain(EID) is None
