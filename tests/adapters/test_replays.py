"""A payment id is written once: sent again it gets the same success, and with other content it is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import BEFORE_THE_LEDGER, Source
from charter.refusals import PaymentIdMalformed, PaymentIdReused
from tests.builders import DANA, EID, MARCO, NOW, a_draft, a_row

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from tests.adapters.conftest import Table
    from tests.conftest import Engine

pytestmark = pytest.mark.dynamodb

LATER = NOW + timedelta(minutes=3)
WRITTEN = a_draft("p1", amount="80", notes="half")
OTHERWISE: dict[str, dict[str, Any]] = {
    "another amount": {"draft": a_draft("p1", amount="80.01", notes="half")},
    "another patron": {"draft": a_draft("p1", "ana", "80", notes="half")},
    "a new patron": {"draft": a_draft("p1", "zoe-1a2b3c", "80", notes="half", walk_up="Zoë Rey")},
    "other notes": {"draft": a_draft("p1", amount="80", notes="Half")},
    "no notes": {"draft": a_draft("p1", amount="80")},
    "another method": {"draft": a_draft("p1", amount="80", notes="half", method="venmo")},
    "another author": {"by": MARCO},
    "another door": {"source": Source.WEB},
}


def _log(ledger: DynamoLedger, **otherwise: Any) -> Any:
    arguments: dict[str, Any] = {"draft": WRITTEN, "by": DANA, "source": Source.SLACK, "now": LATER}
    return ledger.log(**(arguments | otherwise))


@pytest.fixture(params=["the ledger that wrote it", "a ledger that knows nothing", "a ledger that saw the row before"])
def again(request: pytest.FixtureRequest, table: Table) -> DynamoLedger:
    """Return a ledger on a table where WRITTEN is written."""
    table.put(a_row())
    before = table.ledger()
    before.event(EID)
    writer = table.ledger()
    writer.log(WRITTEN, by=DANA, source=Source.SLACK, now=NOW)
    return writer if "wrote" in request.param else before if "before" in request.param else table.ledger()


def test_the_same_payment_again_is_answered_as_the_success_it_was(table: Table, again: DynamoLedger) -> None:
    before = table.wire()

    logged = _log(again)

    assert logged.replayed
    assert (logged.entry.timestamp, logged.entry.amount, logged.patron.name) == (NOW, 80, "Dave Kowalski")
    assert logged.event.balance("dave").owed == 45
    assert table.wire() == before


def test_a_replay_costs_its_refused_write_alone(table: Table, dynamodb: Engine) -> None:
    table.put(a_row())
    before = table.ledger()
    before.event(EID)
    _log(table.ledger())
    table.calls.clear()

    assert _log(before).replayed

    shows_the_row = dynamodb.name != "dynalite"  # in its refusal, as DynamoDB does
    assert table.calls == ({"UpdateItem": 1} if shows_the_row else {"UpdateItem": 1, "GetItem": 1})


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_the_same_id_with_other_content_is_refused(table: Table, again: DynamoLedger, otherwise: str) -> None:
    before = table.wire()

    with pytest.raises(PaymentIdReused, match=r"already logged, as \$80\.00 for Dave Kowalski\."):
        _log(again, **OTHERWISE[otherwise])

    assert table.wire() == before


def test_a_walk_up_sent_again_joins_once(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    draft = a_draft(patron_id="zoe-1a2b3c", walk_up="Zoë Rey")
    ledger.log(draft, by=DANA, source=Source.SLACK, now=NOW)
    before = table.wire()

    for each in (ledger, table.ledger()):
        assert each.log(draft, by=DANA, source=Source.SLACK, now=LATER).replayed

    assert table.wire() == before


def test_a_replay_is_a_success_also_when_others_have_paid_since(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    _log(ledger)
    for payment_id, patron_id in (("p2", "ana"), ("p3", "dave")):
        ledger.log(a_draft(payment_id, patron_id), by=MARCO, source=Source.SLACK, now=NOW)

    assert _log(table.ledger()).replayed
    assert table.row()["payments"]["dave"]["amount"] == 205


def test_an_entry_of_a_row_that_lists_no_ids_is_replayed_too(table: Table, ledger: DynamoLedger) -> None:
    """Check rows that were restored or copied by the table's written contract."""
    table.put(a_row())
    _log(ledger)
    table.put({name: value for name, value in table.row().items() if name != "payment_ids"})
    before = table.wire()

    assert _log(ledger).replayed

    assert table.wire() == before


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_the_same_id_with_other_content_is_refused_on_a_row_that_lists_no_ids(
    table: Table, ledger: DynamoLedger, otherwise: str, *, seen: bool
) -> None:
    table.put(a_row())
    _log(ledger)
    table.put({name: value for name, value in table.row().items() if name != "payment_ids"})
    before, again = table.wire(), table.ledger()
    if seen:
        again.event(EID)

    with pytest.raises(PaymentIdReused):
        _log(again, **OTHERWISE[otherwise])

    assert table.wire() == before


@pytest.mark.parametrize("seen", [True, False])
def test_the_first_payment_on_a_row_that_lists_no_ids_lists_them_all(
    table: Table, ledger: DynamoLedger, *, seen: bool
) -> None:
    table.put(a_row())
    _log(ledger)
    table.put({name: value for name, value in table.row().items() if name != "payment_ids"})
    again = table.ledger()
    if seen:
        again.event(EID)
    table.calls.clear()

    assert not _log(again, draft=a_draft("p2", "ana")).replayed

    assert table.row()["payment_ids"] == {"p1", "p2"}
    assert table.calls["UpdateItem"] == (1 if seen else 2)
    with pytest.raises(PaymentIdReused):
        _log(table.ledger(), **OTHERWISE["another patron"])


def test_one_id_may_name_payments_of_two_events(table: Table, ledger: DynamoLedger) -> None:
    other = "2026-05-24-sunset-cruise"
    table.put(a_row(), a_row(other))

    for eid in (EID, other):
        assert not ledger.log(a_draft(eid=eid), by=DANA, source=Source.SLACK, now=NOW).replayed

    assert table.row()["payments"] == table.row(other)["payments"]


def test_the_id_of_an_old_record_cannot_be_taken(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(payments={"dave": {"amount": 80, "method": "cash"}, "ana": {"amount": 20, "method": "cash"}}))
    ledger.event(EID)
    before = table.wire()

    with pytest.raises(PaymentIdMalformed):
        ledger.log(a_draft(BEFORE_THE_LEDGER), by=DANA, source=Source.SLACK, now=NOW)

    assert table.wire() == before
