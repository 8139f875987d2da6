"""Announcements that follow from a change. They depend on its two images alone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.announcements import (
    AnyChange,
    EntryLogged,
    EventRowChange,
    OutOfTime,
    PatronSigned,
    SignatureChange,
    SignatureResolved,
    SlackUnavailable,
    facts_of,
    minute_of,
    remembered_until,
)
from charter.boarding import Aboard, Boarding, CastOff
from charter.boarding_news import BoardingRowChange, CastOffDone, Reopened
from charter.edits import Edit
from charter.payments import BEFORE_THE_LEDGER, Kind, Payment
from charter.refusals import EventUnknown
from tests.builders import EID, NOW, a_patron, a_payment, a_signature, an_entry, an_event

if TYPE_CHECKING:
    from charter.announcements import Fact
    from charter.events import Event
    from charter.signatures import Signature

DAVE, ANA = a_patron(), a_patron("ana", name="Ana Lima", due="250.00")


def change(new: Event | None, old: Event | None = None, *, minutes: int = 0) -> EventRowChange:
    return EventRowChange(number="1", eid=EID, at=NOW + timedelta(minutes=minutes), old=old, new=new)


def signed(signature: Signature, old: Signature | None = None, *, minutes: int = 0) -> SignatureChange:
    return SignatureChange(number="1", eid=EID, at=NOW + timedelta(minutes=minutes), old=old, new=signature)


def followed(change: AnyChange, *signatures: Signature) -> list[Fact]:
    """Return the announcements of a change, where the table holds the event with these signatures by then."""
    return facts_of(change, lambda _eid: an_event(DAVE, ANA, signatures=signatures))


def ids(*facts: Fact) -> list[str]:
    return [fact.id for fact in facts]


def event(*amounts: str, **more: Payment) -> Event:
    dave = {"dave": a_payment(*amounts)} if amounts else {}
    return an_event(DAVE, ANA, payments=dave | more)


def test_a_new_entry_is_a_fact_with_the_event_right_after() -> None:
    (fact,) = followed(change(event("50.00", "25.00"), event("50.00")))
    assert isinstance(fact, EntryLogged)
    assert (fact.id, fact.patron, fact.reversed_id) == (f"entry:{EID}:p2", DAVE, None)
    assert (str(fact.balance.owed), fact.at) == ("50.00", NOW)


def test_what_was_there_before_is_no_fact() -> None:
    assert followed(change(event("50.00"), event("50.00"))) == []
    assert followed(change(replace(event("50.00"), title="Another title"), event("50.00"))) == []


def test_a_row_that_went_away_says_nothing() -> None:
    assert followed(change(None, event("50.00"))) == []


def test_entries_that_vanish_say_nothing_and_come_back_as_they_were() -> None:
    assert followed(change(event("50.00"), event("50.00", "25.00"))) == []
    assert ids(*followed(change(event("50.00", "25.00"), event("50.00")))) == [f"entry:{EID}:p2"]


def test_facts_come_in_the_order_in_which_they_happened() -> None:
    late, early = an_entry("late", minutes=9), an_entry("early", minutes=3)
    new = event(dave=Payment((late,)), ana=Payment((early,)))
    assert ids(*followed(change(new, event()))) == [f"entry:{EID}:early", f"entry:{EID}:late"]


def test_a_correction_knows_what_it_reverses() -> None:
    void = an_entry("void:p1", "-125.00", kind=Kind.VOID, minutes=1, reverses="p1")
    (fact,) = followed(change(event(dave=Payment((an_entry(), void))), event("125.00")))
    assert isinstance(fact, EntryLogged)
    assert fact.reversed_id == f"entry:{EID}:p1"


def test_entries_from_before_the_ledger_of_two_patrons_are_two() -> None:
    old_one = Payment((an_entry(BEFORE_THE_LEDGER),))
    announced = ids(*followed(change(event(dave=old_one, ana=old_one), event())))
    assert len(set(announced)) == 2


def test_a_payment_of_a_patron_who_is_not_on_the_roster_is_announced_too() -> None:
    (fact,) = followed(change(event(stranger=a_payment()), event()))
    assert isinstance(fact, EntryLogged)
    assert fact.patron.name == "stranger"


@pytest.mark.parametrize(("patron_id", "signer"), [("dave", DAVE), ("ana", ANA), (None, None), ("gone", None)])
def test_a_signature_is_announced_with_the_patron_in_whose_party_the_signer_is(
    patron_id: str | None, signer: object
) -> None:
    signature = a_signature(name="D.", patron_id=patron_id)
    (fact,) = followed(signed(signature), signature)
    assert isinstance(fact, PatronSigned)
    assert fact.patron == signer


def test_the_name_of_a_signatures_fact_does_not_hold_its_secret_id() -> None:
    (fact,) = followed(signed(a_signature("5ec7e7-5ec7e7-5ec7e7")))
    assert fact.id == f"signature:{EID}:{a_signature('5ec7e7-5ec7e7-5ec7e7').ref}"
    assert "5ec7e7" not in fact.id


def test_a_match_is_a_fact_of_its_own_with_the_signature_as_it_is_now() -> None:
    loose, matched = a_signature(patron_id=None), a_signature(matched_by="slack:U0DANA")
    (fact,) = followed(signed(matched, loose), matched)
    assert isinstance(fact, SignatureResolved)
    assert fact.patron == DAVE
    assert followed(signed(matched, matched), matched) == []
    (late,) = followed(signed(loose), matched)  # it was matched before the first record came
    assert not isinstance(late, SignatureResolved)
    assert isinstance(late, PatronSigned)
    assert late.patron == DAVE


def test_an_outage_has_its_reason_where_one_was_given() -> None:
    lost = SlackUnavailable("ratelimited", unsure=True)
    assert (str(lost), lost.unsure) == ("ratelimited", True)
    assert (str(OutOfTime()), OutOfTime().unsure) == ("", False), "Lambda would log a text"


def test_an_entry_that_is_more_than_a_day_older_than_its_change_is_no_news() -> None:
    minutes = (24 * 60 + 1, 24 * 60 + 2)  # the entry is a minute younger than the first moment
    changes = [change(event("60.00"), event(), minutes=each) for each in minutes]
    assert [len(followed(each)) for each in changes] == [1, 0]
    assert len(followed(replace(changes[1], dated=False))) == 1, "nobody knows when this change was made"


def test_a_minute_has_sixty_seconds() -> None:
    assert [minute_of(datetime.fromtimestamp(seconds, UTC)) for seconds in (59, 60, 119, 120)] == [0, 1, 1, 2]


def test_a_signature_of_an_event_that_is_gone_is_no_news() -> None:
    def gone(eid: str) -> Event:
        raise EventUnknown(eid)

    assert facts_of(signed(a_signature()), gone) == []
    assert facts_of(boarded(FROZEN, OPEN), gone) == []


@pytest.mark.parametrize(("minutes", "announced"), [(0, 1), (23 * 60, 1), (49 * 60, 0)])
def test_rows_that_appear_whole_bring_only_their_last_day_as_news(minutes: int, announced: int) -> None:
    signature = replace(a_signature(), signed_at="2026-05-23T20:31:00.000Z")
    assert len(followed(change(event("125.00"), minutes=minutes))) == announced
    assert len(followed(signed(signature, minutes=minutes))) == announced


@pytest.mark.parametrize("signed_at", ["", "yesterday", "2026-05-23T20:31:00"])
def test_a_signature_whose_moment_cannot_be_read_is_announced_rather_than_not(signed_at: str) -> None:
    assert len(followed(signed(replace(a_signature(), signed_at=signed_at)))) == 1


def boarded(new: Boarding, old: Boarding | None) -> BoardingRowChange:
    return BoardingRowChange(number="1", eid=EID, at=NOW, old=old, new=new)


CAST_OFF = CastOff(NOW, "slack:U0DANA", 1, "5ha", "01LIST")
OPEN = Boarding({"dave": Aboard(1, NOW, "slack:U0DANA")})
FROZEN = replace(OPEN, cast_off=CAST_OFF)


def test_a_check_in_is_no_fact_and_nothing_is_read_for_it() -> None:
    def read(eid: str) -> Event:
        raise AssertionError(eid)

    for old in (None, Boarding()):
        assert facts_of(boarded(OPEN, old), read) == []
    assert facts_of(boarded(FROZEN, FROZEN), read) == []


def test_a_reopening_is_a_fact_with_who_and_why_also_where_the_next_cast_off_came_with_it() -> None:
    edit = Edit("cast_off", "01LIST", "", "slack:U0OLIVIA", NOW, reason="One more came running")
    again = replace(OPEN, cast_off=replace(CAST_OFF, list_id="02LIST"))
    reopened, done = facts_of(boarded(again, FROZEN), lambda _eid: replace(an_event(DAVE), edits=(edit,)))
    assert isinstance(reopened, Reopened)
    assert (reopened.id, reopened.by, reopened.reason) == (
        f"reopened:{EID}:01LIST",
        "slack:U0OLIVIA",
        "One more came running",
    )
    assert isinstance(done, CastOffDone)
    assert (done.id, done.frozen) == (f"castoff:{EID}:02LIST", None)
    (unknown,) = followed(boarded(OPEN, FROZEN))
    assert isinstance(unknown, Reopened)
    assert (unknown.by, unknown.reason, unknown.happened) == ("", "", NOW)


def test_it_is_remembered_until_long_after_the_event_or_the_moment() -> None:
    assert remembered_until(event(), NOW - timedelta(days=100)) == event().starts_at + timedelta(days=60)
    assert remembered_until(event(), NOW + timedelta(days=100)) == NOW + timedelta(days=160)


@given(st.lists(st.integers(1, 9), max_size=8), st.data())
def test_a_history_in_changes_of_any_size_announces_each_entry_once(amounts: list[int], data: st.DataObject) -> None:
    whole = [f"{amount}.00" for amount in amounts]
    cuts = sorted({0, len(whole), *data.draw(st.lists(st.integers(0, len(whole)), max_size=4))})
    announced = [
        fact.id
        for start, end in itertools.pairwise(cuts)
        for fact in followed(change(event(*whole[:end]), event(*whole[:start])))
    ]
    assert announced == [f"entry:{EID}:p{place}" for place in range(1, len(whole) + 1)]
