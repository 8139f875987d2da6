"""The DynamoDB in memory refuses the same requests as the real one, and answers as the embedded engine does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.histories.engine.operations import MemoryDynamo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Engine

KEY = {"eid": {"S": "e"}, "crew_id": {"S": "#event"}}
ITEM: dict[str, dict[str, Any]] = {**KEY, "n": {"N": "1.50"}, "m": {"M": {"a": {"S": "x"}}}, "ids": {"SS": ["p1"]}}
NAMES = {"#n": "n", "#m": "m", "#a": "a", "#b": "b", "#ids": "ids"}

# Operation, expressions with their values, and whether DynamoDB carries them out.
WRITES: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("SET #n = #n + :v", {":v": {"N": "2.25"}}, True),
    ("SET #m.#b = :v REMOVE #m.#a", {":v": {"S": "y"}}, True),
    ("ADD #ids :v", {":v": {"SS": ["p2", "p3"]}}, True),
    ("DELETE #ids :v", {":v": {"SS": ["p1"]}}, True),
    ("SET #b = if_not_exists(#b, :v)", {":v": {"L": [{"N": "7"}, {"NULL": True}]}}, True),
    ("SET #b.#a = :v", {":v": {"S": "no such parent"}}, False),
    ("SET #b = #b + :v", {":v": {"N": "1"}}, False),
    ("SET #n = :v, #n = :v", {":v": {"N": "1"}}, False),
    ("SET #n = :v", {":v": {"N": "1"}, ":unused": {"N": "1"}}, False),
    ("SET #n = :missing", {}, False),
    ("SET #n == :v", {":v": {"N": "1"}}, False),
    ("", {}, False),
)
CONDITIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("attribute_not_exists(#m.#b) AND #n >= :v", {":v": {"N": "1.5"}}),
    ("NOT contains(#ids, :v)", {":v": {"S": "p1"}}),
    ("contains(#ids, :v) AND (#n = :w OR attribute_exists(#b))", {":v": {"S": "p1"}, ":w": {"N": "1.500"}}),
    ("attribute_type(#m, :v) AND size(#m) = :w", {":v": {"S": "M"}, ":w": {"N": "1"}}),
    ("#m = :v", {":v": {"M": {"a": {"S": "x"}}}}),
    ("#n BETWEEN :v AND :w", {":v": {"N": "2"}, ":w": {"N": "3"}}),
    ("begins_with(#m.#a, :v)", {":v": {"S": "x"}}),
    ("#n IN (:v, :w)", {":v": {"N": "1"}, ":w": {"N": "1.5"}}),
    ("#b <> :v", {":v": {"S": "x"}}),
)


def used(names: Mapping[str, str], *texts: str) -> dict[str, str]:
    """Return the aliases that occur in a text."""
    return {alias: name for alias, name in names.items() if any(alias in text for text in texts)}


class InMemory:
    """The engine, with the calls of boto3's client that these tests make."""

    def __init__(self) -> None:
        self.dynamo = MemoryDynamo(lambda: 0.0)
        self.table = "t"
        self.dynamo.create("t", "eid", "crew_id", streams=True)

    def call(self, operation: str, **arguments: Any) -> tuple[str, Any]:
        status, body = self.dynamo.answer(operation, json.dumps({"TableName": "t", **arguments}).encode())
        answer = json.loads(body)
        return ("", answer) if status == 200 else (answer["__type"].rpartition("#")[2], answer)


class Embedded:
    """The embedded AWS in the same form."""

    def __init__(self, engine: Engine, table: str) -> None:
        self.client, self.table = engine.client, table

    def call(self, operation: str, **arguments: Any) -> tuple[str, Any]:
        method = {"PutItem": "put_item", "UpdateItem": "update_item", "GetItem": "get_item"}[operation]
        try:
            return "", getattr(self.client, method)(TableName=self.table, **arguments)
        except self.client.exceptions.ClientError as error:
            return error.response["Error"]["Code"], error.response


def outcomes(engine: InMemory | Embedded) -> list[Any]:
    """Return the result of every write and of every condition on a fresh item."""
    found: list[Any] = []
    for expression, values, _ in WRITES[:5]:
        engine.call("PutItem", Item=ITEM)
        found.append(_updated(engine, expression, values))
    for expression, values in CONDITIONS:
        engine.call("PutItem", Item=ITEM)
        found.append(_updated(engine, "SET #b = :new", {**values, ":new": {"S": "z"}}, expression))
    return found


def _updated(engine: InMemory | Embedded, expression: str, values: dict[str, Any], condition: str = "") -> Any:
    arguments: dict[str, Any] = {"Key": KEY, "UpdateExpression": expression}
    arguments |= {"ConditionExpression": condition} if condition else {}
    arguments |= {"ExpressionAttributeNames": names} if (names := used(NAMES, expression, condition)) else {}
    arguments |= {"ExpressionAttributeValues": values} if values else {}
    code, _ = engine.call("UpdateItem", **arguments)
    _, after = engine.call("GetItem", Key=KEY, ConsistentRead=True)
    return code, {name: _plain(value) for name, value in after["Item"].items()}


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return a value without what engines write differently: zeros at the end of a number, the order of a set."""
    ((kind, content),) = value.items()
    return {kind: float(content) if kind == "N" else sorted(content) if kind == "SS" else content}


def test_both_engines_do_the_same(dynamodb: Engine, events_table: str) -> None:
    assert outcomes(InMemory()) == outcomes(Embedded(dynamodb, events_table))


@pytest.mark.parametrize(("expression", "values", "is_right"), WRITES)
def test_a_malformed_update_is_refused_and_changes_nothing(
    expression: str, values: dict[str, Any], *, is_right: bool
) -> None:
    engine = InMemory()
    engine.call("PutItem", Item=ITEM)
    code, after = _updated(engine, expression, values)
    assert (code == "") == is_right
    assert (after != {name: _plain(value) for name, value in ITEM.items()}) == is_right


def test_names_that_are_reserved_and_items_that_are_too_large_are_refused() -> None:
    engine = InMemory()
    code, said = engine.call("UpdateItem", Key=KEY, UpdateExpression="REMOVE month")
    assert (code, "reserved" in said["message"]) == ("ValidationException", True)
    code, said = engine.call("PutItem", Item={**KEY, "x": {"S": "x" * 410_000}})
    assert "size" in said["message"]


def test_a_transaction_is_written_whole_or_not_and_once_by_its_token() -> None:
    engine = InMemory()
    put = {"Put": {"TableName": "t", "Item": {"eid": {"S": "e"}, "crew_id": {"S": "a"}}}}
    failing = {"ConditionCheck": {"TableName": "t", "Key": KEY, "ConditionExpression": "attribute_exists(eid)"}}
    code, said = engine.call("TransactWriteItems", TransactItems=[put, failing])
    assert code == "TransactionCanceledException"
    assert [reason["Code"] for reason in said["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert engine.call("GetItem", Key=put["Put"]["Item"])[1] == {}
    for _ in range(2):
        assert engine.call("TransactWriteItems", TransactItems=[put], ClientRequestToken="once")[0] == ""
    other = {"Delete": {"TableName": "t", "Key": put["Put"]["Item"]}}
    assert engine.call("TransactWriteItems", TransactItems=[other], ClientRequestToken="once")[0] == (
        "IdempotentParameterMismatchException"
    )
    assert engine.call("TransactWriteItems", TransactItems=[put, other])[0] == "ValidationException"
    assert [record["eventName"] for record in engine.dynamo.tables["t"].take_records()] == ["INSERT"]
