"""Backups and old files do not silently bring back the names of people who were forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import a_row
from tests.roster.drill import Drill
from tests.roster.forgetting.trip import EID, named_in, new_id, put_trip, text_of
from tests.roster.renames import ledger_on

if TYPE_CHECKING:
    from tests.conftest import Engine
    from tests.roster.operating import Operator

pytestmark = pytest.mark.transactions


def test_a_restore_brings_lost_rows_back_under_the_pseudonym(operator: Operator, dynamodb: Engine) -> None:
    put_trip(operator)
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        drill.backup()
        operator.done("forget", EID, "dave-kowalski", "--yes")
        who, event = new_id(operator), ledger_on(operator).event(EID)
        assert "nothing to do" in drill.restore().stdout, "what was forgotten is not missing"

        drill.lose_row(EID, "#signature:s1")
        row = operator.row(EID)
        row["payments"][who]["entries"].pop("r1")
        operator.put(row)
        drill.restore()

        after = ledger_on(operator).event(EID)
        assert named_in(text_of(operator)) == []
        assert after.payment(who) == event.payment(who)
        assert after.coverage(who) == event.coverage(who)

        drill.lose(EID)
        gone = drill.restore()
        assert "1 person was forgotten there" in gone.stderr
        assert "The names of the backup come back" in gone.stderr

        operator.done("forget", EID, "dave-kowalski", "--yes")
        before = text_of(operator)
        drill.backup()  # newer than the forgetting
        drill.lose(EID, "#forgotten")
        assert "forgotten there" not in drill.restore().stderr
        assert named_in(text_of(operator)) == []
        assert before.count("forgotten-") == text_of(operator).count("forgotten-"), "the journal is back too"


def test_a_patron_who_may_be_forgotten_is_left_out_unless_asked_for(operator: Operator, dynamodb: Engine) -> None:
    operator.put(a_row(EID, payments={}))
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        drill.backup()
        operator.done("forget", EID, "dave", "--yes")
        row = operator.row(EID)
        del row["patrons"]["ana"]
        operator.put(row)

        left = drill.restore()
        assert "may be meant and is left out: see --forgotten" in left.stderr
        assert "ana" not in operator.roster(EID)
        assert named_in(text_of(operator)) == []
        drill.restore("--forgotten")
        assert {"ana", "dave"} <= operator.roster(EID).keys()


def test_an_import_says_where_people_were_forgotten(operator: Operator) -> None:
    operator.put(a_row(EID))
    operator.done("forget", EID, "dave", "--yes")
    said = operator.importing("patrons", "Name,Party,Due\nDave Kowalski,1,125\n", "--event", EID)
    assert "1 person was forgotten there" in said.stderr
    assert "does not bring their names back" in said.stderr
