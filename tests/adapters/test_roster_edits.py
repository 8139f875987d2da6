"""Edits of a line: written together with the record of the change, its author and reason, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.moved import MOVED_TO
from charter.edits import Edit
from charter.enrolling import Changed, Overtaken, PatronChange, fingerprint_of
from charter.payments import Source
from charter.refusals import PatronUnknown, RowFull, TableUnavailable
from tests.adapters.conftest import meanwhile
from tests.builders import DANA, EID, NOW, a_draft, a_patron, a_row

if TYPE_CHECKING:
    from adapters.roster import DynamoRoster
    from charter.patrons import Patron
    from tests.adapters.conftest import Table

NEW = "2026-06-06-captain-mia-evening"
OLIVIA = "slack:U0OLIVIA"


def a_change(before: Patron, *, eid: str = EID, reason: str = "", **values: Any) -> PatronChange:
    """Return a change of a line that was read as `before`."""
    return PatronChange(eid, before.patron_id, fingerprint_of(before), values, reason)


def dave_in(table: Table) -> Patron:
    return table.ledger().event(EID).patrons["dave"]


def test_an_edit_keeps_what_it_was_what_it_became_by_whom_when_and_why(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())

    roster.change(a_change(dave_in(table), due=Decimal("100.00"), reason="regular guest"), by=OLIVIA, now=NOW)

    (row,) = table.edits()
    assert row.pop("crew_id").startswith("#change:")
    assert row == {
        "eid": EID,
        "what": "due",
        "patron_id": "dave",
        "from": "125.00",
        "to": "100.00",
        "by": OLIVIA,
        "at": "2026-05-23T20:30:00.000Z",
        "reason": "regular guest",
    }
    assert table.ledger().event(EID).edits == (
        Edit("due", "125.00", "100.00", OLIVIA, NOW, patron_id="dave", reason="regular guest"),
    )


def test_line_and_trace_are_written_together_or_not_at_all(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    before, dave = table.row(), dave_in(table)
    table.proxy.fail_next("TransactWriteItems", throttle=True, times=2)

    with pytest.raises(TableUnavailable):
        roster.change(a_change(dave, due=Decimal("100.00")), by=OLIVIA, now=NOW)
    assert (table.row(), table.edits()) == (before, [])

    table.proxy.fail_next("TransactWriteItems", drop_answer=True)
    roster.change(a_change(dave, due=Decimal("100.00")), by=OLIVIA, now=NOW)
    roster.change(a_change(dave, due=Decimal("100.00")), by=OLIVIA, now=NOW)
    assert table.row()["patrons"]["dave"]["due"] == Decimal("100.00")
    assert len(table.edits()) == 1


def test_payments_during_an_edit_are_all_written(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    ledger = table.ledger()

    def deed(number: int) -> None:
        if number % 3 == 0:
            roster.change(a_change(dave_in(table), due=Decimal(100 + number)), by=OLIVIA, now=NOW)
        else:
            ledger.log(a_draft(f"p{number}", amount="1.00", confirmed=True), by=DANA, source=Source.SLACK, now=NOW)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(deed, range(18)))

    assert table.row()["payments"]["dave"]["amount"] == Decimal("12.00")


def test_ids_of_edits_sort_by_their_time() -> None:
    edits = [Edit("due", "1.00", "2.00", OLIVIA, NOW.replace(minute=minute)) for minute in range(20, 50)]
    ids = [edit.edit_id for edit in edits]
    assert ids == sorted(ids)
    assert {len(each) for each in ids} == {26}
    assert replace(edits[0], by=DANA).edit_id != ids[0]


def test_a_change_writes_what_changes_and_nothing_else(table: Table, roster: DynamoRoster) -> None:
    line = {"name": "Dave", "party": "2", "due": "125.00", "phone": "12345", "seat": {"row": Decimal(4)}}
    table.put(a_row(patrons={"dave": line, "ana": {"name": "Ana"}}))
    table.ledger().log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)
    before = table.row()
    seen = table.ledger().event(EID).patrons["dave"]
    outcome = roster.change(a_change(seen, due=Decimal("80.00"), phone=None), by=OLIVIA, now=NOW)
    assert isinstance(outcome, Changed)
    assert (outcome.before, outcome.after) == (seen, replace(seen, due=Decimal("80.00"), phone=None))
    edited = {name: value for name, value in line.items() if name != "phone"} | {"due": Decimal("80.00")}
    assert table.row() == before | {"patrons": {"dave": edited, "ana": {"name": "Ana"}}}
    assert [edit.what for edit in table.ledger().event(EID).edits] == ["due", "phone"]
    again = roster.change(a_change(seen, due=Decimal("80.00"), phone=None), by=OLIVIA, now=NOW)
    assert isinstance(again, Changed)
    assert again.replayed
    assert len(table.ledger().event(EID).edits) == 2


def test_a_line_that_changed_since_is_not_written_over(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    seen = table.ledger().event(EID).patrons["dave"]
    table.put(a_row(patrons={"dave": {"name": "Dave K.", "party": Decimal(1), "due": Decimal("125.00")}}))
    before = table.row()
    outcome = roster.change(a_change(seen, due=Decimal("80.00")), by=OLIVIA, now=NOW)
    assert isinstance(outcome, Overtaken)
    assert outcome.patron.name == "Dave K."
    assert table.row() == before


def test_of_many_who_change_a_line_at_once_one_does(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    seen = table.ledger().event(EID).patrons["dave"]

    def change(due: int) -> object:
        return roster.change(a_change(seen, due=Decimal(f"{due}.00")), by=OLIVIA, now=NOW)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(change, range(8)))
    (done,) = [each for each in outcomes if isinstance(each, Changed)]
    assert table.row()["patrons"]["dave"]["due"] == done.after.due
    assert len(table.edits()) == 1


def test_a_note_in_the_place_of_a_line_gives_way(table: Table, roster: DynamoRoster) -> None:
    paid = {"amount": Decimal(5), "method": "cash", "logged_by": "web:x", "timestamp": "2026-05-20T10:00:00Z"}
    table.put(a_row(patrons={"dave": "pays later"}, payments={"dave": paid}))
    seen = table.ledger().event(EID).patron("dave")
    assert seen is not None
    roster.change(a_change(seen, name="Dave"), by=OLIVIA, now=NOW)
    assert table.row()["patrons"]["dave"] == {"name": "Dave", "party": Decimal(1), "due": Decimal("125.00")}


def test_an_event_that_is_renamed_in_that_very_moment_is_followed(
    table: Table, roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row())
    dave = dave_in(table)
    redirect = {"eid": EID, "crew_id": "#event", MOVED_TO: NEW, "patrons": {}}
    meanwhile(roster, monkeypatch, lambda: table.put(a_row(NEW, renamed_from=[EID]), redirect))

    roster.change(a_change(dave, due=Decimal("80.00")), by=OLIVIA, now=NOW)

    assert table.row(NEW)["patrons"]["dave"]["due"] == Decimal("80.00")
    assert table.row() == redirect
    assert [edit["what"] for edit in table.edits(NEW)] == ["due"]


def test_a_line_that_is_not_there_or_has_no_room_is_refused(table: Table, roster: DynamoRoster) -> None:
    for row in (None, a_row(patrons={})):
        table.put(*[row] if row else [])
        with pytest.raises(PatronUnknown):
            roster.change(a_change(a_patron(), name="D."), by=OLIVIA, now=NOW)
    table.put(a_row(boats="x" * 390_000))
    with pytest.raises(RowFull):
        roster.change(a_change(a_patron(), name="D."), by=OLIVIA, now=NOW)
