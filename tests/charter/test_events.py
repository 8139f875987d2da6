"""Events: their people and balances, and the event that is meant where none is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from charter.balances import BalanceState
from charter.events import GOING_ON, Status, known_by_id
from charter.guessing import guess
from charter.patrons import PatronState
from tests.builders import NOW, ZONE, a_listing, a_patron, a_payment, a_signature, an_event

EARLY = a_listing("2026-05-23-early", starts_at=datetime(2026, 5, 23, 8, tzinfo=ZONE))
LATE = a_listing("2026-05-23-late", starts_at=datetime(2026, 5, 23, 18, tzinfo=ZONE))
TOMORROW = a_listing("2026-05-24-next", starts_at=datetime(2026, 5, 24, 9, tzinfo=ZONE))
CORYS = a_listing("2026-06-01-cory", starts_at=datetime(2026, 6, 1, 9, tzinfo=ZONE), channel="C0CORY")


def test_people_are_the_roster_by_name_and_then_who_paid_without_being_on_it() -> None:
    event = an_event(
        a_patron("d", name="dave"),
        a_patron("a", name="Ana"),
        payments={"zz": a_payment("5"), "ghost": a_payment("5"), "d": a_payment("5")},
    )

    assert [patron.name for patron in event.people] == ["Ana", "dave", "ghost", "zz"]
    assert (event.boat, event.currency) == (None, "USD"), "of a row that names neither"
    assert event == replace(event), "what was computed once makes no difference"
    stranger = event.patron("ghost")
    assert stranger is not None
    assert stranger.party == 1, "as far as anybody knows"
    assert event.patron("nobody") is None


def test_a_stranger_owes_the_price_and_where_there_is_none_nothing() -> None:
    paid = {"ghost": a_payment("5")}
    assert an_event(payments=paid).balance("ghost").owed == 120
    assert an_event(payments=paid, price=None).balance("ghost").state is BalanceState.OVERPAID


def test_what_is_outstanding_is_not_made_up_for_by_what_others_overpaid() -> None:
    event = an_event(
        a_patron("a", due="100"),
        a_patron("b", due="100"),
        a_patron("c", due="100"),
        a_patron("d", due="0"),
        payments={"a": a_payment("150"), "b": a_payment("99.99")},
    )

    assert event.outstanding == Decimal("100.01")
    assert event.counts() == {
        BalanceState.UNPAID: 1,
        BalanceState.PARTIAL: 1,
        BalanceState.PAID: 1,
        BalanceState.OVERPAID: 1,
    }


@pytest.mark.parametrize(
    ("paid", "signed", "clear"),
    [("125", True, True), ("124.99", True, False), ("125", False, False), ("130", True, True)],
)
def test_who_owes_nothing_and_has_signed_is_clear_to_board(paid: str, *, signed: bool, clear: bool) -> None:
    event = an_event(payments={"dave": a_payment(paid)}, signatures=[a_signature()] if signed else [])
    assert event.clear_to_board("dave") == clear


def test_a_no_show_who_paid_and_signed_is_not_clear_to_board() -> None:
    gone = replace(a_patron(), state=PatronState.NO_SHOW)
    event = an_event(gone, payments={"dave": a_payment()}, signatures=[a_signature()])
    assert (event.missing("dave"), event.clear_to_board("dave")) == ([], False)


def test_nobody_unknown_is_clear_to_board() -> None:
    assert not an_event(signatures=[a_signature(name="nobody", patron_id="nobody")]).clear_to_board("nobody")


@pytest.mark.parametrize(("hour", "meant"), [(5, EARLY), (8, EARLY), (12, EARLY), (14, LATE), (23, LATE)])
def test_of_todays_events_the_nearest_is_meant(hour: int, meant: object) -> None:
    now = datetime(2026, 5, 23, hour, tzinfo=ZONE)
    assert guess([TOMORROW, LATE, EARLY, CORYS], now=now) == meant


def test_the_channels_own_event_comes_before_todays() -> None:
    assert guess([EARLY, CORYS], now=NOW.astimezone(ZONE), channel="C0CORY") == CORYS
    assert guess([EARLY, CORYS], now=NOW.astimezone(ZONE), channel="C0DOCK") == EARLY
    assert guess([EARLY], now=NOW.astimezone(ZONE), channel=None) == EARLY


def test_of_a_channels_events_the_nearest_is_meant() -> None:
    later = a_listing("2026-07-01-cory", starts_at=datetime(2026, 7, 1, 9, tzinfo=ZONE), channel="C0CORY")
    now = datetime(2026, 6, 20, 9, tzinfo=ZONE)
    assert guess([CORYS, later], now=now, channel="C0CORY") == later


def test_without_one_today_the_next_is_meant_and_not_the_last() -> None:
    now = datetime(2026, 5, 25, 0, 30, tzinfo=ZONE)
    assert guess([EARLY, LATE, TOMORROW, CORYS], now=now) == CORYS


def test_a_trip_of_last_night_is_still_going_on_after_midnight() -> None:
    assert guess([LATE, CORYS], now=datetime(2026, 5, 24, 0, 30, tzinfo=ZONE)) == LATE
    assert not LATE.over(LATE.starts_at + GOING_ON)
    assert LATE.over(LATE.starts_at + GOING_ON + timedelta(seconds=1))


def test_today_is_meant_in_the_time_zone_of_the_asker() -> None:
    night = a_listing("2026-05-23-night", starts_at=datetime(2026, 5, 24, 4, tzinfo=UTC))  # 21:00 on the 23rd here
    dawn = a_listing("2026-05-24-dawn", starts_at=datetime(2026, 5, 24, 13, tzinfo=UTC))  # 06:00 on the 24th here
    now = datetime(2026, 5, 23, 23, 59, tzinfo=ZONE)

    assert guess([night, dawn], now=now) == night
    assert guess([night, dawn], now=now.astimezone(ZoneInfo("Pacific/Auckland"))) == night  # still the 24th there
    assert guess([night, dawn], now=datetime(2026, 5, 24, 0, 1, tzinfo=ZONE)) == dawn


def test_a_cancelled_event_is_never_meant() -> None:
    off = a_listing(status=Status.CANCELLED, channel="C0CORY")
    assert guess([off], now=NOW, channel="C0CORY") is None
    assert guess([off, TOMORROW], now=NOW, channel="C0CORY") == TOMORROW


def test_when_everything_is_over_or_nothing_is_there_nothing_is_meant() -> None:
    assert guess([EARLY, LATE], now=datetime(2026, 6, 1, tzinfo=ZONE)) is None
    assert guess([], now=NOW) is None


def test_of_two_that_start_together_the_same_one_is_guessed_each_time() -> None:
    twins = [a_listing(f"2026-05-23-{name}") for name in "ab"]
    assert guess(twins, now=NOW) == guess(reversed(twins), now=NOW) == twins[0]


def test_an_event_known_by_its_id_starts_at_its_hour_of_local_summer_and_winter() -> None:
    for eid, start in (
        ("2026-07-01-cory-sunset", "2026-07-01T18:00:00-07:00"),
        ("2026-12-01-cory-sunset", "2026-12-01T18:00:00-08:00"),
    ):
        known = known_by_id(eid, zone=ZONE, currency="SEK")
        assert (known.starts_at.isoformat(), known.currency) == (start, "SEK")
    with pytest.raises(ValueError, match="day"):
        known_by_id("2026-02-30-cory", zone=ZONE, currency="USD")
