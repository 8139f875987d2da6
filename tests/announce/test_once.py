"""Each entry is announced, and as a rule once, when a service fails or the process dies (docs/adr/0015)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.announce.harbour import paid
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour

OTHER = "2026-05-24-sunset"


# Redelivery


def test_the_same_batch_delivered_twice_is_announced_once(harbour: Harbour) -> None:
    harbour.log()
    harbour.sign()
    records = harbour.records()
    harbour.deliver(records)
    before = harbour.posts(), harbour.cards(), harbour.asked("chat.postMessage"), harbour.asked("chat.update")
    harbour.restart()
    harbour.deliver(records)
    assert (harbour.posts(), harbour.cards()) == before[:2]
    assert (harbour.asked("chat.postMessage"), harbour.asked("chat.update")) == before[2:]
    assert len(harbour.counted("EntryLogged")) == 1


def test_the_same_record_twice_in_one_batch_is_announced_once(harbour: Harbour) -> None:
    harbour.log()
    (record,) = harbour.records()
    harbour.deliver([record, copy.deepcopy(record)])
    assert paid(harbour) == {"$125.00": 1}


def test_a_payment_that_comes_again_after_its_void_stays_struck_through(harbour: Harbour) -> None:
    harbour.log()
    first = harbour.records()
    harbour.deliver(first)
    harbour.void()
    harbour.deliver()
    harbour.deliver(first)
    assert len(harbour.posts()) == 1
    assert "voided by" in harbour.posts()[0]
    assert len(harbour.posts(replies=True)) == 1


def test_an_image_that_is_out_of_date_turns_neither_posts_nor_card_back(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    old = harbour.records()
    harbour.log("p2", amount="25.00")
    harbour.sign()
    harbour.deliver()
    card = harbour.cards()
    harbour.deliver(old)
    assert [line.split(" · ")[1] for line in harbour.posts() if "paid $" in line] == ["paid in full", "$25.00 to pay"]
    assert harbour.cards() == card
    assert "1 of 3 clear to board" in card[0]


# Records


def test_a_poison_record_among_good_ones_fails_alone(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    harbour.log("p2", amount="25.00")
    good = harbour.records()
    poison = copy.deepcopy(good[0])
    poison["dynamodb"] |= {"SequenceNumber": "000000000000000000000000000002", "NewImage": {"eid": {"X": "?"}}}
    answer = harbour.function.lambda_handler({"Records": [good[0], poison, good[1]]}, harbour.invocation())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "000000000000000000000000000002"}]}
    assert paid(harbour) == {"$100.00": 1, "$25.00": 1}
    assert len(harbour.cards()) == 1
    assert harbour.troubles == ["ChangeUnreadable"]


@pytest.mark.parametrize(
    "broken",
    [
        {"NewImage": None},
        {"NewImage": {}},
        {"Keys": {}},
        {"ApproximateCreationDateTime": "yesterday"},
        {"NewImage": {"eid": {"S": EID}, "payments": {"M": "no map"}}},
    ],
)
def test_a_record_that_is_no_whole_change_is_never_passed_over_in_silence(
    harbour: Harbour, broken: dict[str, Any]
) -> None:
    harbour.log()
    (record,) = harbour.records()
    record["dynamodb"] |= broken
    assert harbour.invoke([record]) == [record]
    assert harbour.troubles == ["ChangeUnreadable"]
    assert harbour.slack.board.posts == []


def test_what_calls_without_lambdas_own_context_is_served_too(harbour: Harbour) -> None:
    harbour.log()
    (record,) = harbour.records()
    del record["dynamodb"]["ApproximateCreationDateTime"]
    assert harbour.function.lambda_handler({"Records": []}, None) == {"batchItemFailures": []}
    assert harbour.function.lambda_handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert paid(harbour) == {"$125.00": 1}


def test_a_whole_batch_of_poison_is_answered_and_not_raised(harbour: Harbour) -> None:
    harbour.log()
    (record,) = harbour.records()
    del record["dynamodb"]["NewImage"]
    answer = harbour.function.lambda_handler({"Records": [record]}, harbour.invocation())
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}


def test_a_trip_whose_channel_fails_does_not_hold_up_another_trip(harbour: Harbour) -> None:
    harbour.put(a_row(OTHER, channel="C0SUNSET"))
    harbour.records()
    harbour.slack.fail("chat.postMessage", status=500)
    harbour.log("p1")
    harbour.log("p2", eid=OTHER)
    left = harbour.invoke(harbour.records())
    assert (paid(harbour), paid(harbour, "C0SUNSET")) == ({}, {"$125.00": 1})
    harbour.deliver(left)
    assert (paid(harbour), paid(harbour, "C0SUNSET")) == ({"$125.00": 1}, {"$125.00": 1})


def test_a_message_that_slack_will_never_take_holds_up_nobody_else(harbour: Harbour) -> None:
    harbour.slack.fail("chat.postMessage", error="invalid_blocks")
    harbour.log("p1", amount="100.00")
    harbour.log("p2", amount="25.00")
    left = harbour.invoke(harbour.records())
    assert paid(harbour) == {"$25.00": 1}
    assert harbour.troubles == ["Refused"]
    harbour.deliver(left)
    assert paid(harbour) == {"$100.00": 1, "$25.00": 1}
