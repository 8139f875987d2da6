"""Days as people write them, and their meaning."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.understanding.days import find_days
from bot.understanding.words import split_words

TODAY = date(2026, 5, 23)  # a Saturday


def meant(text: str) -> list[date]:
    """The days of the year around TODAY that the only phrase of a text may mean."""
    words = split_words(text)
    days = find_days(words, today=TODAY, places=range(len(words)))
    assert len(days) <= 1
    around = (TODAY + timedelta(days=step) for step in range(-20, 15))
    return [day for day in around if days and days[0].is_on(day)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("today", [23]),
        ("tonight", [23]),
        ("tomorrow", [24]),
        ("Yesterday,", [22]),
        ("may 24", [24]),
        ("May 24th", [24]),
        ("24 May 2026", [24]),
        ("24th of may", [24]),
        ("5/24", [24]),
        ("24/5", [24]),
        ("5/24/26", [24]),
        ("24.5.", [24]),
        ("24.05.2026", [24]),
        ("2026-05-24", [24]),
        ("2026/5/24", [24]),
        ("tmrw", [24]),
        ("todays", [23]),
        ("5-24", [24]),
        ("24-5", [24]),
        ("may24", [24]),
        ("24-may", [24]),
        ("20260524", [24]),
        ("the 24th", [24]),
        ("24th", [24]),
        ("the 2nd", [2]),
        ("2nd", []),
        ("the 2nd half", []),
        ("10-12", []),
        ("24th seat", []),
        ("the 32nd", []),
        ("last saturday", [9, 16]),
        ("may 120", []),
        ("24.5", []),
        ("20261324", []),
        ("13/13", []),
        ("february 30", []),
        ("maybe 24", []),
        ("1:30", []),
    ],
)
def test_a_day_is_read(text: str, days: list[int]) -> None:
    assert [day.day for day in meant(text)] == days


def test_a_weekday_is_none_of_more_than_a_week_ago() -> None:
    assert meant("sunday's") == [date(2026, 5, 17), date(2026, 5, 24), date(2026, 5, 31)]
    assert meant("next sunday") == [date(2026, 5, 24), date(2026, 5, 31)]


def test_another_years_day_is_not_meant() -> None:
    assert meant("may 24, 2025") == []
    assert meant("5/24/27") == []
