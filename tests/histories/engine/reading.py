"""Query and Scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.histories.engine.evaluating import Expressions, at
from tests.histories.engine.values import Invalid, Item, equal, item_size, less

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.histories.engine.grammar import Tree
    from tests.histories.engine.table import Table

PAGE: Final = 1024 * 1024
_Pair = tuple[tuple[str, str], Item]


def query(table: Table, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a Query of the table or its index."""
    expressions = Expressions(request)
    index = request.get("IndexName")
    if index not in {None, "by_month"}:
        raise Invalid(f"The table does not have the specified index: {index}")
    if index and request.get("ConsistentRead"):
        raise Invalid("Consistent reads are not supported on global secondary indexes")
    schema = ("month", "eid") if index else table.keys
    wanted = _Wanted(expressions, expressions.tree("KeyConditionExpression"), schema)
    pairs = [pair for pair in (table.by_month() if index else table.all()) if wanted.holds(pair[1])]
    if request.get("ScanIndexForward") is False:
        pairs.reverse()
    return _page(table, request, expressions, iter(pairs), indexed=bool(index))


def scan(table: Table, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a Scan, in the order of the keys."""
    if request.get("IndexName") or request.get("Segment"):
        raise NotImplementedError("scans of an index or of a segment")
    return _page(table, request, Expressions(request), table.all(), indexed=False)


class _Wanted:
    """The condition of a key: equality of the first part, and perhaps one test of the second."""

    def __init__(self, expressions: Expressions, tree: Tree, schema: tuple[str, ...]) -> None:
        parts = tree[1] if tree[0] == "and" else (tree,)
        self._expressions = expressions
        self._parts = []
        for part in parts:
            path = part[2] if part[0] == "compare" else part[1]
            names = expressions.path(path)
            self._parts.append((part, str(names[0])))
        first = [part for part, name in self._parts if name == schema[0]]
        if len(first) != 1 or first[0][:2] != ("compare", "=") or len(parts) > 2:
            raise Invalid("Query condition missed key schema element")
        if {name for _, name in self._parts} - set(schema):
            raise Invalid("Query key condition not supported")

    def holds(self, item: Item) -> bool:
        """Return whether the item is asked for."""
        return all(self._holds(part, item) for part, _ in self._parts)

    def _holds(self, part: Tree, item: Item) -> bool:
        found = at(item, self._expressions.path(part[2] if part[0] == "compare" else part[1]))
        others = [self._expressions.operand(each, {}) for each in part[2:] if each[0] == "value"]
        match part[0]:
            case "begins_with":
                return bool(found and others[0] and found["S"].startswith(others[0]["S"]))
            case "between":
                return less(found, others[0]) is False and less(others[1], found) is False
            case "compare" if part[1] != "<>":
                other = others[0]
                same, before = equal(found, other), bool(less(found, other))
                return {"=": same, "<": before, "<=": before or same, ">": not (before or same), ">=": not before}[
                    part[1]
                ]
        raise Invalid("Query key condition not supported")


def _page(
    table: Table, request: Mapping[str, Any], expressions: Expressions, pairs: Iterator[_Pair], *, indexed: bool
) -> dict[str, Any]:
    start, limit = request.get("ExclusiveStartKey"), request.get("Limit")
    after = table.key_of(start) if start else None
    found: list[Item] = []
    looked_at, size, sized = 0, 0, table.is_large
    last: Item | None = None
    for key, item in pairs:
        if after is not None:
            after = None if key == after else after
            continue
        if looked_at == limit or size > PAGE:
            break
        looked_at += 1
        if sized:
            size += item_size(item)
        last = item
        if expressions.condition(item, "FilterExpression"):
            found.append(expressions.projected(item))
    else:
        last = None
    answer = {"Items": found, "Count": len(found), "ScannedCount": looked_at}
    if last is None:
        return answer
    names = (*table.keys, "month") if indexed else table.keys
    return {**answer, "LastEvaluatedKey": {name: last[name] for name in names}}
