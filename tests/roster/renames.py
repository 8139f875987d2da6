"""Helpers for tests of renames: an event with every kind of row, and checks that it is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.ledger import DynamoLedger
from adapters.rows import edit_row
from adapters.signatures import DynamoSignatures
from charter.edits import Edit
from charter.payments import Source
from charter.refusals import EventUnknown
from roster.transactions import OperatorTransactions
from tests.builders import DANA, EID, NOW, ZONE, a_draft, a_row, a_signature, a_signature_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from click.testing import Result

    from tests.roster.operating import Operator

OLD = "2026-05-23"
FEW = 2
MANY = 60  # more than move in one transaction of a hundred actions
AN_EDIT = Edit("due", before="250.00", after="125.00", by=DANA, at=NOW, patron_id="dave", reason="a child")


def put_event(operator: Operator, crew: int, old: str = OLD) -> None:
    """Put an event under a bare date, with so many crew rows, a payment, a signature and an edit."""
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
    """Return the rows of one id by their sort keys."""
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
    """Check that every row is there once, unchanged, under the new id, and that the old id redirects."""
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
    """Check that one id has the whole event, and that the other redirects to it or is unknown."""
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


def between(monkeypatch: pytest.MonkeyPatch, *, call: int, do: Callable[[], object]) -> None:
    """Call `do` right before the n-th transaction."""
    write, calls = OperatorTransactions.write, iter(range(1, 100))

    def interposed(self: OperatorTransactions, actions: Sequence[Any]) -> None:
        if next(calls) == call:
            do()
        write(self, actions)

    monkeypatch.setattr(OperatorTransactions, "write", interposed)
