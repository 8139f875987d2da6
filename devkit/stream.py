"""An event source mapping: a table's stream, polled and handed to a handler as Lambda does.

By AWS's rules (docs.aws.amazon.com/lambda/latest/dg/with-ddb.html and …/services-ddb-batchfailurereporting.html): each
shard in order, batches of at most `batch_size` records and 6 MB, retries from the first record that failed, halves
after a crash, and what is too old or was tried too often goes to the on-failure destination, so that the rest moves on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from devkit.aws import CREDENTIALS, REGION
from devkit.batches import Batch, MappingSettings, cut, first_failure, meets, payload, serialised
from devkit.functions import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.batches import Record
    from devkit.functions import Handler

log = logging.getLogger(__name__)

IDLE: Final = 0.25  # seconds between two looks at a quiet shard, as Lambda has it
FIRST_WAIT, LONGEST_WAIT = 0.25, 10.0  # seconds before a retry; doubled each time. AWS does not tell its own.


class Streams(Protocol):
    """What is needed of boto3's client of that name."""

    def describe_stream(self, **asked: Any) -> Any: ...  # noqa: ANN401, D102  # AWS's own shapes
    def get_shard_iterator(self, **asked: Any) -> Any: ...  # noqa: ANN401, D102  # as above
    def get_records(self, **asked: Any) -> Any: ...  # noqa: ANN401, D102  # as above


def streams_client(endpoint: str) -> Any:  # noqa: ANN401  # boto3 makes its clients at run time
    """boto3's client for the streams of an engine on this machine."""
    import boto3

    return boto3.client(
        "dynamodbstreams",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def wait_before(attempt: int) -> float:
    """Seconds before the retry that follows this attempt, counted from 1."""
    wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt - 1, 10))
    return wait


@dataclass(frozen=True)
class GivenUp:
    """What the on-failure destination is told: which records, and why. Records themselves are not sent there."""

    condition: str
    """`RetryAttemptsExhausted` or `RecordAgeExceeded`."""
    shard: str
    first: str
    last: str
    size: int


@dataclass(eq=False)
class _Shard:
    """One shard: how far it was read, and what of it is in hand."""

    id: str
    iterator: str | None
    """Where to read on; None at the end of a closed shard."""
    last: str | None = None
    """The sequence number of the last record that was read."""
    gathered: list[Record] = field(default_factory=list)
    """Records that wait for the batching window to end, since `since` (monotonic)."""
    since: float = 0.0
    batches: deque[Batch] = field(default_factory=deque)
    due: float = 0.0
    """When to come back to it, by the monotonic clock."""
    dry: bool = False
    """Whether the last look found nothing."""


class Mapping:
    """A running mapping. Everything that is written after it was made is delivered; nothing from before."""

    def __init__(  # noqa: PLR0913  # each has a default, and most callers give none
        self,
        handler: Handler,
        *,
        client: Streams,
        stream: str,
        settings: MappingSettings | None = None,
        name: str = "announce",
        wait: Callable[[int], float] = wait_before,
    ) -> None:
        self._handler = handler
        self._client = client
        self._stream = stream
        self._settings = settings or MappingSettings()
        self._name = name
        self._wait = wait
        self.given_up: list[GivenUp] = []
        self._shards = [self._opened(shard, "LATEST") for shard in self._open_shards()]
        self._stopping = threading.Event()
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._run, name=f"mapping of {name}", daemon=True)
        self._thread.start()

    def stop(self, *, patience: float = 5.0) -> int:
        """Deliver what was written until now, for at most `patience` seconds. How many records are left over."""
        self._deadline = time.monotonic() + patience
        self._stopping.set()
        self._thread.join(patience + 1.0)
        return sum(len(batch.records) for shard in self._shards for batch in shard.batches)

    def _run(self) -> None:
        while self._shards:
            stopping = self._stopping.is_set()  # asked before reading: what is read then was written before
            now = time.monotonic()
            if now >= self._deadline:
                return
            for shard in [shard for shard in self._shards if shard.due <= now or (stopping and not shard.batches)]:
                shard.dry = False
                try:
                    self._step(shard)
                except (ClientError, BotoCoreError) as error:
                    self._recover(shard, error)
            if stopping and all(shard.dry for shard in self._shards):
                return
            soonest = min((shard.due for shard in self._shards), default=now)
            # A stop cuts an idle wait short, but not the wait before a retry.
            pause = max(0.0, min(soonest, self._deadline) - time.monotonic())
            (time.sleep if stopping else self._stopping.wait)(min(pause, IDLE))

    def _step(self, shard: _Shard) -> None:
        """Reads on, or hands over the first batch in hand."""
        if not shard.batches:
            self._read(shard)
        if shard.batches:
            shard.dry = False
            self._hand_over(shard)
        elif shard.iterator is None and not shard.gathered:
            self._shards.remove(shard)
            self._shards += [self._opened(child, "TRIM_HORIZON") for child in self._open_shards(of=shard.id)]

    def _read(self, shard: _Shard) -> None:
        shard.due = time.monotonic() + IDLE
        if shard.iterator is None:
            return
        answer = self._client.get_records(ShardIterator=shard.iterator, Limit=self._settings.batch_size)
        shard.iterator = answer.get("NextShardIterator")
        records = [payload(record, stream=self._stream) for record in answer["Records"]]
        if records:
            shard.last = records[-1]["dynamodb"]["SequenceNumber"]
        wanted = self._settings.wanted
        kept = [record for record in records if not wanted or any(meets(record, each) for each in wanted)]
        if kept and not shard.gathered:
            shard.since = time.monotonic()
        shard.gathered += kept
        over = time.monotonic() - shard.since >= self._settings.window or self._stopping.is_set()
        if shard.gathered and (over or len(shard.gathered) >= self._settings.batch_size):
            shard.batches.extend(cut(shard.gathered, most=self._settings.batch_size))
            shard.gathered = []
        shard.dry = not records
        if records:
            shard.due = 0.0  # there may be more

    def _hand_over(self, shard: _Shard) -> None:
        batch = shard.batches.popleft()
        fresh, old = batch.by_age(self._settings.max_age, now=time.time())
        if old.records:
            self._give_up("RecordAgeExceeded", shard, old)
        if not fresh.records:
            return
        failed = self._invoke(fresh)
        shard.due = 0.0
        if failed is None:
            return
        shard.batches.extendleft(reversed(fresh.after_failure(failed, bisect=self._settings.bisect)))
        again = shard.batches[0]
        if again.attempts > self._settings.retries:
            self._give_up("RetryAttemptsExhausted", shard, shard.batches.popleft())
        else:
            shard.due = time.monotonic() + self._wait(max(1, again.attempts))

    def _invoke(self, batch: Batch) -> int | None:
        """The index of the first record that must come again: -1 when the handler failed as a whole, None for none."""
        context = LambdaContext(function_name=self._name, timeout=self._settings.timeout)
        try:
            answer = serialised(self._handler(serialised({"Records": batch.records}), context))
        except Exception:
            log.exception("The handler %s failed on a batch of %d records", self._name, len(batch.records))
            return -1
        return first_failure(answer, batch)

    def _give_up(self, condition: str, shard: _Shard, batch: Batch) -> None:
        gone = GivenUp(condition, shard.id, batch.numbers[0], batch.numbers[-1], len(batch.records))
        self.given_up.append(gone)
        log.error("The mapping of %s gave up %d records: %s", self._name, gone.size, condition)

    def _recover(self, shard: _Shard, error: Exception) -> None:
        """An iterator lives 15 minutes, a record 24 hours; everything else may be better at the next try."""
        shard.due = time.monotonic() + IDLE
        why = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
        try:
            if why == "TrimmedDataAccessException":
                shard.iterator = self._iterator(shard.id, "TRIM_HORIZON")
            elif why == "ExpiredIteratorException" and shard.last is not None:
                shard.iterator = self._iterator(shard.id, "AFTER_SEQUENCE_NUMBER", after=shard.last)
            elif why == "ExpiredIteratorException":
                # Nothing was read for 15 minutes and nothing before: the machine slept, and nobody wrote.
                shard.iterator = self._iterator(shard.id, "LATEST")
            else:
                log.warning("The stream cannot be read: %s", why or error)
        except (ClientError, BotoCoreError) as worse:
            log.warning("The stream cannot be read: %s", worse)

    def _opened(self, shard: str, start: str) -> _Shard:
        return _Shard(shard, self._iterator(shard, start))

    def _iterator(self, shard: str, start: str, *, after: str | None = None) -> str:
        more: Any = {"SequenceNumber": after} if after else {}
        asked = self._client.get_shard_iterator(StreamArn=self._stream, ShardId=shard, ShardIteratorType=start, **more)
        return str(asked["ShardIterator"])

    def _open_shards(self, *, of: str | None = None) -> list[str]:
        """The shards that are still written to, or all that follow a closed one."""
        shards = self._client.describe_stream(StreamArn=self._stream)["StreamDescription"]["Shards"]
        if of is not None:
            return [shard["ShardId"] for shard in shards if shard.get("ParentShardId") == of]
        return [
            shard["ShardId"] for shard in shards if "EndingSequenceNumber" not in shard.get("SequenceNumberRange", {})
        ]


@contextmanager
def mapped(  # noqa: PLR0913  # as Mapping
    handler: Handler,
    *,
    endpoint: str,
    table: str,
    settings: MappingSettings | None = None,
    name: str = "announce",
    wait: Callable[[int], float] = wait_before,
    patience: float = 5.0,
) -> Iterator[Mapping]:
    """The stream of `table` delivered to `handler` until the block ends, then what is left, for `patience` seconds."""
    from devkit.aws import dynamodb_client

    tables = dynamodb_client(endpoint)
    stream = tables.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    tables.close()
    client = streams_client(endpoint)
    try:
        mapping = Mapping(handler, client=client, stream=stream, settings=settings, name=name, wait=wait)
        try:
            yield mapping
        finally:
            if left := mapping.stop(patience=patience):
                log.warning("Not announced, and not remembered: %d of the table's last changes", left)
    finally:
        client.close()
