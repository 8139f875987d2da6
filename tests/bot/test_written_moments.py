"""Moments of the past as people write them, and their meaning."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.moments import Question, find_asked
from bot.understanding.words import split_words
from tests.builders import NOW, ZONE

HERE = NOW.astimezone(ZONE)  # Saturday, 13:30


def meant(text: str, now: datetime = HERE) -> str:
    """The moment that a text asks about, on the boat's clock, and the words that are left."""
    words = split_words(text)
    asked = find_asked(words, now)
    assert asked is not None
    assert asked.start is not None, asked.unknown
    left = " ".join(word.raw for place, word in enumerate(words) if place not in asked.places)
    until = f" to {asked.until:%m-%d %H:%M}" if asked.until else ""
    return f"{asked.start:%m-%d %H:%M}{until} {left}".strip()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("cory since 10:00", "05-23 10:00 cory"),
        ("since 10:00 cory afternoon", "05-23 10:00 cory afternoon"),
        ("dave since 14:00", "05-22 14:00 dave"),
        ("since 10.30", "05-23 10:30"),
        ("since 9 am dave", "05-23 09:00 dave"),
        ("since 9:15pm", "05-22 21:15"),
        ("since 12am", "05-23 00:00"),
        ("since noon", "05-23 12:00"),
        ("since 9", "05-23 09:00"),
        ("since 3h", "05-23 10:30"),
        ("since 90 min ago", "05-23 12:00"),
        ("since an hour", "05-23 12:30"),
        ("since 2 days cory", "05-21 13:30 cory"),
        ("since 1w", "05-16 13:30"),
        ("since today", "05-23 00:00"),
        ("since this morning", "05-23 00:00"),
        ("since yesterday", "05-22 00:00"),
        ("since yesterday at noon", "05-22 12:00"),
        ("since monday", "05-18 00:00"),
        ("since last saturday", "05-16 00:00"),
        ("since monday 6pm dave", "05-18 18:00 dave"),
        ("since 18:00 on monday", "05-18 18:00"),
        ("since last week", "05-11 00:00"),
        ("since the 20th", "05-20 00:00"),
        ("since 2026-05-20", "05-20 00:00"),
        ("since 2026-05-20T14:30", "05-20 14:30"),
        ("since 20.5. 10:00", "05-20 10:00"),
        ("dave yesterday", "05-22 00:00 to 05-23 00:00 dave"),
        ("what changed yesterday", "05-22 00:00 to 05-23 00:00"),
        ("what's changed today dave", "05-23 00:00 dave"),
        ("changes", "05-23 00:00"),
        ("asof 10:00", "05-23 10:00"),
        ("dave as of 14:00", "05-22 14:00 dave"),
        ("as-of yesterday", "05-22 23:59"),
        ("asof yesterday 18:00", "05-22 18:00"),
        ("asof 2026-05-20", "05-20 23:59"),
        ("asof last week", "05-17 23:59"),
        ("asof now", "05-23 13:30"),
        ("as of this morning", "05-23 12:00"),
        ("since 10 o'clock dave", "05-23 10:00 dave"),
        ("since 6pm on the 20th", "05-20 18:00"),
        ("since the 1st", "05-01 00:00"),
        ("since the 24th", "04-24 00:00"),
        ("changes of yesterday dave", "05-22 00:00 to 05-23 00:00 dave"),
        ("dave yesterday's changes", "05-22 00:00 to 05-23 00:00 dave"),
        ("cory yesterday since 10:00", "05-22 10:00 cory"),
        ("yesterday asof 14:00 dave", "05-22 14:00 dave"),
        ("yesterday since monday", "05-18 00:00 yesterday"),
    ],
)
def test_a_moment_is_understood_and_the_other_words_stay(text: str, moment: str) -> None:
    assert meant(text) == moment


def test_a_time_that_summer_time_leaves_out_is_the_one_after_it_and_hours_are_real_ones() -> None:
    sunday = datetime(2026, 3, 8, 12, tzinfo=ZONE)
    assert meant("since 2:30", sunday) == "03-08 03:30"
    assert meant("since 11h", sunday) == "03-08 00:00", "of which one hour is missing"
    assert meant("since 1 day", sunday) == "03-07 12:00"


def test_of_an_hour_that_the_end_of_summer_time_repeats_the_first_one_has_passed() -> None:
    again = datetime(2026, 11, 1, 1, 45, tzinfo=ZONE, fold=1)
    assert meant("since 1:50", again) == "11-01 01:50"
    assert meant("since 1:50", again.replace(fold=0)) == "10-31 01:50"
    assert meant("as of this morning", again) == "11-01 01:45"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("since", ""),
        ("cory since foo", "foo"),
        ("since 25:00", "25:00"),
        ("since 2026-02-31 dave", "2026-02-31 dave"),
        ("asof dave 10:00", "dave 10:00"),
        ("since 9999999h", "9999999h"),
        ("asof 9999-12-31", "9999-12-31"),
    ],
)
def test_words_that_are_no_moment_are_kept_as_they_were_typed(text: str, unknown: str) -> None:
    asked = find_asked(split_words(text), HERE)
    assert asked is not None
    assert (asked.start, asked.unknown) == (None, unknown)


def test_other_words_ask_nothing_about_the_past() -> None:
    for text in ("", "today", "tomorrow", "dave", "monday", "“since” 10:00", "of cory", "2026-05-20"):
        assert find_asked(split_words(text), HERE) is None, text
    asked = find_asked(split_words("dave asof 10:00 since 9:00"), HERE)
    assert asked is not None
    assert asked.question is Question.AS_OF
