"""charter's NameLists over the events table: many events' own rows in a few BatchGetItems, with the names alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from adapters.dynamo import TimeBudget, errors_as_refusals, pause
from adapters.rows import EVENT_ROW
from charter.event_ids import title_of
from charter.searching import NameList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

_AT_ONCE: Final = 50  # rows of one BatchGetItem; DynamoDB takes 100, and answers with at most 16 MB of them
_SIDE_BY_SIDE: Final = 4
_NAMES: Final = {"ProjectionExpression": "eid, title, boat, patrons"}


class DynamoNameLists:
    """charter's NameLists over one table. The reads are eventually consistent, as those of the index are."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def read(self, eids: Sequence[str]) -> list[NameList]:
        """Return the names of those events by one BatchGetItem for 50 of them. See charter.searching.NameLists.read."""
        budget, wanted = TimeBudget(self._clock), list(dict.fromkeys(eids))
        parts = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            found = {
                row["eid"]["S"]: row for rows in pool.map(lambda part: self._rows(part, budget), parts) for row in rows
            }
        return [_read(found[eid]) for eid in wanted if eid in found]

    def _rows(self, eids: Sequence[str], budget: TimeBudget) -> list[dict[str, Any]]:
        """Return those rows. What does not fit into one answer is asked for again."""
        keys = [{"eid": {"S": eid}, "crew_id": {"S": EVENT_ROW}} for eid in eids]
        asked: Any = {self._table: {"Keys": keys, **_NAMES}}
        rows: list[dict[str, Any]] = []
        while asked:
            with errors_as_refusals(budget):
                answer = self._client.batch_get_item(RequestItems=asked)
            rows += answer["Responses"].get(self._table, [])
            asked = answer.get("UnprocessedKeys")
            if asked:
                pause()
        return rows


def _read(row: dict[str, Any]) -> NameList:
    """Return the names in a row as DynamoDB sends it. Other programs write rows too, so any part may be missing."""
    eid = row["eid"]["S"]
    lines = row.get("patrons", {}).get("M", {})
    names = {patron_id: _text(line.get("M", {}).get("name")) for patron_id, line in lines.items()}
    return NameList(eid, _text(row.get("title")) or title_of(eid), _text(row.get("boat")), names)


def _text(value: dict[str, Any] | None) -> str:
    return str((value or {}).get("S", ""))
