"""The records of announcements, on each DynamoDB engine: a claim has one holder, and it expires."""

from __future__ import annotations

import itertools
import os
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.posted import DynamoPosted
from charter.records import MessagePlace, Record, Turn
from charter.refusals import TableUnavailable
from devkit.aws import create_announcements_table
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine

pytestmark = pytest.mark.dynamodb

KEY = "entry:2026-05-23-x:p1"
UNTIL = NOW + timedelta(days=60)
THERE = MessagePlace("C0CORY", "1779568200.000100")


class Clock:
    """A clock in Unix seconds that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


numbers = itertools.count()


@pytest.fixture
def table(dynamodb: Engine) -> Iterator[str]:
    name = f"posted-{os.getpid()}-{next(numbers)}"  # a table that was dropped may be there a moment longer
    dynamodb.client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    yield name
    dynamodb.client.delete_table(TableName=name)


class Office:
    """Processes over one table, each with 60 seconds left."""

    def __init__(self, engine: Engine, table: str) -> None:
        self.clock = Clock()
        self.engine, self.table = engine, table

    def process(self) -> DynamoPosted:
        return DynamoPosted(self.engine.client, self.table, time_left=lambda: 60.0, clock=self.clock)


@pytest.fixture
def office(dynamodb: Engine, table: str) -> Office:
    return Office(dynamodb, table)


def claim(process: DynamoPosted) -> Turn:
    return process.claim(KEY, now=NOW, until=UNTIL)[0]


def test_the_first_claim_holds_until_its_process_must_have_ended(office: Office) -> None:
    first, second = office.process(), office.process()
    assert claim(first) is Turn.FIRST
    office.clock.now += 60
    assert claim(second) is Turn.IN_HAND
    assert claim(first) is Turn.IN_HAND
    office.clock.now += 10
    assert claim(second) is Turn.AGAIN
    assert claim(first) is Turn.IN_HAND


def test_what_is_done_stays_done_with_its_place(office: Office) -> None:
    first = office.process()
    _, record = first.claim(KEY, now=NOW, until=UNTIL)
    done = Record(claimed_at=record.claimed_at, done=True, place=THERE)
    first.done(KEY, done, until=UNTIL)
    office.clock.now += 10_000
    assert office.process().claim(KEY, now=NOW, until=UNTIL) == (Turn.DONE, done)
    assert office.process().find(KEY) == done


def test_a_claim_that_was_given_up_is_free_at_once(office: Office) -> None:
    first = office.process()
    claim(first)
    first.give_up(KEY, unsure=False)
    assert office.process().find(KEY) is None
    assert claim(office.process()) is Turn.FIRST


def test_a_claim_that_was_given_up_unsure_keeps_its_moment(office: Office) -> None:
    first = office.process()
    claim(first)
    first.give_up(KEY, unsure=True)
    turn, record = office.process().claim(KEY, now=NOW + timedelta(hours=1), until=UNTIL)
    assert (turn, record.claimed_at) == (Turn.AGAIN, NOW)


def test_who_lost_a_claim_neither_finishes_nor_ends_it(office: Office) -> None:
    slow, fast = office.process(), office.process()
    claim(slow)
    office.clock.now += 70
    assert claim(fast) is Turn.AGAIN
    slow.give_up(KEY, unsure=False)
    slow.done(KEY, Record(claimed_at=NOW, done=True, place=THERE), until=UNTIL)
    assert claim(office.process()) is Turn.IN_HAND
    fast.done(KEY, Record(claimed_at=NOW, done=True), until=UNTIL)
    assert claim(office.process()) is Turn.DONE


def test_of_many_who_claim_at_once_one_gets_it(office: Office) -> None:
    turns: list[Turn] = []
    threads = [threading.Thread(target=lambda: turns.append(claim(office.process()))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == [Turn.FIRST, *[Turn.IN_HAND] * 15]


def test_a_record_is_changed_only_by_who_saw_it_as_it_is(office: Office) -> None:
    process = office.process()
    process.claim(KEY, now=NOW, until=UNTIL)
    seen = Record(claimed_at=NOW, done=True, place=THERE, content="a", wanted="C0CORY ")
    process.done(KEY, seen, until=UNTIL)
    new = Record(
        claimed_at=NOW, done=True, place=THERE, content="b", wanted="C0CORY ", instead_of=MessagePlace("C0", "1.2")
    )
    assert process.change(KEY, seen, new, until=UNTIL)
    assert not process.change(KEY, seen, seen, until=UNTIL)
    assert process.find(KEY) == new


def test_a_record_that_is_opened_again_is_anybodys_to_take_up(office: Office) -> None:
    process = office.process()
    process.claim(KEY, now=NOW, until=UNTIL)
    seen = Record(claimed_at=NOW, done=True, place=THERE)
    process.done(KEY, seen, until=UNTIL)
    process.change(KEY, seen, Record(claimed_at=NOW, instead_of=THERE), until=UNTIL)
    turn, record = office.process().claim(KEY, now=NOW, until=UNTIL)
    assert (turn, record.instead_of) == (Turn.AGAIN, THERE)


def test_many_records_are_read_at_once_and_those_that_are_missing_are_left_out(office: Office) -> None:
    process = office.process()
    claim(process)
    process.done(KEY, Record(claimed_at=NOW, done=True, place=THERE), until=UNTIL)
    found = process.find_many([f"digest:{number}" for number in range(99)] + [KEY])
    assert found == {KEY: Record(claimed_at=NOW, done=True, place=THERE)}


@pytest.mark.parametrize("postponed", [1, 2])
def test_records_that_the_table_postpones_are_asked_for_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, postponed: int
) -> None:
    process = office.process()
    claim(process)
    asked = postpone(office, monkeypatch, postponed)
    assert process.find_many([KEY]).keys() == {KEY}
    assert len(asked) == postponed + 1


def test_a_table_that_postpones_for_good_is_unavailable(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    postpone(office, monkeypatch, 100)
    with pytest.raises(TableUnavailable):
        office.process().find_many([KEY])


def postpone(office: Office, monkeypatch: pytest.MonkeyPatch, times: int) -> list[Any]:
    """Let the table postpone all keys so many times. Return the list of all requests."""
    read, asked = office.engine.client.batch_get_item, list[Any]()

    def busy(*, RequestItems: Any) -> Any:  # noqa: N803 - botocore's own name
        asked.append(RequestItems)
        if len(asked) <= times:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return read(RequestItems=RequestItems)

    monkeypatch.setattr(office.engine.client, "batch_get_item", busy)
    return asked


def test_the_table_forgets_by_itself(dynamodb: Engine, office: Office) -> None:
    claim(office.process())
    item = dynamodb.client.get_item(TableName=office.table, Key={"id": {"S": KEY}})["Item"]
    assert item["expiration"] == {"N": str(int(UNTIL.timestamp()))}
    if dynamodb.name == "ministack":
        name = f"{office.table}-ttl"
        create_announcements_table(dynamodb.client, name)
        described = dynamodb.client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiration"}
        dynamodb.client.delete_table(TableName=name)
