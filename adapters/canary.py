"""The canary: a payment on a row of its own, through the ledger's own writes, in the table of all payments.

The sort key of its row is `#canary`, not `#event`. So the stream hands it to nobody, and no index, scan, export or book
has it: what they read are rows `#event`. Its `eid` is refused wherever a person may give one (charter.event_ids).
"""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.dynamo import TimeBudget, errors_as_refusals
from adapters.entry_checks import payment_in
from adapters.event_rows import EventRows
from adapters.ledger import DynamoLedger
from adapters.moved import Trail
from adapters.shapes import EntryTarget
from adapters.sums import disagreements
from charter.moments import utc
from charter.money import ZERO
from charter.payments import Draft, Source, Void, check_payment_id

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.event_rows import Wire
    from charter.payments import Entry

# Both keys of the row.
CANARY: Final = "#canary"

AMOUNT: Final = Decimal("1.00")
_PATRON: Final = "canary"
_METHOD: Final = "other"
_BY: Final = "web:canary"


class CanaryWrong(Exception):  # noqa: N818 - a fact
    """The canary's row does not hold what was just written to it."""


class _CanaryRows(EventRows):
    """The one row of the canary."""

    def _key(self, eid: str) -> dict[str, Any]:
        return {"eid": {"S": eid}, "crew_id": {"S": CANARY}}


class DynamoCanary:
    """announce.services' Canary over the events table."""

    def __init__(self, client: DynamoDBClient, table: str, *, zone: tzinfo, currency: str) -> None:
        self._client, self._table = client, table
        self._zone, self._currency = zone, currency

    def pay(self, *, now: datetime) -> None:
        """Log a payment and void it. See announce.services.Canary.pay."""
        self._put_row(now)
        ledger = _CanaryLedger(self._client, self._table, zone=self._zone, currency=self._currency)
        ledger.pay(now)

    def _put_row(self, now: datetime) -> None:
        """Write the row without a payment, in the place of the last one."""
        row = {
            "eid": CANARY,
            "crew_id": CANARY,
            "title": "Canary: no trip and no money",
            "starts_at": utc(now),
            "currency": self._currency,
            "patrons": {_PATRON: {"name": "Canary", "party": 1, "due": AMOUNT}},
            "payments": {},
        }
        with errors_as_refusals(TimeBudget(time.monotonic)):
            self._client.put_item(TableName=self._table, Item={name: to_wire(value) for name, value in row.items()})


class _CanaryLedger(DynamoLedger):
    """The ledger of the canary's row: each write and read is the ledger's own."""

    def __init__(self, client: DynamoDBClient, table: str, *, zone: tzinfo, currency: str) -> None:
        super().__init__(client, table, zone=zone, currency=currency)
        self._own = _CanaryRows(client, table)

    def pay(self, now: datetime) -> None:
        """Read the row as a form does, log a payment, read it, void it, and read again. Raises CanaryWrong."""
        self._read(self._row())
        draft = Draft(check_payment_id(f"canary-{now:%Y%m%dT%H%M%S}"), CANARY, _PATRON, AMOUNT, _METHOD)
        entry = draft.entry(by=_BY, source=Source.WEB, now=now)
        self._add(entry)
        payment = payment_in(self._checked([entry], AMOUNT), _PATRON)
        void = Void(CANARY, _PATRON, entry.payment_id, "canary").entry(payment, by=_BY, source=Source.WEB, now=now)
        self._add(void)
        self._checked([entry, void], ZERO)

    def _add(self, entry: Entry) -> None:
        budget = TimeBudget(self._clock)
        self._write(Trail(CANARY), lambda _row: [(EntryTarget(_PATRON), entry)], seen=None, budget=budget)

    def _row(self) -> Wire:
        """Return the row by a read of its own. Raises CanaryWrong where there is none."""
        row = self._own.row(CANARY, TimeBudget(self._clock))
        if not row:
            raise CanaryWrong
        return row

    def _checked(self, entries: list[Entry], amount: Decimal) -> Wire:
        """Return the row. Raises CanaryWrong unless it has just these entries, and the amount that they add up to."""
        row = self._row()
        record = from_wire(row).get("payments", {}).get(_PATRON)
        payment = payment_in(row, _PATRON)
        same = [each.payment_id for each in payment.entries] == [each.payment_id for each in entries]
        if any(disagreements(record)) or not same or payment.amount != amount or record["amount"] != amount:
            raise CanaryWrong
        return row
