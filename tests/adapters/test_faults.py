"""Faults between the ledger and its table: nothing is lost, nothing counts twice, and Slack's 3 s are kept."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from adapters.dynamo import connect
from charter.payments import Source
from charter.refusals import TableUnavailable
from devkit.listen import free_port
from tests.adapters.conftest import at_endpoint
from tests.builders import DANA, EID, NOW, a_crew_row, a_draft, a_refund, a_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = [pytest.mark.dynamodb, pytest.mark.hasty]

# Slack waits 3 s for the whole answer; the rest is the bot's.
LONGEST = 2.8


@contextmanager
def _in_time() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < LONGEST


def _log(ledger: DynamoLedger, **draft: Any) -> Any:
    return ledger.log(a_draft(**draft), by=DANA, source=Source.SLACK, now=NOW)


def _refund(ledger: DynamoLedger) -> Any:
    return ledger.reverse(a_refund(), by=DANA, source=Source.SLACK, now=NOW)


@pytest.mark.parametrize("first", [True, False])
def test_a_write_whose_answer_is_lost_is_a_success_with_one_entry(
    table: Table, ledger: DynamoLedger, *, first: bool
) -> None:
    table.put(a_row())
    if not first:
        _log(ledger, payment_id="p0", amount="5")
    table.calls.clear()
    table.proxy.fail_next("UpdateItem", drop_answer=True)

    logged = _log(ledger)

    assert logged.replayed
    assert table.calls["UpdateItem"] == 2  # the ledger's own, and the SDK's again
    assert table.row()["payments"]["dave"]["amount"] == (125 if first else 130)
    assert len(table.row()["payments"]["dave"]["entries"]) == (1 if first else 2)


def test_a_refund_whose_answer_is_lost_gives_back_once(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    _log(ledger)
    table.proxy.fail_next("UpdateItem", drop_answer=True)

    assert _refund(ledger).replayed

    assert table.row()["payments"]["dave"]["amount"] == 100


def test_a_new_events_row_whose_answer_is_lost_is_there_once(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_crew_row())
    table.proxy.fail_next("UpdateItem", delay=0.01)  # the first only finds that there is no row
    table.proxy.fail_next("UpdateItem", drop_answer=True)

    logged = _log(ledger, patron_id="zoe-1a2b3c", walk_up="Zoë Rey")

    assert logged.replayed
    assert list(table.row()["payments"]["zoe-1a2b3c"]["entries"]) == ["p1"]


@pytest.mark.parametrize(
    "fault",
    [
        {"throttle": True},
        {"error": "ThrottlingException"},
        {"error": "InternalServerError"},
        {"drop_request": True},
    ],
    ids=str,
)
def test_one_hiccup_is_not_seen_and_two_are_an_outage_that_wrote_nothing(
    table: Table, ledger: DynamoLedger, fault: dict[str, Any]
) -> None:
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", **fault)

    assert not _log(ledger).replayed
    before = table.wire()
    table.proxy.fail_next("UpdateItem", **fault, times=2)

    with _in_time(), pytest.raises(TableUnavailable):
        _log(ledger, payment_id="p2", amount="5")

    assert table.wire() == before


@pytest.mark.parametrize("error", ["LimitExceededException", "RequestLimitExceeded"])
def test_what_the_sdk_does_not_try_again_is_an_outage_at_once(table: Table, ledger: DynamoLedger, error: str) -> None:
    table.put(a_row())
    before = table.wire()
    table.proxy.fail_next("UpdateItem", error=error)

    with _in_time(), pytest.raises(TableUnavailable) as raised:
        _log(ledger)

    assert raised.value.retry_after > 0
    assert table.wire() == before


def test_a_row_that_an_edit_has_this_instant_is_written_right_after_it(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", error="TransactionConflictException", times=3)

    with _in_time():
        assert not _log(ledger).replayed

    assert table.row()["payments"]["dave"]["amount"] == 125


def test_after_a_slow_table_the_same_form_can_be_sent_again(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", delay=1.0, times=2)

    with _in_time(), pytest.raises(TableUnavailable):
        _log(ledger)
    time.sleep(1.1)  # both slow writes arrive at the table after all

    assert _log(ledger).replayed
    assert list(table.row()["payments"]["dave"]["entries"]) == ["p1"]
    assert table.row()["payments"]["dave"]["amount"] == 125


OPERATIONS: dict[str, tuple[list[str], Callable[[DynamoLedger], object]]] = {
    "event": (["Query"], lambda ledger: ledger.event(EID)),
    "events": (["Query"], lambda ledger: ledger.events([EID])),
    "event of crew": (["Query"], lambda ledger: ledger.event("2026-05-24-crew-only")),
    "listings": (["Query"], lambda ledger: ledger.listings([date(2026, month, 1) for month in (4, 5, 6, 7)])),
    "log": (["UpdateItem", "GetItem"], _log),
    "refund": (["Query", "UpdateItem"], _refund),
}


@pytest.mark.parametrize("operation", ["event", "events", "log"])
def test_a_table_that_does_not_answer_is_given_up_before_slack_gives_up(
    table: Table, ledger: DynamoLedger, operation: str
) -> None:
    table.put(a_row())
    calls, act = OPERATIONS[operation]
    for name in calls:
        table.proxy.fail_next(name, delay=1.0, times=2)

    with _in_time(), pytest.raises(TableUnavailable):
        act(ledger)

    table.proxy.forget_faults()  # more than it had time to meet


@pytest.mark.parametrize("operation", ["event of crew", "listings", "log", "refund"])
def test_no_chain_of_slow_calls_is_followed_to_where_slack_gave_up(
    table: Table, ledger: DynamoLedger, operation: str
) -> None:
    """The SDK's second try of each call is answered late, so that each call succeeds and the next could start."""
    table.put(a_row(), a_crew_row("2026-05-24-crew-only"))
    _log(table.ledger(), payment_id="p0", amount="50")
    calls, act = OPERATIONS[operation]
    for name in calls * 3:
        table.proxy.fail_next(name, delay=1.0)
        table.proxy.fail_next(name, delay=0.6)
    before = table.wire()
    table.calls.clear()

    with _in_time(), pytest.raises(TableUnavailable):
        act(ledger)

    assert table.calls == {calls[0]: 2}
    assert table.wire() == before
    table.proxy.forget_faults()


def test_a_table_that_cannot_be_reached_is_an_outage(table: Table) -> None:
    with at_endpoint(f"http://127.0.0.1:{free_port()}"):
        nowhere = connect()

    with _in_time(), pytest.raises(TableUnavailable):
        _log(table.ledger(client=nowhere))

    nowhere.close()
