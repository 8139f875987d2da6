"""Exports of booking services in their own formats: recognized and read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from typing import Any

    from tests.roster.operating import Operator

EXPORTS = Path(__file__).parent / "exports"
# The service, whether the file has the size of a party, and the dues of Rosa and Owen.
FILES = {
    "fareharbor.csv": ("FareHarbor", True, ("162.50", "0")),
    "fareharbor-manifest.csv": ("FareHarbor", True, None),
    "peek.csv": ("Peek Pro", True, ("162.50", "0")),
    "eventbrite.csv": ("Eventbrite", True, None),
    "eventbrite-attendees.csv": ("Eventbrite", True, None),
    "square.csv": ("Square", False, None),
    "square-appointments.csv": ("Square", False, None),
    "square-orders.csv": ("Square", False, None),
    "checkfront.csv": ("Checkfront", True, ("162.50", "0")),
    "tickettailor.csv": ("Ticket Tailor", True, None),
    "google-form.csv": ("Google Sheets", True, None),
}


def roster(operator: Operator) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in operator.row(EID)["patrons"].values()}


@pytest.mark.parametrize("name", FILES)
def test_an_export_is_recognized_and_its_patrons_are_read(operator: Operator, name: str) -> None:
    service, counts, dues = FILES[name]
    operator.put(a_row(patrons={}))

    result = operator.done("patrons", "import", str(EXPORTS / name), "--event", EID, "--yes")

    assert f"Read as an export of {service}." in result.stderr
    people = roster(operator)
    assert sorted(people) == ["Owen McAllister", "Rosa Delgado"]
    parties = (2, 4) if counts else (1, 1)
    rosa, owen = people["Rosa Delgado"], people["Owen McAllister"]
    assert (rosa["party"], owen["party"]) == parties
    assert [f"{line['due']:.2f}" for line in (rosa, owen)] == [
        f"{float(due):.2f}" for due in (dues or [125 * party for party in parties])
    ]
    if name not in {"fareharbor-manifest.csv", "square.csv"}:
        assert rosa["email"] == "rosa@example.com"


@pytest.mark.parametrize("name", FILES)
def test_the_same_export_twice_changes_nothing(operator: Operator, name: str) -> None:
    operator.put(a_row(patrons={}))
    operator.done("patrons", "import", str(EXPORTS / name), "--event", EID, "--yes")
    before = operator.snapshot()

    result = operator.done("patrons", "import", str(EXPORTS / name), "--event", EID, "--yes")

    assert "Nothing to do" in result.stdout
    assert operator.snapshot() == before


@pytest.mark.parametrize("name", [name for name in FILES if name not in {"fareharbor-manifest.csv", "google-form.csv"}])
def test_cancelled_bookings_of_an_export_are_left_out_with_their_line(operator: Operator, name: str) -> None:
    operator.put(a_row(patrons={}))

    result = operator.done("patrons", "import", str(EXPORTS / name), "--event", EID, "--dry-run")

    lines = (EXPORTS / name).read_text().splitlines()
    gone = next(number for number, line in enumerate(lines, start=1) if "Zed" in line)
    assert f"line {gone}: left out, its “" in result.stderr


def test_what_was_paid_is_never_what_is_due(operator: Operator) -> None:
    operator.put(a_row(patrons={}))

    result = operator.done("patrons", "import", str(EXPORTS / "eventbrite-attendees.csv"), "--event", EID, "--yes")

    assert "“Total Paid” is not imported" in result.stderr
    assert roster(operator)["Rosa Delgado"]["due"] == 250


def test_tickets_of_one_order_and_one_name_are_one_party(operator: Operator) -> None:
    operator.put(a_row(patrons={}))

    result = operator.done("patrons", "import", str(EXPORTS / "tickettailor.csv"), "--event", EID, "--yes")

    assert "Line 3 has the order and the name of line 2: they are one party." in result.stderr


def test_a_booking_of_another_day_is_refused(operator: Operator) -> None:
    other = "2026-05-24-captain-mia-sunset"
    operator.put(a_row(other, patrons={}, starts_at="2026-05-24T18:00:00-07:00"))

    result = operator.run("patrons", "import", str(EXPORTS / "fareharbor.csv"), "--event", other, "--yes")

    assert f"line 3: is for an event on 2026-05-23, but {other} is on 2026-05-24." in result.stderr
    assert operator.row(other)["patrons"] == {}


def test_a_service_that_the_file_is_named_after_is_known_by_fewer_headings(operator: Operator) -> None:
    operator.put(a_row(patrons={}))
    text = "Customer,Guests,Tour date,Total,Amount paid,Balance\nRosa Delgado,2,2026-05-23,250,100,150\n"

    result = operator.done("patrons", "import", operator.file("FareHarbor May.csv", text), "--event", EID, "--yes")

    assert "Read as an export of FareHarbor." in result.stderr
    assert roster(operator)["Rosa Delgado"]["due"] == 150


def test_bookings_are_no_events(operator: Operator) -> None:
    result = operator.run("events", "import", str(EXPORTS / "fareharbor.csv"), "--yes")

    assert "is an export of FareHarbor: each line is a booking, not an event" in result.stderr
    assert operator.rows() == []
