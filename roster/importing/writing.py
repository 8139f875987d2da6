"""Writing what a file says: many conditional updates at once, each of them whole or not at all, and safe to repeat.

DynamoDB has no transaction over thousands of rows. So everything is read and checked before the first write; then each
row is written by one UpdateItem that holds only while the row is as the plan showed it. Whoever is interrupted runs the
same command again: what is written already is seen as unchanged, and the rest follows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from botocore.exceptions import ClientError

from adapters.dynamo import is_condition_failure
from adapters.shapes import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.expressions import Update

WRITERS: Final = 8  # within the client's pool of ten connections

_T = TypeVar("_T")


def try_write(client: DynamoDBClient, table: str, eid: str, update: Update) -> bool:
    """One UpdateItem on an event's own row; False when its condition did not hold, and nothing was written."""
    try:
        client.update_item(TableName=table, Key=key(eid), **update.request())
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def write_all(steps: Iterable[_T], write: Callable[[_T], bool]) -> Iterator[tuple[_T, bool]]:
    """Each step with whether it was written, several at a time. The first failure ends it; no further step begins."""
    steps = list(steps)
    with ThreadPoolExecutor(WRITERS) as pool:
        yield from zip(steps, pool.map(write, steps), strict=True)
