"""A void is never posted before its payment, and a card that moves leaves no second one in the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from announce import posts
from tests.announce.stage import OPS
from tests.builders import EID, a_crew_row, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

OLD = "2026-05-23"


@pytest.fixture
def renamed_between(bare_announce_stage: AnnounceStage, dynamodb: Engine) -> AnnounceStage:
    """A payment, then a rename of its event, then its void: nothing of it announced yet."""
    bare_announce_stage.put(a_row(OLD), a_crew_row(OLD))
    bare_announce_stage.records()
    bare_announce_stage.log("p1", eid=OLD)
    renamed(dynamodb.endpoint, bare_announce_stage.table, OLD, EID)
    bare_announce_stage.void("p1", eid=EID)
    return bare_announce_stage


def assert_struck(announce_stage: AnnounceStage) -> None:
    (payment,) = [line for line in announce_stage.posts() if line.startswith("💵")]
    assert "voided by Olivia Park" in payment
    assert "paid in full" not in payment


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "token_revoked"}])
def test_an_outage_between_payment_and_void_does_not_let_a_rename_part_them(
    renamed_between: AnnounceStage, fault: dict[str, object]
) -> None:
    renamed_between.slack.fail("chat.postMessage", **fault)  # type: ignore[arg-type]  # one of its keywords
    renamed_between.deliver()
    assert_struck(renamed_between)
    assert len(renamed_between.posts(replies=True)) == 1


def test_a_void_in_another_shard_may_come_first_and_the_payment_is_struck_all_the_same(
    renamed_between: AnnounceStage,
) -> None:
    records = renamed_between.records()
    ahead = [record for record in records if record["dynamodb"]["Keys"]["eid"]["S"] == EID]
    renamed_between.deliver(ahead)
    renamed_between.deliver([record for record in records if record not in ahead])
    assert_struck(renamed_between)
    renamed_between.restart()
    renamed_between.deliver(records)
    assert_struck(renamed_between)


def test_an_unexpected_error_lets_no_later_record_of_the_event_pass(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.void()
    with mock.patch.object(posts, "payment_line", side_effect=RuntimeError):
        left = announce_stage.invoke(announce_stage.records())
        assert len(left) == 2
    assert announce_stage.posts() == []
    announce_stage.later(120)
    announce_stage.deliver(left)
    assert_struck(announce_stage)


def test_a_payment_that_was_set_aside_and_comes_back_after_its_void_is_struck(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.log()
    announce_stage.void()
    records = announce_stage.records()
    real = posts.payment_line
    with mock.patch.object(posts, "payment_line", side_effect=[RuntimeError, mock.DEFAULT], wraps=real):
        announce_stage.deliver(records)
    assert len(letters()) == 1
    assert [line.split(":")[0] for line in announce_stage.posts()] == ["🚫 Dave Kowalski"]
    announce_stage.later(120)
    announce_stage.deliver(records)
    assert_struck(announce_stage)


def test_while_it_cannot_be_set_aside_nothing_of_its_event_passes(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]]
) -> None:
    announce_stage.log()
    announce_stage.void()
    announce_stage.faults.fail_next("SendMessage", error="AccessDenied")
    with mock.patch.object(posts, "payment_line", side_effect=RuntimeError):
        left = announce_stage.invoke(announce_stage.records())
    assert len(left) == 2
    assert announce_stage.posts() == []
    announce_stage.later(120)
    announce_stage.deliver(left)
    assert_struck(announce_stage)
    assert letters() == []


def moved(announce_stage: AnnounceStage) -> None:
    """Ask for the card again."""
    announce_stage.later(5)
    announce_stage.ledger.ask_for_card(EID, now=announce_stage.clock.now())


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 500, "lost": True}, {"error": "fatal_error"}])
def test_a_card_that_moves_twice_while_slack_fails_stays_one(
    announce_stage: AnnounceStage, fault: dict[str, object]
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    moved(announce_stage)
    announce_stage.slack.fail("chat.delete", **fault)  # type: ignore[arg-type]  # one of its keywords
    left = announce_stage.invoke(announce_stage.records())
    moved(announce_stage)
    announce_stage.deliver([*left, *announce_stage.records()])
    assert len(announce_stage.cards()) == 1
    assert announce_stage.messages()[-1].text == announce_stage.cards()[0]


def test_a_card_whose_answer_was_lost_is_found_also_after_the_events_channel_changed(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    moved(announce_stage)
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    left = announce_stage.invoke(announce_stage.records())
    announce_stage.put(announce_stage.row() | {"channel": OPS})
    announce_stage.deliver([*left, *announce_stage.records()])
    assert (len(announce_stage.cards()), len(announce_stage.cards(OPS))) == (0, 1)


def test_the_first_card_whose_answer_was_lost_is_found_also_after_the_events_channel_changed(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.ledger.ask_for_card(EID, now=announce_stage.clock.now())
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    left = announce_stage.invoke(announce_stage.records())
    announce_stage.put(announce_stage.row() | {"channel": OPS})
    announce_stage.deliver([*left, *announce_stage.records()])
    assert (len(announce_stage.cards()), len(announce_stage.cards(OPS))) == (0, 1)


@pytest.mark.parametrize("error", ["cant_delete_message", "some_error_of_2031"])
def test_a_card_that_slack_does_not_let_us_delete_says_that_it_is_out_of_date(
    announce_stage: AnnounceStage, error: str
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    moved(announce_stage)
    announce_stage.slack.fail("chat.delete", error=error)
    assert announce_stage.deliver() == 1
    assert len(announce_stage.cards()) == 1
    assert "this boarding card is out of date" in str([message.text for message in announce_stage.messages()])
