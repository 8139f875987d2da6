"""`restore` of events that were renamed, or are changed at the same moment: each stays one and complete."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.builders import EID, NOW, a_row, a_signature_row
from tests.roster.drill import NEWER, Drill, entries, pay
from tests.roster.renames import OLD, between, ledger_on, log, rename, under

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Engine
    from tests.roster.operating import Operator


def test_an_event_that_was_renamed_since_is_followed_and_not_doubled(drill: Drill) -> None:
    operator = drill.operator
    assert rename(operator, EID, NEWER).exit_code == 0
    pay(operator, "p2", "ana", "250.00", NEWER)
    row = operator.row(NEWER)
    operator.put({**row, "payments": {"ana": row["payments"]["ana"]}, "payment_ids": {"p2"}})
    drill.lose_row(NEWER, "#signature:s1")

    done = drill.restore()

    assert f"{EID}, now {NEWER}: 1 entry, 1 signature" in done.stderr
    assert under(operator, EID) == {"#event": {"eid": EID, "crew_id": "#event", "moved_to": NEWER}}
    assert entries(operator, NEWER) == {"p1": Decimal(50)}
    assert set(under(operator, NEWER)) >= {"#event", "#signature:s1"}
    assert [each.eid for each in ledger_on(operator).listings([NOW.date()])] == [NEWER]
    drill.check_repeatable()


def test_a_redirect_that_is_lost_comes_back_and_the_event_stays_one(drill: Drill) -> None:
    operator = drill.operator
    rename(operator, EID, NEWER)
    drill.lose_row(EID, "#event")

    drill.restore()

    assert operator.row(EID) == {"eid": EID, "crew_id": "#event", "moved_to": NEWER}
    assert operator.row(NEWER)["payments"]["dave"]["amount"] == Decimal(50)
    drill.check_repeatable()


def test_a_backup_from_after_a_rename_meets_the_event_under_its_old_id(operator: Operator, dynamodb: Engine) -> None:
    operator.put(a_row(OLD))
    log(operator, "p1", "50.00")
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        rename(operator, OLD, EID)
        drill.backup()
        drill.lose(OLD, EID)
        operator.put(a_row(OLD))  # as an older backup had it
        pay(operator, "p2", "ana", "250.00", OLD)

        drill.restore()

        assert set(ledger_on(operator).event(OLD).payments) == {"dave", "ana"}
        assert operator.row(EID)["moved_to"] == OLD
        assert [each.eid for each in ledger_on(operator).listings([NOW.date()])] == [OLD]
        again = drill.restore()
        assert "nothing to do" in again.stdout


def test_events_and_the_ids_that_lead_to_them_come_back_together(operator: Operator, dynamodb: Engine) -> None:
    operator.put(a_row(OLD))
    log(operator, "p1", "50.00")
    rename(operator, OLD, NEWER)
    with dynamodb.fresh_table() as restored:
        drill = Drill(operator, restored)
        drill.backup()
        drill.lose(OLD, NEWER)

        drill.restore()

        assert ledger_on(operator).event(OLD).eid == NEWER
        drill.check_repeatable()


def test_a_payment_logged_in_the_very_moment_is_kept(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = drill.operator
    operator.put(a_row())
    between(monkeypatch, call=1, do=lambda: pay(operator, "p2", "dave", "25.00"))

    drill.restore()

    assert entries(operator) == {"p1": Decimal(50), "p2": Decimal(25)}
    assert operator.row(EID)["payment_ids"] == {"p1", "p2"}
    drill.check_repeatable()


def test_a_rename_in_the_very_moment_is_followed(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = drill.operator
    operator.put(a_row())
    drill.lose_row(EID, "#signature:s1")
    between(monkeypatch, call=1, do=lambda: _rename_quietly(operator, monkeypatch))

    drill.restore()

    assert entries(operator, NEWER) == {"p1": Decimal(50)}
    assert set(under(operator, EID)) == {"#event"}
    assert "#signature:s1" in under(operator, NEWER)
    drill.check_repeatable()


def _rename_quietly(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert rename(operator, EID, NEWER).exit_code == 0


def test_many_signatures_take_several_transactions(drill: Drill) -> None:
    operator = drill.operator
    for number in range(120):
        operator.put(a_signature_row(f"many-{number}"))
    drill.backup()
    drill.lose(EID)

    drill.restore()

    assert len(ledger_on(operator).event(EID).signatures or {}) == 121
    drill.check_repeatable()
