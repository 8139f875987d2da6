"""DynamoDB's low-level client, with time-outs that fit into the 3 seconds that Slack waits; its errors in our words."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from adapters.aws import NO_ANSWER, session
from adapters.botocore_parts import DynamoLoader, DynamoParsers
from adapters.whole_answers import refuse_cut_answers
from charter.refusals import RowFull, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

CONNECT_TIMEOUT: Final = 0.3  # seconds
READ_TIMEOUT: Final = 0.7  # seconds

# Two tries of at most 1 s each and 50 ms between them: botocore's legacy mode is the one whose pause for DynamoDB is
# that short (the others wait up to a second). A caller that makes several calls in a row starts none after PATIENCE,
# so the worst case stays under 2.8 s.
ATTEMPTS: Final = 2
PATIENCE: Final = 0.7  # seconds

_PAUSE: Final = 0.02  # seconds

# botocore would otherwise build its own anew, twice for each call: a tenth of what a call costs.
_NAME: Final = "ship-captain-crew"

# DynamoDB's names for «later».
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
    """A client for the region, credentials and endpoint that boto3's own environment names.

    It is the very client that boto3 hands out; boto3 itself would only add the time that its import takes.
    """
    aws = session()
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
        ),
    )
    refuse_cut_answers(client)
    return client


def queried(client: DynamoDBClient, **query: Any) -> Iterator[dict[str, Any]]:
    """Give the rows that a Query finds, in one call for each megabyte.

    As botocore's own paginator, which makes a class for each use: a tenth of what a short Query costs.
    """
    while True:
        answer = client.query(**query)
        yield from answer["Items"]
        if not answer.get("LastEvaluatedKey"):
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class Patience:
    """What one operation of the ledger has left of the time that its calls, one after another, may start in."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = clock() + PATIENCE

    def check(self) -> None:
        """Raises TableUnavailable when no further call may start."""
        if self._clock() > self._ends:
            raise TableUnavailable


@contextmanager
def in_our_words(patience: Patience, *, passing: Collection[str] = ()) -> Iterator[None]:
    """One call. Turns an outage into TableUnavailable, an item past 400 KB into RowFull; all else passes through.

    Errors of DynamoDB's that are named in `passing` pass through too.
    """
    patience.check()
    try:
        yield
    except ClientError as error:
        code, words = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in passing:
            raise
        if code in BUSY or status >= 500 or not is_named(code):  # noqa: PLR2004 - server errors
            raise TableUnavailable from error
        if code == "ValidationException" and "size" in words.lower() and "exceed" in words.lower():
            raise RowFull from error
        raise
    except NO_ANSWER as error:
        raise TableUnavailable from error


def is_named(code: str) -> bool:
    """Return whether an error has a name of AWS's: one whose body was cut has at most its status, as `400`."""
    return bool(code) and not code.isdecimal() and code != "Unknown"


def is_condition_failure(error: ClientError) -> bool:
    """Whether a write was refused because its condition did not hold."""
    return error.response["Error"].get("Code") == "ConditionalCheckFailedException"


def is_too_large(error: ClientError) -> bool:
    """True if a transaction was cancelled because an item would pass 400 KB."""
    reasons: Any = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") == "ValidationError" and "size" in str(reason.get("Message")) for reason in reasons)


def pause() -> None:
    """Wait until a transaction that has the row is over: some 20 ms, each time another while."""
    time.sleep(_PAUSE * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the tries
