"""A rename that is killed, blocked or overtaken: a second run finishes it, and readers see the whole event."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.stub import ANY, Stubber

from adapters.transactions import RowChanged
from devkit.aws import dynamodb_client
from roster.transactions import OperatorTransactions
from terminal.failures import Stopped
from tests.builders import EID, a_crew_row, a_row
from tests.roster.renames import FEW, MANY, OLD, between, check_not_half, check_whole, log, put_event, rename, under

if TYPE_CHECKING:
    from tests.roster.operating import Operator

NO_TIME = 1e-9


@pytest.mark.parametrize("crew", [FEW, MANY])
def test_a_rename_that_is_killed_before_any_call_is_finished_by_the_next_one(operator: Operator, crew: int) -> None:
    put_event(operator, crew)
    operator.calls.clear()
    assert rename(operator).exit_code == 0
    calls = [(operation, n) for operation, count in sorted(operator.calls.items()) for n in range(count)]
    assert set(operator.calls) == {"Query", "TransactWriteItems"}

    for day, (operation, n) in enumerate(calls, start=1):
        old, new = f"2026-06-{day:02}", f"2026-06-{day:02}-captain-cory-afternoon"
        put_event(operator, crew, old)
        operator.proxy.fail_next(operation, delay=NO_TIME, times=n)
        operator.proxy.fail_next(operation, error="AccessDeniedException")  # an error without a retry

        assert rename(operator, old, new).exit_code == 1, (operation, n)
        check_not_half(operator, crew, old, new)

        assert rename(operator, old, new).exit_code == 0
        check_whole(operator, crew, old=old, new=new)


@pytest.mark.parametrize("crew", [FEW, MANY])
def test_a_transaction_whose_answer_is_lost_is_written_once(operator: Operator, crew: int) -> None:
    put_event(operator, crew)
    operator.proxy.fail_next("TransactWriteItems", drop_answer=True)
    operator.proxy.fail_next("TransactWriteItems", throttle=True)

    assert rename(operator).exit_code == 0

    check_whole(operator, crew)


@pytest.mark.parametrize(("crew", "flip"), [(FEW, 1), (MANY, 3)])
def test_a_payment_that_is_logged_in_the_very_instant_moves_along(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, crew: int, flip: int
) -> None:
    put_event(operator, crew)
    between(monkeypatch, call=flip, do=lambda: log(operator, "p2", "60.00"))

    assert rename(operator).exit_code == 0

    check_whole(operator, crew, paid=185)
    assert log(operator, "p2", "60.00") == EID  # sent again, it is the success it was
    check_whole(operator, crew, paid=185)


def test_crew_who_leave_or_join_while_it_is_under_way_are_not_brought_back_nor_lost(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_event(operator, MANY + 1)

    def change_the_crew() -> None:
        key: Any = {"eid": {"S": OLD}, "crew_id": {"S": f"crew-{MANY:03}"}}
        operator.client.delete_item(TableName=operator.table, Key=key)
        operator.put(a_crew_row(OLD, "late", pay=7))

    between(monkeypatch, call=2, do=change_the_crew)

    assert rename(operator).exit_code == 0

    crew = {name for name in under(operator, EID) if name[0] != "#"}
    assert crew == {"late", *(f"crew-{number:03}" for number in range(MANY))}
    assert set(under(operator, OLD)) == {"#event"}


def test_an_event_that_is_created_under_the_new_id_meanwhile_keeps_it_and_nothing_is_left_behind(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_event(operator, MANY)
    between(monkeypatch, call=3, do=lambda: operator.put(a_row(EID, title="Another trip")))

    refused = rename(operator)

    assert refused.exit_code == 1
    assert "already exists" in refused.stderr
    assert {name: row["title"] for name, row in under(operator, EID).items()} == {"#event": "Another trip"}
    assert len(under(operator, OLD)) == MANY + 3


def test_two_renames_to_one_id_do_not_mix(operator: Operator) -> None:
    operator.put(
        a_row("2026-05-25"),
        {"eid": EID, "crew_id": "#moving", "moving_from": "2026-05-25", "copies": ["cory"]},
        a_crew_row(EID),
    )
    put_event(operator, FEW)
    before = operator.snapshot()

    refused = rename(operator)

    assert (refused.exit_code, operator.snapshot()) == (1, before)
    assert f"events rename 2026-05-25 {EID}" in refused.stderr


def test_a_table_that_stays_busy_ends_in_one_sentence(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    put_event(operator, FEW)
    monkeypatch.setattr("roster.services.PATIENT", Config(retries={"mode": "standard", "total_max_attempts": 1}))
    impatient = partial(OperatorTransactions, sleep=lambda _seconds: None)
    monkeypatch.setattr("roster.services.OperatorTransactions", impatient)
    operator.proxy.fail_next("TransactWriteItems", error="TransactionInProgressException", times=8)

    refused = rename(operator)

    assert refused.exit_code == 1
    assert "too busy" in refused.stderr
    assert rename(operator).exit_code == 0
    check_whole(operator, FEW)


def cancelled(*codes: str) -> dict[str, Any]:
    return {"CancellationReasons": [{"Code": code} for code in codes]}


def test_a_conflict_with_another_transaction_is_waited_for_and_a_failed_condition_is_not() -> None:
    """No engine here makes conflicts, so the answer is a stub, in the words of AWS's own model."""
    client, waits = dynamodb_client("http://127.0.0.1:9"), list[float]()
    transactions = OperatorTransactions(client, "events", sleep=waits.append)
    with Stubber(client) as stub:
        for codes in (["None", "TransactionConflict"], ["ThrottlingError"], ["ConditionalCheckFailed", "None"]):
            stub.add_client_error(
                "transact_write_items",
                "TransactionCanceledException",
                modeled_fields=cancelled(*codes),
                expected_params={"TransactItems": ANY},
            )
        with pytest.raises(RowChanged):
            transactions.write([transactions.delete({"eid": {"S": EID}, "crew_id": {"S": "cory"}})])
        stub.assert_no_pending_responses()

        for _ in range(8):
            stub.add_client_error(
                "transact_write_items", "TransactionCanceledException", modeled_fields=cancelled("TransactionConflict")
            )
        with pytest.raises(Stopped, match="busy"):
            transactions.write([transactions.delete({"eid": {"S": EID}, "crew_id": {"S": "cory"}})])
    assert len(waits) == 10
    assert sum(waits) < 30
