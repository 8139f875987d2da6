"""Balances: what a patron still owes by their ledger."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from charter.frozen import dataclass

if TYPE_CHECKING:
    from decimal import Decimal


class BalanceState(StrEnum):
    """The state of a patron's balance."""

    UNPAID = "unpaid"
    PARTIAL = "partial"
    PAID = "paid"
    OVERPAID = "overpaid"


@dataclass(frozen=True, slots=True)
class Balance:
    """Due − paid, in the event's currency. Below zero when too much was paid."""

    due: Decimal
    paid: Decimal

    @property
    def owed(self) -> Decimal:
        """Due − paid, signed."""
        return self.due - self.paid

    @property
    def state(self) -> BalanceState:
        """The state. It is PAID where nothing is owed, also when nothing was due."""
        if self.owed < 0:
            return BalanceState.OVERPAID
        if self.owed == 0:
            return BalanceState.PAID
        return BalanceState.PARTIAL if self.paid > 0 else BalanceState.UNPAID

    @property
    def cleared(self) -> bool:
        """True if nothing is owed any more."""
        return self.owed <= 0
