"""Moments as the table keeps them, and months counted from a day."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from charter.moments import months_from, utc

if TYPE_CHECKING:
    import pytest


def test_a_moment_is_kept_in_utc_to_the_millisecond() -> None:
    moment = datetime(2026, 5, 23, 13, 0, 0, 123999, tzinfo=timezone(timedelta(hours=-7)))

    assert utc(moment) == "2026-05-23T20:00:00.123Z"
    assert utc(datetime(2026, 5, 23, tzinfo=UTC)) == "2026-05-23T00:00:00.000Z"


def test_a_moment_is_kept_in_utc_on_a_machine_of_any_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 5, 23, 20, tzinfo=UTC)
    try:
        with monkeypatch.context() as here:
            here.setenv("TZ", "America/Los_Angeles")
            time.tzset()
            kept = utc(moment)
    finally:
        time.tzset()

    assert kept == "2026-05-23T20:00:00.000Z"


def test_months_are_counted_over_the_ends_of_years() -> None:
    assert months_from(date(2026, 12, 31), (0, 1, 13)) == [date(2026, 12, 1), date(2027, 1, 1), date(2028, 1, 1)]
    assert months_from(date(2026, 1, 31), (-1, -12)) == [date(2025, 12, 1), date(2025, 1, 1)]


def test_months_outside_the_calendar_are_left_out() -> None:
    assert months_from(date.max, range(-1, 3)) == [date(9999, 11, 1), date(9999, 12, 1)]
    assert months_from(date.min, range(-2, 1)) == [date(1, 1, 1)]
