"""Writing what a file says: many conditional updates at once, each of them whole or not at all, and safe to repeat.

DynamoDB has no transaction over thousands of rows. So everything is read and checked before the first write; then each
row is written by one update that holds only while the row is as the plan showed it, in one transaction with the edits
that say what was changed. Whoever is interrupted runs the same command again: what is written already is seen as
unchanged, and the rest follows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from botocore.exceptions import ClientError

from adapters.dynamo import is_condition_failure
from adapters.rows import edit_row
from adapters.shapes import key
from adapters.wire import to_wire
from roster.transactions import RowChanged, Transactions
from roster.wording import named
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.expressions import Update
    from charter.edits import Edit

WRITERS: Final = 8  # within the client's pool of ten connections

_T = TypeVar("_T")


def try_write(client: DynamoDBClient, table: str, eid: str, update: Update, edits: Sequence[Edit] = ()) -> bool:
    """Write an update of an event's own row and the edits of it; return False when its condition did not hold.

    Then nothing was written. Without edits it is one UpdateItem, which costs half of a transaction.
    """
    if not edits:
        try:
            client.update_item(TableName=table, Key=key(eid), **update.request())
        except ClientError as error:
            if is_condition_failure(error):
                return False
            if error.response["Error"].get("Code") != "TransactionConflictException":
                raise
        else:
            return True
    write = Transactions(client, table)
    rows = [{name: to_wire(value) for name, value in edit_row(eid, edit).items()} for edit in edits]
    try:
        # An edit's id follows from its content, so the same one again is no second one.
        write.write([write.update(key(eid), update), *(write.put(row, only_if={}) for row in rows)])
    except RowChanged:
        return False
    return True


def write_all(
    steps: Sequence[_T], write: Callable[[_T], bool], advance: Callable[[_T], object], *, eid_of: Callable[[_T], str]
) -> list[str]:
    """Write all steps, several at a time, and return the ids of the events where `write` did not.

    The first error ends it: no further step begins.
    """
    with ThreadPoolExecutor(WRITERS) as pool:
        overtaken = []
        for step, written in zip(steps, pool.map(write, steps), strict=True):
            advance(step)
            if not written:
                overtaken.append(eid_of(step))
        return overtaken


def stop_overtaken(eids: Sequence[str]) -> None:
    """Raises Stopped when events were changed by somebody else between the plan and the write; those are untouched."""
    if eids:
        raise Stopped(f"Somebody else changed {named(eids)} meanwhile, so that was left alone. Run the same again.")
