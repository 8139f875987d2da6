"""Model of the ledger as a list of entries per patron, the rows that histories begin with, and the faults."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from charter.payments import Draft, Entry, Kind, Payment
from charter.refusals import PatronUnknown, PaymentIdReused, PossibleDuplicate

if TYPE_CHECKING:
    from charter.refusals import Refusal


OLD_AMOUNT = Decimal("80.50")
OLD = {"amount": OLD_AMOUNT, "timestamp": "2026-05-01T10:00:00Z", "method": "check", "logged_by": "office"}
STARTS: dict[str, dict[str, Any]] = {
    "usual": {},
    "no payments map": {"without": ["payments"]},
    "an old record": {"payments": {"dave": OLD}},
    "a stranger's record": {"payments": {"ghost": OLD}, "without": ["patrons"]},
    "a price in words": {"price": "125 dollars"},
}

# The attributes of a row that the ledger writes.
OURS = {"payments", "payment_ids", "patrons"}

# The faults of an operation, and whether the SDK's one retry recovers from each.
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "throttled": {"throttle": True},
    "unsent": {"drop_request": True},
    "answer lost": {"drop_answer": True},
    "throttled twice": {"throttle": True, "times": 2},
    "both answers lost": {"drop_answer": True, "times": 2},
}


@dataclass
class Model:
    """Entries that the table must hold, per patron in the order in which they were written."""

    roster: set[str]
    ledgers: dict[str, list[Entry]] = field(default_factory=dict)
    sent: list[tuple[Draft, str]] = field(default_factory=list)

    def knows(self, patron_id: str) -> bool:
        return patron_id in self.roster or patron_id in self.ledgers

    def named(self, payment_id: str) -> tuple[str, Entry] | None:
        """Return the patron whose ledger has the entry of this id, and the entry."""
        all_of_them = ((patron_id, entry) for patron_id, entries in self.ledgers.items() for entry in entries)
        return next(((patron_id, entry) for patron_id, entry in all_of_them if entry.payment_id == payment_id), None)

    @property
    def voids(self) -> list[tuple[str, Entry]]:
        """The entries that undo another one, each with its patron."""
        return [(who, entry) for who, entries in self.ledgers.items() for entry in entries if entry.kind is Kind.VOID]

    def payment(self, patron_id: str) -> Payment:
        return Payment(tuple(self.ledgers.get(patron_id, ())))

    def repeats(self, patron_id: str, entry: Entry, *, joins: bool) -> bool:
        """Return whether the ledger has a payment like it. All of a history's entries are of a few minutes.

        All walk-ups have one name, so a new one is compared with each that has joined.
        """
        people = [who for who in self.ledgers if who.startswith("walker-")] if joins else [patron_id]
        voided = {void.reverses for _, void in self.voids}
        return any(
            (each.kind, each.amount, each.method) == (Kind.PAYMENT, entry.amount, entry.method)
            for who in people
            for each in self.ledgers.get(who, ())
            if each.payment_id not in voided
        )

    def answer(
        self, patron_id: str, entry: Entry, *, joins: bool = False, confirmed: bool = True
    ) -> bool | type[Refusal]:
        """Return the ledger's right answer: False for written, True for a replay, or the refusal."""
        written = self.named(entry.payment_id)
        if written is not None:
            return True if written[0] == patron_id and written[1].says_the_same_as(entry) else PaymentIdReused
        if not confirmed and self.repeats(patron_id, entry, joins=joins):
            return PossibleDuplicate
        return False if joins or self.knows(patron_id) else PatronUnknown


def of_others(wire: dict[str, Any]) -> dict[str, Any]:
    """Return the other attributes of a row."""
    return {name: value for name, value in wire.items() if name not in OURS}


def number_on(value: dict[str, str]) -> Decimal:
    """Return a number on the wire: a plain decimal with at most two places, never the digits of a float."""
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", value["N"])
    return Decimal(value["N"])
