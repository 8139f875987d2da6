"""Edits of an event among payments, walk-ups and other edits: written whole or not at all, with all changes kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.event_edits import DynamoEventEdits
from charter.editing import EventChange, EventOvertaken, EventSaved, fingerprint_of, mark_of_dues
from charter.events import Status
from charter.payments import Source
from charter.refusals import TableUnavailable
from tests.adapters.model import FAULTS
from tests.builders import DANA, EID, NOW, ZONE, a_draft, a_row

if TYPE_CHECKING:
    from charter.events import Event
    from tests.adapters.conftest import Table

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]
OLIVIA = "slack:U0OLIVIA"


@pytest.fixture
def edits(table: Table) -> DynamoEventEdits:
    """The edits of the table's events."""
    client, ledger = table.through_proxy, table.ledger()
    return DynamoEventEdits(client, table.name, ledger=ledger, zone=ZONE, currency="USD", clock=lambda: 0.0)


def a_change(event: Event, form: str, *, dues: bool = False, **values: Any) -> EventChange:
    """Return a change of an event that was read so."""
    marks = mark_of_dues(event) if dues else ""
    return EventChange(eid=EID, seen=fingerprint_of(event), form=form, values=values, reason="because", dues=marks)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "none"])
def test_whatever_fails_the_event_and_its_edits_are_written_together_and_once(
    table: Table, edits: DynamoEventEdits, fault: str
) -> None:
    table.put(a_row(skipper_note={"pets": [Decimal("2.5"), None]}))
    before, event = table.row(), table.ledger().event(EID)
    change = a_change(event, "f1", dues=True, price=Decimal("150.00"), status=Status.CANCELLED, title="Storm")
    table.proxy.fail_next("TransactWriteItems", **FAULTS[fault])
    with suppress(TableUnavailable):
        edits.edit(change, by=OLIVIA, now=NOW)
    assert len(table.edits()) in {0, 5}
    assert (table.row() == before) == (table.edits() == [])
    assert isinstance(edits.edit(change, by=OLIVIA, now=NOW), EventSaved)
    assert sorted(row["what"] for row in table.edits()) == ["due", "due", "price", "status", "title"]
    patrons = {key: {**line, "due": line["due"] * 6 / 5} for key, line in before["patrons"].items()}
    wanted = {"price": Decimal("150.00"), "status": "cancelled", "title": "Storm", "patrons": patrons}
    assert table.row() == before | wanted
    assert {row["form"] for row in table.edits()} == {"f1"}


def test_many_editors_payments_and_walk_ups_at_once_lose_nothing(table: Table, edits: DynamoEventEdits) -> None:
    table.put(a_row())
    ledger = table.ledger(clock=lambda: 0.0)

    def log(**payment: Any) -> None:
        while True:  # whoever hears that the table is busy presses again
            with suppress(TableUnavailable):
                ledger.log(a_draft(confirmed=True, **payment), by=DANA, source=Source.SLACK, now=NOW)
                return

    def deed(number: int) -> None:
        if number % 3 == 0:
            log(payment_id=f"p{number}", amount="1.00")
        elif number % 3 == 1:
            log(payment_id=f"p{number}", patron_id=f"w{number}", amount="1.00", walk_up=f"Walker {number}")
        else:
            outcome: object = None
            while not isinstance(outcome, EventSaved):  # an editor who was overtaken presses again
                event = table.ledger().event(EID)
                change = a_change(event, f"f{number}", dues=True, price=Decimal(100 + number), boat=f"Boat {number}")
                try:
                    outcome = edits.edit(change, by=OLIVIA, now=NOW)
                except TableUnavailable:
                    continue
                assert isinstance(outcome, (EventSaved, EventOvertaken))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(deed, range(12)))

    row, written = table.row(), table.edits()
    assert len(row["payments"]) == 5
    assert row["payments"]["dave"]["amount"] == 4
    assert set(row["patrons"]) == {"dave", "ana", "w1", "w4", "w7", "w10"}
    for what, last in (("price", f"{row['price']:.2f}"), ("boat", row["boat"])):
        steps = {each["from"]: each["to"] for each in written if each["what"] == what}
        assert len(steps) == 4, "each of the four was written once, over what it had read"
        at = "125.00" if what == "price" else ""
        for _ in range(4):
            at = steps[at]
        assert at == last
    assert row["patrons"]["ana"]["due"] == row["price"] * 2
