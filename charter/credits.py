"""Decisions about the money that was paid for a cancelled event: to refund it, to move it, or to keep it as credit.

Each is an edit of its patron, so it is only ever added, and the latest one counts. A credit is thereby done. A refund
and a move are done once the ledger has their entry.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from charter.edits import amount_in
from charter.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from charter.edits import Edit
    from charter.payments import Payment

# What the edits name as changed. `from` is the credit before, or the sum that was decided about; `to` is the credit,
# the method of the refund, or the event to which the patron goes.
CREDIT: Final = "credit"
REFUND_DECIDED: Final = "refund_decided"
MOVE_DECIDED: Final = "move_decided"
DECISIONS: Final = frozenset({CREDIT, REFUND_DECIDED, MOVE_DECIDED})

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


def decisions(edits: Iterable[Edit]) -> Mapping[str, Edit]:
    """Return the latest decision about each patron, by their id, since the event was last cancelled."""
    edits = list(edits)
    off = [edit.at for edit in edits if (edit.what, edit.after) == ("status", "cancelled")]
    since = max(off, default=_ALWAYS)
    found = [edit for edit in edits if edit.what in DECISIONS and edit.patron_id and edit.at >= since]
    return {edit.patron_id or "": edit for edit in sorted(found, key=lambda edit: (edit.at, edit.edit_id))}


def credits_of(edits: Iterable[Edit], payments: Mapping[str, Payment]) -> dict[str, Decimal]:
    """Return the sums that patrons keep as credit, by their ids."""
    kept = {
        patron_id: credit_in(each, payments[patron_id].amount)
        for patron_id, each in decisions(edits).items()
        if patron_id in payments
    }
    return {patron_id: amount for patron_id, amount in kept.items() if amount}


def credit_in(decision: Edit | None, paid: Decimal) -> Decimal:
    """Return the part of what was paid that the decision keeps as credit."""
    if decision is None or decision.what != CREDIT:
        return ZERO
    return max(min(amount_in(decision.after), paid), ZERO)
