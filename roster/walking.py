"""Reads the table's rows as a stream, page by page from a Scan or by their keys, never all of them at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from adapters.boarding_rows import BOARDING_ROW, FROZEN_ROW
from adapters.moved import moved_to
from adapters.rows import CHANGE_ROW, EVENT_ROW, SIGNATURE_ROW
from roster.failures import TOO_BUSY
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire

# The beginning of an `eid` under which no event is: the books, counted addresses.
OF_NO_EVENT: Final = "#"

# Rows of one page of a Scan. DynamoDB ends a page at 1 MB; in Python that takes about fifty times as much memory.
ROWS_AT_ONCE = 250

# Redirects that are followed from an old id. A rename lets every older id lead straight to the present one.
MOST_STEPS: Final = 5

_AT_ONCE: Final = 100  # keys of one BatchGetItem
_TRIES: Final = 8


def walk(
    client: DynamoDBClient,
    table: str,
    *,
    names: Sequence[str] = (),
    advance: Callable[[int], object] = lambda _rows: None,
) -> Iterator[Wire]:
    """Yield every row of every event, crew rows too, as it is when its page is read. `names` limits the attributes.

    Rows of no event are passed over: their `eid` begins with `#`. `advance` is called for each row.
    """
    scan: dict[str, Any] = {"TableName": table, "ConsistentRead": True, "Limit": ROWS_AT_ONCE, **_projection(names)}
    more = True
    while more:
        answer = client.scan(**scan)
        rows, more = answer["Items"], "LastEvaluatedKey" in answer
        scan["ExclusiveStartKey"] = answer.get("LastEvaluatedKey")
        del answer
        rows.reverse()
        while rows:  # one page at a time in memory, and of that only the rows not yielded yet
            advance(1)
            row = rows.pop()
            if not row["eid"]["S"].startswith(OF_NO_EVENT):
                yield row


def kind_of(crew_id: str) -> str:
    """Return the word for what a row holds, by its sort key."""
    if crew_id.startswith(SIGNATURE_ROW):
        return "signature"
    if crew_id.startswith(CHANGE_ROW):
        return "edit"
    if crew_id.startswith(FROZEN_ROW):
        return "passenger list"
    if crew_id == BOARDING_ROW:
        return "boarding"
    return "other row" if crew_id.startswith("#") else "crew row"


def contents_of(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers of an event's patrons and payment records, by the words for them."""
    words = {"patrons": "patron", "payments": "payment record"}
    return {word: len(row.get(name, {}).get("M", {})) for name, word in words.items()}


def is_event(row: Mapping[str, Any]) -> bool:
    """Return whether the row is an event's own."""
    return bool(row["crew_id"].get("S") == EVENT_ROW)


def by_id(
    client: DynamoDBClient,
    table: str,
    eids: Iterable[str],
    *,
    names: Sequence[str] = (),
    at_once: int = _AT_ONCE,
) -> Iterator[Wire]:
    """Yield the own rows of these events that exist, in no order. `names` limits the attributes."""
    wanted = list(dict.fromkeys(eids))
    for start in range(0, len(wanted), at_once):
        keys: Any = [{"eid": {"S": eid}, "crew_id": {"S": EVENT_ROW}} for eid in wanted[start : start + at_once]]
        for attempt in range(_TRIES):
            asked: Any = {"Keys": keys, "ConsistentRead": True, **_projection(names)}
            answer = client.batch_get_item(RequestItems={table: asked})
            yield from answer["Responses"].get(table, [])
            left = answer.get("UnprocessedKeys", {})
            keys = left[table]["Keys"] if table in left else []
            if not keys:
                break
            time.sleep(min(0.05 * 2**attempt, 2.0))
        if keys:
            raise Stopped(TOO_BUSY)


def leading(client: DynamoDBClient, table: str, eids: Iterable[str], *, names: Sequence[str] = ()) -> dict[str, Wire]:
    """Return the own row of each of these events by the id that was asked for, also if the event was renamed."""
    found: dict[str, Wire] = {}
    followed = {eid: eid for eid in eids}  # the id that was asked for → the id reached so far
    for _ in range(MOST_STEPS):
        rows = {row["eid"]["S"]: row for row in by_id(client, table, followed.values(), names=names)}
        found |= {eid: rows[at] for eid, at in followed.items() if at in rows and not moved_to(rows[at])}
        followed = {eid: target for eid, at in followed.items() if at in rows and (target := moved_to(rows[at]))}
        if not followed:
            break
    return found


def _projection(names: Sequence[str]) -> dict[str, Any]:
    """Return the projection on these attributes. All of them get aliases, because some are reserved words."""
    if not names:
        return {}
    aliases = {f"#n{place}": name for place, name in enumerate(names)}
    return {"ProjectionExpression": ", ".join(aliases), "ExpressionAttributeNames": aliases}
