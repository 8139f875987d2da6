"""Rosters from a spreadsheet: `patrons import FILE.csv`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from unittest import mock

import click
import pytest

from adapters.ledger import DynamoLedger
from adapters.sizes import LARGEST_ITEM
from charter.payments import Source
from tests.builders import DANA, EID, NOW, ZONE, a_crew_row, a_draft, a_row
from tests.roster.operating import check_problems

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb

SHEET = """Full name,Party size,Amount due,Email,Mobile,Patron ID
Rosa Delgado,2,,rosa@example.com,+1 415 555 0114,rosa
Owen McAllister,,60,,,
"""


def test_patrons_join_the_roster_as_the_app_would_write_them(operator: Operator) -> None:
    operator.put(a_row(patrons={}))

    result = operator.imported("patrons", SHEET, "--event", EID)

    assert "party ← “Party size”" in result.stderr
    assert "2 new" in result.stdout
    roster = operator.roster()
    assert roster.pop("rosa") == {
        "name": "Rosa Delgado",
        "party": 2,
        "due": Decimal("250.00"),  # the event's price for each
        "email": "rosa@example.com",
        "phone": "+1 415 555 0114",
    }
    ((patron_id, owen),) = roster.items()
    assert patron_id.startswith("owen-mcallister-")
    assert owen == {"name": "Owen McAllister", "party": 1, "due": 60}
    event = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD").event(EID)
    assert [patron.name for patron in event.people] == ["Owen McAllister", "Rosa Delgado"]


def test_the_same_file_twice_changes_nothing_and_says_so(operator: Operator) -> None:
    operator.put(a_row())
    file = operator.file("p.csv", SHEET)
    operator.done("patrons", "import", file, "--event", EID, "--yes")
    before = operator.snapshot()
    operator.calls.clear()

    result = operator.done("patrons", "import", file, "--event", EID)

    assert "Nothing to do" in result.stdout
    assert "UpdateItem" not in operator.calls
    assert operator.snapshot() == before


@pytest.mark.transactions
def test_a_known_patron_is_changed_where_the_file_says_something_and_nowhere_else(operator: Operator) -> None:
    dave = {
        "name": "Dave Kowalski",
        "party": Decimal(1),
        "due": Decimal(125),
        "email": "d@example.com",
        "allergies": "nuts",
    }
    operator.put(a_row(patrons={"dave": dave, "ana": {"name": "Ana"}}, payments={"dave": {"amount": 5}}))
    before = operator.row(EID)
    file = operator.file("p.csv", "name,party,due,phone\nDAVE  kowalski,3,,415 555 0199\n")

    result = operator.done("patrons", "import", file, "--event", EID, "--yes")

    assert "changed  DAVE kowalski (dave): name Dave Kowalski → DAVE kowalski, party 1 → 3" in result.stderr
    changed = dave | {"name": "DAVE kowalski", "party": 3, "phone": "415 555 0199"}
    assert operator.row(EID) == before | {"patrons": {"dave": changed, "ana": {"name": "Ana"}}}


def test_a_payment_logged_meanwhile_is_kept(operator: Operator) -> None:
    operator.put(a_row())
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    file = operator.file("p.csv", SHEET)

    # The operator reads the plan for a while; the crew go on logging.
    def while_asked(*_args: object, **_options: object) -> bool:
        ledger.log(a_draft("p1"), by=DANA, source=Source.SLACK, now=NOW)
        ledger.log(a_draft("p2", "zoe-1a2b3c", walk_up="Zoë Rey"), by=DANA, source=Source.SLACK, now=NOW)
        return True

    with mock.patch.object(click, "confirm", while_asked):
        operator.done("patrons", "import", file, "--event", EID)

    event = ledger.event(EID)
    assert event.payment("dave").amount == 125
    assert {"rosa", "zoe-1a2b3c", "dave", "ana"} < set(event.patrons)


@pytest.mark.transactions
def test_a_line_that_somebody_else_changed_meanwhile_is_left_alone(operator: Operator) -> None:
    operator.put(a_row())
    file = operator.file("p.csv", "id,name,due\ndave,Dave Kowalski,99\n")

    def while_asked(*_args: object, **_options: object) -> bool:
        operator.put(a_row(patrons={"dave": {"name": "Dave Kowalski", "party": 1, "due": Decimal(10)}}))
        return True

    with mock.patch.object(click, "confirm", while_asked):
        result = operator.run("patrons", "import", file, "--event", EID)

    assert result.exit_code == 1
    assert "Somebody else changed" in result.stderr
    assert operator.roster()["dave"]["due"] == 10


ROWS = {
    "no roster in the row": a_row(without=["patrons"]),
    "a null where the roster should be": a_row(patrons=None),
    "a row that only the crew know": a_crew_row(),
}


@pytest.mark.parametrize("row", ROWS)
def test_an_event_without_a_roster_gets_one(operator: Operator, row: str) -> None:
    operator.put(ROWS[row])
    file = operator.file("p.csv", "id,name,due\nrosa,Rosa,10\n")

    operator.done("patrons", "import", file, "--event", EID, "--yes")

    assert operator.roster() == {"rosa": {"name": "Rosa", "party": 1, "due": 10}}
    assert operator.row(EID)["month"] == "2026-05"


def test_several_events_in_one_file_and_one_under_its_old_id(operator: Operator) -> None:
    other, old = "2026-05-24-captain-mia-sunset", "2026-05-23"
    operator.put(a_row(patrons={}), a_row(other, patrons={}), {"eid": old, "crew_id": "#event", "moved_to": EID})
    people = "".join(f"{eid},Person {place}\n" for place, eid in enumerate([EID, other, old]))

    operator.imported("patrons", f"event,name\n{people}")

    assert sorted(line["name"] for line in operator.roster().values()) == ["Person 0", "Person 2"]
    assert [line["name"] for line in operator.roster(other).values()] == ["Person 1"]


def test_every_bad_line_is_reported_with_its_number_and_nothing_is_imported(operator: Operator) -> None:
    operator.put(a_row(price=None), a_row("2026-05-24-mia", without=["price"]))
    before = operator.snapshot()
    lines = [
        "event,id,name,party,due,email,phone",
        f"{EID},ok,Good One,1,10,,",
        f"{EID},bad id!,B,1,10,,",
        f"{EID},,,1,10,,",
        f"{EID},c,C,0,10,,",
        f"{EID},d,D,1,12.345,,",
        f"{EID},e,E,1,10,not-an-address,",
        f"{EID},f,F,1,10,,call me",
        "2026-05-25-nowhere,g,G,1,10,,",
        "2026-05-24-mia,h,H,1,,,",
        f"{EID},ok,Somebody Else,1,10,,",
        f"{EID},,good  ONE,1,10,,",
        f"{EID},davy,Dave Kowalski,1,10,,",
        ",x,X,1,10,,",
        f"{EID},y,{'Y' * 81},1,10,,",
    ]
    file = operator.file("bad.csv", "\n".join(lines) + "\n")

    result = operator.run("patrons", "import", file, "--yes")

    expected = {
        3: "is not a patron id",
        4: "name: is missing",
        5: "party",
        6: "two decimals",
        7: "e-mail",
        8: "phone",
        9: "There is no event",
        10: "no price",
        11: "has the id of line 2",
        12: "is on line 2 too",
        13: "on the roster of 2026-05-23-captain-cory-afternoon already, as dave",
        14: "event: is missing",
        15: "80 letters",
    }
    assert result.exit_code == 1
    check_problems(result, expected)
    assert operator.snapshot() == before


def test_two_people_of_one_name_have_ids_of_their_own(operator: Operator) -> None:
    operator.put(a_row())
    file = operator.file("p.csv", "id,name\ndave-2,Dave Kowalski\ndave-3,Dave Kowalski\n")

    operator.done("patrons", "import", file, "--event", EID, "--namesakes", "--yes")

    assert {"dave", "dave-2", "dave-3"} < set(operator.roster())
    unsure = operator.run("patrons", "import", operator.file("q.csv", "name\nDave Kowalski\n"), "--event", EID)
    assert "several “Dave Kowalski”: dave, dave-2, dave-3" in unsure.stderr


def test_a_first_and_a_last_name_are_one_name(operator: Operator) -> None:
    operator.put(a_row(patrons={}))

    operator.done(
        "patrons", "import", operator.file("p.csv", "First name;Last name\nRosa;Delgado\n"), "--event", EID, "-y"
    )

    assert [line["name"] for line in operator.roster().values()] == ["Rosa Delgado"]


def test_hundreds_of_patrons_are_some_dozen_writes(operator: Operator) -> None:
    operator.put(a_row())
    people = "".join(f"p{number},Person {number}\n" for number in range(300))

    operator.imported("patrons", f"id,name\n{people}", "--event", EID)

    assert len(operator.roster()) == 302
    assert operator.calls["UpdateItem"] == 15


def test_a_row_that_would_come_near_its_limit_takes_none_of_them(operator: Operator) -> None:
    operator.put(a_row(filler="x" * (LARGEST_ITEM - 30_000)))
    before = operator.snapshot()
    people = "".join(f"p{number},Person {number},someone{number}@example.com\n" for number in range(200))

    result = operator.run("patrons", "import", operator.file("p.csv", f"id,name,email\n{people}"), "--event", EID, "-y")

    assert result.exit_code == 1
    assert "would exceed 400 KB" in result.stderr
    assert operator.snapshot() == before


def test_where_one_row_is_full_the_others_are_filled_all_the_same_if_that_is_wanted(operator: Operator) -> None:
    other = "2026-05-24-captain-mia-sunset"
    operator.put(a_row(filler="x" * (LARGEST_ITEM - 20_000)), a_row(other, patrons={}))
    full = operator.row(EID)
    operator.imported("patrons", f"event,id,name\n{EID},rosa,Rosa\n{other},rosa,Rosa\n", "--skip-bad")

    assert operator.row(EID) == full
    assert set(operator.roster(other)) == {"rosa"}


def test_a_lost_answer_is_no_conflict(operator: Operator) -> None:
    operator.put(a_row())
    operator.proxy.fail_next("UpdateItem", drop_answer=True)

    operator.imported("patrons", SHEET, "--event", EID)

    assert "rosa" in operator.roster()
