"""A pasted list of patrons: the result of each line, and the writes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from charter.boarding import Aboard, Boarding
from charter.edits import Edit
from charter.pasting import Fate, PastedLine, PastedList, PastePlan, check_length, plan_for, written_before
from charter.patrons import Patron, PatronState, walk_up_id
from charter.refusals import (
    ListTooLong,
    TooManyChanges,
)
from tests.builders import DANA, EID, NOW, a_patron, an_event

if TYPE_CHECKING:
    from charter.events import Event

ANA = a_patron("ana", name="Ana Lima", party=2, due="250.00")


def a_trip(*patrons: Patron, **changes: Any) -> Event:
    """Dave and Ana, who owe the price, or these people."""
    return replace(an_event(*(patrons or (a_patron(), ANA))), **changes)


def a_line(name: str, number: int = 1, **fields: Any) -> PastedLine:
    """A line of a pasted list that was understood."""
    return PastedLine(number=number, place=number, text=name, name=name, **fields)


def a_plan(*lines: PastedLine, event: Event | None = None) -> PastePlan:
    """The plan of these lines for Dave's and Ana's trip."""
    return plan_for(event or a_trip(), lines, form="f1")


def test_a_new_name_joins_with_the_usual_due_and_a_known_one_is_changed() -> None:
    lines = (a_line("Cy", 1, party=2), a_line("Bo", 2, due=Decimal(7)), a_line("ANA lima", 3, phone="555"))
    plan = a_plan(*lines, a_line("Dave Kowalski", 4))
    [cy, bo], [ana] = plan.of(Fate.NEW), plan.of(Fate.CHANGED)

    assert cy.after == Patron(walk_up_id("Cy", "f1", ["1"]), "Cy", Decimal("250.00"), 2)
    assert bo.after == Patron(walk_up_id("Bo", "f1", ["2"]), "Bo", Decimal(7), 1)
    assert (ana.before, ana.after) == (ANA, replace(ANA, phone="555"))
    assert [each.line.name for each in plan.of(Fate.UNCHANGED)] == ["Dave Kowalski"]
    assert [each.line.name for each in plan.written] == ["Cy", "Bo", "ANA lima"]
    assert (plan.people, set(plan.patrons)) == (3, {cy.after.patron_id, bo.after.patron_id, "ana"})
    assert a_plan(a_line("Ana Lima", party=5)).people == 3
    edits = plan.edits(by=DANA, now=NOW, form="f1")
    assert edits == [Edit("phone", "", "555", DANA, NOW, "ana", "", "f1")]
    full = a_plan(a_line("Cy"), event=a_trip(capacity=3))
    [beyond] = full.edits(by=DANA, now=NOW, form="f1", reason="friends")
    assert (beyond.what, beyond.before, beyond.after, beyond.reason) == ("capacity", "3", "4", "friends")
    assert beyond.patron_id == next(iter(full.patrons))
    assert a_plan(a_line("Cy"), event=a_trip(capacity=4)).edits(by=DANA, now=NOW, form="f1") == []


def test_a_line_that_is_not_clear_is_left_out_with_its_reason() -> None:
    gone = replace(a_patron("zed", name="Zed"), state=PatronState.REMOVED)
    twins = (a_patron("t1", name="Tim"), a_patron("t2", name="TIM"))
    event = a_trip(a_patron(), replace(ANA, phone="111", email="a@x.com"), gone, *twins, price=None)
    boarded = replace(event, boarding_read=Boarding({"ana": Aboard(2, NOW, DANA)}))

    def reason(*lines: PastedLine, event: Event = event) -> str:
        planned = a_plan(*lines, event=event).lines[0]
        assert (planned.fate, planned.after) == (Fate.LEFT_OUT, None)
        return planned.why

    assert reason(a_line("Cy", why="no name")) == "no name"
    assert reason(a_line("Cy"), a_line("CY", 2), a_line("cy", 5)).startswith("Lines 2 and 5 have the same name.")
    assert reason(a_line("Cy"), a_line("CY", 2)).startswith("Line 2 has the same name.")
    assert reason(a_line("Tim")).startswith("2 patrons of this name are on the roster.")
    assert reason(a_line("Zed")).startswith("This patron was taken off the roster or did not come.")
    assert reason(a_line("Ana Lima", phone="222")).startswith("The roster has this name with another phone")
    assert reason(a_line("Ana Lima", phone="222", email="b@x.com")).startswith("The roster has this name with")
    assert reason(a_line("Cy")).startswith("This event has no price")
    assert reason(a_line("Ana Lima", party=1), event=boarded).startswith("Ana Lima is checked in.")
    same = a_plan(a_line("Ana Lima", phone="222", email="A@X.com"), event=event).lines[0]
    assert (same.fate, same.after) == (Fate.CHANGED, replace(ANA, phone="222", email="a@x.com"))
    kept = a_plan(a_line("Cy", why="x"), a_line("Cy", 2, due=Decimal(1)), event=event)
    assert [each.fate for each in kept.lines] == [Fate.LEFT_OUT, Fate.NEW]


def test_contacts_are_compared_as_people_mean_them() -> None:
    ana = replace(ANA, phone="1 (415) 555-0101", email="Ana@x.com")
    event = a_trip(a_patron(), ana)

    alike = a_plan(a_line("Ana Lima", phone="415.555.0101", email="ana@X.com"), event=event)
    assert [each.fate for each in alike.lines] == [Fate.UNCHANGED]
    other = a_plan(a_line("Ana Lima", phone="2 415 555 0101", email="ana@x.com"), event=event).lines[0]
    assert (other.fate, other.after) == (Fate.CHANGED, replace(ana, phone="2 415 555 0101"))
    lines = (a_line("Cy", email="ANA@x.com"), a_line("Bo", 2, phone="4155550101"))
    notes = [each.note for each in a_plan(*lines, event=event).lines]
    assert notes == ["same e-mail as Ana Lima", "same phone as Ana Lima"]
    assert a_plan(a_line("Cy", email="c@x.com"), event=event).lines[0].note == ""
    assert alike.lines[0].note == "", "nothing about it is worth a look"


def test_a_list_has_a_longest_length_and_a_most_of_changes() -> None:
    check_length(range(100))
    with pytest.raises(ListTooLong) as long:
        check_length(range(101))
    assert str(long.value) == str(ListTooLong(101, 100))
    event = a_trip(*(a_patron(f"p{number}", name=f"Name{number}") for number in range(46)))
    lines = [a_line(f"Name{number}", number, party=2, due=Decimal(9)) for number in range(46)]
    a_plan(*lines[:45], event=event).check_size()
    with pytest.raises(TooManyChanges) as many:
        a_plan(*lines, event=event).check_size()
    assert str(many.value) == str(TooManyChanges(92, 90))


def test_the_mark_of_a_plan_changes_with_what_it_does() -> None:
    plans = [
        a_plan(a_line("Cy")),
        a_plan(a_line("Cy", 2)),
        a_plan(a_line("Cy", party=2)),
        a_plan(a_line("Cy", why="x")),
        a_plan(a_line("Ana Lima", phone="5")),
        a_plan(a_line("Ana Lima", phone="5"), event=a_trip(a_patron(), replace(ANA, email="a@x.com"))),
        a_plan(a_line("Cy"), event=a_trip(currency="EUR")),
    ]

    assert len({plan.mark for plan in plans}) == 7
    away = [replace(ANA, state=PatronState.REMOVED, phone=phone) for phone in ("5", "6")]
    assert len({a_plan(a_line("Ana Lima"), event=a_trip(each)).mark for each in away}) == 1, "left out all the same"
    assert len(plans[0].mark) == 16
    assert plan_for(a_trip(), [a_line("Cy")], form="f2").mark == plans[0].mark


def test_a_list_that_was_written_is_known_by_its_form() -> None:
    plan = a_plan(a_line("Cy"), a_line("Zed", 2, why="x"))
    sent = PastedList(EID, (), "f1", plan.mark)
    [cy] = plan.patrons.values()
    edited = Edit("phone", "", "5", DANA, NOW, "ana", "", "f1")
    edits = (edited, replace(edited, patron_id="gone"), replace(edited, patron_id=None), replace(edited, form="f2"))
    joined = a_trip(a_patron(), ANA, cy, edits=edits)

    assert [sent.is_written_in(each) for each in (a_trip(), joined, a_trip(edits=edits), a_trip(edits=edits[3:]))] == [
        *(False, True, True, False)
    ]
    assert sent.is_written_in(a_trip(cy))
    done = written_before(joined, plan, "f1")
    assert (done.added, done.changed, done.replayed) == ((cy,), (ANA,), True)
    assert [each.line.name for each in done.left_out] == ["Zed"]
