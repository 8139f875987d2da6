"""Event ids: valid ids, each way to break the rule, and the broken ones that are served all the same."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.event_ids import (
    LONGEST,
    PERIODS,
    check_served,
    lint,
    parse_event_id,
    period_of,
    propose,
    title_of,
)
from charter.refusals import EventIdMalformed
from charter.starts import start_of

words = st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True)


def test_an_id_comes_apart_into_date_words_and_period() -> None:
    eid = parse_event_id("2026-05-23-captain-cory-afternoon")

    assert (eid.day, eid.words, eid.period) == (date(2026, 5, 23), ("captain", "cory"), "afternoon")
    assert eid.title == "Captain Cory, afternoon"


@pytest.mark.parametrize(
    ("text", "title", "starts"),
    [
        ("2026-05-23-whale-watch", "Whale Watch", time(12)),
        ("2026-05-23-sunset", "Sunset", time(18)),  # a period alone is the name, and the hour follows from it
        ("2026-05-23-o2-night", "O2, night", time(20)),
        ("2026-05-23-sunset-cruise", "Sunset Cruise", time(12)),
        ("2026-05-23-7", "7", time(12)),
        ("2026-05-23", "2026-05-23", time(12)),
        ("2026-05-23-Cory_PM", "2026-05-23-Cory_PM", time(12)),
    ],
)
def test_an_event_known_by_its_id_alone_has_a_title_and_a_start(text: str, title: str, starts: time) -> None:
    assert title_of(text) == title
    assert start_of(text) == starts


def test_every_period_has_its_hour() -> None:
    for period, hour in PERIODS.items():
        assert parse_event_id(f"2026-05-23-cory-{period}").period == period
        assert start_of(f"2026-05-23-cory-{period}") == hour
    assert [PERIODS[each].hour for each in ("sunrise", "morning", "midday", "noon")] == [6, 9, 12, 12]
    assert [PERIODS[each].hour for each in ("afternoon", "sunset", "evening", "night")] == [13, 18, 18, 20]


@given(st.dates(), st.lists(words, min_size=1, max_size=6))
def test_every_id_by_the_rule_is_read_back_as_it_was_and_served(day: date, parts: list[str]) -> None:
    text = "-".join([day.isoformat(), *parts])

    assert lint(text) == []
    assert str(parse_event_id(text)) == text
    assert check_served(text) == text


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ["does not start with a date"]),
        ("captain-cory", ["does not start with a date"]),
        ("26-05-23-cory", ["does not start with a date"]),
        (" 2026-05-23-cory", ["does not start with a date"]),
        ("٢٠٢٦-05-23-cory", ["does not start with a date"]),
        ("2026-05-٢٣-cory", ["does not start with a date"]),
        ("2026-02-30-cory", ["starts with a date that is not in the calendar"]),
        ("0000-01-01-cory", ["starts with a date that is not in the calendar"]),
        ("2026-05-23", ["is a bare date: it needs a name after the date"]),
        (
            "2026-02-30",
            ["starts with a date that is not in the calendar", "is a bare date: it needs a name after the date"],
        ),
        ("2026-05-23cory", ["needs a dash between the date and the name"]),
        ("2026-05-23-Cory", ["has capital letters"]),
        ("2026-05-23-captain cory", ["has spaces or underscores where dashes belong"]),
        ("2026-05-23-captain_cory", ["has spaces or underscores where dashes belong"]),
        ("2026-05-23-cory\n", ["has spaces or underscores where dashes belong"]),
        ("2026-05-23-café", ["has characters other than the letters a to z, digits and dashes"]),
        ("2026-05-23-cory\x00", ["has characters other than the letters a to z, digits and dashes"]),
        ("2026-05-23-cory٣", ["has characters other than the letters a to z, digits and dashes"]),
        ("2026-05-23-", ["has a dash too many"]),
        ("2026-05-23--cory", ["has a dash too many"]),
        ("2026-05-23-cory-", ["has a dash too many"]),
        ("2026-05-23-" + "x" * 90, ["is longer than 100 characters"]),
        (
            "2026-05-23_Captain Cory!-",
            [
                "needs a dash between the date and the name",
                "has capital letters",
                "has spaces or underscores where dashes belong",
                "has characters other than the letters a to z, digits and dashes",
                "has a dash too many",
            ],
        ),
    ],
)
def test_each_way_to_break_the_rule_has_its_reason(text: str, reasons: list[str]) -> None:
    assert lint(text) == reasons
    with pytest.raises(EventIdMalformed) as raised:
        parse_event_id(text)
    assert raised.value.reason == reasons[0]
    assert raised.value.field == "event"


@pytest.mark.parametrize(
    "text", ["2026-05-23", "2026-05-23-Captain_Cory", "2026-05-23-v1.2", "2026-05-23cory-", "2026-02-30-cory"]
)
def test_a_broken_id_that_is_dated_and_safe_in_a_link_is_served(text: str) -> None:
    assert lint(text)
    assert check_served(text) == text


TRAPS = [
    "",
    ".",
    "..",
    "#event",
    "2026-05-23-..",
    "2026-05-23-a..b",
    "2026-05-23/../../etc/passwd",
    "2026-05-23%2f..",
    "2026-05-23-a%00",
    "2026-05-23-a\x00",
    "2026-05-23-a\n",
    "2026-05-23-a b",
    "2026-05-23-<script>alert(1)</script>",
    "2026-05-23-a?b=c#d",
    "2026-05-23-café",
    "２０２６-05-23-cory",
    "٢٠٢٦-٠٥-٢٣-cory",
    "2026-05-23-" + "x" * 2989,
    "x" * 3000,
]


@pytest.mark.parametrize("text", TRAPS, ids=[trap.encode("unicode_escape").decode()[:40] for trap in TRAPS])
def test_what_cannot_be_an_event_is_refused_in_one_short_sentence(text: str) -> None:
    with pytest.raises(EventIdMalformed) as raised:
        check_served(text)

    sentence = str(raised.value)
    assert len(sentence) < 250
    assert "\n" not in sentence
    assert sentence.endswith(".")


@given(st.text(max_size=LONGEST + 20))
def test_whatever_is_served_is_dated_plain_and_short(text: str) -> None:
    try:
        check_served(text)
    except EventIdMalformed:
        return
    assert text.isascii()
    assert len(text) <= LONGEST
    assert not set(text) & set("/\\%?#<>\x00 ")


@pytest.mark.parametrize(
    ("asked", "proposed"),
    [
        ({}, "trip"),
        ({"title": "Sunset sail"}, "sail-sunset"),
        ({"title": "Whale watch with Captain Cory"}, "captain-cory"),
        ({"title": "Morning sail with Capt. Cory Ray"}, "captain-cory-morning"),
        ({"captain": "Cory Ray", "starts": time(8)}, "captain-cory-morning"),
        ({"captain": "Cory", "title": "Evening sail", "starts": time(16)}, "captain-cory-evening"),
        ({"captain": "Cory", "title": "Evening sail", "starts": time(9)}, "captain-cory-morning"),
        ({"captain": "Cory", "title": "morning or evening"}, "captain-cory-evening"),
    ],
    ids=str,
)
def test_an_id_is_proposed_by_the_captain_or_the_title_and_the_part_of_the_day(
    asked: dict[str, Any], proposed: str
) -> None:
    assert propose(date(2026, 5, 23), **asked) == f"2026-05-23-{proposed}"


def test_an_id_that_is_taken_gets_a_further_word_and_then_a_number() -> None:
    taken: list[str] = []
    for _ in range(5):
        title = "The capt with Captain Cory: whale, morning"
        taken.append(propose(date(2026, 5, 23), title=title, captain="Cory Ray", starts=time(8), taken=taken))

    assert [each.removeprefix("2026-05-23-captain-cory-") for each in taken] == [
        "morning",
        "ray-morning",
        "ray-the-morning",
        "ray-the-whale-morning",
        "2-morning",
    ]
    long = propose(date(2026, 5, 23), title=" ".join(["wonderful"] * 30))
    assert parse_event_id(long)
    assert len(propose(date(2026, 5, 23), title="a" * 200 + " bcd")) == LONGEST
    more = propose(date(2026, 5, 23), title=" ".join(["wonderful"] * 30), starts=time(12), taken={long})
    assert len(more) <= LONGEST
    assert more.endswith("-afternoon")


@pytest.mark.parametrize(
    ("starts", "period"),
    [
        *[(time(0), "night"), (time(3, 59), "night"), (time(4), "morning"), (time(11, 59), "morning")],
        *[(time(12), "afternoon"), (time(17), "evening"), (time(21), "night"), (time(23, 59), "night")],
    ],
)
def test_a_day_has_four_parts(starts: time, period: str) -> None:
    assert period_of(starts) == period
