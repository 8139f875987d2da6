"""The money of a cancelled trip: the decision that counts, open amounts, and the refund or move that carries it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from charter.credits import credit_in, credits_of, decisions
from charter.edits import Edit
from charter.events import Event, Status
from charter.kinds import Kind
from charter.moves import PatronMove
from charter.payments import Payment, Refund
from charter.refusals import NothingToSettle, TripTakesPlace
from charter.settling import How, Settlement, SettlingState, check_cancelled, moment_for, stakes, step_of
from tests.builders import DANA, EID, NOW, a_patron, a_payment, an_entry, an_event

OFF = Edit("status", "scheduled", "cancelled", DANA, NOW)


def a_decision(
    what: str, before: str, after: str, *, patron: str | None = "dave", minutes: int = 1, form: str = "f1"
) -> Edit:
    """A decision about what a patron paid, so many minutes after the event was cancelled."""
    return Edit(what, before, after, DANA, NOW + timedelta(minutes=minutes), patron, "storm", form)


def off(*edits: Edit, **payments: Payment) -> Event:
    """A cancelled event of Dave, Ana and Zoe with these payments, or with one of Dave's."""
    people = (a_patron(), a_patron("zoe", name="zoe Abbot"), a_patron("ana", name="Ana Lima"))
    event = an_event(*people, payments=payments or {"dave": a_payment("125.00")})
    return replace(event, status=Status.CANCELLED, edits=(OFF, *edits))


def a_settlement(event: Event, how: How, *, form: str = "f9", method: str = "", target: str = "") -> Settlement:
    """A form about everybody whose money is on the event."""
    marks = tuple(stake.mark for stake in stakes(event))
    return Settlement(form=form, eid=EID, at=NOW, how=how, marks=marks, method=method, target=target, reason="storm")


def test_the_latest_decision_since_the_trip_was_cancelled_counts() -> None:
    older = a_decision("credit", "0.00", "10.00", minutes=-1)
    credit = a_decision("credit", "0.00", "60.00")
    refund = a_decision("refund_decided", "125.00", "cash", minutes=2)
    others = [a_decision("due", "1", "2", minutes=3), a_decision("credit", "0.00", "9.00", patron=None, minutes=3)]
    again = replace(OFF, at=NOW + timedelta(minutes=5))
    at_once = replace(credit, at=NOW)

    assert decisions([refund, OFF, credit, older, *others]) == {"dave": refund}
    assert decisions([older, OFF, at_once]) == {"dave": at_once}
    assert decisions([older]) == {"dave": older}
    assert decisions([OFF, credit, again]) == {}


def test_a_form_without_a_reason_has_an_empty_one() -> None:
    bare = Settlement(form="f1", eid=EID, at=NOW, how=How.REFUND, marks=())
    assert (bare.method, bare.target, bare.reason) == ("", "", "")


def test_of_two_decisions_in_one_moment_the_same_one_counts_each_time() -> None:
    both = [a_decision("credit", "0.00", "10.00"), a_decision("credit", "0.00", "20.00")]
    last = max(both, key=lambda each: each.edit_id)

    assert decisions(both) == decisions(both[::-1]) == {"dave": last}


def test_credit_is_what_was_decided_and_never_more_than_what_is_there() -> None:
    credit = a_decision("credit", "0.00", "60.00")

    assert credit_in(credit, Decimal(125)) == 60
    assert credit_in(credit, Decimal(50)) == 50
    assert credit_in(credit, Decimal(-5)) == 0
    assert credit_in(a_decision("refund_decided", "125.00", "60.00"), Decimal(125)) == 0
    assert credit_in(None, Decimal(125)) == 0
    nothing = a_decision("credit", "0.00", "0.00", patron="ana")
    gone = a_decision("credit", "0.00", "5.00", patron="nobody")
    paid = {"dave": a_payment("125.00"), "ana": a_payment("125.00")}
    assert credits_of([credit, nothing, gone], paid) == {"dave": Decimal(60)}


def test_everybody_whose_money_is_left_is_listed_by_name_with_the_method_of_the_last_payment() -> None:
    undone = (an_entry("z1", method="venmo"), an_entry("z2", method="zelle", minutes=1))
    void = an_entry("void:z2", "-125.00", kind=Kind.VOID, reverses="z2", method="zelle")
    moved = an_entry("transfer:x", "50.00", kind=Kind.TRANSFER, method="transfer")
    event = off(zoe=Payment((*undone, void)), dave=a_payment("125.00"), ana=Payment((moved,)), eve=a_payment("0.00"))

    assert [(each.patron.patron_id, each.paid, each.last_method) for each in stakes(event)] == [
        ("ana", Decimal("50.00"), ""),
        ("dave", Decimal("125.00"), "cash"),
        ("zoe", Decimal("125.00"), "venmo"),
    ]
    assert {each.standing for each in stakes(event)} == {SettlingState.UNDECIDED}
    assert stakes(replace(event, status=Status.SCHEDULED)) == []


def test_a_decision_stands_until_its_entry_is_there_or_the_sum_is_another_one() -> None:
    credit = off(a_decision("credit", "0.00", "125.00"))
    part = off(a_decision("credit", "0.00", "25.00"))
    refund = off(a_decision("refund_decided", "125.00", "cash"))
    stale = off(a_decision("refund_decided", "124.00", "cash"))

    assert [(each.standing, each.open) for each in stakes(credit)] == [(SettlingState.CREDIT, Decimal(0))]
    assert [(each.standing, each.open) for each in stakes(part)] == [(SettlingState.UNDECIDED, Decimal(100))]
    assert [(each.standing, each.open) for each in stakes(refund)] == [(SettlingState.DECIDED, Decimal(125))]
    assert [each.standing for each in stakes(stale)] == [SettlingState.UNDECIDED]
    step = step_of(refund, stakes(refund)[0])
    assert isinstance(step, Refund)
    for done in (step.payment_id, f"transfer:{step.payment_id}"):
        carried_out = (an_entry(done, "-125.00", kind=Kind.REFUND), an_entry("p9"))
        paid_again = Payment((*a_payment("125.00").entries, *carried_out))
        assert [each.standing for each in stakes(replace(refund, payments={"dave": paid_again}))] == ["undecided"]


def test_a_refund_and_a_move_have_ids_that_follow_from_the_form_and_the_patron() -> None:
    refund = off(a_decision("refund_decided", "125.00", "venmo"))
    move = off(a_decision("move_decided", "125.00", "2026-06-01-other"))
    form = "f1.61ea0803f885"

    assert step_of(refund, stakes(refund)[0]) == Refund(form, EID, "dave", Decimal("125.00"), "venmo", "storm")
    assert step_of(move, stakes(move)[0]) == PatronMove(
        form=form, eid=EID, patron_id="dave", target="2026-06-01-other", reason="storm", amount=Decimal("125.00")
    )
    with pytest.raises(ValueError, match="dave"):
        step_of(off(), stakes(off())[0])


def test_a_form_decides_once_about_those_whose_sum_is_as_it_was_shown() -> None:
    event = off(dave=a_payment("125.00"), ana=a_payment("60.00"))
    made = a_settlement(event, How.REFUND).edits(event, by=DANA)

    assert [(each.patron_id, each.what, each.before, each.after, each.reason) for each in made] == [
        ("ana", "refund_decided", "60.00", "cash", "storm"),
        ("dave", "refund_decided", "125.00", "cash", "storm"),
    ]
    assert {(each.by, each.at, each.form) for each in made} == {(DANA, NOW, "f9")}
    half = replace(event, edits=(OFF, made[0]))
    assert [each.patron_id for each in a_settlement(event, How.REFUND).edits(half, by=DANA)] == ["dave"]
    whole = replace(event, edits=(OFF, *made))
    assert a_settlement(event, How.REFUND).edits(whole, by=DANA) == []
    changed = off(dave=a_payment("124.00"))
    with pytest.raises(NothingToSettle):
        a_settlement(event, How.REFUND).edits(changed, by=DANA)


def test_each_way_to_settle_writes_what_was_and_what_is_to_be() -> None:
    event = off(a_decision("credit", "0.00", "25.00"))
    ways = {
        a_settlement(event, How.CREDIT): ("credit", "25.00", "125.00"),
        a_settlement(event, How.REFUND, method="zelle"): ("refund_decided", "125.00", "zelle"),
        a_settlement(event, How.MOVE, target="2026-06-01-other"): ("move_decided", "125.00", "2026-06-01-other"),
    }

    for settlement, written in ways.items():
        [edit] = settlement.edits(event, by=DANA)
        assert (edit.what, edit.before, edit.after) == written


def test_new_decisions_come_after_the_old_ones() -> None:
    late = a_decision("credit", "0.00", "25.00", minutes=10)
    other = replace(a_decision("due", "1", "2", minutes=20))

    assert moment_for(off(late, other), NOW) == late.at + timedelta(milliseconds=1)
    assert moment_for(off(late), NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert moment_for(off(), NOW) == NOW


def test_the_money_of_a_trip_that_takes_place_stays() -> None:
    event = replace(off(), status=Status.SCHEDULED)

    with pytest.raises(TripTakesPlace, match="Captain Cory, afternoon"):
        check_cancelled(event)
    with pytest.raises(TripTakesPlace):
        a_settlement(off(), How.CREDIT).edits(event, by=DANA)
