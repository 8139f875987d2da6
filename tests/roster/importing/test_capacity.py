"""Patrons of a file who do not fit on the boat, and patrons who were taken off the roster."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]

WARNING = f"! {EID}: the roster then has 6 people, the boat takes 4."


def test_more_people_than_the_boat_takes_are_imported_only_when_asked_for_and_an_edit_is_kept(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "anna")
    operator.put(a_row(boat="Pelican", capacity=Decimal(4)))
    file, before = "id,name,party\nrosa,Rosa Delgado,2\ndave,Dave Kowalski,2\n", operator.snapshot()

    refused = operator.importing("patrons", file, "--event", EID)
    assert refused.exit_code == 1
    assert WARNING in refused.stderr
    assert "more people than 1 boat can take, so nothing was imported" in refused.stderr
    assert operator.snapshot() == before

    assert WARNING in operator.imported("patrons", file, "--event", EID, "--beyond-capacity").stderr
    assert operator.roster()["rosa"]["party"] == operator.roster()["dave"]["party"] == 2
    (edit,) = [row for row in operator.rows() if row.get("what") == "capacity"]
    assert (edit["from"], edit["to"], edit["by"]) == ("3", "6", "roster:anna")
    assert edit["reason"] == "imported from s.csv"
    again = operator.imported("patrons", file, "--event", EID)
    assert "Nothing to do" in again.stdout
    operator.imported("patrons", "id,name,party,phone\nrosa,Rosa Delgado,1,415 555 0114\n", "--event", EID)
    operator.done("verify", "--strict")


def test_a_line_of_a_removed_patron_is_left_out_with_the_reason_and_a_no_show_stays_one(operator: Operator) -> None:
    patrons = a_row()["patrons"]
    patrons["dave"] |= {"state": "removed"}
    patrons["ana"] |= {"state": "no_show"}
    operator.put(a_row(patrons=patrons, capacity=Decimal(2)))

    for line in ("dave,Dave Kowalski,2", ",dave  KOWALSKI,2"):
        result = operator.imported("patrons", f"id,name,party\n{line}\nana,Ana Lima,3\nzoe,Zoë Rey,2\n", "--event", EID)
        assert f"line 2: left out, “Dave Kowalski” (dave) was taken off the roster of {EID}" in result.stderr
    assert operator.roster()["dave"] == patrons["dave"]
    assert operator.roster()["ana"] == patrons["ana"] | {"party": 3}
    assert set(operator.roster()) == {"dave", "ana", "zoe"}

    operator.imported("patrons", "id,name\ndave-2,Dave Kowalski\n", "--event", EID, "--beyond-capacity")
    assert "state" not in operator.roster()["dave-2"], "another person of that name may come"
