"""An answer of the table that was cut off is an outage: nothing of it is used, and a retry counts once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from charter.refusals import TableUnavailable
from tests.builders import DANA, EID, NOW, a_draft, a_row, a_signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

SPOILT: list[dict[str, Any]] = [
    {"cut": True, "times": 2},
    {"damaged": True, "times": 2},
    {"body": b""},
    {"body": b"{}"},
    {"body": b'{"Items": [{"eid": {"S": "2026'},
    {"body": b'{"Items": null, "Count": 1}'},
    {"body": b"null"},
    {"body": b"[]"},
    {"body": b"<html>busy</html>"},
]

READS: dict[str, Callable[[DynamoLedger], object]] = {
    "event": lambda ledger: ledger.event(EID),
    "events": lambda ledger: ledger.events([EID]),
    "listings": lambda ledger: ledger.listings([date(2026, 5, 1)]),
}


def _log(ledger: DynamoLedger) -> Any:
    return ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("fault", SPOILT, ids=str)
def test_a_list_that_was_cut_is_never_an_empty_one(
    table: Table, ledger: DynamoLedger, read: str, fault: dict[str, Any]
) -> None:
    table.put(a_row())
    table.proxy.fail_next("Query", **fault)

    with pytest.raises(TableUnavailable):
        READS[read](ledger)

    assert READS[read](ledger)


@pytest.mark.parametrize("fault", [{"cut": True}, {"damaged": True}], ids=str)
def test_one_cut_answer_is_asked_for_again(table: Table, ledger: DynamoLedger, fault: dict[str, Any]) -> None:
    table.put(a_row())
    table.proxy.fail_next("Query", **fault)

    assert ledger.event(EID).eid == EID


@pytest.mark.parametrize("fault", SPOILT, ids=str)
def test_a_write_whose_answer_was_cut_counts_once(table: Table, ledger: DynamoLedger, fault: dict[str, Any]) -> None:
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", **fault)

    with pytest.raises(TableUnavailable):
        _log(ledger)

    assert _log(table.ledger()).replayed
    assert table.row()["payments"]["dave"]["amount"] == 125


@pytest.mark.parametrize(
    "fault",
    [{"cut": True, "times": 2}, {"damaged": True, "times": 2}, {"body": b""}, {"body": b'{"Item": {"eid": {"S": "2'}],
    ids=str,
)
def test_a_row_that_was_cut_is_never_a_missing_one(table: Table, fault: dict[str, Any]) -> None:
    """A signature is put, and one read then shows whether its event was renamed meanwhile."""
    table.put(a_row())
    table.proxy.fail_next("GetItem", **fault)

    with pytest.raises(TableUnavailable):
        table.signatures().sign(EID, a_signature())

    assert table.signatures().sign(EID, a_signature())
    assert len(table.signed()) == 1


def test_a_refusal_that_was_cut_is_an_outage(table: Table, ledger: DynamoLedger) -> None:
    """DynamoDB refuses the write of a patron who is not on the roster; its reason does not arrive."""
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", body=b'{"__type": "com.amazonaws.dyn')

    with pytest.raises(TableUnavailable):
        ledger.log(a_draft(patron_id="nobody"), by=DANA, source=Source.SLACK, now=NOW)
