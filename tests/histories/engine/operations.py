"""DynamoDB's operations over tables in memory, as JSON in and out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tests.histories.engine.evaluating import Expressions
from tests.histories.engine.reading import query, scan
from tests.histories.engine.table import Table
from tests.histories.engine.values import Invalid, Item, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Key = tuple[str, str]
_TYPES: Final = "com.amazonaws.dynamodb.v20120810#"
MOST_ACTIONS: Final = 100
MOST_KEYS: Final = 100


class Failed(Exception):  # noqa: N818 - a fact
    """DynamoDB answers with an error. `more` is beside its name and message."""

    def __init__(self, name: str, message: str, **more: Any) -> None:
        super().__init__(name)
        self.name, self.message, self.more = name, message, more


class MemoryDynamo:
    """A DynamoDB of one account. `clock` returns Unix seconds, for the records of streams."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.tables: dict[str, Table] = {}
        self._tokens: dict[str, str] = {}

    def create(self, name: str, *keys: str, streams: bool = False) -> Table:
        """Make a table with these keys, the partition's first."""
        self.tables[name] = Table(name, keys, self._clock, streams=streams)
        return self.tables[name]

    def answer(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """Carry out one operation. Return the HTTP status and the body."""
        done = getattr(self, f"_{operation}", None)
        if done is None:
            return 400, json.dumps({"__type": f"{_TYPES}UnknownOperationException", "message": operation}).encode()
        try:
            return 200, json.dumps(done(json.loads(body)), ensure_ascii=False).encode()
        except Invalid as error:
            failed = Failed("ValidationException", str(error))
        except Failed as error:
            failed = error
        refusal = {"__type": _TYPES + failed.name, "message": failed.message, **failed.more}
        return 400, json.dumps(refusal, ensure_ascii=False).encode()

    def _table(self, request: Mapping[str, Any]) -> Table:
        if request["TableName"] not in self.tables:
            raise Failed("ResourceNotFoundException", "Requested resource not found")
        return self.tables[request["TableName"]]

    # Reading

    def _GetItem(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - DynamoDB's own names, as below
        table, expressions = self._table(request), Expressions(request)
        found = table.get(table.whole_key(request["Key"]))
        projected = expressions.projected(found or {})
        return {"Item": projected} if found is not None and projected else {}

    def _BatchGetItem(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        answers: dict[str, list[Item]] = {}
        for name, asked in request["RequestItems"].items():
            table, expressions = self._table({"TableName": name}), Expressions(asked)
            keys = [table.whole_key(key) for key in asked["Keys"]]
            if not keys or len(keys) > MOST_KEYS or len(set(keys)) != len(keys):
                raise Invalid("Provided list of item keys contains duplicates, is empty or too long")
            found = [item for key in keys if (item := table.get(key)) is not None]
            answers[name] = [expressions.projected(item) for item in found]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def _Query(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return query(self._table(request), request)

    def _Scan(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return scan(self._table(request), request)

    def _DescribeTable(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        table = self._table(request)
        kinds = ("HASH", "RANGE")
        schema = [{"AttributeName": name, "KeyType": kinds[place]} for place, name in enumerate(table.keys)]
        return {"Table": {"TableName": table.name, "TableStatus": "ACTIVE", "KeySchema": schema}}

    # Writing

    def _PutItem(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._write("Put", request)

    def _UpdateItem(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._write("Update", request)

    def _DeleteItem(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._write("Delete", request)

    def _BatchWriteItem(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        for name, writes in request["RequestItems"].items():
            for write in writes:
                kind = "Put" if "PutRequest" in write else "Delete"
                self._write(kind, {"TableName": name, **write[f"{kind}Request"]})
        return {"UnprocessedItems": {}}

    def _write(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request)
        key, before, after, holds = self._planned(kind, request)
        if not holds:
            shown = (
                {"Item": before} if before and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
            )
            raise Failed("ConditionalCheckFailedException", "The conditional request failed", **shown)
        table.put(key, after)
        match request.get("ReturnValues", "NONE"):
            case "ALL_NEW" if kind == "Update":
                return {"Attributes": after}
            case "ALL_OLD":
                return {"Attributes": before} if before else {}
            case "NONE":
                return {}
        raise NotImplementedError(request["ReturnValues"])

    def _planned(self, kind: str, request: Mapping[str, Any]) -> tuple[_Key, Item | None, Item | None, bool]:
        """Return the key, the item before and after the write, and whether its condition holds."""
        table, expressions = self._table(request), Expressions(request)
        given = {name: canonical(value) for name, value in request.get("Item", {}).items()}
        key = table.key_of(given) if kind == "Put" else table.whole_key(request["Key"])
        before = table.get(key)
        holds = expressions.condition(before or {})
        after: Item | None = before
        if kind == "Put":
            after = given
        elif kind == "Delete":
            after = None
        elif kind == "Update":
            # Names and values are checked before the condition, but paths are resolved only where it holds.
            after = _updated(expressions, before, request, holds=holds)
        return key, before, after, holds

    def _TransactWriteItems(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        token, content = request.get("ClientRequestToken"), json.dumps(request["TransactItems"], sort_keys=True)
        if token and token in self._tokens:
            if self._tokens[token] != content:
                raise Failed("IdempotentParameterMismatchException", "the token was used for another request")
            return {}
        actions = [next(iter(each.items())) for each in request["TransactItems"]]
        if not 1 <= len(actions) <= MOST_ACTIONS:
            raise Invalid("Member must have length less than or equal to 100, and at least 1")
        planned = [(self._table(each), *self._planned(kind, each)) for kind, each in actions]
        if len({(table.name, key) for table, key, *_ in planned}) != len(planned):
            raise Invalid("Transaction request cannot include multiple operations on one item")
        reasons = [_reason(action, *plan) for (_, action), plan in zip(actions, planned, strict=True)]
        if any(reason["Code"] != "None" for reason in reasons):
            codes = ", ".join(reason["Code"] for reason in reasons)
            said = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
            raise Failed("TransactionCanceledException", said, CancellationReasons=reasons)
        for (kind, _), (table, key, _, after, _) in zip(actions, planned, strict=True):
            if kind != "ConditionCheck":
                table.put(key, after)
        if token:
            self._tokens[token] = content
        return {}


def _updated(expressions: Expressions, before: Item | None, request: Mapping[str, Any], *, holds: bool) -> Item | None:
    try:
        after = expressions.updated(before or dict(request["Key"]))
    except Invalid:
        if holds:
            raise
        return before
    if before is not None and any(after.get(name) != value for name, value in request["Key"].items()):
        raise Invalid("Cannot update attribute. This attribute is part of the key")
    return after


def _reason(
    action: Mapping[str, Any],
    table: Table,
    _key: _Key,
    before: Item | None,
    after: Item | None,
    holds: bool,  # noqa: FBT001
) -> dict[str, Any]:
    if not holds:
        shown = {"Item": before} if before and action.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
        return {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", **shown}
    try:
        table.check(after)
    except Invalid as error:
        return {"Code": "ValidationError", "Message": str(error)}
    return {"Code": "None"}
