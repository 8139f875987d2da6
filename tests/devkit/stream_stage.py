"""A handler for the local stream, and its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.functions import LambdaContext


def number_of(record: dict[str, Any]) -> int:
    return int(record["dynamodb"]["NewImage"]["number"]["N"])


class Heard:
    """A handler that records the numbers of each batch's records and returns the given answers."""

    def __init__(self, answer: Callable[[list[int], list[str]], Any] = lambda _numbers, _ids: None) -> None:
        self.batches: list[list[int]] = []
        self.records: list[dict[str, Any]] = []
        self.contexts: list[LambdaContext] = []
        self.answer = answer

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        numbers = [number_of(record) for record in event["Records"]]
        self.batches.append(numbers)
        self.records += event["Records"]
        self.contexts.append(context)
        return self.answer(numbers, [record["dynamodb"]["SequenceNumber"] for record in event["Records"]])

    @property
    def numbers(self) -> list[int]:
        return [number for batch in self.batches for number in batch]


def again(identifier: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": identifier}]}


def at_once(_attempt: int) -> float:
    return 0.01
