"""The tables of a fuzzed world: reads are remembered, writes are counted at the client, and each case's are undone.

A case that only reads then needs no engine, and each meets the same rows, so that it can be repeated by its number.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from roster.verifying import table as verifying
from roster.verifying.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READS: Final = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable"})
OK: Final = 300
_ASKED: Final = "fuzz_asked"
Key = tuple[str, ...]


@dataclass
class Tables:
    """Watches the calls of every client that it is given. `client` is one that is not watched."""

    client: Any
    keys: Mapping[str, tuple[str, ...]]
    """The names of the key attributes of each table."""
    written: list[tuple[str, Key]] = field(default_factory=list)
    """The table and key of each row that this case has written."""
    calls: int = 0
    _base: dict[tuple[str, Key], dict[str, Any]] = field(default_factory=dict)
    _answers: dict[tuple[str, bytes], bytes] = field(default_factory=dict)

    def watch(self, client: Any) -> None:
        """Watch a client."""
        client.meta.events.register_first("before-call.dynamodb", self._before)
        client.meta.events.register_last("after-call.dynamodb", self._after)

    def set_base(self) -> None:
        """Make the present rows the initial state of each case."""
        self._base = {}
        self._answers.clear()
        self.written.clear()
        for table in self.keys:
            for row in self._all(table):
                self._base[table, self._key(table, row)] = row

    def _all(self, table: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        for page in pages:
            yield from page["Items"]

    def keep(self) -> None:
        """Add the written rows to the initial state of each further case."""
        for table, key in dict.fromkeys(self.written):
            if (row := self._row(table, key)) is not None:
                self._base[table, key] = row
            else:
                self._base.pop((table, key), None)
        self._answers.clear()
        self.written.clear()

    def reset(self) -> None:
        """Undo the writes of the case."""
        undo: dict[str, list[Any]] = {}
        for table, key in dict.fromkeys(self.written):
            if (row := self._base.get((table, key))) is not None:
                undo.setdefault(table, []).append({"PutRequest": {"Item": row}})
            else:
                undo.setdefault(table, []).append({"DeleteRequest": {"Key": self._named(table, key)}})
        for table, actions in undo.items():
            for start in range(0, len(actions), 25):
                left: Any = {table: actions[start : start + 25]}
                while left:
                    left = self.client.batch_write_item(RequestItems=left).get("UnprocessedItems")
        self.written.clear()

    def broken(self, events: str) -> list[str]:
        """Return what `roster verify` says of the events' rows that the case has written, and did not before."""
        found = []
        for table, key in dict.fromkeys(self.written):
            if table == events:
                row = self._row(table, key)
                before = _remarks(self._base.get((table, key)))
                found += [f"{key}: {remark}" for remark in _remarks(row) if remark not in before]
        return found

    def _named(self, table: str, key: Key) -> dict[str, Any]:
        return {name: {"S": value} for name, value in zip(self.keys[table], key, strict=True)}

    def _row(self, table: str, key: Key) -> dict[str, Any] | None:
        found = self.client.get_item(TableName=table, Key=self._named(table, key), ConsistentRead=True)
        return dict(found["Item"]) if "Item" in found else None

    def _before(self, *, model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> Any:
        self.calls += 1
        context[_ASKED] = params["body"]
        if model.name not in READS or self._is_touched(model.name, params["body"]):
            return None
        kept = self._answers.get((model.name, params["body"]))
        return None if kept is None else (_GOOD, pickle.loads(kept))  # noqa: S301 - pickled here

    def _after(self, *, http_response: Any, parsed: Any, model: Any, context: Mapping[str, Any], **_: Any) -> None:
        if http_response is _GOOD or http_response.status_code >= OK:
            return
        asked = context[_ASKED]
        if model.name in READS:
            if not self._is_touched(model.name, asked):
                self._answers[model.name, asked] = pickle.dumps(parsed)
            return
        self.written += self._rows_of(model.name, json.loads(asked))

    def _is_touched(self, operation: str, body: bytes) -> bool:
        """Return whether a read may see what this case has written."""
        if not self.written:
            return False
        asked = json.loads(body)
        own = [key for table, key in self.written if table == asked.get("TableName")]
        match operation:
            case "GetItem":
                return self._key(asked["TableName"], asked["Key"]) in own
            case "Query" if "IndexName" not in asked:
                values = {value.get("S") for value in asked.get("ExpressionAttributeValues", {}).values()}
                return any(key[0] in values for key in own)
        return True

    def _rows_of(self, operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, Key]]:
        """Yield the rows that a write has written."""
        writes: list[tuple[str, Any]] = []
        match operation:
            case "PutItem" | "UpdateItem" | "DeleteItem":
                writes = [(asked["TableName"], asked)]
            case "TransactWriteItems":
                found = [(kind, one) for action in asked["TransactItems"] for kind, one in action.items()]
                writes = [(one["TableName"], one) for kind, one in found if kind != "ConditionCheck"]
            case "BatchWriteItem":
                tables = asked["RequestItems"].items()
                writes = [(table, one) for table, actions in tables for each in actions for one in each.values()]
            case _:
                raise AssertionError(f"{operation} is not known here")
        yield from ((table, self._key(table, one.get("Item") or one["Key"])) for table, one in writes)

    def _key(self, table: str, row: Mapping[str, Any]) -> Key:
        return tuple(row[name]["S"] for name in self.keys[table])


class _Good(SimpleNamespace):
    """The HTTP side of a remembered answer, for the checks of botocore and of the product."""


_GOOD: Final = _Good(status_code=200, headers={}, content=b"{}")


def _remarks(row: Mapping[str, Any] | None) -> list[str]:
    if row is None:
        return []
    return [str(remark) for remark in verifying._check(row) if remark.level is Level.BROKEN]
