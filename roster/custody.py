"""Brings hand-overs of cash back from a restored table. They follow from no ledger, so nothing else has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.cash import CASH, HAND_OVER_ROW, read_hand_over
from adapters.dynamo import rows_of
from adapters.rows import RESTORED_AT
from adapters.transactions import RowChanged
from charter.cash import HandOverState
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire
    from roster.transactions import OperatorTransactions

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class LostHandOvers:
    """The rows that only the restored table has, and the ids of those that say something else in both tables."""

    rows: Sequence[Wire] = ()
    differing: Sequence[str] = ()

    @property
    def plans(self) -> list[str]:
        """The lines of the plan; none where there is nothing to write."""
        return [f"{CASH}: {counted(len(self.rows), 'hand-over')} of cash"] if self.rows else []


def lost_hand_overs(client: DynamoDBClient, table: str, restored: str) -> LostHandOvers:
    """Return what the restored table has and the events table lacks, by a Query of each."""
    before, living = rows_of(client, restored, CASH), rows_of(client, table, CASH)
    mine = {name: row for name, row in before.items() if name.startswith(HAND_OVER_ROW)}
    return LostHandOvers(
        rows=[row for name, row in mine.items() if name not in living],
        differing=[name for name, row in mine.items() if name in living and not _agree(row, living[name])],
    )


def bring_back(
    client: DynamoDBClient, transactions: OperatorTransactions, restored: str, *, moment: str
) -> LostHandOvers:
    """Put what is lost where there is none, marked with `moment`, so that nobody is asked again. Return what was put.

    Raises Stopped where others put them all the time.
    """
    for _ in range(_TRIES):
        lost = lost_hand_overs(client, transactions.table, restored)
        try:
            transactions.write_all([transactions.put({**row, RESTORED_AT: {"S": moment}})] for row in lost.rows)
        except RowChanged:
            continue
        return lost
    raise Stopped("The hand-overs are being written constantly. Run the same command again in a minute.")


def _agree(row: Wire, living: Wire) -> bool:
    """Return whether two rows may be one hand-over at different times: an offered one may have ended since."""
    before, now = read_hand_over(from_wire(row)), read_hand_over(from_wire(living))
    same_end = (before.state, before.closed_by) == (now.state, now.closed_by)
    return before.says_the_same_as(now) and (before.state is HandOverState.OFFERED or same_end)
