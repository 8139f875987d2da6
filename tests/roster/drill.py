"""A drill of a restore: a backup of the table in a second table, from which rows are restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from charter.payments import Source
from tests.builders import DANA, EID, NOW, a_draft
from tests.roster.renames import ledger_on, under

if TYPE_CHECKING:
    from decimal import Decimal

    from click.testing import Result

    from tests.roster.operating import Operator

NEWER = "2026-05-23-captain-mia-evening"
OTHER = "2026-06-06-mia"


class Drill:
    """An operator with a table and a second one that holds its backup."""

    def __init__(self, operator: Operator, restored: str) -> None:
        self.operator, self.restored = operator, restored

    def backup(self) -> None:
        """Copy every row into the second table."""
        pages = self.operator.client.get_paginator("scan").paginate(TableName=self.operator.table, ConsistentRead=True)
        for item in (item for page in pages for item in page["Items"]):
            self.operator.client.put_item(TableName=self.restored, Item=item)

    def lose(self, *eids: str) -> None:
        """Remove all rows of these ids."""
        for eid in eids:
            for name in under(self.operator, eid):
                self.lose_row(eid, name)

    def lose_row(self, eid: str, crew_id: str) -> None:
        """Remove one row."""
        key: Any = {"eid": {"S": eid}, "crew_id": {"S": crew_id}}
        self.operator.client.delete_item(TableName=self.operator.table, Key=key)

    def restore(self, *options: str) -> Result:
        """Restore without confirmation. It must succeed."""
        return self.operator.done("restore", self.restored, "--yes", *options)

    def check_repeatable(self) -> None:
        """Check that a second restore changes nothing, and that `verify` succeeds."""
        before = self.operator.snapshot()
        again = self.restore()
        assert "nothing to do" in again.stdout
        assert self.operator.snapshot() == before
        self.operator.done("verify")


def entries(operator: Operator, eid: str = EID, patron: str = "dave") -> dict[str, Decimal]:
    """Return the amounts of a patron's entries by their ids."""
    return {entry.payment_id: entry.amount for entry in ledger_on(operator).event(eid).payment(patron).entries}


def pay(operator: Operator, payment_id: str, patron: str, amount: str, eid: str = EID) -> None:
    ledger_on(operator).log(
        a_draft(payment_id, patron, amount, eid=eid, confirmed=True), by=DANA, source=Source.SLACK, now=NOW
    )
