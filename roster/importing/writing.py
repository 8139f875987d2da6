"""Writes an import: many conditional updates at once, each of them whole or not at all, and safe to repeat.

DynamoDB has no transaction over thousands of rows. So everything is read and checked before the first write. Then each
row is written by one update, on the condition that it is still as in the plan, in one transaction with the edits that
record the change. Running the same command again finishes an interrupted import: written rows count as unchanged.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError

from adapters.attribute_values import to_wire
from adapters.dynamo import is_condition_failure
from adapters.rows import edit_row
from adapters.shapes import key
from adapters.transactions import RowChanged
from roster.transactions import OperatorTransactions
from roster.wording import named
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.expressions import Update
    from charter.edits import Edit

_AT_ONCE: Final = 400  # steps
WRITERS: Final = 8  # within the client's pool of ten connections

_T = TypeVar("_T")


def try_write(  # noqa: PLR0913 - the write, and what goes with it
    client: DynamoDBClient,
    table: str,
    eid: str,
    update: Update,
    edits: Sequence[Edit] = (),
    *,
    check: tuple[dict[str, Any], dict[str, Any]] | None = None,
) -> bool:
    """Write an update of an event's own row, and its edits. Return False if its condition did not hold.

    `check` is the key and the condition of another row that must hold too. If one does not, nothing was written.
    Without edits it is one UpdateItem, which costs half as much as a transaction.
    """
    if not edits and check is None:
        try:
            client.update_item(TableName=table, Key=key(eid), **update.request())
        except ClientError as error:
            if is_condition_failure(error):
                return False
            if error.response["Error"].get("Code") != "TransactionConflictException":
                raise
        else:
            return True
    write = OperatorTransactions(client, table)
    rows = [{name: to_wire(value) for name, value in edit_row(eid, edit).items()} for edit in edits]
    try:
        # An edit's id follows from its content, so writing it again adds none.
        actions = [write.update(key(eid), update), *(write.put(row, only_if={}) for row in rows)]
        write.write([*actions, *([] if check is None else [write.check(*check)])])
    except RowChanged:
        return False
    return True


def write_all(
    steps: Iterable[_T], write: Callable[[_T], bool], advance: Callable[[_T], object], *, eid_of: Callable[[_T], str]
) -> list[str]:
    """Write all steps, several at a time. Return the ids of the events for which `write` returned False.

    After the first error no further step begins.
    """
    waiting, overtaken = iter(steps), list[str]()
    with ThreadPoolExecutor(WRITERS) as pool:
        while some := list(islice(waiting, _AT_ONCE)):  # a pool keeps all that it is given until it is done
            for step, written in zip(some, pool.map(write, some), strict=True):
                advance(step)
                if not written:
                    overtaken.append(eid_of(step))
    return overtaken


def stop_overtaken(eids: Sequence[str]) -> None:
    """Raise Stopped if somebody else changed events between the plan and the write. Those were not written."""
    if eids:
        raise Stopped(
            f"Somebody else changed {named(eids)} meanwhile, so it was not changed. Run the same command again."
        )
