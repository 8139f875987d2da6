"""A changed calendar whose events people changed by hand, renamed, or change at the same moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest import mock

import click
import pytest

from tests.builders import a_crew_row, a_row
from tests.roster.importing.calendars import (
    BAY,
    CORY,
    FOUR,
    FRIDAYS,
    LATER,
    MOVED,
    calendar,
    days,
    events,
    imported,
    paid,
    starts,
)

if TYPE_CHECKING:
    from tests.roster.operating import Operator


def _by_hand(operator: Operator, eid: str, **changes: str) -> None:
    operator.put(operator.row(eid) | changes)


def test_an_older_calendar_changes_nothing_and_says_so(operator: Operator) -> None:
    imported(operator, f"{BAY}\nSEQUENCE:3")

    said = imported(operator, MOVED)

    assert "the calendar is older (SEQUENCE 1) than the last import" in said
    assert starts(operator) == {CORY: "2026-05-23T13:00:00-07:00"}
    imported(operator, MOVED, options=("--overwrite",))
    assert list(starts(operator)) == [LATER]


def test_an_older_calendar_cancels_nothing(operator: Operator) -> None:
    imported(operator, f"{FRIDAYS}\nSEQUENCE:3")

    said = imported(operator, f"{FRIDAYS.replace('=4', '=2')}\nSEQUENCE:2")

    assert "the calendar is older" in said
    assert days(operator) == FOUR


def test_what_was_changed_by_hand_stays_and_is_asked_about(operator: Operator) -> None:
    imported(operator, BAY)
    _by_hand(operator, CORY, title="Smith wedding")

    same = imported(operator, BAY)
    said = imported(operator, BAY.replace("Bay tour", "Whale watch"))

    assert "Nothing to do" in same
    assert "title was changed by hand to Smith wedding, and the calendar now has Whale watch" in said
    assert operator.row(CORY)["title"] == "Smith wedding"
    imported(operator, BAY.replace("Bay tour", "Whale watch"), options=("--overwrite",))
    assert operator.row(CORY)["title"] == "Whale watch with Captain Cory"


def test_a_start_that_was_changed_by_hand_stays_and_another_title_comes(operator: Operator) -> None:
    imported(operator, BAY)
    _by_hand(operator, CORY, starts_at="2026-05-23T15:00:00-07:00")

    said = imported(operator, MOVED.replace("Bay tour", "Whale watch"))

    assert "starts_at was changed by hand" in said
    assert starts(operator) == {CORY: "2026-05-23T15:00:00-07:00"}
    assert operator.row(CORY)["title"] == "Whale watch with Captain Cory"


@pytest.mark.parametrize("cancels", [f"{BAY}\nSTATUS:CANCELLED", f"{FRIDAYS}\nEXDATE;VALUE=DATE:20261016"])
def test_an_event_that_was_changed_by_hand_is_not_cancelled_unasked(operator: Operator, cancels: str) -> None:
    imported(operator, BAY, FRIDAYS)
    for eid in (CORY, "2026-10-16-friday-sunset"):
        _by_hand(operator, eid, title="Smith wedding")

    said = imported(operator, cancels)

    assert "changed by hand to Smith wedding: left as it is (--overwrite cancels it)" in said
    assert {row["status"] for row in operator.rows()} == {"scheduled"}


def test_an_event_that_was_cancelled_by_hand_stays_cancelled_while_it_moves(operator: Operator) -> None:
    imported(operator, BAY)
    _by_hand(operator, CORY, status="cancelled")

    imported(operator, MOVED)

    assert (operator.row(LATER)["status"], operator.row(LATER)["starts_at"][:10]) == ("cancelled", "2026-05-30")


def test_an_event_from_before_is_found_by_its_id_and_follows_from_then_on(operator: Operator) -> None:
    operator.put(a_row(CORY, title="Bay tour with Captain Cory", starts_at="2026-05-23T13:00:00-07:00"))

    said = imported(operator, BAY)
    imported(operator, MOVED)

    assert "from now on it follows the calendar's UID" in said
    assert list(starts(operator)) == [LATER]
    assert operator.row(LATER)["price"] == 125


def test_an_event_that_was_renamed_by_hand_is_found_and_keeps_its_words(operator: Operator) -> None:
    imported(operator, BAY)
    operator.done("events", "rename", CORY, "2026-05-23-smith-wedding", "--yes")

    imported(operator, MOVED)

    assert list(starts(operator)) == ["2026-05-30-smith-wedding"]


def test_another_event_where_one_has_moved_away_gets_an_id_of_its_own(operator: Operator) -> None:
    imported(operator, BAY)
    imported(operator, MOVED, BAY.replace("bay@x", "other@x"))

    assert days(operator) == ["2026-05-23T13:00", "2026-05-30T13:00"]
    assert "Nothing to do" in imported(operator, MOVED, BAY.replace("bay@x", "other@x"))


def test_the_same_event_of_two_calendars_is_entered_once(operator: Operator) -> None:
    imported(operator, BAY)

    said = imported(operator, BAY.replace("bay@x", "copy@y"))

    assert "Nothing to do" in said
    assert len(operator.rows()) == 1


def test_an_event_that_vanished_from_its_calendar_is_left_and_named(operator: Operator) -> None:
    imported(operator, BAY, FRIDAYS, "UID:2\nSUMMARY:Lunch\nDTSTART:20260601T120000")

    said = imported(operator, BAY, FRIDAYS)

    assert "2026-06-01-lunch-afternoon" in said
    assert "left as they are" in said
    assert len(days(operator)) == 6


def test_an_interrupted_move_goes_on_where_it_was(operator: Operator) -> None:
    imported(operator, BAY)
    operator.proxy.fail_next("TransactWriteItems", delay=1e-9)  # the rename, which is let through
    operator.proxy.fail_next("TransactWriteItems", error="AccessDeniedException")

    stopped = operator.run("events", "import", operator.file("s.ics", calendar(MOVED)), "--yes")
    imported(operator, MOVED)

    assert stopped.exit_code == 1
    assert starts(operator) == {LATER: "2026-05-30T13:00:00-07:00"}
    edited = [row for row in operator.rows() if row["crew_id"].startswith("#change:")]
    assert [(row["eid"], row["what"]) for row in edited] == [(LATER, "starts_at")]


def test_a_no_and_a_dry_run_move_nothing(operator: Operator) -> None:
    imported(operator, BAY)
    before = operator.snapshot()
    file = operator.file("s.ics", calendar(MOVED))

    operator.done("events", "import", file, typed="n\n")
    operator.done("events", "import", file, "--dry-run")

    assert operator.snapshot() == before


def test_a_payment_that_comes_meanwhile_moves_along(operator: Operator) -> None:
    imported(operator, BAY)

    def while_asked(*_args: object, **_options: object) -> bool:
        paid(operator, CORY)
        return True

    with mock.patch.object(click, "confirm", while_asked):
        operator.done("events", "import", operator.file("s.ics", calendar(MOVED)))

    assert operator.row(LATER)["payments"]["dave"]["amount"] == 60


def test_a_whole_day_that_moves_keeps_the_time_that_it_was_given(operator: Operator) -> None:
    festival = "UID:1\nSUMMARY:Festival\nDTSTART;VALUE=DATE:20260703"
    said = imported(operator, festival)
    _by_hand(operator, "2026-07-03-festival", starts_at="2026-07-03T15:00:00-07:00")

    same = imported(operator, festival)
    imported(operator, festival.replace("0703", "0704"))

    assert "no time is given, so its day alone is shown" in said
    assert "Nothing to do" in same
    assert days(operator) == ["2026-07-04T15:00"]


def test_a_whole_day_moves_as_a_day_and_gets_its_hour_also_the_usual_one(operator: Operator) -> None:
    festival = "UID:1\nSUMMARY:Festival\nDTSTART;VALUE=DATE:20260703"
    imported(operator, festival)
    imported(operator, festival.replace("0703", "0801"))
    assert starts(operator) == {"2026-08-01-festival": "2026-08-01"}
    assert operator.row("2026-08-01-festival")["month"] == "2026-08"
    timed = "UID:1\nSUMMARY:Festival\nDTSTART:20260801T120000"
    imported(operator, timed)
    assert days(operator) == ["2026-08-01T12:00"]
    assert "Nothing to do" in imported(operator, timed)


def test_two_events_that_move_to_one_day_get_an_id_each(operator: Operator) -> None:
    first, second = (f"UID:{day}\nSUMMARY:Whale watch\nDTSTART:202605{day}T100000" for day in ("01", "02"))
    imported(operator, first, second)

    imported(operator, first.replace("0501", "0510"), second.replace("0502T10", "0510T15"))

    assert days(operator) == ["2026-05-10T10:00", "2026-05-10T15:00"]
    assert len(starts(operator)) == 2


def test_two_events_that_change_places_keep_their_people(operator: Operator) -> None:
    first, second = (f"UID:{day}\nSUMMARY:Whale watch\nDTSTART:202605{day}T100000" for day in ("01", "02"))
    imported(operator, first, second)
    paid(operator, "2026-05-01-whale-watch-morning")

    imported(operator, first.replace("0501", "0502"), second.replace("0502", "0501"))

    assert days(operator) == ["2026-05-01T10:00", "2026-05-02T10:00"]
    assert [row["starts_at"][:10] for row in events(operator) if row["payments"]] == ["2026-05-02"]


def test_an_event_does_not_move_onto_a_crew_list_of_another_event(operator: Operator) -> None:
    imported(operator, BAY)
    operator.put(a_crew_row(LATER))

    result = operator.run("events", "import", operator.file("s.ics", calendar(MOVED)), "--yes")

    assert f"line 4: {CORY} moves to another day. An event “{LATER}” already exists" in result.stderr
    assert days(operator) == ["2026-05-23T13:00"]


def test_another_event_under_the_id_that_a_new_one_would_have_is_a_question(operator: Operator) -> None:
    operator.put(a_row(CORY, title="Smith wedding", starts_at="2026-05-23T15:00:00-07:00"))

    result = operator.run("events", "import", operator.file("s.ics", calendar(BAY)), "--yes")

    assert "but that is “Smith wedding”, 2026-05-23 15:00: rename that event, or give this one" in result.stderr
    assert operator.row(CORY)["title"] == "Smith wedding"


def test_programs_get_a_row_for_each_move_cancellation_and_question(operator: Operator) -> None:
    imported(operator, BAY, FRIDAYS)
    _by_hand(operator, "2026-10-23-friday-sunset", title="Smith wedding")
    text = calendar(MOVED, f"{FRIDAYS}\nEXDATE;VALUE=DATE:20261016,20261023")

    said = operator.done("events", "import", operator.file("s.ics", text), "--yes", "--format", "json").stdout

    assert [(row["eid"], row["result"]) for row in json.loads(said)] == [
        (CORY, "moved"),
        ("2026-10-16-friday-sunset", "cancelled"),
        ("2026-10-23-friday-sunset", "question"),
    ]
