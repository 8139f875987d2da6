"""The queue of what will never be announced (SQS), for somebody to look at."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_TIMEOUT: Final = 1.0  # seconds
READ_TIMEOUT: Final = 3.0  # seconds


class SqsClient(Protocol):
    """The one operation of botocore's `sqs` client."""

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Any:  # noqa: ANN401, N803 - botocore's own names
        """Puts one message into the queue."""
        ...


def connect_sqs() -> SqsClient:
    """A client for the region, credentials and endpoint that boto3's own environment names."""
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
    """The queue. The client is made for the first letter: as a rule there is none."""

    def __init__(self, connect: Callable[[], SqsClient], queue_url: str) -> None:
        self._connect = connect
        self._queue_url = queue_url

    @cached_property
    def _client(self) -> SqsClient:
        return self._connect()

    def put(self, letter: dict[str, str]) -> None:
        """Puts one letter, which must name nobody, into the queue. Raises botocore's errors: then it is not there."""
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(letter))
