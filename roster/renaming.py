"""Renames of the operators' commands: the plan in words, and what is impossible as one sentence.

The work itself is done by adapters.renaming, as for a rename from Slack (docs/adr/0021).
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from adapters import renaming
from adapters.dynamo import rows_of
from adapters.moves import RenamedElsewhere
from charter.refusals import EventIdBusy, EventIdMalformed, EventUnknown, Refusal, TableUnavailable
from roster.walking import contents_of, kind_of
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.moves import RenamePlan
    from roster.transactions import OperatorTransactions


class OperatorRenaming:
    """Renames events of one table for an operator: raises Stopped, with the next step, where a rename is impossible.

    `zone` and `currency` are for events of which only crew rows exist.
    """

    def __init__(
        self, client: DynamoDBClient, transactions: OperatorTransactions, *, zone: tzinfo, currency: str
    ) -> None:
        rows = partial(rows_of, client, transactions.table)
        self._renaming = renaming.EventRenamer(rows, transactions, zone=zone, currency=currency)

    def prepare(self, old: str, new: str) -> RenamePlan:
        """Read everything to move. Raises EventIdMalformed if `new` breaks the rule, Stopped if it is impossible."""
        if old == new:
            raise Stopped("The old and the new id are the same. Pass another new id.")
        with _in_words(old):
            return self._renaming.prepare(old, new)

    def carry_out(self, old: str, new: str) -> list[str]:
        """Rename, or continue a rename. Return the sort keys of rows that differ at both ids and were kept.

        Raises as `prepare` does, and Stopped if the event is changed constantly.
        """
        if old == new:
            raise Stopped("The old and the new id are the same. Pass another new id.")
        with _in_words(old):
            return self._renaming.carry_out(old, new)


def plan_of(move: RenamePlan) -> list[str]:
    """Return the plan for the operator, one line."""
    if move.done:
        return [f"{move.old} is already renamed; {counted(len(move.here.others), 'row')} still to move"]
    parts = [counted(number, word) for word, number in contents_of(move.here.own).items()]
    kinds = Counter(map(kind_of, move.here.others))
    parts += [
        counted(kinds[kind], kind)
        for kind in ("signature", "edit", "boarding", "passenger list", "other row", "crew row")
        if kinds[kind] or kind in {"signature", "crew row"}
    ]
    return [f"{move.old} → {move.new}: {', '.join(parts)}"]


@contextmanager
def _in_words(old: str) -> Iterator[None]:
    """Raise what is impossible as Stopped, with what to do."""
    try:
        yield
    except EventIdMalformed:
        raise
    except EventUnknown:
        raise Stopped(f"There is no event “{old}” in the table. Check the id.") from None
    except EventIdBusy as busy:
        first = f"Finish that first: events rename {busy.source} {busy.eid}"
        raise Stopped(f"“{busy.source}” is being renamed to {busy.eid}. {first}") from None
    except TableUnavailable:
        raise Stopped(
            f"“{old}” is being changed constantly. Finished steps are kept. Run the same command again in a minute."
        ) from None
    except (Refusal, RenamedElsewhere) as refusal:
        raise Stopped(str(refusal)) from refusal
