"""Edits of an import: field, old and new value, author, time and file."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest import mock

import click
import pytest

from adapters.ledger import DynamoLedger
from tests.builders import EID, ZONE, a_crew_row, a_row
from tests.roster.importing.calendars import imported

if TYPE_CHECKING:
    from charter.edits import Edit
    from tests.roster.operating import Operator

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]

OTHER = "2026-05-24-mia"


@pytest.fixture(autouse=True)
def anna(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Anna the operator."""
    monkeypatch.setenv("LOGNAME", "anna")


def edits_of(operator: Operator, eid: str = EID) -> tuple[Edit, ...]:
    return DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD").event(eid).edits


def changes(operator: Operator, eid: str = EID) -> set[tuple[str | None, str, str, str]]:
    return {(edit.patron_id, edit.what, edit.before, edit.after) for edit in edits_of(operator, eid)}


def import_patrons(operator: Operator, *lines: str, name: str = "p.csv") -> str:
    head = "id,name,party,due,email,phone"
    file = operator.file(name, "\n".join([head, *lines, ""]))
    return operator.done("patrons", "import", file, "--event", EID, "--yes").output


def import_events(operator: Operator, *lines: str) -> str:
    file = operator.file("season.csv", "\n".join(["id,date,time,title,price,status,channel,boat,capacity", *lines, ""]))
    return operator.done("events", "import", file, "--yes").output


def test_a_changed_due_leaves_who_when_from_to_and_from_which_file(operator: Operator) -> None:
    operator.put(a_row())

    import_patrons(operator, "dave,Dave Kowalski,,99.5,,", name="Bookings May.csv")

    (row,) = [row for row in operator.rows() if row["crew_id"].startswith("#change:")]
    at = datetime.fromisoformat(row.pop("at"))
    assert datetime.now(UTC) - at < timedelta(minutes=5)
    assert row.pop("crew_id").startswith("#change:0")
    assert row == {
        "eid": EID,
        "what": "due",
        "patron_id": "dave",
        "from": "125.00",
        "to": "99.50",
        "by": "roster:anna",
        "reason": "imported from Bookings May.csv",
    }
    operator.done("verify", "--strict")


def test_each_field_of_a_patron_leaves_an_edit_of_its_own(operator: Operator) -> None:
    operator.put(a_row())

    import_patrons(operator, "dave,Dave K. Kowalski,3,300,dave@example.com,415 555 0199")

    assert changes(operator) == {
        ("dave", "name", "Dave Kowalski", "Dave K. Kowalski"),
        ("dave", "party", "1", "3"),
        ("dave", "due", "125.00", "300.00"),
        ("dave", "email", "", "dave@example.com"),
        ("dave", "phone", "", "415 555 0199"),
    }


def test_the_same_file_again_writes_nothing(operator: Operator) -> None:
    operator.put(a_row())
    import_patrons(operator, "dave,Dave Kowalski,2,250,,", "ana,Ana Lima,2,,,")
    import_events(operator, f"{EID},2026-05-23,14:00,Bay tour,130,cancelled,C0MIA,,")
    before = operator.snapshot()
    operator.calls.clear()

    import_patrons(operator, "dave,Dave Kowalski,2,250,,", "ana,Ana Lima,2,,,")
    import_events(operator, f"{EID},2026-05-23,14:00,Bay tour,130,cancelled,C0MIA,,")

    assert operator.snapshot() == before
    assert operator.calls["UpdateItem"] == operator.calls["TransactWriteItems"] == 0


def test_a_new_patron_and_a_new_event_leave_none(operator: Operator) -> None:
    import_events(operator, f"{EID},2026-05-23,13:00,Bay tour,125,,,,")

    import_patrons(operator, "rosa,Rosa Delgado,2,,rosa@example.com,")

    assert edits_of(operator) == ()
    assert set(operator.row(EID)["patrons"]) == {"rosa"}


def test_a_value_that_was_read_as_the_same_before_is_no_change(operator: Operator) -> None:
    """The line has no party and no due, which are read as one person and the event's price."""
    operator.put(a_row(patrons={"dave": {"name": "Dave Kowalski"}}, without=["status", "title", "starts_at"]))

    import_patrons(operator, "dave,Dave Kowalski,1,125,,")
    import_events(operator, f'{EID},2026-05-23,12:00,"Captain Cory, afternoon",125.00,scheduled,')

    row = operator.row(EID)
    assert (row["patrons"]["dave"]["party"], row["patrons"]["dave"]["due"], row["status"]) == (1, 125, "scheduled")
    assert {edit.what for edit in edits_of(operator)} <= {"starts_at"}


def test_a_note_of_another_program_in_place_of_a_line_leaves_none(operator: Operator) -> None:
    operator.put(a_row(patrons={"dave": "see the paper list"}))

    import_patrons(operator, "dave,Dave Kowalski,2,250,,")

    assert operator.row(EID)["patrons"]["dave"]["party"] == 2
    assert edits_of(operator) == ()


def test_nothing_is_left_of_a_change_that_somebody_else_overtook(operator: Operator) -> None:
    operator.put(a_row(), a_row(OTHER))
    file = operator.file("p.csv", f"event,id,name,due\n{EID},dave,Dave Kowalski,99\n{OTHER},dave,Dave Kowalski,99\n")

    def while_asked(*_args: object, **_options: object) -> bool:
        operator.put(a_row(patrons={"dave": {"name": "Dave Kowalski", "party": 1, "due": Decimal(10)}}))
        return True

    with mock.patch.object(click, "confirm", while_asked):
        result = operator.run("patrons", "import", file)

    assert f"Somebody else changed {EID} meanwhile" in result.stderr
    assert edits_of(operator) == ()
    assert changes(operator, OTHER) == {("dave", "due", "125.00", "99.00")}


@pytest.mark.parametrize(
    "fault", [{"drop_answer": True}, {"throttle": True}, {"error": "TransactionInProgressException"}], ids=str
)
def test_a_change_that_is_hard_to_write_is_written_once_with_its_edit(
    operator: Operator, fault: dict[str, Any]
) -> None:
    operator.put(a_row())
    operator.proxy.fail_next("TransactWriteItems", **fault)

    import_patrons(operator, "dave,Dave Kowalski,,99,,")

    assert operator.row(EID)["patrons"]["dave"]["due"] == 99
    assert changes(operator) == {("dave", "due", "125.00", "99.00")}


def test_a_transaction_of_another_program_is_waited_for(operator: Operator) -> None:
    operator.put(a_row())
    operator.proxy.fail_next("UpdateItem", error="TransactionConflictException")

    import_patrons(operator, "rosa,Rosa Delgado,2,,,")

    assert "rosa" in operator.row(EID)["patrons"]


def test_a_whole_roster_that_changes_leaves_an_edit_for_each_field(operator: Operator) -> None:
    patrons = {f"p{n}": {"name": f"Patron {n}", "party": Decimal(1), "due": Decimal(125)} for n in range(90)}
    operator.put(a_row(patrons=patrons))

    import_patrons(operator, *(f"p{n},Patron {n} Jr,2,250,p{n}@example.com," for n in range(90)))

    assert len(edits_of(operator)) == 90 * 4
    assert {line["due"] for line in operator.row(EID)["patrons"].values()} == {250}


def test_each_field_of_an_event_leaves_an_edit_without_a_patron(operator: Operator) -> None:
    operator.put(a_row(boat="Pelican"), a_crew_row())

    import_events(operator, f"{EID},2026-05-23,14:15,Bay tour,130,cancelled,C0MIA,Sea Otter,20")

    assert changes(operator) == {
        (None, "title", "Captain Cory, afternoon", "Bay tour"),
        (None, "starts_at", "2026-05-23T13:00:00-07:00", "2026-05-23T14:15:00-07:00"),
        (None, "price", "125.00", "130.00"),
        (None, "status", "scheduled", "cancelled"),
        (None, "channel", "C0CORY", "C0MIA"),
        (None, "boat", "Pelican", "Sea Otter"),
        (None, "capacity", "", "20"),
    }
    assert {(edit.by, edit.reason) for edit in edits_of(operator)} == {("roster:anna", "imported from season.csv")}
    operator.done("verify", "--strict")


def test_a_first_price_and_channel_are_changes_from_nothing(operator: Operator) -> None:
    operator.put(a_row(without=["price", "channel", "currency"]))

    import_events(operator, f"{EID},2026-05-23,13:00,,130,,C0MIA,,")

    assert changes(operator) == {(None, "price", "", "130.00"), (None, "channel", "", "C0MIA")}


def test_a_calendar_that_moves_and_cancels_events_leaves_edits_where_they_are_then(operator: Operator) -> None:
    bay = "UID:bay@x\nSUMMARY:Bay tour with Captain Cory\nDTSTART:20260523T130000"
    imported(operator, bay)
    assert edits_of(operator) == ()

    imported(operator, bay.replace("0523T", "0530T") + "\nSEQUENCE:1")
    later = "2026-05-30-captain-cory-afternoon"
    moved = (None, "starts_at", "2026-05-23T13:00:00-07:00", "2026-05-30T13:00:00-07:00")
    assert changes(operator, later) == {moved}

    imported(operator, bay.replace("0523T", "0530T") + "\nSEQUENCE:2\nSTATUS:CANCELLED")
    assert changes(operator, later) == {moved, (None, "status", "scheduled", "cancelled")}
    assert {edit.reason for edit in edits_of(operator, later)} == {"imported from s.ics"}


def test_only_what_is_remembered_of_a_calendar_is_no_change(operator: Operator) -> None:
    bay = "UID:bay@x\nSUMMARY:Bay tour with Captain Cory\nDTSTART:20260523T130000"
    imported(operator, bay)

    imported(operator, bay + "\nSEQUENCE:1")

    assert operator.row(EID)["calendar"]["sequence"] == 1
    assert edits_of(operator) == ()


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("anna", "roster:anna"),
        ("Anna Müller", "roster:Anna Müller"),
        ("  an\u202ena\n<b>\t ", "roster:an na <b>"),
        ("x" * 200, "roster:" + "x" * 60),
        ("\u200b", "roster:somebody"),
    ],
)
def test_the_operators_name_is_on_one_line_and_visible(operator: Operator, name: str, by: str) -> None:
    operator.put(a_row())

    with mock.patch.object(getpass, "getuser", return_value=name):
        import_patrons(operator, "dave,Dave Kowalski,,99,,")

    assert [edit.by for edit in edits_of(operator)] == [by]


def test_a_system_that_knows_no_user_is_somebody(operator: Operator) -> None:
    operator.put(a_row())

    with mock.patch.object(getpass, "getuser", side_effect=OSError("no user")):
        import_patrons(operator, "dave,Dave Kowalski,,99,,")

    assert [edit.by for edit in edits_of(operator)] == ["roster:somebody"]
