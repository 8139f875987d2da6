"""A change that can never be announced is set aside for an alarm. It delays no other change and contains no names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.announce.stage import paid
from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.stage import AnnounceStage


def test_what_slack_will_never_take_is_set_aside_and_what_is_behind_it_goes_out(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.slack.fail("chat.postMessage", error="invalid_blocks")
    announce_stage.log("p1", amount="20.00", notes="half now")
    announce_stage.log("p2", amount="30.00")
    records = announce_stage.records()
    assert announce_stage.deliver(records) == 1
    assert [line.split(" by ")[0] for line in announce_stage.posts()] == ["💵 Dave Kowalski paid $30.00"]
    assert len(announce_stage.cards()) == 1
    (letter,) = letters()
    assert letter == {
        "why": "Refused",
        "announce_by": "slack",
        "stream": "arn:aws:dynamodb:us-west-2:0:table/x/stream/1",
        "sequence_number": records[0]["dynamodb"]["SequenceNumber"],
        "event_id": records[0]["eventID"],
        "row": json.dumps({"eid": {"S": EID}, "crew_id": {"S": "#event"}}),
    }
    assert announce_stage.troubles == ["Refused"]


def test_what_nobody_can_read_is_set_aside(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.log("p1")
    announce_stage.log("p2", amount="1.00")
    poison, good = announce_stage.records()
    poison["dynamodb"]["NewImage"] = {"payments": {"M": "no map"}}
    assert announce_stage.deliver([poison, good]) == 1
    assert [letter["why"] for letter in letters()] == ["ChangeUnreadable"]
    answer = announce_stage.function.lambda_handler(
        {"Records": [{}]}, announce_stage.invocation()
    )  # it lacks even its keys
    assert answer == {"batchItemFailures": []}
    assert len(letters()) == 2


def test_one_refusal_does_not_stop_the_other_facts_of_a_change(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.log("p1", amount="20.00")
    (first,) = announce_stage.records()
    announce_stage.log("p2", amount="30.00")
    (second,) = announce_stage.records()
    both = second | {"dynamodb": second["dynamodb"] | {"OldImage": first["dynamodb"]["OldImage"]}}
    announce_stage.slack.fail("chat.postMessage", error="invalid_blocks")
    assert announce_stage.deliver([both]) == 1
    assert [line.split(" by ")[0] for line in announce_stage.posts()] == ["💵 Dave Kowalski paid $30.00"]
    assert len(letters()) == 1


def test_an_outage_is_waited_for_and_never_set_aside(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.slack.fail("chat.postMessage", status=503, times=2)
    announce_stage.log()
    assert announce_stage.deliver() == 3
    assert letters() == []
    assert len(announce_stage.posts()) == 1


def test_what_cannot_be_set_aside_comes_again(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.slack.fail("chat.postMessage", error="invalid_blocks", times=3)  # the post, the card, the post again
    announce_stage.faults.fail_next("SendMessage", error="KmsThrottled")
    announce_stage.log()
    assert announce_stage.deliver() == 2
    assert len(letters()) == 1


def test_the_command_announces_what_was_set_aside_and_empties_the_queue(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.slack.fail("chat.postMessage", error="invalid_blocks")
    announce_stage.log("p1", amount="20.00")
    announce_stage.log("p2", amount="30.00")
    announce_stage.deliver()
    assert len(letters()) == 1
    announce_stage.later(3600)

    answer = announce_stage.function.lambda_handler({"sweep": "now"}, announce_stage.invocation())

    assert answer == {"announced": 1, "failed": 0, "finished": 1, "letters": 1, "removed": 1}
    assert sorted(line.split(" paid ")[1].split(" ")[0] for line in announce_stage.posts()) == ["$20.00", "$30.00"]
    assert sum("Late: this is from" in line for line in announce_stage.posts()) == 1
    assert letters() == []
    assert announce_stage.function.lambda_handler({"sweep": "now"}, announce_stage.invocation())["announced"] == 0


def test_what_is_refused_again_stays_in_the_queue_and_so_do_letters_of_others(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    assert letters() == [], "there is a queue, and nothing in it"
    for _ in ("the payment", "the card", "the payment again"):
        announce_stage.slack.fail("chat.postMessage", error="invalid_blocks")
    announce_stage.log("p1", amount="20.00")
    announce_stage.deliver()
    announce_stage.function.dead_letters.put({"digest": "morning"})
    announce_stage.function.dead_letters.put({"DDBStreamBatchInfo": "of a batch"})

    answer = announce_stage.function.lambda_handler({"sweep": "now"}, announce_stage.invocation())

    assert (answer["announced"], answer["failed"], answer["letters"], answer["removed"]) == (0, 1, 3, 0)
    assert announce_stage.posts() == []


def test_a_letter_of_a_batch_is_removed_once_the_whole_table_was_searched(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.log("p1", amount="20.00")
    announce_stage.records()
    announce_stage.later(60 * 3600)
    announce_stage.function.dead_letters.put({"DDBStreamBatchInfo": "of a batch"})

    answer = announce_stage.function.lambda_handler({"sweep": "now"}, announce_stage.invocation())

    assert (answer["announced"], answer["removed"]) == (1, 1)
    assert "1 payment ($20.00)" in announce_stage.posts()[0]
    assert letters() == []


def test_a_record_without_keys_or_number_is_set_aside_and_the_others_are_announced(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.log()
    records = announce_stage.records()
    odd: list[Any] = [
        {},
        None,
        "record",
        {"eventName": "MODIFY", "dynamodb": 5},
        {**records[0], "dynamodb": {"Keys": []}},
    ]
    answer = announce_stage.function.lambda_handler({"Records": [*odd, *records]}, announce_stage.invocation())
    assert answer == {"batchItemFailures": []}
    assert paid(announce_stage) == {"$125.00": 1}
    assert [letter["why"] for letter in letters()] == ["RecordUnreadable"] * len(odd)


def test_an_invocation_of_no_known_kind_is_counted_and_does_nothing(announce_stage: AnnounceStage) -> None:
    odd: list[Any] = [None, 5, [], {}, {"Records": None}, {"digest": None}, {"sweep": 1}, {"canary": "yes"}, {"x": 1}]
    for event in odd:
        assert announce_stage.function.lambda_handler(event, announce_stage.invocation()) == {}
    assert announce_stage.troubles == ["InvocationUnknown"] * len(odd)
    assert announce_stage.messages() == []
