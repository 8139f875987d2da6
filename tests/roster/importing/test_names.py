"""Names in a file and on a roster: names that look alike are one patron, and uncertain ones are asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from typing import Any

    from tests.roster.operating import Operator


def _listed(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "party": Decimal(1), "due": Decimal("125.00"), **more}


def _problems(operator: Operator, content: str, *options: str) -> str:
    """Import a file that must be refused without a write, and return the problems."""
    before = operator.snapshot()
    result = operator.importing("patrons", content, "--event", EID, *options)
    assert result.exit_code == 1
    assert operator.snapshot() == before
    return result.stderr


@pytest.mark.transactions
@pytest.mark.parametrize(
    ("there", "written"),
    [
        ("Pat O'Hara", "Pat O’Hara"),
        ("Pat O’Hara", '"O\'HARA, Pat"'),
        ("José García", "Jose\u0301 Garci\u0301a"),
        ("José García", "JOSE GARCIA"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Anne-Marie Lowe", "Anne–Marie Lowe"),
        ("Søren Groß", '"GROSS, SOREN"'),
        ("Dave Kowalski", "\u200eDave\u200b Kowalski\u200f"),
        ("Dave Kowalski", "Ｄａｖｅ Kowalski"),
    ],
)
def test_a_name_that_looks_the_same_is_the_patron_who_is_there_and_keeps_the_spelling(
    operator: Operator, there: str, written: str
) -> None:
    operator.put(a_row(patrons={"one": _listed(there), "ana": _listed("Ana Lima")}))
    file = operator.file("p.csv", f"name,party\n{written},3\n")

    result = operator.done("patrons", "import", file, "--event", EID, "--yes")

    assert f"changed  {there} (one): party 1 → 3" in result.stderr
    assert operator.roster() == {"one": _listed(there) | {"party": 3}, "ana": _listed("Ana Lima")}


def test_a_file_twice_changes_nothing_however_its_names_are_spelled_the_second_time(operator: Operator) -> None:
    operator.put(a_row(patrons={}))
    first = operator.file("p.csv", "name\nŁukasz Żółć\nPat O’Hara\n🚤\n")
    operator.done("patrons", "import", first, "--event", EID, "--yes")
    before = operator.snapshot()

    second = operator.file("q.csv", 'name\n"Zolc, Lukasz"\npat o\'hara\n🚤\n')
    result = operator.done("patrons", "import", second, "--event", EID, "--yes")

    assert "Nothing to do" in result.stdout
    assert operator.snapshot() == before


@pytest.mark.transactions
def test_an_id_says_who_it_is_and_then_the_files_spelling_is_taken(operator: Operator) -> None:
    operator.put(a_row(patrons={"jose": _listed("Jose Garcia")}))

    operator.imported("patrons", "id,name\njose,José García\n", "--event", EID)

    assert operator.roster() == {"jose": _listed("José García")}


def test_a_name_that_fits_several_patrons_is_asked_and_none_is_picked(operator: Operator) -> None:
    operator.put(a_row(patrons={"a": _listed("José García"), "b": _listed("Jose Garcia"), "c": _listed("Ana Lima")}))

    output = _problems(operator, "name,party\nJosé García,2\n")

    assert (
        f"line 2: the roster of {EID} has several “José García”: a, b (Jose Garcia). Give the line one of these ids."
        in output
    )


@pytest.mark.parametrize(
    "lines",
    ["José García\nJose Garcia\n", 'Pat O\'Hara\n"O’Hara, Pat"\n', "Łukasz Nowak\nlukasz nowak\n"],
)
def test_two_lines_that_look_alike_are_asked_and_none_is_dropped(operator: Operator, lines: str) -> None:
    operator.put(a_row(patrons={}))

    output = _problems(operator, f"name\n{lines}")

    assert "line 3: " in output
    assert "if they are two people, give each an id" in output


def test_a_line_with_an_id_and_one_without_that_look_alike_are_asked(operator: Operator) -> None:
    operator.put(a_row(patrons={}))
    assert "if they are two people" in _problems(operator, "id,name\njose,José García\n,Jose Garcia\n")


def test_lines_that_look_alike_with_ids_of_their_own_are_two_people(operator: Operator) -> None:
    operator.put(a_row(patrons={}))
    file = operator.file("p.csv", "id,name\na,José García\nb,Jose Garcia\n")

    operator.done("patrons", "import", file, "--event", EID, "--yes")

    assert {key: line["name"] for key, line in operator.roster().items()} == {"a": "José García", "b": "Jose Garcia"}


def test_a_new_id_with_a_name_that_looks_like_a_patrons_is_asked(operator: Operator) -> None:
    operator.put(a_row(patrons={"jose": _listed("José García")}))
    file = "id,name\njg,Jose Garcia\n"

    output = _problems(operator, file)

    assert f"“Jose Garcia” is on the roster of {EID} already, as jose (José García): use that id" in output
    operator.imported("patrons", file, "--event", EID, "--namesakes")
    assert set(operator.roster()) == {"jose", "jg"}


@pytest.mark.transactions
@pytest.mark.parametrize(
    ("contact", "asked"),
    [
        ("other@example.com,", True),
        (",415 555 0199", True),
        ("other@example.com,415 555 0199", True),
        ("JOSE@example.com,", False),
        ("other@example.com,+1 (415) 555-0114", False),
        (",415.555.0114", False),
        (",", False),
    ],
)
def test_another_spelling_with_other_contacts_is_asked(operator: Operator, contact: str, *, asked: bool) -> None:
    jose = _listed("José García", email="jose@example.com", phone="415 555 0114")
    operator.put(a_row(patrons={"jose": jose}))
    file = f"name,email,phone,party\nJose Garcia,{contact},2\n"

    if asked:
        assert "looks like jose (José García)" in _problems(operator, file)
    else:
        operator.imported("patrons", file, "--event", EID)
        assert operator.roster()["jose"]["party"] == 2
        assert set(operator.roster()) == {"jose"}


@pytest.mark.parametrize("name", ["\u3164", "\u2800\u2800", "\u115f", "\uffa0", "\u200b\u200d", "\u0301"])
def test_a_name_that_looks_blank_is_refused_with_its_line(operator: Operator, name: str) -> None:
    operator.put(a_row(patrons={}))
    output = _problems(operator, f"id,name,party\na,Ana Lima,1\nb,{name},1\n")
    assert "line 3: name: " in output


@pytest.mark.transactions
def test_a_title_with_another_apostrophe_is_the_same_event(operator: Operator) -> None:
    file = operator.file("t.csv", "Date,Time,Title\n2026-05-23,13:00,Cory's Day\n")
    operator.done("events", "import", file, "--yes")
    again = operator.file("u.csv", "Date,Time,Title\n2026-05-23,14:00,Cory’s Day\n")

    result = operator.done("events", "import", again, "--yes")

    assert "1 changed" in result.stdout
    assert operator.row("2026-05-23-corys-day-afternoon")["title"] == "Cory’s Day"
