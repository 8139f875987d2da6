"""Boarding: who may come aboard, cast-offs, and the rules of the roster at the dock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from charter.boarding import Aboard, Boarding, CheckIn
from charter.boarding_edits import MoneyDecision, come_back, correct_party, leave
from charter.check_ins import BoardingChange, cast_off, check_in, reopen, take_back
from charter.edits import Edit
from charter.events import Event, Status
from charter.moments import utc
from charter.passengers import (
    CrewMember,
    list_of,
    sha256_of,
    thaw,
)
from charter.patrons import PatronState
from charter.refusals import (
    AboardAlready,
    BoatFull,
    CheckedInAgain,
    CountMalformed,
    ListChanged,
    ListFrozen,
    NobodyAboard,
    NobodyBoards,
    NotCastOff,
    NotClear,
    NotExpected,
    PatronUnknown,
)
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_patron, a_payment, a_signature, an_event

CAPTAIN = CrewMember("U0DANA", "Dana Reyes", "captain")
LATER = NOW + timedelta(minutes=5)


def a_trip(**changes: Any) -> Event:
    """Dave's party of three, paid and signed by Dave with two minors, and Ana, who has neither paid nor signed."""
    people = (replace(a_patron(party=3), phone="555 0100"), a_patron("ana", name="Ana Lima"))
    signed = [a_signature(minors=("Kim", "Lee")), a_signature("s2", name="Zed", patron_id=None)]
    event = an_event(*people, payments={"dave": a_payment("125.00")}, signatures=signed)
    return replace(event, **{"capacity": 4, "boat": "Osprey", **changes})


def aboard(event: Event, **counts: int) -> Event:
    """The event with these people aboard, checked in by Dana at NOW."""
    return replace(event, boarding_read=Boarding({name: Aboard(count, NOW, DANA) for name, count in counts.items()}))


def board(event: Event, patron_id: str, count: int, *, reason: str = "", admin: bool = False) -> BoardingChange:
    """Check people in, by Marco."""
    return check_in(event, CheckIn(EID, patron_id, count, reason), by=MARCO, admin=admin, now=LATER)


def test_a_party_that_is_clear_comes_aboard_once() -> None:
    made = board(a_trip(), "dave", 3)

    assert made.after.aboard == {"dave": Aboard(3, LATER, MARCO)}
    assert (made.edits, made.replayed, made.result.boarding.souls) == ((), False, 3)
    again = board(made.result, "dave", 3)
    assert (again.replayed, again.after) == (True, made.after)
    fewer = board(made.result, "dave", 2)
    assert fewer.after.aboard["dave"].count == 2


def test_a_party_that_lacks_something_comes_aboard_with_a_reason_that_is_kept() -> None:
    with pytest.raises(NotClear, match="payment"):
        board(a_trip(), "ana", 1)

    made = board(a_trip(), "ana", 1, reason="pays later")
    assert made.after.aboard["ana"].reason == "pays later"
    assert made.edits == (Edit("aboard", "", "1", MARCO, LATER, "ana", "pays later"),)
    more = board(aboard(a_trip(), dave=1), "dave", 2, reason="late")
    assert [(edit.before, edit.after) for edit in more.edits] == [("1", "2")]
    assert more.result.edits == more.edits


def test_who_cannot_come_aboard_is_refused() -> None:
    gone = cast_off(aboard(a_trip(), dave=3), seen=_mark(dave=3), crew=(), by=DANA, now=NOW).result
    removed = replace(a_trip(), patrons={"dave": replace(a_patron(), state=PatronState.REMOVED)})
    no_show = replace(a_trip(), patrons={"dave": replace(a_patron(), state=PatronState.NO_SHOW)})
    refused: list[tuple[type[Exception], Event, str, int]] = [
        (ListFrozen, gone, "dave", 2),
        (NobodyBoards, replace(a_trip(), status=Status.CANCELLED), "dave", 3),
        (PatronUnknown, a_trip(), "nobody", 1),
        (NotExpected, removed, "dave", 1),
        (NotExpected, no_show, "dave", 1),
        (CountMalformed, a_trip(), "dave", 0),
        (CountMalformed, a_trip(), "dave", 4),
    ]
    for refusal, event, patron_id, count in refused:
        with pytest.raises(refusal):
            board(event, patron_id, count)
    with pytest.raises(NotExpected, match=str(NotExpected("Dave Kowalski", removed=False))):
        board(no_show, "dave", 1)
    with pytest.raises(NotExpected, match=str(NotExpected("Dave Kowalski", removed=True))):
        board(removed, "dave", 1)


def _mark(**counts: int) -> str:
    return aboard(a_trip(), **counts).boarding.fingerprint


def test_the_boat_takes_no_more_than_its_capacity_but_for_an_admins_reason() -> None:
    event = aboard(a_trip(capacity=3), ana=1)

    assert board(aboard(a_trip(capacity=3), dave=1), "dave", 3).after.souls == 3
    assert board(aboard(a_trip(capacity=None), ana=1), "dave", 3).after.souls == 4
    for admin, reason in ((False, "late"), (True, ""), (False, "")):
        with pytest.raises(BoatFull) as raised:
            board(event, "dave", 3, reason=reason, admin=admin)
        assert str(raised.value) == str(BoatFull("Osprey", 3, 4, admin=admin))
    assert board(event, "dave", 3, reason="late", admin=True).after.souls == 4


def test_a_check_in_is_taken_back_where_it_is_the_one_that_was_seen() -> None:
    event = aboard(a_trip(), dave=3, ana=1)
    made = take_back(event, "dave", seen=utc(NOW), by=MARCO, now=LATER)

    assert set(made.after.aboard) == {"ana"}
    assert made.edits == (Edit("aboard", "3", "", MARCO, LATER, "dave"),)
    assert take_back(made.result, "dave", seen=utc(NOW), by=MARCO, now=LATER).replayed
    with pytest.raises(PatronUnknown):
        take_back(event, "nobody", seen=utc(NOW), by=MARCO, now=LATER)
    with pytest.raises(CheckedInAgain) as raised:
        take_back(event, "dave", seen=utc(LATER), by=MARCO, now=LATER.astimezone(ZONE))
    assert str(raised.value) == str(CheckedInAgain("Dave Kowalski", "1:30 PM"))
    stranger = aboard(replace(a_trip(), patrons={}, payments={}), eve=1)
    with pytest.raises(CheckedInAgain, match="eve"):
        take_back(stranger, "eve", seen=utc(LATER), by=MARCO, now=LATER)


def test_a_cast_off_freezes_the_list_and_a_reopening_keeps_it() -> None:
    event = aboard(a_trip(), dave=3)

    def leave_dock(event: Event, seen: str, by: str = DANA) -> BoardingChange:
        names = {MARCO: "Marco Diaz", DANA: "Dana Reyes"}
        return cast_off(event, seen=seen, crew=(CAPTAIN,), by=by, now=LATER, name_of=names.get)

    made = leave_dock(event, _mark(dave=3))
    done, frozen = made.after.cast_off, made.frozen
    assert done is not None
    assert frozen is not None
    assert (done.at, done.by, done.souls, done.list_id) == (LATER, DANA, 3, frozen.list_id)
    assert done.sha256 == frozen.sha256 == sha256_of(frozen.text)
    assert (frozen.at, frozen.by, frozen.souls) == (LATER, DANA, 3)
    assert f'"by":"{DANA}"' in frozen.text
    assert made.result.cast_offs == (frozen,)
    assert leave_dock(made.result, _mark(dave=3)).replayed
    with pytest.raises(ListFrozen):
        leave_dock(made.result, _mark(dave=3), by=MARCO)
    with pytest.raises(ListFrozen):
        leave_dock(made.result, _mark(dave=2))
    with pytest.raises(ListChanged):
        leave_dock(event, _mark(dave=2))
    with pytest.raises(NobodyAboard):
        leave_dock(a_trip(), _mark())
    with pytest.raises(NobodyBoards):
        leave_dock(replace(event, status=Status.CANCELLED), _mark(dave=3))
    listed = list_of(made.result)
    assert (listed.cast_off, listed.crew, listed.captain) == (done, (CAPTAIN,), "Dana Reyes")
    opened = reopen(made.result, seen=frozen.list_id, by=MARCO, now=LATER, reason="forgot Ana")
    assert opened.edits == (Edit("cast_off", frozen.list_id, "", MARCO, LATER, reason="forgot Ana"),)
    assert reopen(opened.result, seen=frozen.list_id, by=MARCO, now=LATER, reason="again").replayed
    assert opened.after.cast_off is None
    assert opened.after.aboard == event.boarding.aboard
    assert list_of(opened.result).cast_off is None
    with pytest.raises(NotCastOff):
        reopen(event, seen=frozen.list_id, by=MARCO, now=LATER, reason="x")
    with pytest.raises(NotCastOff):
        reopen(made.result, seen="another", by=MARCO, now=LATER, reason="x")
    kept = thaw(frozen.text, done)
    assert kept.names == {}
    without_crew = cast_off(event, seen=_mark(dave=3), crew=(), by=MARCO, now=LATER, name_of={DANA: "Dana"}.get)
    assert without_crew.frozen is not None
    assert thaw(without_crew.frozen.text, done).names == {DANA: "Dana"}


def test_a_no_show_keeps_their_due_unless_the_office_says_otherwise() -> None:
    event = a_trip()

    def away(money: MoneyDecision, event: Event = event) -> dict[str, Any]:
        change = leave(event, "dave", PatronState.NO_SHOW, money=money, reason="ill", now=NOW)
        assert (change.eid, change.patron_id, change.reason) == (EID, "dave", "ill")
        return dict(change.values)

    assert away(MoneyDecision.AS_IT_IS) == {"state": PatronState.NO_SHOW}
    assert away(MoneyDecision.NOTHING_DUE) == {"state": PatronState.NO_SHOW, "due": Decimal("0.00")}
    assert away(MoneyDecision.KEEP) == {"state": PatronState.NO_SHOW, "due": Decimal("125.00")}
    given = replace(event, payments={"dave": a_payment("-5.00")})
    assert str(away(MoneyDecision.KEEP, given)["due"]) == "0.00"
    assert leave(event, "dave", PatronState.NO_SHOW, reason="", now=NOW).values == {"state": PatronState.NO_SHOW}
    marked = replace(event, patrons={"dave": replace(a_patron(), state=PatronState.NO_SHOW)})
    assert away(MoneyDecision.NOTHING_DUE, marked) == {"state": PatronState.NO_SHOW}
    removed = replace(event, patrons={"dave": replace(a_patron(), state=PatronState.REMOVED)})
    assert leave(removed, "dave", PatronState.REMOVED, reason="", now=NOW).values == {"state": PatronState.REMOVED}
    with pytest.raises(NotExpected, match=str(NotExpected("Dave Kowalski", removed=True))):
        away(MoneyDecision.AS_IT_IS, removed)
    with pytest.raises(AboardAlready):
        away(MoneyDecision.AS_IT_IS, aboard(event, dave=1))
    with pytest.raises(PatronUnknown):
        leave(event, "nobody", PatronState.NO_SHOW, reason="", now=NOW)


def test_who_comes_back_owes_again_what_the_mark_took_away() -> None:
    marked = replace(a_trip(), patrons={"dave": replace(a_patron(), state=PatronState.NO_SHOW)})
    mark = Edit("state", "", "no_show", DANA, NOW, "dave")
    due = Edit("due", "125.00", "0.00", DANA, NOW, "dave")

    def back(*edits: Edit, event: Event = marked) -> dict[str, Any]:
        return dict(come_back(replace(event, edits=edits), "dave").values)

    assert back(mark, due) == {"state": None, "due": Decimal(125)}
    assert back(mark, replace(due, before="")) == {"state": None, "due": Decimal(0)}
    for edits in ((mark,), (due,), (mark, replace(due, by=MARCO)), (mark, replace(due, at=LATER))):
        assert back(*edits) == {"state": None}
    assert back(mark, due, event=a_trip()) == {"state": None}
    with pytest.raises(PatronUnknown):
        come_back(marked, "nobody")


def test_a_partys_number_is_corrected_within_what_the_boat_takes() -> None:
    event = aboard(a_trip(capacity=5), dave=2)

    def correct(values: dict[str, Any], *, admin: bool = False, reason: str = "") -> dict[str, Any]:
        change = correct_party(event, "dave", values, seen="x", admin=admin, reason=reason, now=NOW)
        assert (change.seen, change.reason, change.patron_id) == ("x", reason, "dave")
        return dict(change.values)

    assert correct({"party": 4}) == {"party": 4}
    assert correct({"due": Decimal(5)}) == {"due": Decimal(5)}
    assert correct({"party": 2}) == {"party": 2}
    with pytest.raises(AboardAlready):
        correct({"party": 1})
    for admin, reason in ((False, ""), (True, ""), (False, "late")):
        with pytest.raises(BoatFull):
            correct({"party": 5}, admin=admin, reason=reason)
    assert correct({"party": 5}, admin=True, reason="late") == {"party": 5}
