"""An event source mapping: it polls a table's stream and invokes a handler as Lambda does.

It follows AWS's rules (docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, …/services-ddb-batchfailurereporting.html):
shards are read in order, in batches of at most `batch_size` records and 6 MB; retries begin with the first record that
failed; a crash splits the batch. Records that are too old or failed too often go to the on-failure destination.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from devkit.aws import aws_client, dynamodb_client
from devkit.batches import Batch, MappingSettings, cut, first_failure, meets, payload, serialised
from devkit.functions import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.batches import Record
    from devkit.functions import Handler

log = logging.getLogger(__name__)

IDLE: Final = 0.25  # seconds between two reads of a quiet shard, as in Lambda
FIRST_WAIT, LONGEST_WAIT = 0.25, 10.0  # seconds before a retry, doubled each time. AWS does not document its own.


class Streams(Protocol):
    """The calls that are used of boto3's client for streams."""

    def describe_stream(self, **asked: Any) -> Any: ...  # noqa: ANN401, D102  # AWS's own shapes
    def get_shard_iterator(self, **asked: Any) -> Any: ...  # noqa: ANN401, D102  # as above
    def get_records(self, **asked: Any) -> Any: ...  # noqa: ANN401, D102  # as above


def streams_client(endpoint: str) -> Any:  # noqa: ANN401  # boto3 makes its clients at run time
    """Return boto3's client for the streams of an engine on this machine."""
    return aws_client("dynamodbstreams", endpoint)


def wait_before(attempt: int) -> float:
    """Return the seconds between this attempt, counted from 1, and its retry."""
    wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt - 1, 10))
    return wait


@dataclass(frozen=True)
class GivenUp:
    """The report to the on-failure destination: which records, and why. It does not contain the records."""

    condition: str
    """`RetryAttemptsExhausted` or `RecordAgeExceeded`."""
    shard: str
    first: str
    last: str
    size: int


@dataclass(eq=False)
class _Shard:
    """One shard: its position in the stream, and its records that are not delivered yet."""

    id: str
    iterator: str | None
    """The position of the next read; None at the end of a closed shard."""
    last: str | None = None
    """The sequence number of the last record that was read."""
    gathered: list[Record] = field(default_factory=list)
    """Records that wait for the batching window to end, since `since` (monotonic)."""
    since: float = 0.0
    batches: deque[Batch] = field(default_factory=deque)
    due: float = 0.0
    """Time of the next step, by the monotonic clock."""
    dry: bool = False
    """True if the last read found nothing."""


class Mapping:
    """A running mapping. It delivers every change made after it was created, and none from before."""

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
        """Deliver the changes made until now, for at most `patience` seconds. Return the number of records left."""
        self._deadline = time.monotonic() + patience
        self._stopping.set()
        self._thread.join(patience + 1.0)
        return sum(len(batch.records) for shard in self._shards for batch in shard.batches)

    def _run(self) -> None:
        while self._shards:
            stopping = self._stopping.is_set()  # read before the stream, so that all earlier changes are read
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
            # A stop ends an idle wait, but not the wait before a retry.
            pause = max(0.0, min(soonest, self._deadline) - time.monotonic())
            (time.sleep if stopping else self._stopping.wait)(min(pause, IDLE))

    def _step(self, shard: _Shard) -> None:
        """Read on, or deliver the first batch."""
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
        """Return the index of the first record to retry, -1 if the handler failed as a whole, or None."""
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
        """Replace an iterator after 15 minutes, or one whose record expired after 24 hours. Log other errors."""
        shard.due = time.monotonic() + IDLE
        why = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
        try:
            if why == "TrimmedDataAccessException":
                shard.iterator = self._iterator(shard.id, "TRIM_HORIZON")
            elif why == "ExpiredIteratorException" and shard.last is not None:
                shard.iterator = self._iterator(shard.id, "AFTER_SEQUENCE_NUMBER", after=shard.last)
            elif why == "ExpiredIteratorException":
                # Nothing was ever read: the machine slept for 15 minutes, and there were no changes.
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
        """Return the open shards, or all children of a closed one."""
        shards = self._client.describe_stream(StreamArn=self._stream)["StreamDescription"]["Shards"]
        if of is not None:
            return [shard["ShardId"] for shard in shards if shard.get("ParentShardId") == of]
        return [
            shard["ShardId"] for shard in shards if "EndingSequenceNumber" not in shard.get("SequenceNumberRange", {})
        ]


@contextmanager
def mapped(  # noqa: PLR0913  # as in Mapping
    handler: Handler,
    *,
    endpoint: str,
    table: str,
    settings: MappingSettings | None = None,
    name: str = "announce",
    wait: Callable[[int], float] = wait_before,
    patience: float = 5.0,
) -> Iterator[Mapping]:
    """Deliver the stream of `table` to `handler` until the block ends, then the rest for `patience` seconds."""
    with closing(dynamodb_client(endpoint)) as tables:
        stream = tables.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    with closing(streams_client(endpoint)) as client:
        mapping = Mapping(handler, client=client, stream=stream, settings=settings, name=name, wait=wait)
        try:
            yield mapping
        finally:
            if left := mapping.stop(patience=patience):
                log.warning("%d of the table's last changes were not announced and will not be", left)
