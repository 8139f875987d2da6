"""A calendar that changed since it was imported: its events move and are cancelled, never doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.roster.importing.calendars import (
    BAY,
    CORY,
    FOUR,
    FRIDAYS,
    LATER,
    MOVED,
    START,
    days,
    events,
    imported,
    paid,
    starts,
)

if TYPE_CHECKING:
    from tests.roster.operating import Operator


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


def test_an_event_that_moved_to_another_day_takes_its_people_along(operator: Operator) -> None:
    imported(operator, BAY)
    paid(operator, CORY)

    said = imported(operator, MOVED)

    assert f"{CORY}: → {LATER}, starts_at 2026-05-23T13:00:00-07:00 → 2026-05-30T13:00:00-07:00" in said
    assert "1 patron, 1 payment record" in said
    assert starts(operator) == {LATER: "2026-05-30T13:00:00-07:00"}
    new = operator.row(LATER)
    assert (new["month"], new["payments"]["dave"]["amount"], new["renamed_from"]) == ("2026-05", 60, [CORY])
    assert operator.row(CORY) == {"eid": CORY, "crew_id": "#event", "moved_to": LATER}
    assert operator.row(LATER, "cory") != {}
    assert "Nothing to do" in imported(operator, MOVED)


def test_an_event_that_moved_there_and_back_has_its_first_id_again(operator: Operator) -> None:
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
    assert [(row["eid"], row["title"]) for row in events(operator)] == [(CORY, "Whale watch with Captain Cory")]


def test_another_title_and_another_day_at_once_are_one_event(operator: Operator) -> None:
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
def test_a_cancellation_cancels_the_event(operator: Operator, how: str) -> None:
    imported(operator, BAY)
    paid(operator, CORY)
    event, head = CANCELLATIONS[how]

    said = imported(operator, event, head=head)

    assert f"cancelled {CORY}: status scheduled → cancelled" in said
    assert "1 payment record" in said
    assert operator.row(CORY)["status"] == "cancelled"
    assert operator.row(CORY)["starts_at"] == "2026-05-23T13:00:00-07:00"
    assert "Nothing to do" in imported(operator, event, head=head)


def test_a_calendar_of_cancellations_enters_no_event_that_takes_place(operator: Operator) -> None:
    imported(operator, BAY, head="METHOD:CANCEL")

    assert days(operator) == []


def test_a_cancelled_event_that_takes_place_after_all_is_scheduled_again(operator: Operator) -> None:
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
    assert len(events(operator)) == 4


def test_one_occurrence_is_cancelled_by_a_message_of_its_own(operator: Operator) -> None:
    imported(operator, FRIDAYS)

    imported(operator, "UID:fri@x\nRECURRENCE-ID:20261024T010000Z\nSEQUENCE:1", head="METHOD:CANCEL")

    assert days(operator) == [FOUR[0], FOUR[2], FOUR[3]]


@pytest.mark.parametrize("start", ["20261016T183000", "20261015T180000", "20261018T140000"])
def test_a_series_that_moves_as_a_whole_moves_each_event(operator: Operator, start: str) -> None:
    imported(operator, FRIDAYS)
    paid(operator, "2026-10-16-friday-sunset")

    said = imported(operator, FRIDAYS.replace("20261016T180000", start))

    assert "4 moved" in said
    assert len(days(operator)) == 4
    assert days(operator)[0] == f"2026-10-{start[6:8]}T{start[9:11]}:{start[11:13]}"
    assert [row["status"] for row in operator.rows() if row.get("payments")] == ["scheduled"]
    assert "Nothing to do" in imported(operator, FRIDAYS.replace("20261016T180000", start))


def test_a_daily_series_that_moves_by_a_day_loses_nobody(operator: Operator) -> None:
    daily = "UID:d\nSUMMARY:Bay tour\nDTSTART:20260501T100000\nRRULE:FREQ=DAILY;COUNT=3"
    imported(operator, daily)
    paid(operator, "2026-05-01-bay-tour-morning")

    imported(operator, daily.replace("20260501", "20260502"))

    assert days(operator) == ["2026-05-02T10:00", "2026-05-03T10:00", "2026-05-04T10:00"]
    assert sum("payments" in row and bool(row["payments"]) for row in operator.rows()) == 1


def test_a_series_that_is_split_goes_on_under_its_new_uid(operator: Operator) -> None:
    imported(operator, FRIDAYS)
    first = FRIDAYS.replace("COUNT=4", "COUNT=2")
    rest = FRIDAYS.replace("fri@x", "fri_R2@x").replace("20261016T180000", "20261030T170000").replace("=4", "=2")

    imported(operator, first, rest)

    assert days(operator) == [FOUR[0], FOUR[1], "2026-10-30T17:00", "2026-11-06T17:00"]
    assert len(events(operator)) == 4
    assert "Nothing to do" in imported(operator, first, rest)
