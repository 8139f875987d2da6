"""A calendar that changed since it was imported: its trips move and are cancelled, never doubled."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from unittest import mock

import click
import pytest

from tests.builders import a_crew_row, a_row
from tests.roster.calendars import calendar, days, imported, starts

if TYPE_CHECKING:
    from tests.roster.operating import Operator

CORY = "2026-05-23-captain-cory-afternoon"
LATER = "2026-05-30-captain-cory-afternoon"
BAY = "UID:bay@x\nSUMMARY:Bay tour with Captain Cory\nDTSTART:20260523T130000"
MOVED = "UID:bay@x\nSUMMARY:Bay tour with Captain Cory\nDTSTART:20260530T130000\nSEQUENCE:1"
START = "DTSTART;TZID=America/Los_Angeles:20261016T180000"
FRIDAYS = f"UID:fri@x\nSUMMARY:Friday sunset\n{START}\nRRULE:FREQ=WEEKLY;COUNT=4"
FOUR = ["2026-10-16T18:00", "2026-10-23T18:00", "2026-10-30T18:00", "2026-11-06T18:00"]


def _paid(operator: Operator, eid: str) -> None:
    """Somebody pays for a trip that is in the table, and the crew list knows it."""
    row = operator.row(eid)
    row["patrons"] = {"dave": {"name": "Dave", "due": Decimal(125), "party": 1}}
    row["payments"] = {"dave": {"amount": Decimal("60.00"), "method": "cash", "entries": {}}}
    operator.put(row, a_crew_row(eid))


def _by_hand(operator: Operator, eid: str, **changes: str) -> None:
    operator.put(operator.row(eid) | changes)


def test_an_event_remembers_where_it_came_from(operator: Operator) -> None:
    imported(operator, BAY, FRIDAYS)

    assert operator.row(CORY)["calendar"] == {
        "uid": "bay@x",
        "recurrence": "",
        "sequence": 0,
        "title": "Bay tour with Captain Cory",
        "starts_at": "2026-05-23T13:00:00-07:00",
        "status": "scheduled",
    }
    assert operator.row("2026-10-16-friday-sunset")["calendar"]["recurrence"] == "20261017T010000Z"


def test_a_trip_that_moved_to_another_day_takes_its_people_along(operator: Operator) -> None:
    imported(operator, BAY)
    _paid(operator, CORY)

    said = imported(operator, MOVED)

    assert f"{CORY}: → {LATER}, starts_at 2026-05-23T13:00:00-07:00 → 2026-05-30T13:00:00-07:00" in said
    assert "1 patron; 1 payment record" in said
    assert starts(operator) == {LATER: "2026-05-30T13:00:00-07:00"}
    new = operator.row(LATER)
    assert (new["month"], new["payments"]["dave"]["amount"], new["renamed_from"]) == ("2026-05", 60, [CORY])
    assert operator.row(CORY) == {"eid": CORY, "crew_id": "#event", "moved_to": LATER}
    assert operator.row(LATER, "cory") != {}
    assert "Nothing to do" in imported(operator, MOVED)


def test_a_trip_that_moved_there_and_back_has_its_first_id_again(operator: Operator) -> None:
    imported(operator, BAY)
    imported(operator, MOVED)

    imported(operator, f"{BAY}\nSEQUENCE:2")

    assert days(operator) == ["2026-05-23T13:00"]
    assert operator.row(CORY)["starts_at"] == "2026-05-23T13:00:00-07:00"


def test_another_hour_of_the_same_day_keeps_the_id(operator: Operator) -> None:
    imported(operator, BAY)

    said = imported(operator, BAY.replace("T130000", "T180000"))

    assert starts(operator) == {CORY: "2026-05-23T18:00:00-07:00"}
    assert "1 moved" in said


def test_another_title_changes_the_title_alone(operator: Operator) -> None:
    imported(operator, BAY)

    said = imported(operator, BAY.replace("Bay tour", "Whale watch"))

    assert "1 changed" in said
    assert [(row["eid"], row["title"]) for row in operator.rows()] == [(CORY, "Whale watch with Captain Cory")]


def test_another_title_and_another_day_at_once_are_one_trip(operator: Operator) -> None:
    imported(operator, "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000")
    imported(operator, "UID:1\nSUMMARY:Whale watch\nDTSTART:20260601T090000")

    assert starts(operator) == {"2026-06-01-whale-watch-morning": "2026-06-01T09:00:00-07:00"}


CANCELLATIONS = {
    "by its status": (f"{BAY}\nSTATUS:CANCELLED\nSEQUENCE:1", ""),
    "by the calendar's method": (f"{BAY}\nSEQUENCE:1", "METHOD:CANCEL"),
    "by nothing but its UID": ("UID:bay@x\nSEQUENCE:1", "METHOD:CANCEL"),
    "while it moves": (f"{MOVED}\nSTATUS:CANCELLED", ""),
}


@pytest.mark.parametrize("how", CANCELLATIONS)
def test_a_cancellation_cancels_the_trip(operator: Operator, how: str) -> None:
    imported(operator, BAY)
    _paid(operator, CORY)
    event, head = CANCELLATIONS[how]

    said = imported(operator, event, head=head)

    assert f"cancelled {CORY}: status scheduled → cancelled" in said
    assert "1 payment record" in said
    assert operator.row(CORY)["status"] == "cancelled"
    assert operator.row(CORY)["starts_at"] == "2026-05-23T13:00:00-07:00"
    assert "Nothing to do" in imported(operator, event, head=head)


def test_a_calendar_of_cancellations_enters_no_trip_that_takes_place(operator: Operator) -> None:
    imported(operator, BAY, head="METHOD:CANCEL")

    assert days(operator) == []


def test_a_cancelled_trip_that_takes_place_after_all_is_scheduled_again(operator: Operator) -> None:
    imported(operator, BAY)
    imported(operator, f"{BAY}\nSTATUS:CANCELLED\nSEQUENCE:1")

    imported(operator, f"{BAY}\nSEQUENCE:2")

    assert days(operator) == ["2026-05-23T13:00"]


@pytest.mark.parametrize("left_out", ["EXDATE;VALUE=DATE:20261023", "EXDATE:20261024T010000Z"])
def test_an_occurrence_that_was_taken_out_is_cancelled(operator: Operator, left_out: str) -> None:
    imported(operator, FRIDAYS)

    said = imported(operator, f"{FRIDAYS}\n{left_out}")

    assert "1 cancelled" in said
    assert days(operator) == [FOUR[0], FOUR[2], FOUR[3]]
    assert operator.row("2026-10-23-friday-sunset")["status"] == "cancelled"


def test_a_series_that_ends_earlier_cancels_the_rest_and_one_that_goes_on_enters_more(operator: Operator) -> None:
    imported(operator, FRIDAYS)

    imported(operator, FRIDAYS.replace("COUNT=4", "COUNT=2"))
    assert days(operator) == FOUR[:2]
    imported(operator, FRIDAYS.replace("COUNT=4", "COUNT=5"))
    assert days(operator) == [*FOUR, "2026-11-13T18:00"]


def test_a_series_read_less_far_cancels_nothing(operator: Operator) -> None:
    endless = FRIDAYS.replace(";COUNT=4", "")
    imported(operator, endless, options=("--until", "2026-11-06"))

    said = imported(operator, endless, options=("--until", "2026-10-23"))

    assert "Nothing to do" in said
    assert days(operator) == FOUR


@pytest.mark.parametrize("event", ["UID:fri@x", f"UID:fri@x\nSUMMARY:Friday sunset\n{START}"])
def test_a_series_is_cancelled_as_a_whole(operator: Operator, event: str) -> None:
    imported(operator, FRIDAYS)

    imported(operator, event, head="METHOD:CANCEL")

    assert days(operator) == []
    assert len(operator.rows()) == 4


def test_one_occurrence_is_cancelled_by_a_message_of_its_own(operator: Operator) -> None:
    imported(operator, FRIDAYS)

    imported(operator, "UID:fri@x\nRECURRENCE-ID:20261024T010000Z\nSEQUENCE:1", head="METHOD:CANCEL")

    assert days(operator) == [FOUR[0], FOUR[2], FOUR[3]]


@pytest.mark.parametrize("start", ["20261016T183000", "20261015T180000", "20261018T140000"])
def test_a_series_that_moves_as_a_whole_moves_each_trip(operator: Operator, start: str) -> None:
    imported(operator, FRIDAYS)
    _paid(operator, "2026-10-16-friday-sunset")

    said = imported(operator, FRIDAYS.replace("20261016T180000", start))

    assert "4 moved" in said
    assert len(days(operator)) == 4
    assert days(operator)[0] == f"2026-10-{start[6:8]}T{start[9:11]}:{start[11:13]}"
    assert [row["status"] for row in operator.rows() if row.get("payments")] == ["scheduled"]
    assert "Nothing to do" in imported(operator, FRIDAYS.replace("20261016T180000", start))


def test_a_daily_series_that_moves_by_a_day_loses_nobody(operator: Operator) -> None:
    daily = "UID:d\nSUMMARY:Bay tour\nDTSTART:20260501T100000\nRRULE:FREQ=DAILY;COUNT=3"
    imported(operator, daily)
    _paid(operator, "2026-05-01-bay-tour-morning")

    imported(operator, daily.replace("20260501", "20260502"))

    assert days(operator) == ["2026-05-02T10:00", "2026-05-03T10:00", "2026-05-04T10:00"]
    assert sum("payments" in row and bool(row["payments"]) for row in operator.rows()) == 1


def test_a_series_that_is_split_goes_on_under_its_new_uid(operator: Operator) -> None:
    imported(operator, FRIDAYS)
    first = FRIDAYS.replace("COUNT=4", "COUNT=2")
    rest = FRIDAYS.replace("fri@x", "fri_R2@x").replace("20261016T180000", "20261030T170000").replace("=4", "=2")

    imported(operator, first, rest)

    assert days(operator) == [FOUR[0], FOUR[1], "2026-10-30T17:00", "2026-11-06T17:00"]
    assert len(operator.rows()) == 4
    assert "Nothing to do" in imported(operator, first, rest)


def test_an_older_calendar_changes_nothing_and_says_so(operator: Operator) -> None:
    imported(operator, f"{BAY}\nSEQUENCE:3")

    said = imported(operator, MOVED)

    assert "the calendar is older (SEQUENCE 1) than the last import" in said
    assert starts(operator) == {CORY: "2026-05-23T13:00:00-07:00"}


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
    assert "title was changed by hand to Smith wedding, and the calendar says Whale watch" in said
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
def test_a_trip_that_was_changed_by_hand_is_not_cancelled_unasked(operator: Operator, cancels: str) -> None:
    imported(operator, BAY, FRIDAYS)
    for eid in (CORY, "2026-10-16-friday-sunset"):
        _by_hand(operator, eid, title="Smith wedding")

    said = imported(operator, cancels)

    assert "changed by hand to Smith wedding: is it off?" in said
    assert {row["status"] for row in operator.rows()} == {"scheduled"}


def test_a_trip_that_was_cancelled_by_hand_stays_cancelled_while_it_moves(operator: Operator) -> None:
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


def test_another_trip_where_one_has_moved_away_gets_an_id_of_its_own(operator: Operator) -> None:
    imported(operator, BAY)
    imported(operator, MOVED, BAY.replace("bay@x", "other@x"))

    assert days(operator) == ["2026-05-23T13:00", "2026-05-30T13:00"]
    assert "Nothing to do" in imported(operator, MOVED, BAY.replace("bay@x", "other@x"))


def test_the_same_trip_of_two_calendars_is_entered_once(operator: Operator) -> None:
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
    operator.proxy.fail_next("UpdateItem", error="AccessDeniedException")

    stopped = operator.run("events", "import", operator.file("s.ics", calendar(MOVED)), "--yes")
    imported(operator, MOVED)

    assert stopped.exit_code == 1
    assert starts(operator) == {LATER: "2026-05-30T13:00:00-07:00"}


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
        _paid(operator, CORY)
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

    assert "no time is given: 12:00 is supposed" in said
    assert "Nothing to do" in same
    assert days(operator) == ["2026-07-04T15:00"]
