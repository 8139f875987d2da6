"""Events from a spreadsheet: `events import FILE.csv`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from unittest import mock

import click
import pytest

from adapters.ledger import DynamoLedger
from charter.payments import Source
from tests.builders import DANA, NOW, ZONE, a_crew_row, a_draft, a_row, a_signature_row
from tests.roster.operating import check_problems

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb

CORY = "2026-05-23-captain-cory-afternoon"
SHEET = """Trip name,Date,Departure,Captain,Price per person,Slack channel,Status
Captain Cory's bay tour,2026-05-23,13:00,Cory Blake,$125.00,C0CORY,scheduled
Sunset sail with Captain Mia,2026-05-24,6:30 PM,Mia,"1,250",,cancelled
"""
MIA = "2026-05-24-captain-mia-sunset"


def test_a_sheet_of_events_becomes_events_that_the_app_reads(operator: Operator) -> None:
    result = operator.imported("events", SHEET)

    assert "title ← “Trip name”" in result.stderr
    assert "captain ← “Captain”" in result.stderr
    assert "2 new, 0 changed" in result.stdout
    assert operator.row(CORY) == {
        "eid": CORY,
        "crew_id": "#event",
        "title": "Captain Cory's bay tour",
        "starts_at": "2026-05-23T13:00:00-07:00",
        "month": "2026-05",
        "status": "scheduled",
        "channel": "C0CORY",
        "price": Decimal("125.00"),
        "currency": "USD",
        "patrons": {},
        "payments": {},
    }
    mia = operator.row(MIA)
    assert (mia["starts_at"], mia["status"], mia["price"]) == ("2026-05-24T18:30:00-07:00", "cancelled", 1250)
    assert "channel" not in mia


def test_the_same_file_twice_changes_nothing_and_says_so(operator: Operator) -> None:
    file = operator.file("season.csv", SHEET)
    operator.done("events", "import", file, "--yes")
    before = operator.snapshot()
    operator.calls.clear()

    result = operator.done("events", "import", file)

    assert "Nothing to do" in result.stdout
    assert "UpdateItem" not in operator.calls
    assert operator.snapshot() == before


@pytest.mark.transactions
def test_a_changed_line_is_shown_as_a_change_and_touches_nothing_else(operator: Operator) -> None:
    payments = {"dave": {"amount": Decimal("60.00"), "method": "cash", "entries": {}}}
    operator.put(a_row(CORY, payments=payments, boat="Sea Otter"), a_signature_row(eid=CORY))
    before, signed = operator.row(CORY), operator.row(CORY, "#signature:s1")
    result = operator.imported("events", f"id,date,time,price\n{CORY},2026-05-23,14:15,130\n")

    assert "starts_at 2026-05-23T13:00:00-07:00 → 2026-05-23T14:15:00-07:00, price 125.00 → 130.00" in result.stderr
    assert operator.row(CORY) == before | {"starts_at": "2026-05-23T14:15:00-07:00", "price": Decimal("130.00")}
    assert operator.row(CORY, "#signature:s1") == signed


@pytest.mark.transactions
def test_a_day_without_a_time_keeps_the_time_that_the_event_has(operator: Operator) -> None:
    operator.put(a_row(CORY))

    operator.imported("events", f"id,date\n{CORY},2026-06-02\n")

    assert operator.row(CORY)["starts_at"] == "2026-06-02T13:00:00-07:00"
    assert operator.row(CORY)["month"] == "2026-06"


def test_every_bad_line_is_reported_with_its_number_and_nothing_is_imported(operator: Operator) -> None:
    lines = [
        "title,date,time,price,channel,status,id",
        "Good,2026-05-23,13:00,125,,,",
        "",
        "No date,,13:00,,,,",
        "Odd day,2026-02-30,,,,,",
        "Odd time,2026-05-23,25:00,,,,",
        "Odd money,2026-05-23,,125.555,,,",
        "Odd channel,2026-05-23,,,#sunset,,",
        "Odd status,2026-05-23,,,,maybe,",
        "Odd id,2026-05-23,,,,,Captain Cory",
        "Other day,2026-05-23,,,,,2026-05-24-cory",
        ",2026-05-25,,,,,",
        "Too many,2026-05-23,,1,250.00,C0CORY,scheduled,x",
    ]
    file = operator.file("bad.csv", "\n".join(lines) + "\n")

    result = operator.run("events", "import", file, "--yes")

    assert result.exit_code == 1
    check_problems(
        result,
        {
            4: "date: is missing",
            5: "not in the calendar",
            6: "25:00",
            7: "two decimals",
            8: "C0123ABCD",
            9: "maybe",
            10: "does not start with a date",
            11: "another day",
            12: "",
            13: "8 cells where the heading has 7",
        },
    )
    assert "10 lines of bad.csv cannot be imported, so nothing was" in result.stderr
    assert operator.rows() == []


def test_skip_bad_imports_the_others(operator: Operator) -> None:
    file = operator.file("bad.csv", "title,date\nBay tour,2026-05-23\nOdd,2026-13-01\n")

    result = operator.done("events", "import", file, "--yes", "--skip-bad")

    assert "line 3" in result.stderr
    assert [row["eid"] for row in operator.rows()] == ["2026-05-23-bay-tour"]


def test_two_lines_that_would_be_one_event_name_each_other(operator: Operator) -> None:
    result = operator.importing("events", "title,date,time\nBay tour,2026-05-23,9:00\nBay tour,2026-05-23,9:00\n")

    assert result.exit_code == 1
    assert "line 3: is the same event as line 2" in result.stderr
    assert operator.rows() == []


@pytest.mark.parametrize("turned", [False, True])
def test_two_events_of_one_captain_on_one_morning_keep_their_ids_in_any_order(
    operator: Operator, *, turned: bool
) -> None:
    lines = ["Whale watch,2026-05-23,8:00,Cory", "Fishing,2026-05-23,9:00,Cory"]
    body = "\n".join(reversed(lines) if turned else lines)

    operator.imported("events", f"title,date,time,captain\n{body}\n")

    titles = {row["eid"]: row["title"] for row in operator.rows()}
    assert titles == {
        "2026-05-23-captain-cory-morning": "Whale watch",
        "2026-05-23-captain-cory-fishing-morning": "Fishing",
    }


def test_a_proposed_id_never_takes_another_events_place(operator: Operator) -> None:
    operator.put(a_row(CORY, title="Somebody else's trip"))
    file = operator.file("s.csv", "title,date,time,captain\nBay tour,2026-05-23,15:00,Cory\n")

    result = operator.run("events", "import", file, "--yes")

    assert result.exit_code == 1
    assert "Somebody else's trip" in result.stderr
    assert "give this one an id" in result.stderr


def test_nobody_said_yes_so_nothing_is_written(operator: Operator) -> None:
    file = operator.file("season.csv", SHEET)

    assert operator.done("events", "import", file, typed="n\n").exit_code == 0
    assert operator.done("events", "import", file, "--dry-run").exit_code == 0
    assert operator.run("events", "import", file).exit_code == 1
    assert operator.rows() == []


def test_an_event_that_only_the_crew_list_knows_gets_its_own_row(operator: Operator) -> None:
    operator.put(a_crew_row(CORY))

    operator.imported("events", f"id,date\n{CORY},2026-05-23\n")

    assert operator.row(CORY)["title"] == "Captain Cory, afternoon"
    assert operator.row(CORY, "cory")["pay"] == 180


@pytest.mark.transactions
def test_a_renamed_event_is_found_by_its_old_id(operator: Operator) -> None:
    new = "2026-05-23-captain-cory-bay-afternoon"
    operator.put({"eid": CORY, "crew_id": "#event", "moved_to": new}, a_row(new))
    old = operator.row(CORY)

    operator.imported("events", f"id,date,price\n{CORY},2026-05-23,99\n")

    assert operator.row(new)["price"] == 99
    assert operator.row(CORY) == old


def test_an_interrupted_import_goes_on_where_it_stood(operator: Operator) -> None:
    rows = "".join(f"Trip {number},2026-06-{number:02},10:00\n" for number in range(1, 13))
    file = operator.file("s.csv", f"title,date,time\n{rows}")
    operator.proxy.fail_next("UpdateItem", error="AccessDeniedException")

    stopped = operator.run("events", "import", file, "--yes")
    again = operator.done("events", "import", file, "--yes")

    assert stopped.exit_code == 1
    assert "AWS denied access" in stopped.stderr
    assert "as they are" in again.stdout
    assert len(operator.rows()) == 12


def test_a_lost_answer_is_no_conflict(operator: Operator) -> None:
    operator.proxy.fail_next("UpdateItem", drop_answer=True)

    result = operator.imported("events", SHEET)

    assert "2 new" in result.stdout
    assert operator.calls["UpdateItem"] == 3


@pytest.mark.transactions
def test_an_event_that_somebody_else_changed_meanwhile_is_left_alone(operator: Operator) -> None:
    operator.put(a_row(CORY))
    file = operator.file("s.csv", f"id,date,price\n{CORY},2026-05-23,99\n2026-05-24-mia,2026-05-24,\n")

    def while_asked(*_args: object, **_options: object) -> bool:
        operator.put(a_row(CORY, price=Decimal(150)), a_row("2026-05-24-mia", title="Mia's own"))
        return True

    with mock.patch.object(click, "confirm", while_asked):
        result = operator.run("events", "import", file)

    assert result.exit_code == 1
    assert f"Somebody else changed {CORY}, 2026-05-24-mia meanwhile" in result.stderr
    assert operator.row(CORY)["price"] == 150
    assert operator.row("2026-05-24-mia")["title"] == "Mia's own"


@pytest.mark.transactions
def test_payments_logged_meanwhile_are_kept(operator: Operator) -> None:
    operator.put(a_row(CORY))
    file = operator.file("s.csv", f"id,date,time,price\n{CORY},2026-05-23,14:00,99\n")

    def while_asked(*_args: object, **_options: object) -> bool:
        ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
        ledger.log(a_draft(eid=CORY), by=DANA, source=Source.SLACK, now=NOW)
        return True

    with mock.patch.object(click, "confirm", while_asked):
        operator.done("events", "import", file)

    assert operator.row(CORY)["payments"]["dave"]["amount"] == 125
    assert operator.row(CORY)["price"] == 99


OUTLOOK = "Subject,Start Date,Start Time,End Date,End Time,All day event,Reminder on/off,Private,Show time as"


@pytest.mark.parametrize("true", ["TRUE", "True", "yes", "1"])
def test_a_whole_day_of_outlook_is_no_event_at_midnight(operator: Operator, true: str) -> None:
    line = f"Bay tour,5/23/2026,12:00:00 AM,5/24/2026,12:00:00 AM,{true},False,False,2"

    result = operator.importing("events", f"{OUTLOOK}\n{line}\n")

    assert "line 2: time: is missing, because this row is a whole day. Write the departure" in result.stderr
    assert operator.rows() == []


def test_a_whole_day_of_outlook_that_names_its_part_of_the_day_is_a_day(operator: Operator) -> None:
    lines = [
        "Sunset sail,5/23/2026,12:00:00 AM,5/24/2026,12:00:00 AM,True,False,False,2",
        "Bay tour,5/24/2026,1:30:00 PM,5/24/2026,3:00:00 PM,False,False,False,2",
    ]

    result = operator.imported("events", "\n".join([OUTLOOK, *lines, ""]))

    assert "no time is given, so its day alone is shown" in result.stderr
    assert sorted(row["starts_at"] for row in operator.rows()) == [
        "2026-05-23",
        "2026-05-24T13:30:00-07:00",
    ]


def test_a_word_that_says_neither_yes_nor_no_is_asked_for(operator: Operator) -> None:
    line = "Bay tour,5/23/2026,1:00 PM,5/23/2026,3:00 PM,perhaps,False,False,2"

    result = operator.importing("events", f"{OUTLOOK}\n{line}\n")

    assert "line 2: all day: “perhaps” is not TRUE or FALSE" in result.stderr


def test_a_time_that_nobody_gave_is_not_supposed(operator: Operator) -> None:
    said = operator.imported("events", "title,date\nBay tour,2026-05-23\n")

    assert "Bay tour, 2026-05-23; no time is given, so its day alone is shown" in said.stderr
