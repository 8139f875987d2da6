"""Lambda's rules for cases that the embedded stream never has: crashes, splits, ages, sizes, odd answers, shards."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from devkit.batches import MappingSettings
from devkit.stream import Mapping, wait_before
from tests.browser.workspace_page import eventually
from tests.devkit.stream_stage import Heard, again, at_once

SHARD = "shardId-1"


class MadeUp:
    """A made-up API of streams over lists of numbers. GetRecords raises the given errors first."""

    def __init__(self, *numbers: int, born: float | None = None, size: int = 0) -> None:
        self.shards: dict[str, list[dict[str, Any]]] = {SHARD: []}
        self.parents: dict[str, str] = {}
        self.closed: set[str] = set()
        self.errors: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.begin = 0
        for number in numbers:
            self.add(number, born=born, size=size)

    def add(self, number: int, *, shard: str = SHARD, born: float | None = None, size: int = 0) -> None:
        image = {"number": {"N": str(number)}, "filler": {"S": "x" * size}}
        content = {"SequenceNumber": f"{number:06d}", "NewImage": image}
        record = {"eventName": "MODIFY", "dynamodb": {**content, "ApproximateCreationDateTime": born or time.time()}}
        self.shards.setdefault(shard, []).append(record)

    def describe_stream(self, **_asked: Any) -> Any:
        ended = {"EndingSequenceNumber": "999999"}
        shards = [
            {
                "ShardId": shard,
                "SequenceNumberRange": ended if shard in self.closed else {},
                **({"ParentShardId": self.parents[shard]} if shard in self.parents else {}),
            }
            for shard in self.shards
        ]
        return {"StreamDescription": {"Shards": shards}}

    def get_shard_iterator(self, **asked: Any) -> Any:
        self.asked.append(asked)
        kind, records = asked["ShardIteratorType"], self.shards[asked["ShardId"]]
        after = [at for at, record in enumerate(records, 1) if _is(record, asked.get("SequenceNumber"))]
        at = {"LATEST": self.begin, "TRIM_HORIZON": 0}.get(kind, after[0] if after else 0)
        return {"ShardIterator": f"{asked['ShardId']} {at}"}

    def get_records(self, **asked: Any) -> Any:
        if self.errors:
            raise ClientError({"Error": {"Code": self.errors.pop(0)}}, "GetRecords")
        shard, at = asked["ShardIterator"].split()
        found = self.shards[shard][int(at) : int(at) + asked["Limit"]]
        more = shard not in self.closed or found
        return {"Records": found, **({"NextShardIterator": f"{shard} {int(at) + len(found)}"} if more else {})}


def _is(record: dict[str, Any], number: object) -> bool:
    return bool(record["dynamodb"]["SequenceNumber"] == number)


def all_of(stream: MadeUp, heard: Heard, **settings: Any) -> Mapping:
    """Return the mapping over a made-up stream, after it has delivered everything."""
    mapping = Mapping(heard, client=stream, stream="arn", settings=MappingSettings(**settings), wait=at_once)
    assert mapping.stop(patience=3) == 0
    return mapping


def test_a_handler_that_dies_gets_the_whole_batch_again() -> None:
    deaths = iter([True, True, False])

    def answer(_numbers: list[int], _ids: list[str]) -> None:
        if next(deaths):
            raise MemoryError

    heard = Heard(answer)
    all_of(MadeUp(1, 2), heard)
    assert heard.batches == [[1, 2]] * 3


def test_after_a_death_halves_find_the_record_that_kills_and_the_others_arrive_in_order() -> None:
    def answer(numbers: list[int], _ids: list[str]) -> None:
        if 5 in numbers:
            raise MemoryError

    heard = Heard(answer)
    mapping = all_of(MadeUp(*range(8)), heard, bisect=True, retries=2)
    alive = [batch for batch in heard.batches if 5 not in batch]
    assert [number for batch in alive for number in batch] == [0, 1, 2, 3, 4, 6, 7]
    assert heard.batches.count([5]) == 3, "one try and two retries"
    (gone,) = mapping.given_up
    assert (gone.condition, gone.first, gone.last, gone.size) == ("RetryAttemptsExhausted", "000005", "000005", 1)


def test_without_halves_the_whole_batch_is_given_up_after_its_retries_and_the_next_one_is_taken() -> None:
    def answer(numbers: list[int], _ids: list[str]) -> None:
        if 1 in numbers:
            raise MemoryError

    heard = Heard(answer)
    mapping = all_of(MadeUp(0, 1, 2, 3), heard, batch_size=2, retries=1)
    assert heard.batches == [[0, 1], [0, 1], [2, 3]]
    assert [gone.size for gone in mapping.given_up] == [2]


def test_a_record_that_always_fails_is_given_up_with_all_that_comes_after_it_in_its_batch() -> None:
    heard = Heard(lambda numbers, ids: again(ids[numbers.index(1)]) if 1 in numbers else {})
    mapping = all_of(MadeUp(0, 1, 2, 3), heard, retries=2, bisect=True, batch_size=3)
    assert heard.batches == [[0, 1, 2], [1, 2], [1, 2], [3]]
    assert [(gone.first, gone.last) for gone in mapping.given_up] == [("000001", "000002")]


def test_what_is_too_old_is_given_up_and_what_is_fresh_is_delivered() -> None:
    stream = MadeUp(1, 2, born=time.time() - 100)
    stream.add(3)
    heard = Heard()
    mapping = all_of(stream, heard, max_age=60)
    assert heard.batches == [[3]]
    assert [(gone.condition, gone.size) for gone in mapping.given_up] == [("RecordAgeExceeded", 2)]


def test_a_batch_never_passes_six_megabytes() -> None:
    heard = Heard()
    all_of(MadeUp(1, 2, 3, 4, size=2_500_000), heard)
    assert heard.batches == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "answer",
    [
        "fine",
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"id": "000001"}]},
        {"batchItemFailures": [{"itemIdentifier": "000009"}]},
        {"batchItemFailures": "000001"},
    ],
    ids=repr,
)
def test_an_answer_that_lambda_cannot_read_brings_the_whole_batch_again(answer: Any) -> None:
    answers = iter([answer, {}])
    heard = Heard(lambda _numbers, _ids: next(answers))
    all_of(MadeUp(1, 2), heard)
    assert heard.batches == [[1, 2], [1, 2]]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}], ids=repr)
def test_an_answer_without_failures_is_a_success(answer: Any) -> None:
    heard = Heard(lambda _numbers, _ids: answer)
    all_of(MadeUp(1, 2), heard)
    assert heard.batches == [[1, 2]]


def test_of_several_failures_the_first_in_the_stream_counts() -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": "000003"}, {"itemIdentifier": "000002"}]}, {}])
    heard = Heard(lambda _numbers, _ids: next(answers))
    all_of(MadeUp(1, 2, 3), heard)
    assert heard.batches == [[1, 2, 3], [2, 3]]


def test_an_answer_that_is_no_json_is_a_failure() -> None:
    answers = iter([{"batchItemFailures": {1, 2}}, {}])
    heard = Heard(lambda _numbers, _ids: next(answers))
    all_of(MadeUp(1), heard)
    assert heard.batches == [[1], [1]]


def test_a_stream_that_is_out_of_reach_for_a_while_is_read_on_where_it_was() -> None:
    stream = MadeUp(1, 2)
    stream.errors += ["InternalServerError", "ProvisionedThroughputExceededException"]
    heard = Heard()
    mapping = Mapping(heard, client=stream, stream="arn", wait=at_once)
    eventually(lambda: heard.batches == [[1, 2]])
    stream.errors.append("ExpiredIteratorException")
    stream.add(3)
    eventually(lambda: heard.batches == [[1, 2], [3]])
    assert stream.asked[-1]["ShardIteratorType"] == "AFTER_SEQUENCE_NUMBER"
    assert stream.asked[-1]["SequenceNumber"] == "000002"
    stream.errors.append("TrimmedDataAccessException")
    stream.add(4)
    eventually(lambda: heard.numbers[-1] == 4)
    assert stream.asked[-1]["ShardIteratorType"] == "TRIM_HORIZON"
    assert mapping.stop() == 0


def test_when_a_shard_ends_those_that_follow_it_are_read_from_their_beginning() -> None:
    stream = MadeUp(1)
    heard = Heard()
    mapping = Mapping(heard, client=stream, stream="arn", wait=at_once)
    eventually(lambda: heard.batches == [[1]])
    stream.parents["shardId-2"] = SHARD
    stream.add(2, shard="shardId-2")
    stream.closed.add(SHARD)
    eventually(lambda: heard.batches == [[1], [2]])
    assert mapping.stop() == 0


def test_a_shard_in_trouble_does_not_hold_up_another() -> None:
    stream = MadeUp(1)
    stream.add(2, shard="shardId-2")
    heard = Heard(lambda numbers, ids: again(ids[0]) if numbers == [1] else {})
    mapping = Mapping(heard, client=stream, stream="arn", wait=at_once)
    eventually(lambda: heard.batches.count([1]) > 2)
    stream.add(3, shard="shardId-2")
    eventually(lambda: [2] in heard.batches and [3] in heard.batches)
    assert mapping.stop(patience=0.1) == 1


def test_a_window_gathers_changes_into_one_batch_and_a_stop_does_not_wait_for_it() -> None:
    stream = MadeUp(1)
    heard = Heard()
    mapping = Mapping(heard, client=stream, stream="arn", settings=MappingSettings(window=1.0, batch_size=3))
    time.sleep(0.4)
    stream.add(2)
    assert heard.batches == []
    eventually(lambda: heard.batches == [[1, 2]])
    for number in (3, 4, 5):
        stream.add(number)
    eventually(lambda: heard.batches == [[1, 2], [3, 4, 5]], seconds=0.9)
    stream.add(6)
    begun = time.monotonic()
    assert mapping.stop() == 0
    assert time.monotonic() - begun < 0.9
    assert heard.batches[-1] == [6]


def test_what_a_filter_does_not_want_is_passed_over() -> None:
    wanted = ({"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"number": {"N": ["2", "4"]}}}},)
    heard = Heard()
    all_of(MadeUp(1, 2, 3, 4, 5), heard, wanted=wanted)
    assert heard.batches == [[2, 4]]


def test_the_waits_before_retries_grow_up_to_a_limit() -> None:
    waits = [wait_before(attempt) for attempt in range(1, 12)]
    assert waits[:3] == [0.25, 0.5, 1.0]
    assert waits == sorted(waits)
    assert waits[-1] == 10.0
