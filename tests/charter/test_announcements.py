"""What follows from a change: read from its two images alone, so that the same change always means the same."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.announcements import Change, EntryLogged, PatronSigned, facts_of, remembered_until
from charter.payments import BEFORE_THE_LEDGER, Kind, Payment
from tests.builders import EID, NOW, a_patron, a_payment, a_signature, an_entry, an_event

if TYPE_CHECKING:
    from charter.announcements import Fact
    from charter.events import Event

DAVE, ANA = a_patron(), a_patron("ana", name="Ana Lima", due="250.00")


def change(new: Event | None, old: Event | None = None, *, minutes: int = 0) -> Change:
    return Change(number="1", eid=EID, at=NOW + timedelta(minutes=minutes), old=old, new=new)


def ids(*facts: Fact) -> list[str]:
    return [fact.id for fact in facts]


def event(*amounts: str, **more: Payment) -> Event:
    dave = {"dave": a_payment(*amounts)} if amounts else {}
    return an_event(DAVE, ANA, payments=dave | more)


def test_a_new_entry_is_a_fact_with_the_event_right_after() -> None:
    (fact,) = facts_of(change(event("50.00", "25.00"), event("50.00")))
    assert isinstance(fact, EntryLogged)
    assert (fact.id, fact.patron, fact.reversed_id) == (f"entry:{EID}:p2", DAVE, None)
    assert (str(fact.balance.owed), fact.at) == ("50.00", NOW)


def test_what_was_there_before_is_no_fact() -> None:
    assert facts_of(change(event("50.00"), event("50.00"))) == []
    assert facts_of(change(replace(event("50.00"), title="Another title"), event("50.00"))) == []


def test_a_row_that_went_away_says_nothing() -> None:
    assert facts_of(change(None, event("50.00"))) == []


def test_entries_that_vanish_say_nothing_and_come_back_as_they_were() -> None:
    assert facts_of(change(event("50.00"), event("50.00", "25.00"))) == []
    assert ids(*facts_of(change(event("50.00", "25.00"), event("50.00")))) == [f"entry:{EID}:p2"]


def test_facts_come_in_the_order_in_which_they_happened() -> None:
    late, early = an_entry("late", minutes=9), an_entry("early", minutes=3)
    new = event(dave=Payment((late,)), ana=Payment((early,)))
    new = replace(
        new, waivers={"s2": replace(a_signature("s2"), signed_at="2026-05-23T20:35:00.000Z"), "s1": a_signature()}
    )
    told = ids(*facts_of(change(new, event())))
    assert told == [f"entry:{EID}:early", f"entry:{EID}:late", f"signature:{EID}:s1", f"signature:{EID}:s2"]


def test_a_correction_knows_what_it_reverses() -> None:
    void = an_entry("void:p1", "-125.00", kind=Kind.VOID, minutes=1, reverses="p1")
    (fact,) = facts_of(change(event(dave=Payment((an_entry(), void))), event("125.00")))
    assert isinstance(fact, EntryLogged)
    assert fact.reversed_id == f"entry:{EID}:p1"


def test_entries_from_before_the_ledger_of_two_patrons_are_two() -> None:
    old_one = Payment((an_entry(BEFORE_THE_LEDGER),))
    told = ids(*facts_of(change(event(dave=old_one, ana=old_one), event())))
    assert len(set(told)) == 2


def test_a_payment_of_somebody_who_is_not_on_the_roster_is_told_too() -> None:
    (fact,) = facts_of(change(event(stranger=a_payment()), event()))
    assert isinstance(fact, EntryLogged)
    assert fact.patron.name == "stranger"


@pytest.mark.parametrize(
    ("patron_id", "name", "signer"), [("dave", "D.", DAVE), (None, "ana  LIMA", ANA), (None, "X", None)]
)
def test_a_signature_is_told_with_the_patron_whose_it_is(patron_id: str | None, name: str, signer: object) -> None:
    signature = a_signature(name=name, patron_id=patron_id)
    (fact,) = facts_of(change(replace(event(), waivers={"s1": signature}), event()))
    assert isinstance(fact, PatronSigned)
    assert fact.patron == signer


@pytest.mark.parametrize(("minutes", "told"), [(0, 1), (23 * 60, 1), (25 * 60, 0)])
def test_a_row_that_appears_whole_brings_only_its_last_day_as_news(minutes: int, told: int) -> None:
    signature = replace(a_signature(), signed_at="2026-05-23T20:31:00.000Z")
    new = replace(event("125.00"), waivers={"s1": signature})
    assert len(facts_of(change(new, minutes=minutes))) == 2 * told


@pytest.mark.parametrize("signed_at", ["", "yesterday", "2026-05-23T20:31:00"])
def test_a_signature_whose_moment_cannot_be_read_is_told_rather_than_not(signed_at: str) -> None:
    signature = replace(a_signature(), signed_at=signed_at)
    assert len(facts_of(change(replace(event(), waivers={"s1": signature})))) == 1


def test_it_is_remembered_until_long_after_the_event_or_the_moment() -> None:
    assert remembered_until(event(), NOW - timedelta(days=100)) == event().starts_at + timedelta(days=60)
    assert remembered_until(event(), NOW + timedelta(days=100)) == NOW + timedelta(days=160)


@given(st.lists(st.integers(1, 9), max_size=8), st.data())
def test_however_a_history_is_cut_into_changes_each_entry_is_told_once(amounts: list[int], data: st.DataObject) -> None:
    whole = [f"{amount}.00" for amount in amounts]
    cuts = sorted({0, len(whole), *data.draw(st.lists(st.integers(0, len(whole)), max_size=4))})
    told = [
        fact.id
        for start, end in itertools.pairwise(cuts)
        for fact in facts_of(change(event(*whole[:end]), event(*whole[:start])))
    ]
    assert told == [f"entry:{EID}:p{place}" for place in range(1, len(whole) + 1)]
