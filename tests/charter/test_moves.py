"""A move to another trip: its plan, its refusals, and the entries and edits that it makes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from charter.boarding import Aboard, Boarding, CastOff
from charter.events import Event, Status
from charter.kinds import Kind
from charter.moves import SOMEBODY_ELSE, MovePlan, PatronMove
from charter.patrons import Patron, PatronState
from charter.payments import Source
from charter.refusals import (
    AboardAlready,
    AmountOutOfRange,
    BoatTooSmall,
    CurrencyDiffers,
    ListFrozen,
    NamesakeThere,
    NoRoomToMove,
    NotExpected,
    PatronUnknown,
    SameTrip,
    TooManyToMove,
    TripCancelled,
    WaiverOutdated,
)
from charter.transfers import MOST_SIGNATURES, check_target, copies, moved_by, plan_of
from tests.builders import DANA, EID, NOW, a_patron, a_payment, a_signature, an_event

THERE = "2026-06-01-captain-cory-evening"
DAVE = replace(a_patron(party=2, due="250.00"), email="dave@example.com")


def source(**changes: Any) -> Event:
    """The trip that Dave's party of two is on, with 125.00 paid."""
    return replace(an_event(DAVE, payments={"dave": a_payment("125.00")}), **changes)


def target(*patrons: Patron, **changes: Any) -> Event:
    """Another trip, with nobody or with these people."""
    there = an_event(*patrons, price="60.00")
    return replace(there, eid=THERE, title="The evening", **{"patrons": there.patrons if patrons else {}, **changes})


def a_move(**changes: Any) -> PatronMove:
    """The form's request to move Dave."""
    return PatronMove(**{"form": "f1", "eid": EID, "patron_id": "dave", "target": THERE, "reason": "fog", **changes})


def plan(move: PatronMove | None = None, here: Event | None = None, there: Event | None = None) -> MovePlan:
    """Return the plan of a move, with v1 as the only version of the waiver."""
    return plan_of(move or a_move(), here or source(), there or target(), versions={"v1"}, now=NOW)


def test_a_party_joins_with_its_money_and_owes_that_trips_price() -> None:
    made = plan()

    assert (made.amount, made.joining, made.before, made.arriving) == (Decimal(125), 2, None, None)
    assert made.line == replace(DAVE, due=Decimal("120.00"))
    assert plan(a_move(due=Decimal(0))).line.due == 0
    assert plan(there=target(price=None)).line.due == 250
    assert plan(there=target(price=Decimal("60000.00"))).line.due == 250


def test_the_two_entries_add_up_to_zero_and_name_each_other() -> None:
    entries = plan().entries(by=DANA, now=NOW)

    assert entries is not None
    out, into = entries
    assert (out.amount, into.amount) == (Decimal(-125), Decimal(125))
    for entry in entries:
        assert (entry.payment_id, entry.group, entry.kind) == ("transfer:f1", "transfer:f1", Kind.TRANSFER)
        assert (entry.method, entry.logged_by, entry.timestamp, entry.source) == ("transfer", DANA, NOW, Source.SLACK)
        assert entry.reason == "fog"
    assert (out.notes, out.counterpart) == (f"To The evening ({THERE})", f"{THERE}/dave")
    assert (into.notes, into.counterpart) == (f"From Captain Cory, afternoon ({EID})", f"{EID}/dave")
    long = plan(there=replace(target(), title="T" * 80)).entries(by=DANA, now=NOW)
    assert long is not None
    assert long[0].notes == f"To {'T' * 80} ({THERE})"
    assert plan(here=source(payments={})).entries(by=DANA, now=NOW) is None
    assert plan(here=source(payments={"dave": a_payment("-5.00")})).amount == 0


def test_the_edits_say_where_the_party_went_and_from_where_it_came() -> None:
    here, there = plan().edits(by=DANA, now=NOW)

    changes = [(edit.what, edit.before, edit.after) for edit in here]
    assert changes == [("moved_to", "", THERE), ("due", "250.00", "0.00"), ("state", "", "removed")]
    assert [(edit.what, edit.before, edit.after) for edit in there] == [("moved_from", EID, "joined")]
    for edit in (*here, *there):
        assert (edit.by, edit.at, edit.patron_id, edit.reason, edit.form) == (DANA, NOW, "dave", "fog", "f1")
    assert moved_by(source(edits=tuple(here)), "f1", "moved_to") == here[0]
    assert moved_by(source(edits=tuple(here)), "f2", "moved_to") is None
    assert moved_by(source(edits=tuple(here)), "f1", "moved_from") is None


def test_the_same_person_on_the_other_trip_keeps_their_line() -> None:
    listed = replace(a_patron(party=3, due="10.00"), phone="555 0100")
    made = plan(there=target(listed))

    assert (made.before, made.joining, made.namesakes, made.asks) == (listed, 0, (), False)
    assert made.line == replace(listed, email="dave@example.com")
    assert made.arriving is not None
    assert made.arriving.values == {"email": "dave@example.com"}
    _, there = made.edits(by=DANA, now=NOW)
    assert [(edit.what, edit.after) for edit in there] == [("moved_from", ""), ("email", "dave@example.com")]
    again = plan(there=target(replace(listed, state=PatronState.REMOVED)))
    assert (again.joining, again.line.state, again.line.party, again.line.due) == (2, None, 2, Decimal(120))
    assert plan(a_move(due=Decimal(7)), there=target(listed)).line.due == 7


def test_a_namesake_on_the_other_trip_is_asked_about() -> None:
    twin = a_patron("dave-2", name="DAVE kowalski")
    made = plan(there=target(twin))

    assert (made.asks, made.namesakes, made.before) == (True, (twin,), None)
    with pytest.raises(NamesakeThere, match="Dave Kowalski"):
        made.check()
    same = plan(a_move(person="dave-2"), there=target(twin))
    other = plan(a_move(person=SOMEBODY_ELSE), there=target(twin))
    assert (same.asks, same.line.patron_id, same.before) == (False, "dave-2", twin)
    assert (other.asks, other.line.patron_id, other.before) == (False, "dave", None)
    twins = plan(there=target(replace(twin, patron_id="dave-3"), twin))
    assert [each.patron_id for each in twins.namesakes] == ["dave-2", "dave-3"], "in one order, so the mark stays"
    stranger = plan(there=target(a_patron(name="Dave Other")))
    assert not stranger.asks
    assert stranger.line.patron_id.startswith("dave-kowalski-")
    paid_there = plan(there=target(payments={"dave": a_payment("5.00")}))
    assert paid_there.line.patron_id == stranger.line.patron_id


def test_current_signatures_come_along_and_older_ones_are_asked_about() -> None:
    new, old = (replace(a_signature(name), version=version) for name, version in (("s1", "v1"), ("s2", "v0")))
    foreign = replace(a_signature("s3", patron_id="ana"), version="v1")
    made = plan(here=source(signatures={each.signature_id: each for each in (new, old, foreign)}))

    assert (made.signatures, made.outdated) == ((new,), (old,))
    with pytest.raises(WaiverOutdated, match="Dave Kowalski"):
        made.check()
    replace(made, move=a_move(unsigned=True)).check()
    assert copies(made) == [replace(new, signed_for=(EID,))]
    assert [each.patron_id for each in copies(replace(made, line=replace(made.line, patron_id="dave-2")))] == ["dave-2"]
    assert copies(replace(made, target=target(signatures={"s1": new}))) == []
    assert copies(replace(made, target=target(signatures=None))) == copies(made)
    kept = replace(new, signed_for=("2026-01-01-first",))
    assert copies(replace(made, signatures=(kept,)))[0].signed_for == ("2026-01-01-first",)


def test_more_people_than_the_boat_takes_come_only_when_somebody_says_so() -> None:
    full = target(a_patron("ana", name="Ana Lima", party=3), capacity=4, boat="Osprey")
    made = plan(there=full)

    assert made.is_beyond
    with pytest.raises(BoatTooSmall, match="Osprey takes 4 people, and this would make 5"):
        made.check()
    plan(a_move(beyond=True), there=full).check()
    _, there = plan(a_move(beyond=True), there=full).edits(by=DANA, now=NOW)
    changes = [(edit.what, edit.before, edit.after, edit.reason, edit.patron_id) for edit in there[1:]]
    assert changes == [("capacity", "3", "5", "fog", "dave")]
    assert not plan(there=replace(full, capacity=5)).is_beyond


def test_the_mark_changes_with_all_that_a_person_decides_about() -> None:
    made = plan()
    signed = source(signatures={"s1": replace(a_signature(), version="v1")})
    outdated = source(signatures={"s1": replace(a_signature(), version="v0")})
    others = [
        plan(here=source(payments={"dave": a_payment("5.00")})),
        plan(here=source(patrons={"dave": replace(DAVE, party=3)})),
        plan(there=target(a_patron())),
        plan(there=target(a_patron("dave-2"))),
        plan(there=target(a_patron("dave-3"))),
        plan(here=signed),
        plan(here=outdated),
        plan(there=replace(target(), eid="2026-06-02-other")),
        plan(here=source(eid="2026-06-03-first")),
    ]

    assert len({made.mark, *(each.mark for each in others)}) == 10
    assert len(made.mark) == 16
    assert not made.is_overtaken
    assert not plan(a_move(seen=made.mark, amount=Decimal(125))).is_overtaken
    assert plan(a_move(seen="0" * 16)).is_overtaken
    assert plan(a_move(amount=Decimal(124))).is_overtaken


def test_what_cannot_be_moved_is_refused() -> None:
    aboard = Boarding({"dave": Aboard(2, NOW, DANA)})
    gone = Boarding({"dave": Aboard(2, NOW, DANA)}, CastOff(NOW, DANA, 2, "0", "l1"))
    removed = {"dave": replace(DAVE, state=PatronState.REMOVED)}
    many = [replace(a_signature(f"s{number}"), version="v1") for number in range(MOST_SIGNATURES + 1)]
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (PatronUnknown, {"move": a_move(patron_id="nobody")}),
        (SameTrip, {"there": source()}),
        (TripCancelled, {"there": target(status=Status.CANCELLED)}),
        (CurrencyDiffers, {"there": target(currency="SEK")}),
        (ListFrozen, {"there": target(boarding_read=gone)}),
        (ListFrozen, {"here": source(boarding_read=gone)}),
        (AboardAlready, {"here": source(boarding_read=aboard)}),
        (AboardAlready, {"there": target(a_patron(), boarding_read=aboard)}),
        (NotExpected, {"here": source(patrons=removed, payments={})}),
        (NoRoomToMove, {"here": source(full=True)}),
        (NoRoomToMove, {"there": target(full=True)}),
        (AmountOutOfRange, {"here": source(payments={"dave": a_payment("100000.00", "100.00")})}),
        (TooManyToMove, {"here": source(signatures={each.signature_id: each for each in many})}),
    ]
    for refusal, case in refused:
        with pytest.raises(refusal):
            plan(**case)
    with pytest.raises(NotExpected, match="was taken off the roster"):
        plan(here=source(patrons=removed, payments={}))
    with pytest.raises(TooManyToMove, match=f"{len(many)}.*{MOST_SIGNATURES}"):
        plan(here=source(signatures={each.signature_id: each for each in many}))

    assert plan(here=source(patrons=removed)).amount == 125
    assert plan(here=source(payments={}), there=target(currency="SEK")).amount == 0
    assert len(plan(here=source(signatures={each.signature_id: each for each in many[1:]})).signatures) == 40
    check_target(source(), target(currency="SEK"), NOW, amount=Decimal(0))
