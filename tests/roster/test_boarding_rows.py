"""Boarding and the operators' commands: a rename moves it, also during a check-in, and a restore keeps all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.check_ins import DynamoCheckIns
from charter.boarding import CheckIn
from charter.moments import utc
from charter.refusals import ListFrozen
from roster.commands import patrons
from roster.importing.writing import try_write
from tests.builders import DANA, EID, NOW, a_crew_row, a_row
from tests.roster.drill import Drill
from tests.roster.renames import FEW, MANY, OLD, between, ledger_on, put_event, rename, under

if TYPE_CHECKING:
    from charter.events import Event
    from tests.conftest import Engine
    from tests.roster.operating import Operator


def check_ins(operator: Operator) -> DynamoCheckIns:
    return DynamoCheckIns(operator.client, operator.table, ledger=ledger_on(operator))


def board(operator: Operator, eid: str, patron_id: str, count: int = 1) -> Event:
    request = CheckIn(eid, patron_id, count, "pays on the way back")
    return check_ins(operator).check_in(request, by=DANA, admin=False, now=NOW)


def cast_off(operator: Operator, eid: str) -> Event:
    seen = ledger_on(operator).event(eid).boarding.fingerprint
    return check_ins(operator).cast_off(eid, seen=seen, by=DANA, now=NOW)


@pytest.mark.parametrize("crew", [FEW, MANY])
def test_a_rename_moves_the_boarding_and_the_frozen_lists(operator: Operator, crew: int) -> None:
    put_event(operator, crew)
    board(operator, OLD, "dave")
    before = cast_off(operator, OLD)

    result = rename(operator)

    assert "1 boarding, 1 passenger list" in result.stderr
    after = ledger_on(operator).event(OLD)
    assert (after.eid, after.boarding, after.cast_offs) == (EID, before.boarding, before.cast_offs)
    assert set(under(operator, OLD)) == {"#event"}
    with pytest.raises(ListFrozen):
        board(operator, OLD, "ana")
    assert operator.run("verify").exit_code == 0


@pytest.mark.parametrize("first", [True, False], ids=["nobody was aboard", "somebody was aboard"])
@pytest.mark.parametrize(("crew", "call"), [(FEW, 1), (MANY, 1), (MANY, 2), (MANY, 3)])
def test_a_check_in_in_the_middle_of_a_rename_is_never_lost(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, crew: int, call: int, *, first: bool
) -> None:
    put_event(operator, crew)
    if not first:
        board(operator, OLD, "dave")
    between(monkeypatch, call=call, do=lambda: board(operator, OLD, "ana", 2))

    assert rename(operator).exit_code == 0

    assert set(under(operator, OLD)) == {"#event"}
    board(operator, OLD, "dave")
    assert ledger_on(operator).event(EID).boarding.souls == 3


def test_a_restore_brings_back_a_lost_boarding_with_its_list_and_reports_one_that_differs(
    operator: Operator, dynamodb: Engine
) -> None:
    operator.put(a_row(), a_crew_row())
    board(operator, EID, "dave")
    before = cast_off(operator, EID)
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        drill.backup()
        for name in [name for name in under(operator, EID) if name.startswith(("#boarding", "#manifest:"))]:
            drill.lose_row(EID, name)

        assert "1 boarding, 1 passenger list" in drill.restore().stderr
        after = ledger_on(operator).event(EID)
        assert (after.boarding, after.cast_offs) == (before.boarding, before.cast_offs)
        assert "restored_at" in under(operator, EID)["#boarding"], "so that it is not announced again"
        drill.check_repeatable()

        done = after.boarding.cast_off
        assert done is not None
        check_ins(operator).reopen(EID, seen=done.list_id, reason="Ana came running", by=DANA, now=NOW)
        living = board(operator, EID, "ana", 2).boarding
        again = drill.restore()
        assert f"{EID}: boarding is in both tables with different content." in again.stderr
        assert ledger_on(operator).event(EID).boarding == living


def test_an_import_does_not_make_a_party_smaller_than_its_people_who_are_aboard(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.put(a_row(patrons={"ana": {"name": "Ana Lima", "party": 4, "due": 400}}))
    board(operator, EID, "ana", 3)
    before = operator.snapshot()

    refused = operator.importing("patrons", "id,name,party\nana,Ana Lima,2\n", "--event", EID)
    assert refused.exit_code == 1
    assert "line 2: makes a party of 2, but 3 of “Ana Lima” are aboard." in refused.stderr
    assert operator.snapshot() == before

    def write_after_a_check_in(*args: Any, **named: Any) -> bool:
        board(operator, EID, "ana", 4)
        return try_write(*args, **named)

    file = "id,name,party\nana,Ana Lima,3\n"
    monkeypatch.setattr(patrons, "try_write", write_after_a_check_in)
    overtaken = operator.importing("patrons", file, "--event", EID)
    assert overtaken.exit_code == 1
    assert f"Somebody else changed {EID} meanwhile" in overtaken.stderr
    assert operator.roster()["ana"]["party"] == 4
    monkeypatch.undo()
    check_ins(operator).take_back(EID, "ana", seen=utc(NOW), by=DANA, now=NOW)
    operator.imported("patrons", file, "--event", EID)
    assert operator.roster()["ana"]["party"] == 3
    operator.done("verify", "--strict")
