"""DynamoDB's low-level client: timeouts that fit into Slack's 3 seconds, and its errors as refusals."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from adapters.aws import NO_ANSWER, session
from adapters.botocore_parts import DynamoLoader, DynamoParsers, register_handlers
from adapters.certificates import read_certificates_once
from adapters.whole_answers import refuse_cut_answers
from charter.refusals import RowFull, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

# A row on the wire, {"eid": {"S": "…"}}.
Wire = dict[str, Any]

CONNECT_TIMEOUT: Final = 0.3  # seconds
READ_TIMEOUT: Final = 0.7  # seconds

# Two tries of at most 1 s each and 50 ms between them: botocore's legacy mode is the one whose pause for DynamoDB is
# that short (the others wait up to a second). A caller that makes several calls in a row starts none after TIME_BUDGET,
# so the worst case stays under 2.8 s.
ATTEMPTS: Final = 2
TIME_BUDGET: Final = 0.7  # seconds

_PAUSE: Final = 0.02  # seconds

# botocore would otherwise build its own anew, twice for each call: a tenth of what a call costs.
_NAME: Final = "ship-captain-crew"

# DynamoDB's error codes for calls that may succeed later.
BUSY: Final = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


def connect(*, connect_timeout: float = CONNECT_TIMEOUT, read_timeout: float = READ_TIMEOUT) -> DynamoDBClient:
    """Return a client for the region, credentials and endpoint that the environment names.

    It is made by botocore. boto3 would return the same client, and its import takes time.
    """
    aws = session(handlers=False)
    register_handlers(aws)
    aws.register_component("data_loader", DynamoLoader())
    aws.register_component("response_parser_factory", DynamoParsers())
    client: DynamoDBClient = aws.create_client(  # type: ignore[assignment]  # the stubs know a BaseClient
        "dynamodb",
        config=Config(
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            retries={"mode": "legacy", "total_max_attempts": ATTEMPTS},
            tcp_keepalive=True,
            max_pool_connections=40,
            user_agent=_NAME,
            parameter_validation=False,  # types are checked before they get here, and DynamoDB checks the rest
        ),
    )
    refuse_cut_answers(client)
    read_certificates_once(client)
    return client


def queried(client: DynamoDBClient, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows that a Query finds, in one call for each megabyte.

    botocore's own paginator makes a class for each use, which costs a tenth of a short Query.
    """
    while True:
        answer = client.query(**query)
        yield from answer["Items"]
        if not answer.get("LastEvaluatedKey"):
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def rows_of(client: DynamoDBClient, table: str, eid: str) -> dict[str, Wire]:
    """Return all rows of one id by their sort keys, crew rows too, in one consistent Query for each megabyte."""
    found = queried(
        client,
        TableName=table,
        KeyConditionExpression="#eid = :eid",
        ExpressionAttributeNames={"#eid": "eid"},
        ExpressionAttributeValues={":eid": {"S": eid}},
        ConsistentRead=True,
    )
    return {row["crew_id"]["S"]: row for row in found}


class TimeBudget:
    """Time budget of one ledger operation. No further call starts once it is spent."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = clock() + TIME_BUDGET

    def check(self) -> None:
        """Raise TableUnavailable when no further call may start."""
        if self._clock() > self._ends:
            raise TableUnavailable


@contextmanager
def errors_as_refusals(budget: TimeBudget, *, unchanged: Collection[str] = ()) -> Iterator[None]:
    """Wrap one call: raise TableUnavailable for an outage, RowFull for an item past 400 KB, other errors as they are.

    DynamoDB's errors that are named in `unchanged` are raised as they are too.
    """
    budget.check()
    try:
        yield
    except ClientError as error:
        code, words = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in unchanged:
            raise
        if code in BUSY or status >= 500 or not is_named(code):  # noqa: PLR2004 - server errors
            raise TableUnavailable from error
        if code == "ValidationException" and "size" in words.lower() and "exceed" in words.lower():
            raise RowFull from error
        raise
    except NO_ANSWER as error:
        raise TableUnavailable from error


def is_named(code: str) -> bool:
    """Return whether the code is one of AWS's names. An error whose body was cut has only its status, as `400`."""
    return bool(code) and not code.isdecimal() and code != "Unknown"


def is_condition_failure(error: ClientError) -> bool:
    """Return whether a write was refused because its condition did not hold."""
    return error.response["Error"].get("Code") == "ConditionalCheckFailedException"


def is_too_large(error: ClientError) -> bool:
    """Return whether a transaction was cancelled because an item would pass 400 KB."""
    reasons: Any = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") == "ValidationError" and "size" in str(reason.get("Message")) for reason in reasons)


def written_together(client: DynamoDBClient, actions: Any, budget: TimeBudget) -> bool:  # noqa: ANN401 - botocore's own
    """Write all actions in one transaction. Return False where a condition failed, or another transaction had a row.

    Then read again, and write by that. Raises RowFull and TableUnavailable.
    """
    try:
        with errors_as_refusals(budget):
            client.transact_write_items(TransactItems=actions)
    except ClientError as error:
        if error.response["Error"].get("Code") != "TransactionCanceledException":
            raise
        if is_too_large(error):
            raise RowFull from error
        return False
    return True


def pause() -> None:
    """Wait about 20 ms, a random time, for another transaction on the row to end."""
    time.sleep(_PAUSE * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the tries
