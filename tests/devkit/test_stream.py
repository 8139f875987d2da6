"""The local event source mapping delivers the embedded table's real stream by Lambda's rules."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from devkit.batches import MappingSettings
from devkit.stream import mapped
from tests.browser.workspace_page import eventually
from tests.devkit.stream_stage import Heard, again, at_once

if TYPE_CHECKING:
    from tests.conftest import Engine

EID = "2026-05-23-captain-cory-afternoon"


def put(engine: Engine, table: str, number: int, *, eid: str = EID) -> None:
    item: Any = {"eid": {"S": eid}, "crew_id": {"S": "#event"}, "number": {"N": str(number)}, "raw": {"B": b"\xff"}}
    engine.client.put_item(TableName=table, Item=item)


def test_a_change_arrives_as_lambda_hands_it_over(dynamodb: Engine, events_table: str) -> None:
    heard = Heard()
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table, settings=MappingSettings(timeout=7)):
        put(dynamodb, events_table, 1)
        put(dynamodb, events_table, 2)
        eventually(lambda: len(heard.numbers) == 2)
    first, second = heard.records
    assert (first["eventName"], second["eventName"]) == ("INSERT", "MODIFY")
    assert first["eventSource"] == "aws:dynamodb"
    assert f"table/{events_table}/stream/" in first["eventSourceARN"]
    content = second["dynamodb"]
    assert content["Keys"] == {"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    assert (content["OldImage"]["number"], content["NewImage"]["number"]) == ({"N": "1"}, {"N": "2"})
    assert content["NewImage"]["raw"] == {"B": "/w=="}, "bytes travel in base64"
    assert abs(content["ApproximateCreationDateTime"] - time.time()) < 30, "Unix seconds"
    assert "OldImage" not in first["dynamodb"]
    assert content["SequenceNumber"] > first["dynamodb"]["SequenceNumber"]
    assert heard.contexts[0].get_remaining_time_in_millis() <= 7000


def test_what_was_there_before_it_started_is_not_delivered(dynamodb: Engine, events_table: str) -> None:
    put(dynamodb, events_table, 1)
    heard = Heard()
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table):
        put(dynamodb, events_table, 2)
    assert heard.numbers == [2]


def test_a_stop_delivers_first_what_was_written_before_it(dynamodb: Engine, events_table: str) -> None:
    heard = Heard()
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table):
        for number in range(30):
            put(dynamodb, events_table, number)
    assert heard.numbers == list(range(30))


def test_a_stop_waits_for_the_invocation_that_runs(dynamodb: Engine, events_table: str) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(_event: dict[str, Any], _context: Any) -> None:
        begun.set()
        time.sleep(0.4)
        ended.set()

    with mapped(slow, endpoint=dynamodb.endpoint, table=events_table):
        put(dynamodb, events_table, 1)
        assert begun.wait(5)
    assert ended.is_set()


def test_batches_have_at_most_so_many_records(dynamodb: Engine, events_table: str) -> None:
    heard = Heard()
    settings = MappingSettings(batch_size=4)
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table, settings=settings):
        for number in range(10):
            put(dynamodb, events_table, number)
    assert heard.numbers == list(range(10))
    assert max(len(batch) for batch in heard.batches) <= 4


def test_the_first_failed_record_comes_again_with_all_after_it_and_none_before(
    dynamodb: Engine, events_table: str
) -> None:
    gate = threading.Event()
    failing = {3}

    def answer(numbers: list[int], ids: list[str]) -> Any:
        gate.wait(5)
        bad = [identifier for number, identifier in zip(numbers, ids, strict=True) if number in failing]
        failing.difference_update(numbers)
        return again(bad[0]) if bad else {"batchItemFailures": []}

    heard = Heard(answer)
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table, wait=at_once):
        put(dynamodb, events_table, 0)
        eventually(lambda: heard.batches == [[0]])
        for number in range(1, 6):
            put(dynamodb, events_table, number)
        gate.set()
    assert heard.batches == [[0], [1, 2, 3, 4, 5], [3, 4, 5]]


def test_while_a_record_is_retried_nothing_after_it_is_delivered(dynamodb: Engine, events_table: str) -> None:
    down = threading.Event()
    down.set()
    heard = Heard(lambda _numbers, ids: again(ids[0]) if down.is_set() else {})
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table, wait=at_once):
        put(dynamodb, events_table, 1)
        eventually(lambda: len(heard.batches) >= 3)
        put(dynamodb, events_table, 2)
        eventually(lambda: len(heard.batches) >= 6)
        assert set(heard.numbers) == {1}
        down.clear()
        eventually(lambda: heard.batches[-2:] == [[1], [2]])


def test_what_cannot_be_delivered_before_the_end_is_counted(dynamodb: Engine, events_table: str) -> None:
    heard = Heard(lambda _numbers, ids: again(ids[0]))
    with mapped(heard, endpoint=dynamodb.endpoint, table=events_table, wait=at_once, patience=0.1) as mapping:
        put(dynamodb, events_table, 1)
        eventually(lambda: len(heard.batches) >= 2)
        assert mapping.stop(patience=0.1) == 1
