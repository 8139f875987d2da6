"""Many writers at once: the answer to each one agrees with the table."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from adapters.dynamo import connect
from charter.payments import Kind, Source
from charter.refusals import EntryReversed, PaidTooLittle, PaymentIdReused, Refusal
from tests.adapters.conftest import at_endpoint
from tests.builders import DANA, EID, MARCO, NOW, a_crew_row, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from tests.adapters.conftest import Table
    from tests.conftest import Engine

pytestmark = pytest.mark.dynamodb

CROWD = 32


@pytest.fixture(scope="module")
def patient(dynamodb: Engine) -> Iterator[DynamoDBClient]:
    """Return a client with time for an engine that 32 threads call at once."""
    with at_endpoint(dynamodb.endpoint):
        client = connect(connect_timeout=10, read_timeout=30)
    yield client
    client.close()


@pytest.fixture
def at_once(table: Table, patient: DynamoDBClient) -> Callable[..., list[Logged | Refusal]]:
    """Run `act(ledger, number)` in 32 threads at one moment, each with a ledger of its own, as 32 Lambdas have."""

    def run(act: Callable[[DynamoLedger, int], Logged]) -> list[Logged | Refusal]:
        gate = Barrier(CROWD)

        def one(number: int) -> Logged | Refusal:
            ledger = table.ledger(client=patient, clock=lambda: 0.0)  # its time budget never ends
            gate.wait(10)
            try:
                return act(ledger, number)
            except Refusal as refusal:
                return refusal

        with ThreadPoolExecutor(CROWD) as pool:
            return list(pool.map(one, range(CROWD)))

    return run


def test_32_payments_of_one_patron_at_once_are_all_there(
    table: Table, at_once: Callable[..., list[Logged | Refusal]]
) -> None:
    table.put(a_row(without=["payments"]))

    at_once(
        lambda ledger, n: ledger.log(
            a_draft(f"p{n}", amount="1.01", confirmed=True), by=DANA, source=Source.SLACK, now=NOW
        )
    )

    record = table.row()["payments"]["dave"]
    assert sorted(record["entries"]) == sorted(f"p{number}" for number in range(CROWD))
    assert str(record["amount"]) == "32.32"
    assert table.row()["payment_ids"] == {f"p{number}" for number in range(CROWD)}


def test_32_presses_of_one_button_are_one_payment(table: Table, at_once: Callable[..., list[Logged | Refusal]]) -> None:
    table.put(a_row())

    answers = at_once(lambda ledger, _: ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW))

    assert Counter(not isinstance(answer, Refusal) and answer.replayed for answer in answers) == {False: 1, True: 31}
    record = table.row()["payments"]["dave"]
    assert (list(record["entries"]), record["amount"]) == (["p1"], 125)


def test_of_two_contents_under_one_id_one_wins_for_everybody(
    table: Table, at_once: Callable[..., list[Logged | Refusal]]
) -> None:
    table.put(a_row())
    patrons = ("dave", "ana")

    answers = at_once(
        lambda ledger, n: ledger.log(a_draft("p1", patrons[n % 2]), by=DANA, source=Source.SLACK, now=NOW)
    )

    assert list(table.row()["payments"]) in (["dave"], ["ana"])
    assert Counter(type(answer) for answer in answers)[PaymentIdReused] == CROWD / 2


def test_32_walk_ups_on_an_event_without_a_row_all_join(
    table: Table, at_once: Callable[..., list[Logged | Refusal]]
) -> None:
    table.put(a_crew_row())

    at_once(
        lambda ledger, n: ledger.log(
            a_draft(f"p{n}", f"w{n}", walk_up=f"Walker {n}"), by=DANA, source=Source.SLACK, now=NOW
        )
    )

    row = table.row()
    assert len(row["patrons"]) == len(row["payments"]) == CROWD
    assert {record["amount"] for record in row["payments"].values()} == {125}


def test_32_payments_on_a_record_that_lacks_its_sum_are_all_counted(
    table: Table, at_once: Callable[..., list[Logged | Refusal]]
) -> None:
    table.put(a_row(payments={"dave": {"entries": {}}}))

    def see_then_log(ledger: DynamoLedger, number: int) -> Logged:
        ledger.event(EID)
        return ledger.log(a_draft(f"p{number}", amount=str(number + 1)), by=DANA, source=Source.SLACK, now=NOW)

    at_once(see_then_log)

    record = table.row()["payments"]["dave"]
    assert (len(record["entries"]), int(record["amount"])) == (CROWD, CROWD * (CROWD + 1) // 2)


def test_32_refunds_at_once_give_back_no_more_than_was_paid(
    table: Table, ledger: DynamoLedger, at_once: Callable[..., list[Logged | Refusal]]
) -> None:
    table.put(a_row())
    ledger.log(a_draft(amount="100"), by=DANA, source=Source.SLACK, now=NOW)

    answers = at_once(lambda each, n: each.reverse(a_refund(f"r{n}", "15"), by=DANA, source=Source.SLACK, now=NOW))

    assert Counter(type(answer) for answer in answers)[PaidTooLittle] == CROWD - 6
    assert table.row()["payments"]["dave"]["amount"] == 10


def test_an_entry_is_voided_once_however_many_try(
    table: Table, ledger: DynamoLedger, at_once: Callable[..., list[Logged | Refusal]]
) -> None:
    table.put(a_row())
    for payment_id in ("p1", "p2"):
        ledger.log(a_draft(payment_id, confirmed=True), by=DANA, source=Source.SLACK, now=NOW)
    people = (DANA, MARCO)

    answers = at_once(lambda each, n: each.reverse(a_void(), by=people[n % 2], source=Source.SLACK, now=NOW))

    assert Counter(type(answer) for answer in answers)[EntryReversed] == CROWD / 2
    payment = ledger.event(EID).payment("dave")
    assert payment.amount == 125
    assert [entry.kind for entry in payment.entries].count(Kind.VOID) == 1
