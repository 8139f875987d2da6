"""A void never passes its payment, and a card that moves leaves no second one behind."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from announce import posts
from tests.announce.harbour import OPS
from tests.builders import EID, a_crew_row, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.harbour import Harbour
    from tests.conftest import Engine

OLD = "2026-05-23"


@pytest.fixture
def renamed_between(bare_harbour: Harbour, dynamodb: Engine) -> Harbour:
    """A payment, then a rename of its event, then its void: nothing of it announced yet."""
    bare_harbour.put(a_row(OLD), a_crew_row(OLD))
    bare_harbour.records()
    bare_harbour.log("p1", eid=OLD)
    renamed(dynamodb.endpoint, bare_harbour.table, OLD, EID)
    bare_harbour.void("p1", eid=EID)
    return bare_harbour


def assert_struck(harbour: Harbour) -> None:
    (payment,) = [line for line in harbour.posts() if line.startswith("💵")]
    assert "voided by Olivia Park" in payment
    assert "paid in full" not in payment


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "token_revoked"}])
def test_an_outage_between_payment_and_void_does_not_let_a_rename_part_them(
    renamed_between: Harbour, fault: dict[str, object]
) -> None:
    renamed_between.slack.fail("chat.postMessage", **fault)  # type: ignore[arg-type]  # one of its keywords
    renamed_between.deliver()
    assert_struck(renamed_between)
    assert len(renamed_between.posts(replies=True)) == 1


def test_a_void_in_another_shard_may_come_first_and_the_payment_is_struck_all_the_same(
    renamed_between: Harbour,
) -> None:
    records = renamed_between.records()
    ahead = [record for record in records if record["dynamodb"]["Keys"]["eid"]["S"] == EID]
    renamed_between.deliver(ahead)
    renamed_between.deliver([record for record in records if record not in ahead])
    assert_struck(renamed_between)
    renamed_between.restart()
    renamed_between.deliver(records)
    assert_struck(renamed_between)


def test_an_unexpected_error_lets_no_later_record_of_the_event_pass(harbour: Harbour) -> None:
    harbour.log()
    harbour.void()
    with mock.patch.object(posts, "payment_line", side_effect=RuntimeError):
        left = harbour.invoke(harbour.records())
        assert len(left) == 2
    assert harbour.posts() == []
    harbour.later(120)
    harbour.deliver(left)
    assert_struck(harbour)


def test_a_payment_that_was_set_aside_and_comes_back_after_its_void_is_struck(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.log()
    harbour.void()
    records = harbour.records()
    real = posts.payment_line
    with mock.patch.object(posts, "payment_line", side_effect=[RuntimeError, mock.DEFAULT], wraps=real):
        harbour.deliver(records)
    assert len(letters()) == 1
    assert [line.split(":")[0] for line in harbour.posts()] == ["🚫 Dave Kowalski"]
    harbour.later(120)
    harbour.deliver(records)
    assert_struck(harbour)


def test_while_it_cannot_be_set_aside_nothing_of_its_event_passes(
    harbour: Harbour, letters: Callable[[], list[dict[str, str]]]
) -> None:
    harbour.log()
    harbour.void()
    harbour.faults.fail_next("SendMessage", error="AccessDenied")
    with mock.patch.object(posts, "payment_line", side_effect=RuntimeError):
        left = harbour.invoke(harbour.records())
    assert len(left) == 2
    assert harbour.posts() == []
    harbour.later(120)
    harbour.deliver(left)
    assert_struck(harbour)
    assert letters() == []


def moved(harbour: Harbour) -> None:
    """Somebody asks for the card again."""
    harbour.later(5)
    harbour.ledger.ask_for_card(EID, now=harbour.clock.now())


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 500, "lost": True}, {"error": "fatal_error"}])
def test_a_card_that_moves_twice_while_slack_fails_stays_one(harbour: Harbour, fault: dict[str, object]) -> None:
    harbour.log()
    harbour.deliver()
    moved(harbour)
    harbour.slack.fail("chat.delete", **fault)  # type: ignore[arg-type]  # one of its keywords
    left = harbour.invoke(harbour.records())
    moved(harbour)
    harbour.deliver([*left, *harbour.records()])
    assert len(harbour.cards()) == 1
    assert harbour.messages()[-1].text == harbour.cards()[0]


def test_a_card_whose_answer_was_lost_is_found_also_after_the_events_channel_changed(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    moved(harbour)
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    left = harbour.invoke(harbour.records())
    harbour.put(harbour.row() | {"channel": OPS})
    harbour.deliver([*left, *harbour.records()])
    assert (len(harbour.cards()), len(harbour.cards(OPS))) == (0, 1)


def test_the_first_card_whose_answer_was_lost_is_found_also_after_the_events_channel_changed(
    harbour: Harbour,
) -> None:
    harbour.ledger.ask_for_card(EID, now=harbour.clock.now())
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    left = harbour.invoke(harbour.records())
    harbour.put(harbour.row() | {"channel": OPS})
    harbour.deliver([*left, *harbour.records()])
    assert (len(harbour.cards()), len(harbour.cards(OPS))) == (0, 1)


@pytest.mark.parametrize("error", ["cant_delete_message", "some_error_of_2031"])
def test_a_card_that_slack_does_not_let_us_delete_says_that_it_is_out_of_date(harbour: Harbour, error: str) -> None:
    harbour.log()
    harbour.deliver()
    moved(harbour)
    harbour.slack.fail("chat.delete", error=error)
    assert harbour.deliver() == 1
    assert len(harbour.cards()) == 1
    assert "this boarding card is out of date" in str([message.text for message in harbour.messages()])
