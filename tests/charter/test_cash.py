"""A person's cash follows from the amounts that they took, got and gave, in any order of arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cash_menu import trip_in_words
from charter import cash, folding
from charter.books import Sums, added
from charter.cash import HandOver, HandOverState
from charter.cash_news import HandOverChange, HandOverFact, hand_over_facts
from charter.edits import moment_of, ulid
from charter.held import read_held
from charter.holdings import holdings, person_of, piles, trips_in, up_to_date
from charter.refusals import HandOverClosed, NotTheGiver, NotTheReceiver, ReceiverIsGiver, ReceiverMissing
from tests.builders import DANA, MARCO, NOW, ZONE

OLIVIA = "slack:U0OLIVIA"
HAND = f"hand:{DANA}"
CENTS = st.integers(min_value=-50_000, max_value=50_000).map(lambda cents: Decimal(cents).scaleb(-2))


def a_hand_over(amount: str = "100.00", *, opened: datetime = NOW, receiver: str = OLIVIA, **rest: object) -> HandOver:
    """A hand-over from Dana of cash in dollars."""
    made = HandOver(
        hand_over_id=ulid(opened, f"{amount}{receiver}{opened}"),
        giver=DANA,
        receiver=receiver,
        currency="USD",
        method="cash",
        counted=Decimal(amount),
        expected=Decimal(amount),
        offered_at=opened,
        by=DANA,
    )
    return replace(made, **rest)  # type: ignore[arg-type]  # a test names fields


def took(**by_event: str) -> dict[tuple[str, ...], Decimal]:
    """The row of a hand that took cash on events of May: `d23="100"`."""
    return {("taken", "USD", "cash", f"2026-05-{name[1:]}-cory"): Decimal(value) for name, value in by_event.items()}


def of_dana(*hand_overs: HandOver, **by_event: str) -> Sums:
    return up_to_date(HAND, took(**by_event), hand_overs, zone=ZONE)


def test_a_deposit_is_announced_to_nobody_and_a_difference_once() -> None:
    def facts(receiver: str, old: HandOver | None = None) -> list[HandOverFact]:
        new = a_hand_over(receiver=receiver)
        return hand_over_facts(HandOverChange(number="1", eid="e1", at=NOW, old=old, new=new))

    assert [len(facts(receiver)) for receiver in (cash.BANK, cash.DIFFERENCE, OLIVIA)] == [0, 1, 1]
    assert facts(cash.DIFFERENCE, a_hand_over(receiver=cash.DIFFERENCE)) == []


def test_a_hand_that_only_a_hand_over_names_holds_what_it_says() -> None:
    accepted = a_hand_over(state=HandOverState.ACCEPTED, closed_by=OLIVIA, closed_at=NOW)
    custody: Any = SimpleNamespace(hands=lambda _: {}, opened_since=lambda _: [accepted], find=lambda _: [])
    assert set(read_held(custody, now=NOW, zone=ZONE).rows) == {HAND, f"hand:{OLIVIA}"}


def test_what_two_hands_of_a_person_took_on_a_trip_is_one_pile() -> None:
    other: Sums = {("of", "another", "length"): Decimal(1)}
    [pile] = piles([{**other, **took(d23="5")}, took(d23="7")], zone=ZONE)
    assert pile.held == 12


def test_a_ulid_says_its_moment_again() -> None:
    assert moment_of(ulid(NOW, "x")) == NOW.astimezone(UTC).replace(microsecond=0)
    for text in ("2026-05-23-cory-afternoon", "short", "!" * 26, "Z" * 26):
        with pytest.raises(ValueError, match=r".*"):
            moment_of(text)


def test_the_oldest_money_is_given_first_and_what_waits_is_still_held() -> None:
    gone = cash.accepted(a_hand_over("150.00"), by=OLIVIA, admin=True, now=NOW)
    waits = a_hand_over("30.00", opened=NOW + timedelta(hours=1))
    (pile,) = piles([of_dana(gone, waits, d21="100", d22="80", d23="70")], zone=ZONE)
    assert (pile.held, pile.left) == (Decimal(100), Decimal(70))
    assert [(lot.source, lot.amount) for lot in pile.lots] == [
        ("2026-05-22-cory", Decimal(30)),
        ("2026-05-23-cory", Decimal(70)),
    ]
    assert dict(pile.waiting) == {waits.hand_over_id: Decimal(30)}
    assert [lot.source for lot in pile.part(Decimal(70))] == ["2026-05-23-cory"], "the older thirty wait already"
    assert str(pile.oldest) == "2026-05-22"


def test_who_paid_a_refund_out_of_their_own_pocket_is_owed_it() -> None:
    (pile,) = piles([took(d22="-25", d23="5")], zone=ZONE)
    assert (pile.held, pile.left, pile.lots) == (Decimal(-20), Decimal(0), ())


def test_slack_and_the_dispatch_page_are_two_hands_of_one_person() -> None:
    rows: dict[str, Sums] = {
        "hand:slack:U0OLIVIA": took(d22="10"),
        "hand:web:U0OLIVIA": took(d23="20"),
        "hand:roster:anna": took(d23="40"),
    }
    found = holdings(rows, zone=ZONE)
    assert {who: each[0].held for who, each in found.items()} == {"roster:anna": 40, "U0OLIVIA": 30}
    assert list(found) == ["roster:anna", "U0OLIVIA"], "whoever holds most comes first"
    assert person_of("hand:web:office") == "office"


def test_received_money_keeps_its_trips() -> None:
    first = {"2026-05-22-cory": Decimal(60), "2026-05-23-cory": Decimal(40)}
    got = cash.accepted(a_hand_over("105.00", trips=first), by=OLIVIA, admin=True, now=NOW)
    banked = a_hand_over(
        "70.00", receiver=cash.BANK, giver=OLIVIA, state=HandOverState.ACCEPTED, closed_at=NOW, closed_by=OLIVIA
    )
    row = up_to_date(f"hand:{OLIVIA}", {}, [got, banked], zone=ZONE)
    (pile,) = piles([row], zone=ZONE)
    assert trips_in(pile.lots, {got.hand_over_id: got}) == {"2026-05-23-cory": 30, got.hand_over_id: 5}
    assert trips_in(pile.lots, {}) == {got.hand_over_id: 35}
    found = replace(
        banked, hand_over_id=ulid(NOW + timedelta(hours=1), "on"), receiver=cash.DIFFERENCE, counted=Decimal(-2)
    )
    (pile,) = piles([up_to_date(f"hand:{OLIVIA}", row, [found], zone=ZONE)], zone=ZONE)
    known = {each.hand_over_id: each for each in (got, found)}
    assert trips_in(pile.lots, known)[found.hand_over_id] == 2, "written on, from no trip"


def test_each_state_contributes_to_the_books_once() -> None:
    offered = a_hand_over(receiver=cash.OFFICE)
    pile = ("USD", "cash")
    assert cash.contribution(offered, zone=ZONE) == {(HAND, "offered", *pile, offered.hand_over_id): 100}
    taken = cash.accepted(offered, by=OLIVIA, admin=True, now=NOW)
    assert cash.contribution(taken, zone=ZONE) == {
        (HAND, "given", *pile, offered.hand_over_id): 100,
        (f"hand:{OLIVIA}", "received", *pile, offered.hand_over_id): 100,
    }
    for ended in (
        cash.declined(offered, by=OLIVIA, admin=True, now=NOW, reason="80"),
        cash.withdrawn(offered, by=DANA, now=NOW),
    ):
        assert cash.contribution(ended, zone=ZONE) == {}
    banked = replace(taken, receiver=cash.BANK)
    assert cash.contribution(banked, zone=ZONE)["2026-05", "deposited", "USD", "cash"] == 100
    lost = replace(taken, receiver=cash.DIFFERENCE)
    assert cash.contribution(lost, zone=ZONE)["2026-05", "written_off", "USD", "cash", DANA] == 100


def test_only_the_other_side_accepts_and_nothing_changes_after_an_end() -> None:
    mine, the_office = a_hand_over(receiver=MARCO), a_hand_over(receiver=cash.OFFICE)
    for who, admin, hand_over in ((OLIVIA, True, mine), (MARCO, False, the_office), (DANA, True, the_office)):
        with pytest.raises(NotTheReceiver):
            cash.accepted(hand_over, by=who, admin=admin, now=NOW)
    with pytest.raises(NotTheGiver):
        cash.withdrawn(mine, by=MARCO, now=NOW)
    done = cash.accepted(mine, by=MARCO, admin=False, now=NOW)
    assert cash.accepted(done, by=MARCO, admin=False, now=NOW + timedelta(1)) == done, "a second tap"
    with pytest.raises(HandOverClosed, match="already accepted"):
        cash.withdrawn(done, by=DANA, now=NOW)
    with pytest.raises(HandOverClosed, match="already taken back"):
        cash.accepted(cash.withdrawn(mine, by=DANA, now=NOW), by=MARCO, admin=False, now=NOW)


def test_a_receiver_is_the_office_the_bank_or_another_person() -> None:
    assert [cash.check_receiver(each, giver=DANA) for each in ("office", "bank", MARCO)] == ["office", "bank", MARCO]
    with pytest.raises(ReceiverIsGiver):
        cash.check_receiver(DANA, giver=DANA)
    for odd in ("", "slack:", "difference", "slack:marco"):
        with pytest.raises(ReceiverMissing):
            cash.check_receiver(odd, giver=DANA)


@given(
    taken=st.dictionaries(st.integers(1, 28).map(lambda day: f"d{day:02}"), CENTS, max_size=6),
    given_=st.lists(CENTS.filter(bool), max_size=6),
    ends=st.lists(
        st.sampled_from([HandOverState.OFFERED, HandOverState.ACCEPTED, HandOverState.DECLINED]), min_size=6, max_size=6
    ),
    received=st.lists(CENTS.filter(lambda amount: amount > 0), max_size=3),
)
def test_lots_add_up_to_what_is_held(
    taken: dict[str, Decimal], given_: list[Decimal], ends: list[HandOverState], received: list[Decimal]
) -> None:
    moments = (NOW + timedelta(minutes=each) for each in range(100))
    known = [
        a_hand_over(str(amount), opened=next(moments), state=end, closed_by=OLIVIA, closed_at=NOW)
        for amount, end in zip(given_, ends, strict=False)
    ]
    known += [
        a_hand_over(
            str(amount), opened=next(moments), giver=MARCO, receiver=DANA, state=HandOverState.ACCEPTED, closed_by=DANA
        )
        for amount in received
    ]
    row = of_dana(*known, **{name: str(value) for name, value in taken.items()})
    out = sum(
        (each.counted for each in known if each.state is HandOverState.ACCEPTED and each.giver == DANA), Decimal(0)
    )
    held = sum(taken.values(), Decimal(0)) + sum(received, Decimal(0)) - out

    found = piles([row], zone=ZONE)
    assert sum((pile.held for pile in found), Decimal(0)) == held
    for pile in found:
        assert sum((lot.amount for lot in pile.lots), Decimal(0)) == max(held, Decimal(0))
        assert all(lot.amount > 0 for lot in pile.lots)
        days = [lot.day for lot in pile.lots if lot.day]
        assert days == sorted(days)
        rows = [cash.contribution(each, zone=ZONE) for each in known]
        in_books = {key[1:]: value for key, value in added(*rows).items() if key[0] == HAND}
        stale = {**took(**{name: str(value) for name, value in taken.items()}), **in_books}
        assert piles([up_to_date(HAND, stale, known, zone=ZONE)], zone=ZONE) == found, "the books counted it already"


def test_a_folded_month_goes_out_first_and_is_named() -> None:
    gone = a_hand_over("110.00", state=HandOverState.ACCEPTED, closed_at=NOW, closed_by=OLIVIA, receiver=cash.BANK)
    old: Sums = {("taken", "USD", "cash", f"{day}-cory"): Decimal(50) for day in ("2021-07-01", "2026-02-03")}
    before: Sums = {**of_dana(gone, d22="80"), **old}
    assert folding.folded(HAND, before, today=NOW.date()) is before, "few numbers stay as they are"
    with mock.patch.object(folding, "MOST", 2):
        after = folding.folded(HAND, before, today=NOW.date())
        assert {key[-1] for key in after} == {"2021", "2026-02", "2026-05-22-cory", gone.hand_over_id}
        assert sum(value for key, value in after.items() if key[0] == "taken") == 180
        late = {("taken", "USD", "cash", "2026-02-20-mia"): Decimal(-5), **after}
        assert folding.folded(HAND, late, today=NOW.date())["taken", "USD", "cash", "2026-02"] == 45
        assert folding.folded("open", before, today=NOW.date()) is before
        (pile,) = piles([after], zone=ZONE)
    assert [(lot.source, lot.amount) for lot in pile.lots] == [("2026-05-22-cory", Decimal(70))]
    (pile,) = piles([{("taken", "USD", "cash", "2026-02"): Decimal(5)}], zone=ZONE)
    assert trip_in_words(pile.lots[0].source, {}) == "trips and hand-overs of February 2026"
    assert trip_in_words("2021", {}) == "trips and hand-overs of 2021"
    assert pile.oldest is None, "nothing says from which day it is"
