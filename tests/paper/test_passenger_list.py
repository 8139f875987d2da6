"""The passenger list on paper: a page for 30 people, names of any script, and the same bytes for the same list."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pypdf
import pytest

from charter.boarding import Aboard, CastOff
from charter.passengers import CrewMember, ListedParty, Passenger, PassengerList
from charter.patrons import PatronState
from paper.passenger_list import Private, pdf
from tests.builders import EID, NOW, ZONE

if TYPE_CHECKING:
    from paper.typesetting import Size

SIGNED = "2026-05-22T18:00:00.000Z"
CAST_OFF = CastOff(NOW, "slack:U0DANA", 3, "ab12" * 16, "01")


def a_party(number: int = 0, people: int = 1, *, name: str = "Dave Kowalski", aboard: int = 0) -> ListedParty:
    """A party whose patron has signed."""
    here = Aboard(aboard, NOW, "slack:U0DANA") if aboard else None
    return ListedParty(f"p{number}", name, people, (Passenger(name, None, SIGNED, "r"),), here, (), "+1 310 555 0137")


def a_list(
    *parties: ListedParty, absent: tuple[ListedParty, ...] = (), cast_off: CastOff | None = None
) -> PassengerList:
    """The list of Captain Cory's afternoon."""
    return PassengerList(
        eid=EID,
        title="Captain Cory, afternoon",
        starts_at=datetime(2026, 5, 23, 13, tzinfo=ZONE),
        boat="Sea Otter",
        capacity=150,
        crew=(CrewMember("U0CORY", "Cory Alvarez", "captain"), CrewMember("U0DANA", "Dana Reyes", "deckhand")),
        parties=parties,
        absent=absent,
        unmatched=(),
        cast_off=cast_off,
    )


def pages(made: bytes) -> list[str]:
    """Return the text of each page, with plain spaces."""
    read = pypdf.PdfReader(io.BytesIO(made)).pages
    return [" ".join(page.extract_text().split()) for page in read]


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_a_page_has_thirty_people_and_every_page_is_numbered(paper: Size) -> None:
    for people, expected in ((0, 1), (1, 1), (30, 1), (31, 2), (149, 5)):
        parties = [a_party(place, name=f"Guest {place:03}") for place in range(people)]
        read = pages(pdf(a_list(*parties), paper=paper, zone=ZONE))
        assert len(read) == expected
        for place, text in enumerate(read, 1):
            assert f"Page {place} of {expected}" in text
            assert f"0 aboard of {people} expected" in text
            assert "Counted by hand: ________ at ____:____ by ____" in text
            assert text.count("Guest") == 2 * min(30, people - 30 * (place - 1))  # in two columns: person and party
        assert all(f"Guest {place:03}" in read[place // 30] for place in range(people))


def test_a_box_is_filled_for_a_whole_party_and_half_for_a_part_of_one() -> None:
    parties = (a_party(1, 2, name="Ana Lima", aboard=2), a_party(2, 3, name="Ben Okafor", aboard=1), a_party(3))
    (text,) = pages(pdf(a_list(*parties), paper="letter", zone=ZONE))
    rows, legend = text.split("Counted by hand")
    assert [rows.count(box) for box in "■◪□"] == [2, 3, 1]
    assert rows.count("Ben Okafor (1 of 3 aboard)") == 3
    assert rows.count("name unknown not known") == 3
    assert [legend.count(box) for box in "■◪□"] == [1, 1, 1]


def test_people_who_do_not_come_are_last_and_no_page_ends_with_their_heading() -> None:
    gone = replace(a_party(99, 2, name="Gone Guest"), state=PatronState.NO_SHOW)
    parties = [a_party(place) for place in range(29)]
    first, second = pages(pdf(a_list(*parties, absent=(gone,)), paper="a4", zone=ZONE))
    assert "Not expected" not in first
    assert "Not expected Gone Guest adult Gone Guest (no-show) yes" in second
    assert "□" not in second.partition("Counted by hand")[0]


def test_after_the_cast_off_the_bytes_are_the_same_whenever_it_is_printed() -> None:
    listed = a_list(a_party(aboard=1), cast_off=CAST_OFF)
    made = pdf(listed, paper="letter", zone=ZONE, printed_at=NOW)
    assert made == pdf(listed, paper="letter", zone=ZONE)
    (text,) = pages(made)
    assert "Cast off 13:30, 3 souls, by Dana Reyes" in text
    assert f"SHA-256 of the frozen list: {CAST_OFF.sha256}" in text
    unknown = replace(listed, cast_off=replace(CAST_OFF, by="slack:U0OLIVIA"))
    assert "by U0OLIVIA" in pages(pdf(unknown, paper="letter", zone=ZONE))[0]


@pytest.mark.parametrize(
    "name",
    [
        "Bartholomew Featherstonehaugh-Cholmondeley of Hohenlohe-Waldenburg-Schillingsfürst",
        "W" * 80,
        "李" * 80,
        "محمد بن عبد الله",
        "สมชาย ใจดี ณ อยุธยา",
        "Family 🐬",
    ],
    ids=["long", "wide", "Han", "Arabic", "Thai", "emoji"],
)
def test_names_of_any_length_and_script_stay_in_their_row(name: str) -> None:
    listed = a_list(a_party(1, name=name, aboard=1), a_party(2, name="Next Person"))
    made = pdf(listed, paper="a4", zone=ZONE)
    assert made == pdf(listed, paper="a4", zone=ZONE)
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    places: dict[str, list[tuple[float, float]]] = {}
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: places.setdefault(text.strip(), []).append((tm[4], tm[5]))
    )
    (across, next_row), *_ = places["Next Person"]
    first_row, number = places["1"][-1][1], places["2"][-1][1]
    assert next_row == pytest.approx(number, abs=2)
    letters = [(x, y) for text, spots in places.items() for x, y in spots if text and set(text) <= set(name)]
    assert letters
    step = first_row - number
    assert all(
        number + step / 2 - 2 < y < first_row + step / 2 + 2 for x, y in letters if across - 1 <= x < across + 170
    )
    assert "".join(pages(made)[0].split()).count("Counted") == 1


def test_what_is_for_the_captain_is_on_a_page_of_its_own() -> None:
    rows = [Private("Ana Lima", ("Leo Lima",), "Rui Lima +1 310 555 0101", "Bees: " + "carries an EpiPen; " * 15)]
    first, last = pages(pdf(a_list(a_party()), paper="letter", zone=ZONE, private=rows, unread=1))
    assert "EpiPen" not in first
    assert "For the captain only" in last
    assert "Ana Lima, Leo Lima Rui Lima +1 310 555 0101 Bees: carries an EpiPen" in last
    assert "The details of 1 signature could not be read now. Print the list again before you cast off." in last
    mixed = [*rows, Private("محمد", ("سارة",), "أخوه +1 310 555 0102", "حساسية")]
    *_, last = pages(pdf(a_list(a_party()), paper="a4", zone=ZONE, private=mixed))
    assert set("حساسية") <= set(last), "a text keeps its font after one that was clipped"
    many = [Private(f"Person {place}", (), "a +1 310", "") for place in range(25)]
    _, *captains = pages(pdf(a_list(a_party()), paper="a4", zone=ZONE, private=many))
    assert [text.count("Person ") - 1 for text in captains] == [11, 11, 3]  # one is the column's head


def test_the_list_needs_no_pillow() -> None:
    blocked = "import sys; sys.modules['PIL'] = None"
    program = (
        f"{blocked}; from tests.paper.test_passenger_list import *; "
        "print(pdf(a_list(a_party()), paper='letter', zone=ZONE)[:5])"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert made.stdout.strip() == "b'%PDF-'"
