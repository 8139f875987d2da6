"""Checks of payments in rows that are not the event's own: an older system wrote them, and no ledger counts them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from adapters.moved import MOVING_ROW
from roster.adopting.standing import AdoptionLedger, AdoptionState, Old, old_payments
from roster.importing.problems import Unreadable
from roster.verifying.findings import Finding, Remark, broken, odd, shown
from roster.walking import leading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire

_NO_CURRENCY: Final = "USD"  # for texts as "$125"; an event without a currency has that of the app


class OldPayments:
    """Collects the payments in other rows of a table, and checks them against the ledgers at the end."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table
        self._found: list[Old] = []
        self._moving: set[str] = set()  # ids at which an unfinished rename has put copies
        self._now = datetime.now(UTC)

    def read(self, wire: Wire) -> None:
        """Read a row of any kind."""
        if wire["crew_id"].get("S") == MOVING_ROW:
            self._moving.add(wire["eid"]["S"])
        self._found += old_payments(wire)

    def left(self) -> Iterator[Finding]:
        """Report each payment that no ledger has. An event that was renamed is found at its present id."""
        found = [old for old in self._found if old.eid not in self._moving]
        rows = leading(self._client, self._table, {old.eid for old in found})
        ledgers = {eid: AdoptionLedger(row, currency=_NO_CURRENCY) for eid, row in rows.items()}
        for old in found:
            yield from (Finding(old.eid, remark) for remark in self._check(old, ledgers.get(old.eid)))

    def _check(self, old: Old, ledger: AdoptionLedger | None) -> Iterator[Remark]:
        if not old.patron_id:
            yield odd(old.where, f"is {shown(old.record)}, no map of payments: nothing reads it.")
            return
        amount = shown(old.record.get("amount")) if isinstance(old.record, dict) else shown(old.record)
        try:
            standing = ledger.standing(old, now=self._now) if ledger else AdoptionState.MISSING
        except Unreadable as reason:
            yield broken(old.where, f"{reason}, and no ledger counts it. See `payments adopt`.")
            return
        if standing is AdoptionState.MISSING:
            first = "" if ledger else "`events adopt`, then "
            yield broken(old.where, f"is a payment of {amount} that no ledger counts. Run {first}`payments adopt`.")
        elif standing is AdoptionState.CHANGED and ledger:
            before = ledger.lifted_before(old)[-1]
            yield broken(
                old.where,
                f"is {amount}, but the ledger has {before.amount:.2f} from it. `payments adopt` asks about it.",
            )
