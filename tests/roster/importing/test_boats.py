"""Boat and capacity of events in a file: certain columns are used, and columns that merely look like them are not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.roster.importing.calendars import imported
from tests.roster.operating import check_problems

if TYPE_CHECKING:
    from tests.roster.operating import Operator


@pytest.mark.parametrize(("boat", "seats"), [("Boat", "Capacity"), ("Vessel", "Seats"), ("Boat name", "Max guests")])
def test_a_boat_and_its_capacity_are_written_where_the_file_has_them(operator: Operator, boat: str, seats: str) -> None:
    file = f"Title,Date,{boat},{seats}\nBay tour,2026-05-23,Pelican,12.0\nSunset,2026-05-24,,\n"
    result = operator.imported("events", file)

    assert "Bay tour, 2026-05-23, Pelican, takes 12" in result.stderr
    bay, sunset = sorted(operator.rows(), key=lambda row: str(row["eid"]))
    assert (bay["boat"], bay["capacity"]) == ("Pelican", Decimal(12))
    assert not {"boat", "capacity"} & sunset.keys()
    assert "Nothing to do" in operator.imported("events", file).stdout


def test_a_capacity_that_is_no_number_of_people_is_refused(operator: Operator) -> None:
    odd = ["a dozen", "0", "2001", "12.5", "-3"]
    lines = "".join(f"Bay tour {place},2026-05-2{place},{text}\n" for place, text in enumerate(odd))
    result = operator.importing("events", f"title,date,capacity\n{lines}")

    said = "capacity: Write how many people the boat takes, 1 to 2,000, or leave it empty."
    check_problems(result, {place + 2: said for place in range(len(odd))})
    assert operator.rows() == []


OTHER_THINGS = [
    "Seats left",
    "Seats (sold)",
    "Capacity (remaining)",
    "Available seats",
    "Boat type",
    "Boat captain",
    "Vessel fee",
]


def test_a_heading_that_merely_has_the_word_is_neither(operator: Operator) -> None:
    for day, heading in enumerate(OTHER_THINGS, start=1):
        result = operator.imported("events", f"Title,Date,{heading}\nBay tour,2026-05-0{day},7\n")
        assert f"Not used: “{heading}”" in result.stderr
    assert len(operator.rows()) == len(OTHER_THINGS)
    assert not any({"boat", "capacity"} & row.keys() for row in operator.rows())


def test_the_place_of_a_calendars_event_is_not_its_boat(operator: Operator) -> None:
    imported(operator, "UID:1\nSUMMARY:Bay tour\nDTSTART:20260523T130000\nLOCATION:Pelican\\, Pier 39")
    (event,) = operator.rows()
    assert not {"boat", "capacity"} & event.keys()
