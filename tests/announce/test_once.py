"""Each entry is announced, and as a rule once, when a service fails or the process dies (docs/adr/0015)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.announce.stage import paid
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

OTHER = "2026-05-24-sunset"


# Redelivery


def test_the_same_batch_delivered_twice_is_announced_once(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.sign()
    records = announce_stage.records()
    announce_stage.deliver(records)
    before = (
        announce_stage.posts(),
        announce_stage.cards(),
        announce_stage.asked("chat.postMessage"),
        announce_stage.asked("chat.update"),
    )
    announce_stage.restart()
    announce_stage.deliver(records)
    assert (announce_stage.posts(), announce_stage.cards()) == before[:2]
    assert (announce_stage.asked("chat.postMessage"), announce_stage.asked("chat.update")) == before[2:]
    assert len(announce_stage.counted("EntryLogged")) == 1


def test_the_same_record_twice_in_one_batch_is_announced_once(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    (record,) = announce_stage.records()
    announce_stage.deliver([record, copy.deepcopy(record)])
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_payment_that_comes_again_after_its_void_stays_struck_through(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    first = announce_stage.records()
    announce_stage.deliver(first)
    announce_stage.void()
    announce_stage.deliver()
    announce_stage.deliver(first)
    assert len(announce_stage.posts()) == 1
    assert "voided by" in announce_stage.posts()[0]
    assert len(announce_stage.posts(replies=True)) == 1


def test_an_image_that_is_out_of_date_turns_neither_posts_nor_card_back(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    old = announce_stage.records()
    announce_stage.log("p2", amount="25.00")
    announce_stage.sign()
    announce_stage.deliver()
    card = announce_stage.cards()
    announce_stage.deliver(old)
    assert [line.split(" · ")[1] for line in announce_stage.posts() if "paid $" in line] == [
        "paid in full",
        "$25.00 to pay",
    ]
    assert announce_stage.cards() == card
    assert "1 of 3 clear to board" in card[0]


# Records


def test_a_poison_record_among_good_ones_fails_alone(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p2", amount="25.00")
    good = announce_stage.records()
    poison = copy.deepcopy(good[0])
    poison["dynamodb"] |= {"SequenceNumber": "000000000000000000000000000002", "NewImage": {"eid": {"X": "?"}}}
    answer = announce_stage.function.lambda_handler(
        {"Records": [good[0], poison, good[1]]}, announce_stage.invocation()
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "000000000000000000000000000002"}]}
    assert paid(announce_stage) == {"$100.00": 1, "$25.00": 1}
    assert len(announce_stage.cards()) == 1
    assert announce_stage.troubles == ["ChangeUnreadable"]


@pytest.mark.parametrize(
    "broken",
    [
        {"NewImage": None},
        {"NewImage": {}},
        {"ApproximateCreationDateTime": "yesterday"},
        {"NewImage": {"eid": {"S": EID}, "payments": {"M": "no map"}}},
    ],
)
def test_a_record_that_is_no_whole_change_is_never_passed_over_in_silence(
    announce_stage: AnnounceStage, broken: dict[str, Any]
) -> None:
    announce_stage.log()
    (record,) = announce_stage.records()
    record["dynamodb"] |= broken
    assert announce_stage.invoke([record]) == [record]
    assert announce_stage.troubles == ["ChangeUnreadable"]
    assert announce_stage.slack.board.posts == []


@pytest.mark.parametrize("broken", [{"Keys": {}}, {"Keys": {"eid": {"S": EID}}}, {"SequenceNumber": None}])
def test_a_record_that_is_none_of_the_streams_is_set_aside_and_said(
    announce_stage: AnnounceStage, broken: dict[str, Any]
) -> None:
    announce_stage.log()
    (record,) = announce_stage.records()
    record["dynamodb"] |= broken
    assert announce_stage.invoke([record]) == []
    assert set(announce_stage.troubles) == {"RecordUnreadable"}
    assert announce_stage.slack.board.posts == []


def test_what_calls_without_lambdas_own_context_is_served_too(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    (record,) = announce_stage.records()
    del record["dynamodb"]["ApproximateCreationDateTime"]
    assert announce_stage.function.lambda_handler({"Records": []}, None) == {"batchItemFailures": []}
    assert announce_stage.function.lambda_handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_whole_batch_of_poison_is_answered_and_not_raised(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    (record,) = announce_stage.records()
    del record["dynamodb"]["NewImage"]
    answer = announce_stage.function.lambda_handler({"Records": [record]}, announce_stage.invocation())
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}


def test_a_trip_whose_channel_fails_does_not_hold_up_another_trip(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(OTHER, channel="C0SUNSET"))
    announce_stage.records()
    announce_stage.slack.fail("chat.postMessage", status=500)
    announce_stage.log("p1")
    announce_stage.log("p2", eid=OTHER)
    left = announce_stage.invoke(announce_stage.records())
    assert (paid(announce_stage), paid(announce_stage, "C0SUNSET")) == ({}, {"$125.00": 1})
    announce_stage.deliver(left)
    assert (paid(announce_stage), paid(announce_stage, "C0SUNSET")) == ({"$125.00": 1}, {"$125.00": 1})


def test_a_message_that_slack_will_never_take_holds_up_nobody_else(announce_stage: AnnounceStage) -> None:
    announce_stage.slack.fail("chat.postMessage", error="invalid_blocks")
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p2", amount="25.00")
    left = announce_stage.invoke(announce_stage.records())
    assert paid(announce_stage) == {"$25.00": 1}
    assert announce_stage.troubles == ["Refused"]
    announce_stage.deliver(left)
    assert paid(announce_stage) == {"$100.00": 1, "$25.00": 1}
