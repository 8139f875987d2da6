"""Batches of a stream's records, as an event source mapping cuts, retries and halves them. Pure."""

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
"""A filter as EventBridge writes it, of exact values and prefixes: `{"eventName": ["INSERT", {"prefix": "MOD"}]}`."""
WHOLE: Final = -1
"""In place of an index: the whole batch failed."""


@dataclass(frozen=True, kw_only=True)
class MappingSettings:
    """An event source mapping's own, with AWS's defaults but for the batch item failures, which are always reported."""

    batch_size: int = 100
    retries: float = float("inf")
    max_age: float = float("inf")
    """Seconds after which a record is given up."""
    bisect: bool = False
    window: float = 0.0
    """Seconds for which records are gathered before they are handed over."""
    wanted: tuple[Pattern, ...] = ()
    """Filters, of which a record must meet one; without any, all are handed over."""
    timeout: float = 60.0
    """The function's, in seconds; told to the handler, not enforced."""


@dataclass(frozen=True)
class Batch:
    """Some records of one shard, in order, and how often they have been tried in vain."""

    records: tuple[Record, ...]
    attempts: int = 0

    @property
    def numbers(self) -> list[str]:
        """The records' sequence numbers."""
        return [record["dynamodb"]["SequenceNumber"] for record in self.records]

    def by_age(self, most: float, *, now: float) -> tuple[Batch, Batch]:
        """What is fresh enough, and what is older than `most` seconds."""
        born = [record["dynamodb"]["ApproximateCreationDateTime"] for record in self.records]
        fresh = tuple(record for record, at in zip(self.records, born, strict=True) if now - at <= most)
        old = tuple(record for record, at in zip(self.records, born, strict=True) if now - at > most)
        return replace(self, records=fresh), replace(self, records=old)

    def after_failure(self, first: int, *, bisect: bool) -> list[Batch]:
        """What is to be tried again, in order. `first` is the index of the first record that failed, or WHOLE.

        Splitting a batch in two costs none of its retries.
        """
        if first > 0:
            return [Batch(self.records[first:], self.attempts + 1)]
        if first == WHOLE and bisect and len(self.records) > 1:
            middle = len(self.records) // 2
            return [Batch(self.records[:middle], self.attempts), Batch(self.records[middle:], self.attempts)]
        return [replace(self, attempts=self.attempts + 1)]


def payload(record: Mapping[str, Any], *, stream: str) -> Record:
    """A record of the stream as Lambda hands it over: a time in Unix seconds, bytes in base64, and where it is from."""
    handed: Record = serialised({**record, "eventSourceARN": stream})
    return handed


def serialised(value: Any) -> Any:  # noqa: ANN401  # whatever goes into a handler or comes out
    """The value as it is after Lambda sent it as JSON. Raises TypeError for what is none."""
    return json.loads(json.dumps(value, default=_as_json))


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} is not JSON")


def meets(value: object, pattern: Pattern) -> bool:
    """True if every field that the pattern names has one of its values, or begins with one of its prefixes."""
    if not isinstance(value, Mapping):
        return False
    return all(
        meets(value.get(name), wanted) if isinstance(wanted, Mapping) else _is_one_of(value.get(name), wanted)
        for name, wanted in pattern.items()
    )


def _is_one_of(value: object, wanted: Sequence[object]) -> bool:
    return any(str(value).startswith(each["prefix"]) if isinstance(each, Mapping) else value == each for each in wanted)


def cut(records: Sequence[Record], *, most: int) -> Iterator[Batch]:
    """Batches of at most `most` records that fit into an invocation; one too large to fit gets one of its own."""
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
    """The index of the first record that the answer wants again, WHOLE for all of them, or None for none.

    No answer, or one without failures, is a success; an identifier that is missing, empty or unknown fails them all.
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
