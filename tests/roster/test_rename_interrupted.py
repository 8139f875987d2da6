"""A rename that is killed, hindered or overtaken: run again it is finished, nothing is lost, no half is ever seen."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.stub import ANY, Stubber

from adapters.ledger import DynamoLedger
from adapters.rows import edit_row
from adapters.signatures import DynamoSignatures
from charter.edits import Edit
from charter.payments import Source
from charter.refusals import EventUnknown
from charter.signatures import Match
from devkit.aws import dynamodb_client
from roster.transactions import RowChanged, Transactions
from terminal.failures import Stopped
from tests.builders import DANA, EID, NOW, ZONE, a_crew_row, a_draft, a_row, a_signature, a_signature_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from click.testing import Result

    from tests.roster.operating import Operator

OLD = "2026-05-23"
FEW = 2
MANY = 60  # more than move in one transaction of a hundred actions
NO_TIME = 1e-9
AN_EDIT = Edit("due", before="250.00", after="125.00", by=DANA, at=NOW, patron_id="dave", reason="a child")


def trip(operator: Operator, crew: int, old: str = OLD) -> None:
    """A trip under a bare date, with so many crew, a payment, a signature and an edit."""
    rows = [{**wire(number), "eid": {"S": old}} for number in range(crew)]
    for place in range(0, crew, 25):
        requests: Any = [{"PutRequest": {"Item": row}} for row in rows[place : place + 25]]
        operator.client.batch_write_item(RequestItems={operator.table: requests})
    operator.put(a_row(old), a_signature_row(eid=old), edit_row(old, AN_EDIT))
    log(operator, "p1", "125.00", old)


def wire(number: int) -> dict[str, Any]:
    return {"crew_id": {"S": f"crew-{number:03}"}, "role": {"S": "deckhand"}, "pay": {"N": f"{number}"}}


def ledger_on(operator: Operator) -> DynamoLedger:
    return DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")


def sign(operator: Operator, signature_id: str, old: str = OLD) -> None:
    signatures_on(operator).sign(old, a_signature(signature_id, name="Ana Lima", patron_id="ana"))


def signatures_on(operator: Operator) -> DynamoSignatures:
    return DynamoSignatures(operator.client, operator.table, ledger=ledger_on(operator))


def log(operator: Operator, payment_id: str, amount: str, old: str = OLD) -> str:
    draft = a_draft(payment_id, eid=old, amount=amount)
    return ledger_on(operator).log(draft, by=DANA, source=Source.SLACK, now=NOW).event.eid


def rename(operator: Operator, old: str = OLD, new: str = EID) -> Result:
    return operator.run("events", "rename", old, new, "--yes")


def under(operator: Operator, eid: str) -> dict[str, dict[str, Any]]:
    """The rows of one id by their crew id."""
    return {row["crew_id"]: row for row in operator.rows() if row["eid"] == eid}


def check_whole(
    operator: Operator,
    crew: int,
    *,
    old: str = OLD,
    new: str = EID,
    paid: int = 125,
    signed: Collection[str] = ("s1",),
) -> None:
    """Every row is there once, under the new id, as it was; and the old id redirects."""
    assert under(operator, old) == {"#event": {"eid": old, "crew_id": "#event", "moved_to": new}}
    rows = under(operator, new)
    assert rows.pop("#event")["payments"]["dave"]["amount"] == paid
    assert {rows.pop(f"#signature:{signature_id}")["eid"] for signature_id in signed} == {new}
    assert rows.pop("#signature:s1", a_signature_row(eid=new)) == a_signature_row(eid=new)
    event = ledger_on(operator).event(old)
    assert (event.eid, set(event.signatures or {}), event.edits[0]) == (new, set(signed), AN_EDIT)
    assert {name: int(row["pay"]) for name, row in rows.items() if not name.startswith("#change:")} == {
        f"crew-{number:03}": number for number in range(crew)
    }


def check_not_half(operator: Operator, crew: int, old: str, new: str) -> None:
    """Whatever happened so far, one id has the whole event, and the other leads to it or is unknown."""
    ledger, moved = ledger_on(operator), "moved_to" in operator.row(old)
    event = ledger.event(old)
    assert event.payment("dave").entry("p1")
    assert (set(event.signatures or {}), event.edits) == ({"s1"}, (AN_EDIT,))
    if moved:
        assert ledger.event(new).payment("dave").entry("p1")
    else:
        with pytest.raises(EventUnknown):
            ledger.event(new)
    assert len([name for name in under(operator, new if moved else old) if name[0] != "#"]) == crew


@pytest.mark.parametrize("crew", [FEW, MANY])
def test_a_rename_that_is_killed_before_any_call_is_finished_by_the_next_one(operator: Operator, crew: int) -> None:
    trip(operator, crew)
    operator.calls.clear()
    assert rename(operator).exit_code == 0
    calls = [(operation, n) for operation, count in sorted(operator.calls.items()) for n in range(count)]
    assert set(operator.calls) == {"Query", "TransactWriteItems"}

    for day, (operation, n) in enumerate(calls, start=1):
        old, new = f"2026-06-{day:02}", f"2026-06-{day:02}-captain-cory-afternoon"
        trip(operator, crew, old)
        operator.proxy.fail_next(operation, delay=NO_TIME, times=n)
        operator.proxy.fail_next(operation, error="AccessDeniedException")  # which nobody tries again

        assert rename(operator, old, new).exit_code == 1, (operation, n)
        check_not_half(operator, crew, old, new)

        assert rename(operator, old, new).exit_code == 0
        check_whole(operator, crew, old=old, new=new)


@pytest.mark.parametrize("crew", [FEW, MANY])
def test_a_transaction_whose_answer_is_lost_is_written_once(operator: Operator, crew: int) -> None:
    trip(operator, crew)
    operator.proxy.fail_next("TransactWriteItems", drop_answer=True)
    operator.proxy.fail_next("TransactWriteItems", throttle=True)

    assert rename(operator).exit_code == 0

    check_whole(operator, crew)


def between(monkeypatch: pytest.MonkeyPatch, *, call: int, do: Callable[[], object]) -> None:
    """Lets something happen right before the n-th transaction."""
    write, calls = Transactions.write, iter(range(1, 100))

    def hurried(self: Transactions, actions: Sequence[Any]) -> None:
        if next(calls) == call:
            do()
        write(self, actions)

    monkeypatch.setattr(Transactions, "write", hurried)


@pytest.mark.parametrize(("crew", "flip"), [(FEW, 1), (MANY, 3)])
def test_a_payment_that_is_logged_in_the_very_instant_moves_along(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, crew: int, flip: int
) -> None:
    trip(operator, crew)
    between(monkeypatch, call=flip, do=lambda: log(operator, "p2", "60.00"))

    assert rename(operator).exit_code == 0

    check_whole(operator, crew, paid=185)
    assert log(operator, "p2", "60.00") == EID  # sent again, it is the success it was
    check_whole(operator, crew, paid=185)


@pytest.mark.parametrize(("crew", "call"), [(FEW, 1), (MANY, 1), (MANY, 2), (MANY, 3), (MANY, 4)])
def test_a_signature_that_is_put_while_it_is_under_way_is_where_the_event_is(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, crew: int, call: int
) -> None:
    trip(operator, crew)
    between(monkeypatch, call=call, do=lambda: sign(operator, "s2"))

    assert rename(operator).exit_code == 0
    assert rename(operator).exit_code == 0  # takes away what the signer put at the old id after the last look

    check_whole(operator, crew, signed={"s1", "s2"})


def test_a_signature_that_is_put_between_the_move_and_the_last_look_moves_along(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signer's own look at the redirect is cut off, so nobody but the rename can bring the row along."""
    trip(operator, FEW)
    between(monkeypatch, call=1, do=lambda: operator.put(a_signature_row("s2", eid=OLD)))

    assert rename(operator).exit_code == 0

    check_whole(operator, FEW, signed={"s1", "s2"})


@pytest.mark.parametrize(("crew", "calls"), [(FEW, (1,)), (MANY, (1, 2, 3, 4))], ids=["few", "many"])
def test_a_match_that_is_made_while_it_is_under_way_is_kept_with_its_edit(
    operator: Operator, crew: int, calls: tuple[int, ...]
) -> None:
    for day, call in enumerate(calls, start=1):
        old, new = f"2026-06-{day:02}", f"2026-06-{day:02}-captain-cory-afternoon"
        trip(operator, crew, old)
        match = Match(old, a_signature().ref, "ana", seen="dave")
        with pytest.MonkeyPatch.context() as patch:
            between(patch, call=call, do=partial(signatures_on(operator).match, match, by=DANA, now=NOW))
            assert rename(operator, old, new).exit_code == 0

        event = ledger_on(operator).event(old)
        assert (event.eid, (event.signatures or {})["s1"].patron_id) == (new, "ana"), call
        assert [edit.what for edit in event.edits] == ["due", "signature"], call
        assert set(under(operator, old)) == {"#event"}, call


def test_crew_who_leave_or_join_while_it_is_under_way_are_not_brought_back_nor_lost(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip(operator, MANY + 1)

    def change_the_crew() -> None:
        key: Any = {"eid": {"S": OLD}, "crew_id": {"S": f"crew-{MANY:03}"}}
        operator.client.delete_item(TableName=operator.table, Key=key)
        operator.put(a_crew_row(OLD, "late", pay=7))

    between(monkeypatch, call=2, do=change_the_crew)

    assert rename(operator).exit_code == 0

    crew = {name for name in under(operator, EID) if name[0] != "#"}
    assert crew == {"late", *(f"crew-{number:03}" for number in range(MANY))}
    assert set(under(operator, OLD)) == {"#event"}


def test_a_trip_that_is_created_under_the_new_id_meanwhile_keeps_it_and_nothing_is_left_behind(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip(operator, MANY)
    between(monkeypatch, call=3, do=lambda: operator.put(a_row(EID, title="Another trip")))

    refused = rename(operator)

    assert refused.exit_code == 1
    assert "There is an event" in refused.stderr
    assert {name: row["title"] for name, row in under(operator, EID).items()} == {"#event": "Another trip"}
    assert len(under(operator, OLD)) == MANY + 3


def test_two_renames_to_one_id_do_not_mix(operator: Operator) -> None:
    operator.put(
        a_row("2026-05-25"),
        {"eid": EID, "crew_id": "#moving", "moving_from": "2026-05-25", "copies": ["cory"]},
        a_crew_row(EID),
    )
    trip(operator, FEW)
    before = operator.snapshot()

    refused = rename(operator)

    assert (refused.exit_code, operator.snapshot()) == (1, before)
    assert f"events rename 2026-05-25 {EID}" in refused.stderr


def test_a_table_that_stays_busy_ends_in_one_sentence(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    trip(operator, FEW)
    monkeypatch.setattr("roster.commands.PATIENCE", Config(retries={"mode": "standard", "total_max_attempts": 1}))
    impatient = partial(Transactions, sleep=lambda _seconds: None)
    monkeypatch.setattr(import_module("roster.commands.events"), "Transactions", impatient)
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
    transactions = Transactions(client, "events", sleep=waits.append)
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
