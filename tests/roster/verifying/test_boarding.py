"""`verify` of a boarding: who is aboard agrees with the roster, and a frozen list with its cast-off."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.check_ins import DynamoCheckIns
from charter.boarding import CheckIn
from tests.builders import DANA, EID, NOW, a_crew_row, a_row
from tests.roster.renames import ledger_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.roster.operating import Operator

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]

Row = dict[str, Any]


def cast_off(operator: Operator) -> dict[str, Row]:
    """Let Dave and Ana's party of two cast off. Return the event's own row and those of its boarding by their kinds."""
    operator.put(a_row(boat="Pelican", capacity=Decimal(12)), a_crew_row(name="Cory Alvarez"))
    boarding = DynamoCheckIns(operator.client, operator.table, ledger=ledger_on(operator))
    for patron_id, count in (("dave", 1), ("ana", 2)):
        event = boarding.check_in(CheckIn(EID, patron_id, count, "pays later"), by=DANA, admin=False, now=NOW)
    boarding.cast_off(EID, seen=event.boarding.fingerprint, by=DANA, now=NOW)
    rows = {row["crew_id"].partition(":")[0]: row for row in operator.rows()}
    return {kind: rows[kind] for kind in ("#event", "#boarding", "#manifest")}


def _aboard(**parties: Any) -> Callable[[dict[str, Row]], object]:
    return lambda rows: rows["#boarding"]["aboard"].update(parties)


def _of(kind: str, *path: str, **changes: Any) -> Callable[[dict[str, Row]], object]:
    def change(rows: dict[str, Row]) -> None:
        part = rows[kind]
        for name in path:
            part = part[name]
        part.update(changes)

    return change


def _other_list(rows: dict[str, Row]) -> None:
    frozen = rows["#manifest"]
    frozen["list"] = frozen["list"].replace("Ana Lima", "Ann Lima")


DAVE: Row = {"count": Decimal(1), "at": "2026-05-23T20:30:00.000Z", "by": DANA}
BROKEN: dict[str, tuple[Callable[[dict[str, Row]], object], str]] = {
    "too many of a party": (_of("#boarding", "aboard", "ana", count=Decimal(3)), "3 are aboard, but the party has 2"),
    "half a person": (_aboard(dave=DAVE | {"count": Decimal("0.5")}), "count is “0.5”, not a number of people"),
    "no line": (_aboard(dave="yes"), "the list leaves them out"),
    "a stranger": (_aboard(eve=DAVE), "is not on this event's roster"),
    "a no-show": (_of("#event", "patrons", "dave", state="no_show"), "is marked as a no-show"),
    "somebody removed": (_of("#event", "patrons", "dave", state="removed"), "was removed"),
    "nobody's check-in": (_aboard(dave=DAVE | {"by": "Dana"}), "by is “Dana”"),
    "no map": (_of("#boarding", aboard=[]), "aboard is not a map"),
    "another hash": (_of("#boarding", "cast_off", sha256="0" * 64), "is not the hash of its list"),
    "another list": (_other_list, "is not the hash of its list"),
    "another number": (_of("#boarding", "cast_off", souls=Decimal(4)), "souls is “4”, but “3” in its list"),
    "somebody came after it": (_of("#boarding", "aboard", "ana", count=Decimal(1)), "but 2 are aboard"),
    "no list": (_of("#boarding", "cast_off", list_id="01ARZ3NDEKTSV4RRFFQ69G5FAV"), "which is not there"),
    "a list's number": (_of("#manifest", souls=Decimal(2)), "souls is “2”, but 3 in its list"),
    "no text": (_of("#manifest", list="Dave, Ana"), "list is not readable"),
}


def test_a_boarding_that_the_app_wrote_is_sound_and_each_fault_in_it_is_found(operator: Operator) -> None:
    sound = cast_off(operator)
    operator.done("verify", "--strict")

    missed = {}
    for case, (change, what) in BROKEN.items():
        rows = deepcopy(sound)
        change(rows)
        operator.put(*rows.values())
        result = operator.run("verify", "--format", "json")
        found = [each["what"] for each in json.loads(result.stdout) if each["level"] == "broken"]
        if not any(what in each for each in found):
            missed[case] = found
        operator.put(*sound.values())

    assert missed == {}
    operator.done("verify", "--strict")


def test_a_boarding_that_a_rename_left_behind_is_found(operator: Operator) -> None:
    operator.put(a_row(renamed_from=["2026-05-23"]), {"eid": "2026-05-23", "crew_id": "#event", "moved_to": EID})
    operator.put({"eid": "2026-05-23", "crew_id": "#boarding", "aboard": {"dave": DAVE}})

    result = operator.run("verify")
    assert result.exit_code == 1
    assert f"is at an id that redirects to {EID}" in result.stdout
