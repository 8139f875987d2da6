"""A change that can never be announced is set aside for an alarm. It delays no other and names nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.harbour import Harbour


def test_what_slack_will_never_take_is_set_aside_and_what_is_behind_it_goes_out(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.slack.fail("chat.postMessage", error="invalid_blocks")
    harbour.log("p1", amount="20.00", notes="half now")
    harbour.log("p2", amount="30.00")
    records = harbour.records()
    assert harbour.deliver(records) == 1
    assert [line.split(" by ")[0] for line in harbour.posts()] == ["💵 Dave Kowalski paid $30.00"]
    assert len(harbour.cards()) == 1
    (letter,) = letters()
    assert letter == {
        "why": "Refused",
        "announce_by": "slack",
        "stream": "arn:aws:dynamodb:us-west-2:0:table/x/stream/1",
        "sequence_number": records[0]["dynamodb"]["SequenceNumber"],
        "event_id": records[0]["eventID"],
        "row": json.dumps({"eid": {"S": EID}, "crew_id": {"S": "#event"}}),
    }
    assert harbour.troubles == ["Refused"]


def test_what_nobody_can_read_is_set_aside(harbour: Harbour, letters: Callable[[], list[dict[str, str]]]) -> None:
    harbour.log("p1")
    harbour.log("p2", amount="1.00")
    poison, good = harbour.records()
    poison["dynamodb"]["NewImage"] = {"payments": {"M": "no map"}}
    assert harbour.deliver([poison, good]) == 1
    assert [letter["why"] for letter in letters()] == ["ChangeUnreadable"]
    answer = harbour.function.lambda_handler({"Records": [{}]}, harbour.invocation())  # it lacks even its keys
    assert answer == {"batchItemFailures": []}
    assert len(letters()) == 2


def test_one_refusal_does_not_stop_the_other_facts_of_a_change(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.log("p1", amount="20.00")
    (first,) = harbour.records()
    harbour.log("p2", amount="30.00")
    (second,) = harbour.records()
    both = second | {"dynamodb": second["dynamodb"] | {"OldImage": first["dynamodb"]["OldImage"]}}
    harbour.slack.fail("chat.postMessage", error="invalid_blocks")
    assert harbour.deliver([both]) == 1
    assert [line.split(" by ")[0] for line in harbour.posts()] == ["💵 Dave Kowalski paid $30.00"]
    assert len(letters()) == 1


def test_an_outage_is_waited_for_and_never_set_aside(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.slack.fail("chat.postMessage", status=503, times=2)
    harbour.log()
    assert harbour.deliver() == 3
    assert letters() == []
    assert len(harbour.posts()) == 1


def test_what_cannot_be_set_aside_comes_again(harbour: Harbour, letters: Callable[[], list[dict[str, str]]]) -> None:
    harbour.slack.fail("chat.postMessage", error="invalid_blocks", times=3)  # the post, the card, the post again
    harbour.faults.fail_next("SendMessage", error="KmsThrottled")
    harbour.log()
    assert harbour.deliver() == 2
    assert len(letters()) == 1


def test_the_command_announces_what_was_set_aside_and_empties_the_queue(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.slack.fail("chat.postMessage", error="invalid_blocks")
    harbour.log("p1", amount="20.00")
    harbour.log("p2", amount="30.00")
    harbour.deliver()
    assert len(letters()) == 1
    harbour.later(3600)

    answer = harbour.function.lambda_handler({"sweep": "now"}, harbour.invocation())

    assert answer == {"announced": 1, "failed": 0, "finished": 1, "letters": 1, "removed": 1}
    assert sorted(line.split(" paid ")[1].split(" ")[0] for line in harbour.posts()) == ["$20.00", "$30.00"]
    assert sum("Late: this is from" in line for line in harbour.posts()) == 1
    assert letters() == []
    assert harbour.function.lambda_handler({"sweep": "now"}, harbour.invocation())["announced"] == 0


def test_what_is_refused_again_stays_in_the_queue_and_so_do_letters_of_others(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    assert letters() == [], "there is a queue, and nothing in it"
    for _ in ("the payment", "the card", "the payment again"):
        harbour.slack.fail("chat.postMessage", error="invalid_blocks")
    harbour.log("p1", amount="20.00")
    harbour.deliver()
    harbour.function.dead_letters.put({"digest": "morning"})
    harbour.function.dead_letters.put({"DDBStreamBatchInfo": "of a batch"})

    answer = harbour.function.lambda_handler({"sweep": "now"}, harbour.invocation())

    assert (answer["announced"], answer["failed"], answer["letters"], answer["removed"]) == (0, 1, 3, 0)
    assert harbour.posts() == []


def test_a_letter_of_a_batch_is_removed_once_the_whole_table_was_searched(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.log("p1", amount="20.00")
    harbour.records()
    harbour.later(60 * 3600)
    harbour.function.dead_letters.put({"DDBStreamBatchInfo": "of a batch"})

    answer = harbour.function.lambda_handler({"sweep": "now"}, harbour.invocation())

    assert (answer["announced"], answer["removed"]) == (1, 1)
    assert "1 payment ($20.00)" in harbour.posts()[0]
    assert letters() == []
