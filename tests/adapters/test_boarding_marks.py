"""Marks of no-shows and corrected parties over a real table: of a mark and a simultaneous check-in, one is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from adapters.check_ins import DynamoCheckIns
from charter.boarding import CheckIn
from charter.boarding_edits import MoneyDecision, come_back, correct_party, leave
from charter.enrolling import PatronChange, fingerprint_of
from charter.patrons import PatronState
from charter.refusals import (
    AboardAlready,
    BoatFull,
    ListFrozen,
    NotExpected,
    PatronUnknown,
    Refusal,
    TableUnavailable,
)
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_row, a_signature_row

if TYPE_CHECKING:
    from adapters.roster import DynamoRoster
    from tests.adapters.conftest import Table

BOAT = NOW.astimezone(ZONE)


@pytest.fixture
def check_ins(table: Table) -> DynamoCheckIns:
    """Return the check-ins of a table in which Dave is clear to board."""
    free = {"dave": {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(0)}}
    table.put(a_row(patrons=free), a_signature_row())
    return DynamoCheckIns(table.through_proxy, table.name, ledger=table.ledger())


def test_of_a_check_in_and_a_no_show_at_once_one_is_written(
    table: Table, check_ins: DynamoCheckIns, roster: DynamoRoster
) -> None:
    event = table.ledger().event(EID)
    change = leave(event, "dave", PatronState.NO_SHOW, reason="not here", now=BOAT)

    def mark() -> bool:
        try:
            roster.change(change, by=DANA, now=BOAT)
        except AboardAlready:
            return False
        return True

    def board() -> bool:
        try:
            check_ins.check_in(CheckIn(EID, "dave", 1), by=MARCO, admin=False, now=BOAT)
        except NotExpected:
            return False
        return True

    for _ in range(5):
        table.put(a_row(patrons={"dave": {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(0)}}))
        table.put({"eid": EID, "crew_id": "#boarding"})
        with ThreadPoolExecutor(2) as pool:
            marked, boarded = [each.result() for each in (pool.submit(mark), pool.submit(board))]
        now = table.ledger().event(EID)
        assert (marked, boarded) in {(True, False), (False, True)}
        assert (now.patrons["dave"].state is PatronState.NO_SHOW, "dave" in now.boarding.aboard) == (marked, boarded)


def test_a_mark_is_refused_while_the_party_is_aboard_and_after_cast_off(
    check_ins: DynamoCheckIns, roster: DynamoRoster
) -> None:
    event = check_ins.check_in(CheckIn(EID, "dave", 1), by=DANA, admin=False, now=BOAT)
    mark = PatronChange(EID, "dave", fingerprint_of(event.patrons["dave"]), {"state": PatronState.REMOVED}, "left")
    fewer = PatronChange(EID, "dave", fingerprint_of(event.patrons["dave"]), {"party": 0}, "left")
    for change in (mark, fewer):
        with pytest.raises(AboardAlready):
            roster.change(change, by=DANA, now=BOAT)
    with pytest.raises(AboardAlready):
        leave(event, "dave", PatronState.REMOVED, reason="left", now=BOAT)
    event = check_ins.cast_off(EID, seen=event.boarding.fingerprint, by=DANA, now=BOAT)
    with pytest.raises(ListFrozen, match="1:30 PM"):
        roster.change(mark, by=DANA, now=BOAT)
    with pytest.raises(ListFrozen):
        correct_party(event, "dave", {"party": 2}, seen="", admin=True, reason="more", now=BOAT)


def test_a_mark_that_is_sent_again_is_written_once_and_taking_it_back_restores_the_due(
    table: Table, roster: DynamoRoster
) -> None:
    table.put(a_row())
    event = table.ledger().event(EID)
    change = leave(event, "dave", PatronState.NO_SHOW, money=MoneyDecision.NOTHING_DUE, reason="ill", now=BOAT)
    table.proxy.fail_next("TransactWriteItems", drop_answer=True, times=2)
    with pytest.raises(TableUnavailable):
        roster.change(change, by=DANA, now=BOAT)
    marked = roster.change(change, by=DANA, now=BOAT).event
    assert (marked.patrons["dave"].state, marked.patrons["dave"].due) == (PatronState.NO_SHOW, Decimal(0))
    assert sorted(row["what"] for row in table.edits()) == ["due", "state"]
    again = leave(marked, "dave", PatronState.NO_SHOW, money=MoneyDecision.KEEP, reason="ill", now=BOAT)
    assert again.values == {"state": PatronState.NO_SHOW}, "the money of a mark is chosen once"

    back = roster.change(come_back(table.ledger().event(EID), "dave"), by=MARCO, now=BOAT).event
    assert (back.patrons["dave"].state, back.patrons["dave"].due) == (None, Decimal("125.00"))
    assert come_back(back, "dave").values == {"state": None}


def test_what_the_rules_refuse(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row(boat="Pelican", capacity=Decimal(3)))
    event = table.ledger().event(EID)
    fingerprint = fingerprint_of(event.patrons["dave"])

    def correct(party: int, *, admin: bool, reason: str = "") -> Refusal | None:
        try:
            correct_party(event, "dave", {"party": party}, seen=fingerprint, admin=admin, reason=reason, now=BOAT)
        except Refusal as refusal:
            return refusal
        return None

    assert isinstance(correct(2, admin=False, reason="brings a friend"), BoatFull)
    assert isinstance(correct(2, admin=True), BoatFull)
    assert correct(2, admin=True, reason="brings a friend") is None
    assert correct(1, admin=False) is None
    with pytest.raises(PatronUnknown):
        leave(event, "eve", PatronState.NO_SHOW, reason="x", now=BOAT)
    with pytest.raises(PatronUnknown):
        come_back(event, "eve")
    with pytest.raises(PatronUnknown):
        correct_party(event, "eve", {"party": 2}, seen="", admin=True, reason="", now=BOAT)
    removed = roster.change(leave(event, "dave", PatronState.REMOVED, reason="x", now=BOAT), by=DANA, now=BOAT).event
    with pytest.raises(NotExpected):
        leave(removed, "dave", PatronState.NO_SHOW, reason="x", now=BOAT)
