"""The past state of an event is computed from its dated records, and gaps are reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.boarding import Aboard, Boarding, CastOff, FrozenList
from charter.changes import PastChange, changes
from charter.edits import Edit
from charter.events import Status
from charter.moments import utc
from charter.owing import owing
from charter.past import Gap, as_of
from charter.patrons import PatronState, walk_up_id
from charter.payments import BEFORE_THE_LEDGER, Payment
from tests.builders import DANA, NOW, a_patron, a_payment, a_signature, an_entry, an_event

if TYPE_CHECKING:
    from charter.events import Event
    from charter.signatures import Signature

MINUTES = st.integers(-60, 60)


def at(minutes: int) -> datetime:
    """The moment so many minutes after NOW."""
    return NOW + timedelta(minutes=minutes)


def an_edit(what: str, before: str, after: str, minutes: int, patron_id: str | None = "dave", *, why: str = "") -> Edit:
    return Edit(what, before, after, DANA, at(minutes), patron_id, why)


@st.composite
def eventful(draw: st.DrawFn) -> tuple[Event, dict[int, Decimal]]:
    """An event with payments, edits and signatures around NOW, and Dave's due from each minute on."""
    steps = sorted(draw(st.sets(MINUTES, max_size=5)))
    amounts = [Decimal(draw(st.integers(0, 300))).quantize(Decimal("0.01")) for _ in range(len(steps) + 1)]
    dues = dict(zip([-1000, *steps], amounts, strict=True))
    edits = [
        an_edit("due", f"{before}", f"{after}", minutes)
        for minutes, before, after in zip(steps, amounts, amounts[1:], strict=False)
    ]
    parties = sorted(draw(st.sets(MINUTES, max_size=3)))
    edits += [an_edit("party", str(n + 1), str(n + 2), minutes) for n, minutes in enumerate(parties)]
    entries = sorted(draw(st.lists(st.tuples(MINUTES, st.integers(1, 90)), max_size=6)))
    paid = Payment(tuple(an_entry(f"p{n}", str(each), minutes=when) for n, (when, each) in enumerate(entries)))
    signatures: list[Signature] = []
    for number, when in enumerate(draw(st.lists(MINUTES, max_size=3))):
        signed = a_signature(f"s{number}", name=f"Guest {number}", patron_id="dave" if draw(st.booleans()) else None)
        signatures.append(replace(signed, signed_at=utc(at(when)), matched_at=signed.matched_at and utc(at(when))))
    dave = a_patron(due=str(amounts[-1]), party=len(parties) + 1)
    event = an_event(dave, a_patron("ana", name="Ana Lima"), payments={"dave": paid}, signatures=signatures)
    aboard = {"dave": Aboard(1, at(draw(MINUTES)), DANA)} if draw(st.booleans()) else {}
    return replace(event, edits=tuple(edits), boarding_read=Boarding(aboard)), dues


@given(eventful())
def test_as_of_the_last_thing_that_happened_is_now(made: tuple[Event, dict[int, Decimal]]) -> None:
    event, _ = made
    past = as_of(event, at(60))
    assert past.event == event
    assert not past.gaps.keys() - {Gap.JOINED}


@given(eventful(), MINUTES, MINUTES)
def test_entries_only_grow_and_the_past_of_the_past_is_the_past(
    made: tuple[Event, dict[int, Decimal]], one: int, other: int
) -> None:
    event, (earlier, later) = made[0], sorted((one, other))
    before, after = as_of(event, at(earlier)).event, as_of(event, at(later)).event
    assert after.payment("dave").entries[: len(before.payment("dave").entries)] == before.payment("dave").entries
    assert before.signatures is not None
    assert after.signatures is not None
    assert before.signatures.keys() <= after.signatures.keys()
    assert as_of(after, at(earlier)).event == before


@given(eventful(), MINUTES)
def test_the_due_is_the_one_that_was_set_last(made: tuple[Event, dict[int, Decimal]], minutes: int) -> None:
    event, dues = made
    then = as_of(event, at(minutes))
    assert then.event.balance("dave").due == dues[max(moment for moment in dues if moment <= minutes)]
    assert Gap.LINE not in then.gaps


def test_state_price_and_status_are_undone_too() -> None:
    edits = (
        an_edit("state", "", "no_show", 10),
        an_edit("name", "Dave K", "Dave Kowalski", 11),
        an_edit("price", "100.00", "125.00", 12, None),
        an_edit("status", "scheduled", "cancelled", 13, None),
    )
    dave = replace(a_patron(), state=PatronState.NO_SHOW)
    event = replace(an_event(dave, payments={"ghost": a_payment("20.00")}), edits=edits, status=Status.CANCELLED)
    then = as_of(event, at(9)).event
    assert (then.patrons["dave"].state, then.patrons["dave"].name, then.status) == (None, "Dave K", Status.SCHEDULED)
    assert then.balance("ghost").due == 100, "who is known by payments alone owes the price of then"
    assert then.edits == ()
    back = replace(an_event(), edits=(an_edit("state", "no_show", "", 10), an_edit("party", "2", "1", 10)))
    was = as_of(back, at(9)).event.patrons["dave"]
    assert (was.state, was.party) == (PatronState.NO_SHOW, 2)
    unpriced = replace(event, edits=(an_edit("price", "", "125.00", 12, None),))
    assert as_of(unpriced, at(9)).event.price is None


def test_nobody_owed_for_an_event_while_it_was_cancelled() -> None:
    edits = (
        an_edit("status", "scheduled", "cancelled", 5, None),
        an_edit("status", "cancelled", "scheduled", 10, None),
    )
    event = replace(an_event(), edits=edits)
    assert [len(owing(as_of(event, at(minutes)).event)) for minutes in (4, 9, 10)] == [1, 0, 1]


def test_a_walk_up_was_not_there_before_their_payment_and_others_may_not_have_been() -> None:
    zed = walk_up_id("Zed", "p1")
    event = an_event(a_patron(), a_patron(zed, name="Zed"), payments={zed: a_payment(), "ghost": a_payment()})
    past = as_of(event, at(0))
    assert set(past.event.patrons) == {"dave"}
    assert not past.event.payments
    assert past.gaps == {Gap.JOINED: {"dave"}}
    signed = as_of(replace(event, signatures={"s1": a_signature()}), at(0))
    assert signed.gaps == {}, "who signed was there"
    paid = an_event(payments={"dave": Payment((replace(an_entry(), timestamp=at(0)),))})
    assert as_of(paid, at(0)).gaps == {}, "who paid was there"


@pytest.mark.parametrize(
    "edits",
    [
        (an_edit("due", "100.00", "110.00", -5),),
        (an_edit("due", "100.00", "110.00", -5), an_edit("due", "120.00", "125.00", 5)),
        (an_edit("due", "a lot", "125.00", 5),),
    ],
    ids=["changed since", "changed between two edits", "no amount"],
)
def test_a_due_that_was_changed_without_an_edit_is_the_present_one_and_said_to_be_unknown(
    edits: tuple[Edit, ...],
) -> None:
    past = as_of(replace(an_event(), edits=edits), at(0))
    assert past.event.balance("dave").due == 125
    assert "dave" in past.gaps[Gap.LINE]


def test_a_due_that_two_edits_write_in_different_digits_is_known() -> None:
    edits = (an_edit("due", "100.00", "110.0", -5), an_edit("due", "110.00", "125.00", 5))
    past = as_of(replace(an_event(), edits=edits), at(0))
    assert past.event.balance("dave").due == 110
    assert Gap.LINE not in past.gaps


def test_a_record_from_before_the_ledger_counts_only_from_its_moment_on() -> None:
    old = an_entry(BEFORE_THE_LEDGER, "60.00")
    event = an_event(payments={"dave": Payment((old,))})
    past = as_of(event, at(-1))
    assert past.event.balance("dave").paid == 0
    assert past.gaps[Gap.PAID] == {"dave"}
    assert Gap.PAID not in as_of(event, NOW).gaps


def a_match(before: str, after: str, minutes: int) -> Edit:
    return an_edit("signature", before, after, minutes, after, why="Davy")


def matched(minutes: int, patron_id: str = "dave", by: str = DANA) -> Signature:
    made = a_signature(name="Davy", patron_id=patron_id, matched_by=by)
    return replace(made, matched_at=utc(at(minutes)))


def test_a_match_is_undone_by_its_edits() -> None:
    event = replace(
        an_event(a_patron(), a_patron("ana"), signatures=[matched(10)]),
        edits=(a_match("", "ana", 5), a_match("ana", "dave", 10)),
    )
    whose = []
    for minutes in (4, 7, 10):
        past = as_of(event, at(minutes))
        assert past.event.signatures is not None
        whose.append((past.event.signatures["s1"].patron_id, sorted(past.gaps.get(Gap.SIGNED, ()))))
    assert whose == [(None, []), ("ana", ["ana"]), ("dave", [])]


def test_a_match_that_came_back_counts_from_its_last_time() -> None:
    matches = (a_match("", "ana", 1), a_match("ana", "bo", 2), a_match("bo", "ana", 5), a_match("ana", "dave", 10))
    people = (a_patron(), a_patron("ana"), a_patron("bo"))
    event = replace(an_event(*people, signatures=[matched(10)]), edits=matches)

    signed = [as_of(event, at(minutes)).event.signatures for minutes in (0, 1, 4, 7)]
    assert [each and each["s1"].patron_id for each in signed] == [None, "ana", "bo", "ana"]


def test_the_systems_own_match_comes_back_and_one_without_an_edit_is_said_to_be_unknown() -> None:
    event = an_event(a_patron(), a_patron("ana"), signatures=[replace(matched(10), companion=True)])
    own = as_of(replace(event, edits=(a_match("ana", "dave", 10),)), at(0))
    assert own.event.signatures is not None
    assert own.event.signatures["s1"].patron_id == "ana"
    assert not own.event.signatures["s1"].companion
    assert own.event.signatures["s1"].matched_at == own.event.signatures["s1"].signed_at
    assert Gap.SIGNED not in own.gaps
    assert as_of(event, at(0)).gaps[Gap.SIGNED] == {"dave"}


def test_a_signature_counts_again_before_it_was_set_aside_and_not_before_it_was_taken_back() -> None:
    aside = replace(a_signature(), set_aside_at=utc(at(5)), set_aside_by=DANA)
    marked = an_edit("signature_set_aside", "", "set aside", 5, "dave", why="Dave Kowalski")
    back = an_edit("signature_set_aside", "set aside", "", 9, "dave", why="Dave Kowalski")
    for edits in ((), (marked,)):
        event = replace(an_event(signatures=[aside]), edits=edits)
        assert as_of(event, at(4)).event.signed("dave")
        assert not as_of(event, at(6)).event.signed("dave")
    event = replace(an_event(signatures=[a_signature()]), edits=(marked, back))
    assert [as_of(event, at(minutes)).event.signed("dave") for minutes in (4, 6, 9)] == [True, False, True]
    two = replace(event, signatures={"s1": a_signature(), "s2": a_signature("s2")})
    assert as_of(two, at(6)).gaps[Gap.SIGNED] == {"dave"}, "the edit does not say which of two namesakes it means"


def test_changes_are_of_a_span_and_of_one_patron_and_a_check_in_is_listed_once() -> None:
    edits = (
        an_edit("aboard", "", "1", 4, "dave", why="signs on board"),
        an_edit("aboard", "1", "", 3),
        an_edit("aboard", "", "2", 2, "ana"),
        an_edit("signature", "ana", "bo", 2, "bo", why="Davy"),
        an_edit("title", "Old", "New", 1, None),
    )
    frozen = FrozenList("l1", at(6), DANA, 1, "", "{}")
    boarding = Boarding({"dave": Aboard(1, at(4), DANA, "signs on board")}, CastOff(at(6), DANA, 1, "", "l1"))
    event = replace(
        an_event(a_patron(), a_patron("ana"), payments={"dave": a_payment()}, signatures=[matched(7)]),
        edits=edits,
        boarding_read=boarding,
        cast_offs=(frozen,),
    )
    found = changes(event, at(1))
    assert [(each.at - NOW) // timedelta(minutes=1) for each in found] == [7, 6, 4, 3, 2, 2, 1, 1]
    assert found[0] == PastChange(at(7), Edit("signature", "", "dave", DANA, at(7), "dave", "Davy"), "dave")
    assert len(changes(event, at(1), at(6))) == 6
    assert len(changes(event, at(1), patron_id="ana")) == 2, "a signature and a check-in that were hers before"
    assert len(changes(event, at(-9999), patron_id="dave")) == 5, "signed, matched, paid, checked in and taken back"
    assert as_of(event, at(5)).event.boarding == Boarding(boarding.aboard)
    assert as_of(event, at(5)).event.cast_offs == ()
    assert as_of(event, at(6)).event.boarding == boarding, "it has cast off"


def test_since_when_an_event_is_cancelled_is_unknown_without_an_edit() -> None:
    event = replace(an_event(), status=Status.CANCELLED)
    assert Gap.EVENT in as_of(event, NOW).gaps
    edited = replace(event, edits=(an_edit("status", "scheduled", "cancelled", 5, None),))
    assert [(as_of(edited, at(m)).event.status, Gap.EVENT in as_of(edited, at(m)).gaps) for m in (4, 6)] == [
        (Status.SCHEDULED, False),
        (Status.CANCELLED, False),
    ]
