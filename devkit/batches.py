"""Batches of a stream's records, cut, retried and split as by an event source mapping. Pure functions."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from devkit.functions import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
Record = dict[str, Any]
Pattern = Mapping[str, Any]
"""An EventBridge filter of exact values and prefixes: `{"eventName": ["INSERT", {"prefix": "MOD"}]}`."""
WHOLE: Final = -1
"""Used instead of an index: the whole batch failed."""


@dataclass(frozen=True, kw_only=True)
class MappingSettings:
    """The settings of an event source mapping, with AWS's defaults. Batch item failures are always reported."""

    batch_size: int = 100
    retries: float = float("inf")
    max_age: float = float("inf")
    """Age in seconds after which a record is discarded."""
    bisect: bool = False
    window: float = 0.0
    """Seconds for which records are collected before the handler is invoked."""
    wanted: tuple[Pattern, ...] = ()
    """Filters, of which a record must match one. Without filters every record matches."""
    timeout: float = 60.0
    """The function's time-out in seconds. It is passed to the handler, not enforced."""


@dataclass(frozen=True)
class Batch:
    """Some records of one shard, in order, and the number of failed attempts."""

    records: tuple[Record, ...]
    attempts: int = 0

    @property
    def numbers(self) -> list[str]:
        """The records' sequence numbers."""
        return [record["dynamodb"]["SequenceNumber"] for record in self.records]

    def by_age(self, most: float, *, now: float) -> tuple[Batch, Batch]:
        """Split the batch into records of at most `most` seconds and older ones."""
        born = [record["dynamodb"]["ApproximateCreationDateTime"] for record in self.records]
        fresh = tuple(record for record, at in zip(self.records, born, strict=True) if now - at <= most)
        old = tuple(record for record, at in zip(self.records, born, strict=True) if now - at > most)
        return replace(self, records=fresh), replace(self, records=old)

    def after_failure(self, first: int, *, bisect: bool) -> list[Batch]:
        """Return the batches to retry, in order. `first` is the index of the first record that failed, or WHOLE.

        Splitting a batch does not count as an attempt.
        """
        if first > 0:
            return [Batch(self.records[first:], self.attempts + 1)]
        if first == WHOLE and bisect and len(self.records) > 1:
            middle = len(self.records) // 2
            return [Batch(self.records[:middle], self.attempts), Batch(self.records[middle:], self.attempts)]
        return [replace(self, attempts=self.attempts + 1)]


def payload(record: Mapping[str, Any], *, stream: str) -> Record:
    """Return a stream's record as Lambda passes it to a handler: with Unix seconds, base64, and the stream's ARN."""
    handed: Record = serialised({**record, "eventSourceARN": stream})
    return handed


def serialised(value: Any) -> Any:  # noqa: ANN401  # a handler's event or answer
    """Return the value after a round trip through JSON, as in Lambda. Raises TypeError if it is not JSON."""
    return json.loads(json.dumps(value, default=_as_json))


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} is not JSON")


def meets(value: object, pattern: Pattern) -> bool:
    """Return True if every field in the pattern has one of its values, or begins with one of its prefixes."""
    if not isinstance(value, Mapping):
        return False
    return all(
        meets(value.get(name), wanted) if isinstance(wanted, Mapping) else _is_one_of(value.get(name), wanted)
        for name, wanted in pattern.items()
    )


def _is_one_of(value: object, wanted: Sequence[object]) -> bool:
    return any(str(value).startswith(each["prefix"]) if isinstance(each, Mapping) else value == each for each in wanted)


def cut(records: Sequence[Record], *, most: int) -> Iterator[Batch]:
    """Yield batches of at most `most` records that fit into an invocation. A larger record gets its own batch."""
    start, size = 0, 0
    for at, record in enumerate(records):
        length = len(json.dumps(record))
        if at - start == most or (at > start and size + length > MAX_BYTES):
            yield Batch(tuple(records[start:at]))
            start, size = at, 0
        size += length
    if len(records) > start:
        yield Batch(tuple(records[start:]))


def first_failure(answer: object, batch: Batch) -> int | None:
    """Return the index of the first record that the answer reports as failed, WHOLE for all of them, or None.

    No answer, or one without failures, is a success. A missing, empty or unknown identifier fails the whole batch.
    """
    if answer is None:
        return None
    if not isinstance(answer, Mapping):
        return WHOLE
    failures = answer.get("batchItemFailures")
    if failures is None:
        return None
    places = {number: at for at, number in enumerate(batch.numbers)}
    found = [WHOLE]
    if isinstance(failures, list):
        found = [places.get(_identifier(failure), WHOLE) for failure in failures]
    return min(found, default=None)


def _identifier(failure: object) -> str:
    name = failure.get("itemIdentifier") if isinstance(failure, Mapping) else None
    return name if isinstance(name, str) else ""
