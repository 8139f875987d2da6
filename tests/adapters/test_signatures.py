"""The entries of signatures: written once into a row of whatever shape, beside payments that are written meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from charter.refusals import EventIdMalformed, EventUnknown, SignatureReused, TableUnavailable
from tests.builders import DANA, EID, NOW, a_crew_row, a_draft, a_row, a_signature

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

LINE = {
    "patron_id": "dave",
    "name": "Dave Kowalski",
    "minors": [],
    "signed_at": "2026-05-22T18:00:00.000Z",
    "version": "",
}


@pytest.mark.parametrize(
    "row", [a_row(), a_row(without=["waivers"]), a_row(waivers=None), a_row(waivers={"s0": LINE})], ids=range(4)
)
@pytest.mark.parametrize("seen", [True, False])
def test_an_entry_goes_into_a_row_of_any_shape(
    table: Table, ledger: DynamoLedger, row: dict[str, Any], *, seen: bool
) -> None:
    table.put(row)
    if seen:
        ledger.event(EID)

    ledger.sign(EID, a_signature())

    assert table.row()["waivers"] == {**(row.get("waivers") or {}), "s1": LINE}
    assert {name: table.row()[name] for name in ("title", "patrons", "payments")} == {
        name: row[name] for name in ("title", "patrons", "payments")
    }
    if seen:
        assert table.calls["UpdateItem"] == 1


def test_what_is_written_is_what_is_read(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    signature = replace(
        a_signature(patron_id=None, name="Zoë 🐬"), minors=("Mia", "Leo"), version="2026-11-23-1a2b3c4d"
    )

    ledger.sign(EID, signature)

    assert ledger.event(EID).waivers == {"s1": signature}


def test_an_event_of_crew_rows_gets_its_row_with_the_first_signature(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row())

    ledger.sign(EID, a_signature())
    ledger.sign(EID, a_signature("s2", name="Ana Lima", patron_id="ana"))

    row = table.row()
    assert (row["title"], row["month"], row["status"]) == ("Captain Cory, afternoon", "2026-05", "scheduled")
    assert row["starts_at"] == "2026-05-23T13:00:00-07:00"
    assert (row["patrons"], row["payments"], list(row["waivers"])) == ({}, {}, ["s1", "s2"])


def test_the_same_again_is_a_success_and_another_under_its_id_is_refused(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    ledger.sign(EID, a_signature())
    before = table.wire()

    ledger.sign(EID, a_signature())
    with pytest.raises(SignatureReused):
        ledger.sign(EID, a_signature(name="Ana Lima"))

    assert table.wire() == before


@pytest.mark.parametrize("eid", ["2026-05-23-nowhere", "2026-13-45-nowhere"])
def test_an_event_that_nobody_knows_is_not_made(table: Table, ledger: DynamoLedger, eid: str) -> None:
    with pytest.raises((EventUnknown, EventIdMalformed)):
        ledger.sign(eid, a_signature())

    assert table.wire(eid) == {}


@pytest.mark.parametrize("rows", [[a_row()], [a_crew_row()]], ids=["row", "crew"])
def test_a_lost_answer_leaves_one_entry(table: Table, ledger: DynamoLedger, rows: list[dict[str, Any]]) -> None:
    table.put(*rows)
    if "title" not in rows[0]:
        table.proxy.fail_next("UpdateItem", delay=0.01)  # the first only finds that there is no row
    table.proxy.fail_next("UpdateItem", drop_answer=True)

    ledger.sign(EID, a_signature())

    assert table.row()["waivers"] == {"s1": LINE}


def test_an_outage_is_told(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", throttle=True, times=2)

    with pytest.raises(TableUnavailable):
        ledger.sign(EID, a_signature())

    assert table.row()["waivers"] == {}


def test_a_whole_boat_signs_and_pays_at_once(table: Table) -> None:
    table.put(a_row(without=["waivers", "payments"]))
    ledger = table.ledger()

    def board(number: int) -> None:
        ledger.sign(EID, a_signature(f"s{number}", name=f"Patron {number}", patron_id=None))
        ledger.log(
            a_draft(f"p{number}", f"walk-{number}", walk_up=f"Patron {number}"), by=DANA, source=Source.SLACK, now=NOW
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(board, range(12)))

    row = table.row()
    assert sorted(row["waivers"]) == sorted(f"s{number}" for number in range(12))
    assert len(row["payments"]) == 12


def test_the_captain_is_whoever_the_crew_rows_name(table: Table, ledger: DynamoLedger) -> None:
    table.put(
        a_row(name="not a person", role="captain"),
        a_crew_row(crew_id="U0DANA", role="first mate", name="Dana Reyes"),
        a_crew_row(crew_id="crew-cory", role="captain", name="Cory Alvarez"),
    )

    assert ledger.captain(EID) == "Cory Alvarez"
    assert ledger.captain("2026-05-24-nobody") is None


def test_crew_rows_without_a_name_name_nobody(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row())  # a captain by role, without a name

    assert ledger.captain(EID) is None
