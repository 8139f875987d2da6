"""Boarding over a real table: each change is written once, and of two at the same moment the other one is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from adapters.check_ins import DynamoCheckIns
from charter.boarding import CheckIn
from charter.moments import utc
from charter.passengers import list_of, sha256_of
from charter.refusals import (
    BoatFull,
    CheckedInAgain,
    CountMalformed,
    EventUnknown,
    ListChanged,
    ListFrozen,
    NobodyAboard,
    NobodyBoards,
    NotClear,
    NotExpected,
    PatronUnknown,
    TableUnavailable,
)
from tests.builders import DANA, EID, MARCO, ZONE, a_crew_row, a_row, a_signature_row
from tests.builders import NOW as UTC_NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from charter.events import Event
    from tests.adapters.conftest import Table

NOW = UTC_NOW.astimezone(ZONE)
PAID = {
    "amount": Decimal(125),
    "timestamp": "2026-05-23T19:00:00.000Z",
    "method": "cash",
    "logged_by": DANA,
    "entries": {
        "p1": {
            "kind": "payment",
            "amount": Decimal(125),
            "method": "cash",
            "logged_by": DANA,
            "timestamp": "2026-05-23T19:00:00.000Z",
            "source": "slack",
        }
    },
}


@pytest.fixture
def check_ins(table: Table) -> DynamoCheckIns:
    """Return the check-ins of a table in which Dave has paid and signed, and Ana's party of two has done neither."""
    table.put(a_row(payments={"dave": PAID}), a_signature_row(), a_crew_row(name="Cory Alvarez"))
    return DynamoCheckIns(table.through_proxy, table.name, ledger=table.ledger())


def board(check_ins: DynamoCheckIns, patron_id: str = "dave", count: int = 1, **named: Any) -> Event:
    """Check people in, as Dana unless `by` says otherwise."""
    reason, admin, by = named.get("reason", ""), named.get("admin", False), named.get("by", DANA)
    return check_ins.check_in(CheckIn(EID, patron_id, count, reason), by=by, admin=admin, now=named.get("now", NOW))


def test_a_party_is_checked_in_once_however_often_it_is_pressed(table: Table, check_ins: DynamoCheckIns) -> None:
    event = board(check_ins)
    again = board(check_ins, by=MARCO)

    assert event.boarding.souls == again.boarding.souls == 1
    assert table.row(crew_id="#boarding") == {
        "eid": EID,
        "crew_id": "#boarding",
        "aboard": {"dave": {"count": Decimal(1), "at": "2026-05-23T20:30:00.000Z", "by": DANA}},
    }
    assert table.calls["TransactWriteItems"] == 1
    assert table.edits() == []

    table.proxy.fail_next("TransactWriteItems", drop_answer=True)
    board(check_ins, "ana", 2, reason="pays on the boat")
    assert board(check_ins, "ana", 2, reason="pays on the boat").boarding.souls == 3
    (edit,) = table.edits()
    assert (edit["what"], edit["patron_id"], edit["to"], edit["reason"]) == ("aboard", "ana", "2", "pays on the boat")


def test_a_check_in_is_taken_back_and_the_edit_is_kept(table: Table, check_ins: DynamoCheckIns) -> None:
    first = board(check_ins).boarding.aboard["dave"].at

    for _ in range(2):
        event = check_ins.take_back(EID, "dave", seen=utc(first), by=MARCO, now=NOW)
        assert event.boarding.aboard == {}

    (edit,) = table.edits()
    assert (edit["what"], edit["from"], edit["to"], edit["by"]) == ("aboard", "1", "", MARCO)
    with pytest.raises(PatronUnknown):
        check_ins.take_back(EID, "nobody", seen=utc(first), by=MARCO, now=NOW)

    board(check_ins, now=NOW + timedelta(minutes=1))
    with pytest.raises(CheckedInAgain, match="was checked in again at 1:31 PM, so nothing is taken back"):
        check_ins.take_back(EID, "dave", seen=utc(first), by=MARCO, now=NOW)
    assert set(table.row(crew_id="#boarding")["aboard"]) == {"dave"}


def test_who_may_not_come_aboard_is_refused_with_the_reason(table: Table, check_ins: DynamoCheckIns) -> None:
    with pytest.raises(NotClear, match="payment and waiver missing"):
        board(check_ins, "ana", 2)
    with pytest.raises(PatronUnknown):
        board(check_ins, "eve")
    for count in (0, 2):
        with pytest.raises(CountMalformed):
            board(check_ins, count=count)
    with pytest.raises(EventUnknown):
        check_ins.check_in(CheckIn("2026-05-24-nothing", "dave", 1), by=DANA, admin=False, now=NOW)
    assert table.row(crew_id="#boarding") == {}

    table.put(a_row(payments={"dave": PAID}, patrons={"dave": {"name": "Dave", "due": Decimal(0), "state": "no_show"}}))
    with pytest.raises(NotExpected, match="no-show"):
        board(check_ins)
    table.put(a_row(payments={"dave": PAID}, status="cancelled"))
    with pytest.raises(NobodyBoards):
        board(check_ins)


def test_the_boats_capacity_holds_for_crew_and_needs_a_reason_of_an_admin(
    table: Table, check_ins: DynamoCheckIns
) -> None:
    table.put(a_row(payments={"dave": PAID}, boat="Pelican", capacity=Decimal(2)))
    board(check_ins)

    with pytest.raises(BoatFull, match=r"Pelican takes 2 people, and this would make 3\. Only the office may"):
        board(check_ins, "ana", 2, reason="knows the captain")
    with pytest.raises(BoatFull, match="Write a reason"):
        board(check_ins, "ana", 2, admin=True)
    assert board(check_ins, "ana", 1, reason="her friend is late").boarding.souls == 2
    assert board(check_ins, "ana", 2, reason="a crew member stays", admin=True).boarding.souls == 3


def test_two_crew_at_once_never_fill_the_last_seat_twice(table: Table) -> None:
    crowd = {f"p{n}": {"name": f"Guest {n}", "due": Decimal(0), "party": Decimal(1)} for n in range(6)}
    signed = [a_signature_row(f"s{n}", patron_id=f"p{n}", name=f"Guest {n}") for n in range(6)]
    table.put(a_row(patrons=crowd, capacity=Decimal(4)), *signed)

    def press(patron_id: str) -> bool:
        crew = DynamoCheckIns(table.client, table.name, ledger=table.ledger(client=table.client))
        while True:
            try:
                board(crew, patron_id)
            except BoatFull:
                return False
            except TableUnavailable:
                continue
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(press, crowd)) == 4
    assert len(table.row(crew_id="#boarding")["aboard"]) == 4


def test_cast_off_freezes_the_list_and_keeps_it_for_good(table: Table, check_ins: DynamoCheckIns) -> None:
    with pytest.raises(NobodyAboard):
        check_ins.cast_off(EID, seen=table.ledger().event(EID).boarding.fingerprint, by=DANA, now=NOW)
    before = board(check_ins)
    seen = before.boarding.fingerprint

    event = check_ins.cast_off(EID, seen=seen, by=DANA, now=NOW)
    again = check_ins.cast_off(EID, seen=seen, by=DANA, now=NOW)

    assert event.boarding == again.boarding == table.ledger().event(EID).boarding
    done, (frozen,) = event.boarding.cast_off, table.ledger().event(EID).cast_offs
    assert done is not None
    assert (done.souls, done.by, done.sha256) == (1, DANA, sha256_of(frozen.text))
    content = json.loads(frozen.text)
    assert content["souls"] == 1
    assert [party["name"] for party in content["aboard"]] == ["Dave Kowalski"]
    assert content["crew"] == [{"crew_id": "cory", "name": "Cory Alvarez", "role": "captain"}]
    for press in (
        partial(board, check_ins, "ana", 2, reason="late"),
        partial(check_ins.take_back, EID, "dave", seen="", **PRESS),
    ):
        with pytest.raises(ListFrozen, match=r"cast off at 1:30 PM with 1 soul\."):
            press()

    table.put(a_row(patrons={"dave": {"name": "Another Dave", "due": Decimal(0)}}))
    assert [party.name for party in list_of(table.ledger().event(EID)).parties] == ["Ana Lima", "Dave Kowalski"]

    opened = check_ins.reopen(EID, seen=done.list_id, reason="Ana came running", **PRESS)
    check_ins.reopen(EID, seen=done.list_id, reason="Ana came running", **PRESS)
    assert opened.boarding.cast_off is None
    (edit,) = table.edits()
    assert (edit["what"], edit["from"], edit["reason"]) == ("cast_off", done.list_id, "Ana came running")
    table.put(a_row(payments={"dave": PAID}))
    second = board(check_ins, "ana", 2, reason="pays later")
    check_ins.cast_off(EID, seen=second.boarding.fingerprint, **PRESS)
    assert [each.souls for each in table.ledger().event(EID).cast_offs] == [1, 3]


PRESS: dict[str, Any] = {"by": DANA, "now": NOW.replace(minute=45)}


def test_of_a_check_in_and_a_cast_off_at_the_same_moment_one_wins_and_the_other_is_refused(
    table: Table, check_ins: DynamoCheckIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = board(check_ins).boarding.fingerprint
    other = DynamoCheckIns(table.client, table.name, ledger=table.ledger())

    meanwhile(check_ins, monkeypatch, lambda: board(other, "ana", 2, reason="runs down the dock"))
    with pytest.raises(ListChanged, match="3 aboard now"):
        check_ins.cast_off(EID, seen=seen, by=DANA, now=NOW)
    other.take_back(EID, "ana", seen=utc(NOW), by=MARCO, now=NOW)

    meanwhile(check_ins, monkeypatch, lambda: other.cast_off(EID, seen=seen, by=MARCO, now=NOW))
    with pytest.raises(ListFrozen):
        board(check_ins, "ana", 2, reason="runs down the dock")
    assert set(table.row(crew_id="#boarding")["aboard"]) == {"dave"}


def test_what_happens_to_the_event_between_read_and_write_is_noticed(
    table: Table, check_ins: DynamoCheckIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = "2026-05-23-captain-mia-afternoon"

    def rename() -> None:
        table.put(a_row(new, payments={"dave": PAID}, renamed_from=[EID]), a_signature_row(eid=new))
        table.put({"eid": EID, "crew_id": "#event", "moved_to": new})

    meanwhile(check_ins, monkeypatch, rename)
    assert board(check_ins).eid == new
    assert table.row(crew_id="#boarding") == {}
    assert set(table.row(new, "#boarding")["aboard"]) == {"dave"}

    meanwhile(check_ins, monkeypatch, lambda: table.put(a_row(new, status="cancelled")))
    with pytest.raises(NobodyBoards):
        check_ins.check_in(CheckIn(new, "ana", 1, "late"), by=DANA, admin=False, now=NOW)

    table.proxy.fail_next("TransactWriteItems", throttle=True, times=2)
    table.put(a_row(new, payments={"dave": PAID}))
    with pytest.raises(TableUnavailable):
        check_ins.check_in(CheckIn(new, "ana", 1, "late"), by=DANA, admin=False, now=NOW)


def meanwhile(check_ins: DynamoCheckIns, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Let `deed` happen between the next read of the event and the write that follows."""
    write = check_ins._own.together

    def write_later(*args: Any, **named: Any) -> bool:
        monkeypatch.setattr(check_ins._own, "together", write)
        deed()
        return write(*args, **named)

    monkeypatch.setattr(check_ins._own, "together", write_later)
