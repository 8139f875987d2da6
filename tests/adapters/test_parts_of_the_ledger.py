"""The parts of the ledger that need no table: sizes, expressions, pages, and refusals made of errors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from adapters import dynamo
from adapters.attribute_values import to_wire
from adapters.botocore_parts import DynamoLoader
from adapters.card_requests import ask_card_of_new
from adapters.dynamo import TimeBudget, errors_as_refusals, is_named, is_too_large, queried, rows_of, written_together
from adapters.expressions import Update
from adapters.moved import Trail, earlier_ids, moved_to
from adapters.sizes import LARGEST_REFUND, LARGEST_VOID, RESERVE, item_size, reserved, surely_within, value_size
from charter.refusals import EventUnknown, RowFull, TableUnavailable
from tests.builders import an_event


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "boat"}, 4),
        ({"S": "Señor"}, 6),
        ({"N": "125.00"}, 5),
        ({"N": "1" * 60}, 21),
        ({"B": b"boat"}, 4),
        ({"SS": ["a", "ñ"]}, 3),
        ({"NS": ["1", "100"]}, 5),
        ({"BS": [b"a", b"bc"]}, 3),
        ({"L": [{"S": "a"}, {"BOOL": True}]}, 3 + 2 + 2),
        ({"M": {"a": {"S": "bc"}, "d": {"N": "1"}}}, 3 + 4 + 4),
        ({"NULL": True}, 1),
    ],
    ids=str,
)
def test_a_value_has_the_size_of_dynamodbs_rules(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size
    assert item_size({"ñame": value, "b": {"S": ""}}) == 5 + size + 1


def test_room_is_kept_for_the_reversal_of_each_entry_that_can_be_reversed() -> None:
    def record(**entries: dict[str, Any]) -> dict[str, Any]:
        return {"entries": {"M": {name: {"M": line} for name, line in entries.items()}}}

    many: dict[str, Any] = {f"p{number:062d}": {} for number in range(30)}
    long_id = max(LARGEST_VOID + 3 * 63, LARGEST_REFUND)
    assert reserved([]) == reserved([record(p1={})]) == RESERVE
    assert reserved([record(**many)]) == 30 * long_id + RESERVE // 2
    short: dict[str, Any] = {f"p{number}": {} for number in range(30)}
    assert reserved([record(**short)]) == 30 * LARGEST_REFUND + RESERVE // 2
    row = {"payments": {"M": {"dave": {"M": record(**short)}}}}
    assert not surely_within(item_size(row) + reserved([record(**short)]) - 1, row, [record(**short)])
    assert reserved([{"entries": {"M": {"p1": {"S": "odd"}}}}]) == RESERVE
    undone = {f"void:p{number}": {"reverses": {"S": f"p{number}"}} for number in range(10)}
    assert reserved([record(**short, **undone)]) == 20 * LARGEST_REFUND + RESERVE // 2
    old = {"amount": {"N": "1"}}
    assert reserved([old] * 20) == 20 * (LARGEST_REFUND + 3 + 7 + 2) + RESERVE // 2


def test_an_expression_has_an_alias_for_each_name_and_each_value() -> None:
    update = Update()
    update.set("a", "b", to=1)
    update.set_all("a", to={"c": "x", "d": ""})
    update.increase("n", by=2)
    update.add_texts("s", texts=["z", "y"])
    update.when_exists("a")
    update.when_exists("a")
    request = update.request()

    assert request["UpdateExpression"] == (
        "SET #n0.#n1 = :v0, #n0.#n2 = :v1, #n4 = #n4 + :v2 REMOVE #n0.#n3 ADD #n5 :v3"
    )
    assert request["ConditionExpression"] == "attribute_exists(#n0)"
    assert list(request["ExpressionAttributeNames"].values()) == ["a", "b", "c", "d", "n", "s"]
    values = [{"N": "1"}, {"S": "x"}, {"N": "2"}, {"SS": ["y", "z"]}]
    assert list(request["ExpressionAttributeValues"].values()) == values


def test_each_condition_is_dynamodbs_own_words() -> None:
    update = Update()
    update.when_missing("a")
    update.when_empty("b")
    update.when_empty_map("c")
    update.when_not("d", value=1)
    update.when_exists_or_nothing_in("e", "x", of="e")
    update.when_size("f", "m", is_=3)
    update.when_size("f", "m", is_=3, or_before=("at", "2026"))
    update.when_map("g")
    update.when_still("h", "k", in_={"k": 5})
    update.when_still("h", "l", in_={"k": 5})
    update.when_as_read("i", in_={"i": {"S": "y"}})
    update.when_as_read("j", in_={})
    update.when("k", is_=">=", value=7)
    update.when_without("l", text="t")
    condition = update.condition()

    names = condition["ExpressionAttributeNames"]
    values = condition["ExpressionAttributeValues"]
    readable = condition["ConditionExpression"]
    for alias, name in sorted(names.items(), key=lambda each: -len(each[0])):
        readable = readable.replace(alias, name)
    for alias, value in sorted(values.items(), key=lambda each: -len(each[0])):
        readable = readable.replace(alias, str(next(iter(value.values()))))
    assert readable.split(" AND ") == [
        "attribute_not_exists(a)",
        "(attribute_not_exists(b) OR attribute_type(b, NULL))",
        "(attribute_not_exists(c) OR c = {})",
        "(attribute_not_exists(d) OR d <> 1)",
        "(attribute_exists(e.x) OR size(e) = 0)",
        "size(f.m) = 3",
        "(size(f.m) = 3 OR f.at < 2026)",
        "attribute_type(g, M)",
        "h.k = 5",
        "attribute_not_exists(h.l)",
        "i = y",
        "attribute_not_exists(j)",
        "k >= 7",
        "NOT contains(l, t)",
    ]
    assert "UpdateExpression" not in condition
    alone = Update()
    alone.when_exists("a")
    assert "ExpressionAttributeValues" not in alone.condition()


def test_a_type_that_the_table_lacks_is_named() -> None:
    with pytest.raises(TypeError, match="no form for float"):
        to_wire(1.5)
    assert to_wire({b"a"}) == {"BS": [b"a"]}


BUSY = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
]


def failure(code: str, message: str = "", *, status: int = 400, **more: Any) -> ClientError:
    """An error as botocore raises it."""
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response | more, "UpdateItem")


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        *((failure(code), TableUnavailable) for code in BUSY),
        (failure("SomethingElse", status=500), TableUnavailable),
        (failure("SomethingElse", status=499), ClientError),
        (failure("400"), TableUnavailable),
        (failure("Unknown"), TableUnavailable),
        (failure(""), TableUnavailable),
        (failure("ValidationException", "Item SIZE has EXCEEDED the limit"), RowFull),
        (failure("ValidationException", "size"), ClientError),
        (failure("ValidationException", "exceeded"), ClientError),
        (failure("Other", "size exceeded"), ClientError),
        (EndpointConnectionError(endpoint_url="x"), TableUnavailable),
        (ClientError({"Error": {}}, "x"), TableUnavailable),
        (ClientError({"Error": {"Code": "ValidationException"}}, "x"), ClientError),
    ],
    ids=str,
)
def test_an_error_is_an_outage_a_full_row_or_itself(error: Exception, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised, errors_as_refusals(TimeBudget(lambda: 0.0)):
        raise error
    assert type(raised.value) is refusal


def test_an_event_gets_a_row_with_the_request_for_its_card_only_where_it_has_none() -> None:
    request = ask_card_of_new(an_event(), "2026-05-23T20:30:00.000Z").request()
    [eid] = [alias for alias, name in request["ExpressionAttributeNames"].items() if name == "eid"]
    assert request["ConditionExpression"] == f"attribute_not_exists({eid})"


def test_an_error_that_the_caller_names_is_left_to_them() -> None:
    with (
        pytest.raises(ClientError),
        errors_as_refusals(TimeBudget(lambda: 0.0), unchanged={"ThrottlingException"}),
    ):
        raise failure("ThrottlingException")
    assert [is_named(code) for code in ("Throttling", "", "400", "Unknown")] == [True, False, False, False]


def test_no_call_starts_once_the_time_is_spent() -> None:
    times = iter([10.0, 10.0 + dynamo.TIME_BUDGET, 10.01 + dynamo.TIME_BUDGET])
    budget = TimeBudget(lambda: next(times))

    budget.check()
    with pytest.raises(TableUnavailable):
        budget.check()


def test_rows_come_from_all_pages_of_a_query() -> None:
    asked: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = [
        {"Items": [{"crew_id": {"S": "a"}}], "LastEvaluatedKey": {"k": 1}},
        {"Items": [], "LastEvaluatedKey": {"k": 2}},
        {"Items": [{"crew_id": {"S": "b"}}]},
    ]

    def query(**arguments: Any) -> dict[str, Any]:
        asked.append(arguments)
        return pages[len(asked) - 1]

    client: Any = SimpleNamespace(query=query)
    assert rows_of(client, "events", "e1") == {"a": {"crew_id": {"S": "a"}}, "b": {"crew_id": {"S": "b"}}}
    assert [each.get("ExclusiveStartKey") for each in asked] == [None, {"k": 1}, {"k": 2}]
    assert (asked[0]["TableName"], asked[0]["ConsistentRead"]) == ("events", True)
    assert asked[0]["ExpressionAttributeValues"] == {":eid": {"S": "e1"}}
    asked.clear()
    assert len(list(queried(client, TableName="t"))) == 2


def test_a_transaction_is_written_or_its_condition_failed_or_a_row_is_full() -> None:
    def write(error: Exception | None) -> bool:
        def transact(**_: Any) -> None:
            if error:
                raise error

        client: Any = SimpleNamespace(transact_write_items=transact)
        return written_together(client, [], TimeBudget(lambda: 0.0))

    def cancelled(*reasons: dict[str, str]) -> ClientError:
        return failure("TransactionCanceledException", CancellationReasons=list(reasons))

    full = {"Code": "ValidationError", "Message": "Item size to update has exceeded"}
    assert write(None)
    assert not write(cancelled({"Code": "ConditionalCheckFailed"}, {"Code": "ValidationError", "Message": "other"}))
    with pytest.raises(RowFull):
        write(cancelled({"Code": "None"}, full))
    with pytest.raises(ClientError):
        write(failure("AccessDenied"))
    assert not is_too_large(failure("x"))
    assert not is_too_large(cancelled({"Code": "Other", "Message": "size"}))


def test_a_redirect_is_followed_four_times_and_then_it_is_a_circle() -> None:
    trail = Trail("a")

    assert not trail.follows({})
    assert not trail.follows({"moved_to": {"NULL": True}})
    for eid in ("b", "c", "d", "e"):
        assert trail.follows({"moved_to": {"S": eid}})
        assert trail.eid == eid
    with pytest.raises(EventUnknown, match="a"):
        trail.follows({"moved_to": {"S": "f"}})
    assert moved_to({"moved_to": {"S": ""}}) is None
    assert earlier_ids({"renamed_from": {"L": [{"S": "x"}, {"N": "1"}, {"S": "y"}]}}) == ["x", "y"]
    assert earlier_ids({}) == []


def test_the_endpoints_follow_from_the_partitions() -> None:
    endpoints, path = DynamoLoader().load_data_with_path("endpoints")
    aws = next(each for each in endpoints["partitions"] if each["partition"] == "aws")

    assert path.endswith("endpoints")
    assert (endpoints["version"], aws["dnsSuffix"], aws["services"]) == (3, "amazonaws.com", {})
    assert "us-west-2" in aws["regions"]
    assert aws["regionRegex"].startswith("^(us|")
    hosts = "{service}%s.{region}.{dnsSuffix}"
    assert aws["defaults"] == {
        "hostname": hosts % "",
        "protocols": ["https"],
        "signatureVersions": ["v4"],
        "variants": [
            {"hostname": hosts % "-fips", "dnsSuffix": "amazonaws.com", "tags": ["fips"]},
            {"hostname": hosts % "", "dnsSuffix": "api.aws", "tags": ["dualstack"]},
            {"hostname": hosts % "-fips", "dnsSuffix": "api.aws", "tags": ["dualstack", "fips"]},
        ],
    }
