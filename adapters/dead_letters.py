"""The queue (SQS) of changes that could not be announced, for a person to read."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.config import Config
from botocore.session import Session

from charter.records import Letter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_TIMEOUT: Final = 1.0  # seconds
READ_TIMEOUT: Final = 3.0  # seconds


_MOST_READS: Final = 20  # of ten letters each
_HIDDEN: Final = 120  # seconds


class SqsClient(Protocol):
    """The operations of botocore's `sqs` client that are used."""

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Any:  # noqa: ANN401, N803 - botocore's own names
        """Put one message into the queue."""
        ...

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, VisibilityTimeout: int) -> Any:  # noqa: ANN401, N803
        """Read messages and hide them from other readers for a while."""
        ...

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> Any:  # noqa: ANN401, N803
        """Take one message out of the queue."""
        ...


def connect_sqs() -> SqsClient:
    """Return a client for the region, credentials and endpoint that the environment names."""
    client: SqsClient = Session().create_client(  # type: ignore[assignment]  # the stubs know a BaseClient
        "sqs",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": 2},  # a letter that comes twice does no harm
        ),
    )
    return client


class DeadLetters:
    """The queue. Its client is made for the first letter, since most runs have none."""

    def __init__(self, connect: Callable[[], SqsClient], queue_url: str) -> None:
        self._connect = connect
        self._queue_url = queue_url

    @cached_property
    def _client(self) -> SqsClient:
        return self._connect()

    def put(self, letter: dict[str, str]) -> None:
        """Put one letter, which must name nobody, into the queue. Raises botocore's errors when it was not put."""
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(letter))

    def take(self) -> list[Letter]:
        """Return the letters in the queue. They are there again after two minutes, unless they are removed."""
        letters: list[Letter] = []
        for _ in range(_MOST_READS):
            answer = self._client.receive_message(
                QueueUrl=self._queue_url, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN
            )
            messages = answer.get("Messages", [])
            if not messages:
                break
            letters += [_letter(message) for message in messages]
        return letters

    def remove(self, letter: Letter) -> None:
        """Take a letter out of the queue."""
        self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=letter.receipt)


def _letter(message: Mapping[str, Any]) -> Letter:
    try:
        body = json.loads(message["Body"])
        row = json.loads(body["row"]) if "row" in body else {}
        return Letter(message["ReceiptHandle"], eid=row.get("eid", {}).get("S"), batch="DDBStreamBatchInfo" in body)
    except (ValueError, TypeError, AttributeError):
        return Letter(message["ReceiptHandle"])  # another program's letter
