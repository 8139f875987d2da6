"""Transactions of the operators' commands: a table that stays too busy ends a command with one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters import transactions
from charter.refusals import TableUnavailable
from roster.failures import TOO_BUSY
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.transactions import Action


class OperatorTransactions(transactions.Transactions):
    """Transactions over one table, as adapters.transactions. A table that stays too busy raises Stopped."""

    def write(self, actions: Sequence[Action]) -> None:
        """Write all actions or none. Raises RowChanged, and Stopped after half a minute of conflicts."""
        try:
            super().write(actions)
        except TableUnavailable:
            raise Stopped(TOO_BUSY) from None
