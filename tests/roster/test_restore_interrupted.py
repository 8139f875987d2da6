"""A `restore` that is killed, that fails, or that runs while payments are logged: the next run finishes it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from tests.builders import DANA, EID, NOW, a_row, a_signature_row, a_void
from tests.roster.drill import NEWER, OTHER, Drill, entries, pay
from tests.roster.renames import between, ledger_on, log, rename, under

if TYPE_CHECKING:
    from tests.roster.operating import Operator

NO_TIME = 1e-9
CREW = 130  # more than one transaction of a hundred actions takes


def _many_rows(drill: Drill) -> dict[str, dict[str, Any]]:
    """Give the event more rows than one transaction takes, keep them in the backup, and return them."""
    operator = drill.operator
    operator.put(*({"eid": EID, "crew_id": f"crew-{number:03}", "role": "deckhand"} for number in range(CREW)))
    operator.put(*(a_signature_row(f"many-{number}") for number in range(30)))
    drill.backup()
    return _whole(operator)


def _whole(operator: Operator, eid: str = EID) -> dict[str, dict[str, Any]]:
    """Return the rows of an event without the marks of a restore."""
    rows = under(operator, eid)
    return {name: {k: v for k, v in row.items() if k != "restored_at"} for name, row in rows.items()}


def test_whatever_call_it_is_killed_at_the_next_run_finishes_it_with_all_its_crew(drill: Drill) -> None:
    operator, before = drill.operator, _many_rows(drill)
    drill.lose(EID)
    operator.calls.clear()
    drill.restore()
    assert _whole(operator) == before
    writes = operator.calls["TransactWriteItems"]
    assert writes > 1

    for number in range(writes):
        drill.lose(EID)
        operator.proxy.fail_next("TransactWriteItems", delay=NO_TIME, times=number)
        operator.proxy.fail_next("TransactWriteItems", error="AccessDeniedException")  # an error without a retry
        killed = operator.run("restore", drill.restored, "--yes")
        assert killed.exit_code == 1
        assert "Traceback" not in killed.output

        drill.restore()

        assert _whole(operator) == before
        drill.check_repeatable()


def test_a_transaction_whose_answer_is_lost_is_written_once(drill: Drill) -> None:
    operator, before = drill.operator, _many_rows(drill)
    drill.lose(EID)
    operator.proxy.fail_next("TransactWriteItems", drop_answer=True)
    operator.proxy.fail_next("TransactWriteItems", throttle=True)

    drill.restore()

    assert _whole(operator) == before
    drill.check_repeatable()


def test_a_payment_between_two_of_its_transactions_is_kept_and_so_is_the_crew(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, before = drill.operator, _many_rows(drill)
    drill.lose(EID)
    between(monkeypatch, call=2, do=lambda: log(operator, "p2", "25.00", EID))

    drill.restore()

    assert entries(operator) == {"p1": Decimal(50), "p2": Decimal(25)}
    assert _whole(operator).keys() == before.keys()
    drill.check_repeatable()


def test_an_event_that_is_renamed_between_two_runs_is_finished_under_its_new_id(drill: Drill) -> None:
    operator, before = drill.operator, _many_rows(drill)
    drill.lose(EID)
    operator.proxy.fail_next("TransactWriteItems", delay=NO_TIME, times=1)
    operator.proxy.fail_next("TransactWriteItems", error="AccessDeniedException")
    assert operator.run("restore", drill.restored, "--yes").exit_code == 1
    assert rename(operator, EID, NEWER).exit_code == 0

    drill.restore()

    found = {name for name in _whole(operator, NEWER) if not name.startswith("#change")}
    assert found == {name for name in before if not name.startswith("#change")}
    drill.check_repeatable()


def test_rows_that_are_large_together_take_several_transactions(drill: Drill) -> None:
    operator = drill.operator
    operator.put(*({"eid": EID, "crew_id": f"crew-{number:03}", "notes": "x" * 300_000} for number in range(16)))
    drill.backup()
    before = _whole(operator)
    drill.lose(EID)

    drill.restore()

    assert _whole(operator) == before
    drill.check_repeatable()


@pytest.mark.parametrize("left", [None, {"p1"}], ids=["the whole set", "one id"])
def test_ids_that_no_longer_guard_a_payment_do_so_again(drill: Drill, left: set[str] | None) -> None:
    operator = drill.operator
    pay(operator, "p2", "ana", "250.00")
    drill.backup()
    row = operator.row(EID)
    del row["payment_ids"]
    operator.put({**row, **({"payment_ids": left} if left else {})})

    done = drill.restore()

    assert "guarded again" in done.stderr
    assert operator.row(EID)["payment_ids"] == {"p1", "p2"}
    drill.check_repeatable()


def test_a_payment_that_was_voided_after_the_backup_and_lost_with_its_void_counts_nothing_twice(drill: Drill) -> None:
    operator = drill.operator
    ledger_on(operator).reverse(a_void("p1"), by=DANA, source=Source.SLACK, now=NOW)
    row = operator.row(EID)
    del row["payments"]["dave"]["entries"]["p1"]
    operator.put(row)

    drill.restore()

    assert operator.row(EID)["payments"]["dave"]["amount"] == Decimal(0)
    assert len(entries(operator)) == 2
    drill.check_repeatable()


def test_an_outage_in_the_middle_of_many_events_leaves_the_others_for_the_next_run(drill: Drill) -> None:
    operator = drill.operator
    operator.put(a_row())
    drill.lose(OTHER)
    operator.proxy.fail_next("TransactWriteItems", delay=NO_TIME, times=1)
    operator.proxy.fail_next("TransactWriteItems", error="AccessDeniedException")

    assert operator.run("restore", drill.restored, "--yes").exit_code == 1

    drill.restore()
    assert operator.row(OTHER)["title"]
    assert entries(operator) == {"p1": Decimal(50)}
    drill.check_repeatable()
